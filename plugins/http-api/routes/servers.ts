/** Servers: IOCs, gateways, and whatever else answers searches. */
import { Type } from "@sinclair/typebox";
import { isoTimes, SERVER_SORTS, SERVER_STATES } from "pvmon";
import { why } from "../changes.js";
import { ApiError } from "../errors.js";
import { commaList, ipPort, ipv4, partOf, randomAccess } from "../formats.js";
import { byWhom } from "../identity.js";
import { route, routeOfOne } from "../route.js";
import * as answers from "../schemas/index.js";

const serverPath = Type.Object({ server: ipPort("ip:port") });

export const serverRoutes = [
  route({
    method: "GET",
    route: "/api/v1/servers",
    summary: "Servers that sent beacons or answered searches.",
    query: Type.Object({
      host: Type.Optional(ipv4("Of the host with this address.")),
      state: Type.Optional(commaList(answers.words(SERVER_STATES), "In any of these states.")),
      match: Type.Optional(
        partOf("its ip:port or host name, or of the command or directory of its application"),
      ),
      sort: answers.words(SERVER_SORTS, { default: "server" }),
      ...randomAccess,
    }),
    answer: answers.page(answers.server),
    handle({ query: { state, ...rest } }, { services: { inventory } }) {
      return isoTimes(
        inventory.listServers({ ...rest, ...(state !== undefined && { states: state }) }),
      );
    },
  }),
  routeOfOne({
    method: "GET",
    route: "/api/v1/servers/{server}",
    summary: "One server, and the application that it is.",
    path: serverPath,
    answer: answers.server,
    handle({ path: { server } }, { services: { inventory } }) {
      const view = inventory.server(server);
      if (view === undefined) throw noSuchServer();
      return isoTimes(view);
    },
  }),
  route({
    method: "DELETE",
    route: "/api/v1/servers/{server}",
    summary: "Forgets the server; it comes back when it is seen again.",
    path: serverPath,
    query: Type.Object(why),
    answer: answers.forgotten,
    handle({ path: { server }, query: { why }, identity }, { services: { operations } }) {
      if (!operations.forgetServer(server, byWhom(identity, why))) throw noSuchServer();
      return { forgotten: [server] };
    },
  }),
];

function noSuchServer(): ApiError {
  return new ApiError("notFound", "no such server: it sent no beacon and answered no search");
}
