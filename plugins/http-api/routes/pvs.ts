/** The list of PVs, one PV in full, and forgetting PVs. */
import { Type } from "@sinclair/typebox";
import { isoTimes, PV_SORTS, PV_STATES } from "pvmon";
import { change } from "../changes.js";
import { ApiError } from "../errors.js";
import { commaList, ipPort, ipv4, paging, pvName } from "../formats.js";
import { byWhom } from "../identity.js";
import { compileRegex, MAX_REGEX_LENGTH } from "../regex.js";
import { route, routeOfOne } from "../route.js";
import * as answers from "../schemas/index.js";

const MAX_MATCH_LENGTH = 500;
const MAX_FORGOTTEN = 10_000;

export const pvPath = Type.Object({
  name: pvName("The name as the API shows it, percent-encoded; a / in it is written %2F."),
});

export const pvRoutes = [
  route({
    method: "GET",
    route: "/api/v1/pvs",
    summary: "PVs that were asked for or answered for.",
    query: Type.Object({
      match: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: MAX_MATCH_LENGTH,
          description:
            "Glob over the whole name when it has * or ?, otherwise a part of the name; case does not matter.",
        }),
      ),
      regex: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: MAX_REGEX_LENGTH,
          description:
            "RE2 expression, found anywhere in the name; (?i) when case does not matter.",
        }),
      ),
      state: Type.Optional(
        commaList(
          answers.words([...PV_STATES, "duplicate", "invalid"]),
          "In any of these states, or marked so.",
        ),
      ),
      server: Type.Optional(ipPort("Owned by this server, ip:port.")),
      host: Type.Optional(ipv4("Owned by a server of the host with this address.")),
      client: Type.Optional(ipv4("Among its last requesters is this address.")),
      sort: answers.words(PV_SORTS, { default: "name" }),
      order: answers.words(["asc", "desc"], { default: "asc" }),
      ...paging,
      offset: Type.Optional(
        Type.Integer({
          minimum: 0,
          description:
            "So many items come before the page; instead of `cursor`. Any page of the list is then found at once, and can be some seconds old; `next` is null.",
        }),
      ),
    }),
    answer: answers.page(answers.pvItem),
    async handle({ query: { state, regex, ...rest }, signal }, { scans, services: { inventory } }) {
      const query = {
        ...(regex !== undefined && compileRegex(regex)),
        ...rest,
        ...(state !== undefined && { states: state }),
      };
      return isoTimes(await scans.run(() => inventory.listPvs(query, signal)));
    },
  }),
  routeOfOne({
    method: "GET",
    route: "/api/v1/pvs/{name}",
    summary: "One PV in full: its servers, its clients, and why it is in its state.",
    path: pvPath,
    answer: answers.pvDetail,
    handle({ path: { name } }, { services: { inventory, startupFiles } }) {
      const pv = inventory.pv(name);
      if (pv === undefined) throw noSuchPv();
      return { ...isoTimes(pv), startupFiles: startupFiles?.filesOf(name) ?? null };
    },
  }),
  route({
    method: "POST",
    route: "/api/v1/pvs/forget",
    summary: "Forgets PVs and all that is known of them; they come back when they are seen again.",
    body: change({
      names: Type.Array(pvName("As the API shows it."), {
        minItems: 1,
        maxItems: MAX_FORGOTTEN,
      }),
    }),
    answer: answers.forgotten,
    handle({ body: { names, why }, identity }, { services: { operations } }) {
      return { forgotten: operations.forgetPvs(names, byWhom(identity, why)) };
    },
  }),
];

export function noSuchPv(): ApiError {
  return new ApiError("notFound", "no such PV: nobody asked for it, and no server answered for it");
}
