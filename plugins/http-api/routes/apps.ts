/** Applications: what runs, or should run, on hosts, whatever its port is today. */
import { Type } from "@sinclair/typebox";
import { CRITICALITIES, isoTimes } from "pvmon";
import { change, requireChange, why } from "../changes.js";
import { ApiError } from "../errors.js";
import { appId, commaList, freeText, ipv4, paging } from "../formats.js";
import { byWhom } from "../identity.js";
import { filteredPage } from "../pages.js";
import { route, routeOfOne } from "../route.js";
import * as answers from "../schemas/index.js";

const MAX_NAME_LENGTH = 200;

const appPath = Type.Object({ id: appId("As lists of applications give it.") });

export const appRoutes = [
  route({
    method: "GET",
    route: "/api/v1/apps",
    summary: "Applications.",
    query: Type.Object({
      host: Type.Optional(ipv4("On this host.")),
      running: Type.Optional(Type.Boolean({ description: "Only those that run, or do not." })),
      critical: Type.Optional(commaList(answers.words(CRITICALITIES), "Marked as any of these.")),
      ...paging,
    }),
    answer: answers.page(answers.app),
    async handle({ query: { critical, limit, cursor, ...filters } }, { scans, services }) {
      const page = { limit, ...(cursor !== undefined && { cursor }) };
      const list = (query: typeof page) => services.inventory.listApps({ ...filters, ...query });
      if (critical === undefined) return isoTimes(list(page));
      return isoTimes(
        await scans.run(() => filteredPage(list, (app) => critical.includes(app.critical), page)),
      );
    },
  }),
  routeOfOne({
    method: "GET",
    route: "/api/v1/apps/{id}",
    summary: "One application.",
    path: appPath,
    answer: answers.app,
    handle({ path: { id } }, { services: { inventory } }) {
      const app = inventory.app(id);
      if (app === undefined) throw noSuchApp();
      return isoTimes(app);
    },
  }),
  route({
    method: "PATCH",
    route: "/api/v1/apps/{id}",
    summary: "Says whether the application is critical, or names it.",
    path: appPath,
    body: change({
      critical: Type.Optional(
        answers.words(CRITICALITIES, {
          description:
            "critical: its host is in error while it does not run; ignored: not shown either, while it does not run.",
        }),
      ),
      name: Type.Optional(
        Type.Union([freeText("As people call it.", MAX_NAME_LENGTH), Type.Null()]),
      ),
    }),
    answer: answers.app,
    handle({ path: { id }, body: { why, ...fields }, identity }, { services: { operations } }) {
      requireChange(fields, "critical or name");
      const app = operations.setApp(id, fields, byWhom(identity, why));
      if (app === undefined) throw noSuchApp();
      return isoTimes(app);
    },
  }),
  route({
    method: "DELETE",
    route: "/api/v1/apps/{id}",
    summary: "Forgets the application; it comes back with defaults when it is seen again.",
    path: appPath,
    query: Type.Object(why),
    answer: answers.forgotten,
    handle({ path: { id }, query: { why }, identity }, { services: { operations } }) {
      if (!operations.forgetApp(id, byWhom(identity, why))) throw noSuchApp();
      return { forgotten: [id] };
    },
  }),
];

function noSuchApp(): ApiError {
  return new ApiError("notFound", "no such application");
}
