/** Applications that send heartbeats, and the PVs that they list as their own. */
import { Type } from "@sinclair/typebox";
import { type HeartbeatView, isoTimes } from "pvmon";
import { ApiError } from "../errors.js";
import { appId, ipv4, paging, partOf } from "../formats.js";
import { filteredPage, pageOfTexts } from "../pages.js";
import { route, routeOfOne } from "../route.js";
import * as answers from "../schemas/index.js";

const heartbeatPath = Type.Object({ app: appId("Id of the application that sends it.") });

export const heartbeatRoutes = [
  route({
    method: "GET",
    route: "/api/v1/heartbeats",
    summary: "Applications that send heartbeats, or did.",
    query: Type.Object({
      host: Type.Optional(ipv4("On this host.")),
      lost: Type.Optional(Type.Boolean({ description: "Only those that are lost, or are not." })),
      match: Type.Optional(
        partOf("its host's address or name, or of its directory, command, image or port"),
      ),
      ...paging,
    }),
    answer: answers.page(answers.heartbeat),
    async handle({ query: { match, host, lost, ...page } }, { scans, services: { inventory } }) {
      const filter = { ...(host !== undefined && { host }), ...(lost !== undefined && { lost }) };
      const list = (query: typeof page) => inventory.listHeartbeats({ ...filter, ...query });
      if (match === undefined) return isoTimes(list(page));
      const part = match.toLowerCase();
      return isoTimes(
        await scans.run(() => filteredPage(list, (one) => mentions(one, part), page)),
      );
    },
  }),
  routeOfOne({
    method: "GET",
    route: "/api/v1/heartbeats/{app}",
    summary: "The heartbeat of one application.",
    path: heartbeatPath,
    answer: answers.heartbeat,
    handle({ path: { app } }, { services: { inventory } }) {
      const heartbeat = inventory.heartbeat(app);
      if (heartbeat === undefined) throw noSuchHeartbeat();
      return isoTimes(heartbeat);
    },
  }),
  route({
    method: "GET",
    route: "/api/v1/heartbeats/{app}/pvs",
    summary: "Names that the application lists as its own, by name.",
    path: heartbeatPath,
    query: Type.Object(paging),
    answer: answers.page(
      Type.String({ description: "The bytes of the name, each as one character (Latin-1)." }),
    ),
    handle({ path: { app }, query }, { scans, services: { inventory } }) {
      if (inventory.heartbeat(app) === undefined) throw noSuchHeartbeat();
      return scans.run(() => pageOfTexts(inventory.heartbeatPvs(app), query));
    },
  }),
];

function mentions(heartbeat: HeartbeatView, part: string): boolean {
  const { host, hostName, directory, command, image, port } = heartbeat;
  return [host, hostName ?? "", directory, command, image, String(port)].some((text) =>
    text.toLowerCase().includes(part),
  );
}

function noSuchHeartbeat(): ApiError {
  return new ApiError("notFound", "no such heartbeat: no application with this id sends one");
}
