/** Servers (IOCs, gateways) and the hosts they run on. */
import { Type } from "@sinclair/typebox";
import { isoTimes, SERVER_STATES } from "pvmon";
import { ApiError } from "../errors.js";
import { commaList, ipPort, ipv4, paging } from "../parameters.js";
import { route } from "../route.js";
import * as answers from "../schemas.js";

export const serverRoutes = [
  route({
    method: "GET",
    route: "/api/v1/servers",
    summary: "Servers that sent beacons or answered searches.",
    query: Type.Object({
      host: Type.Optional(ipv4("At this address.")),
      state: Type.Optional(commaList(answers.words(SERVER_STATES), "In any of these states.")),
      ...paging,
    }),
    answer: answers.page(answers.server),
    handle({ query: { state, ...rest } }, { services: { inventory } }) {
      return isoTimes(
        inventory.listServers({ ...rest, ...(state !== undefined && { states: state }) }),
      );
    },
  }),
  route({
    method: "GET",
    route: "/api/v1/servers/{server}",
    summary: "One server.",
    path: Type.Object({ server: ipPort("ip:port") }),
    answer: answers.server,
    handle({ path: { server } }, { services: { inventory } }) {
      const view = inventory.server(server);
      if (view !== undefined) return isoTimes(view);
      throw new ApiError("notFound", "no such server: it sent no beacon and answered no search");
    },
  }),
  route({
    method: "GET",
    route: "/api/v1/hosts",
    summary: "Hosts with servers.",
    query: Type.Object(paging),
    answer: answers.page(answers.host),
    handle: ({ query }, { services: { inventory } }) => isoTimes(inventory.listHosts(query)),
  }),
  route({
    method: "GET",
    route: "/api/v1/hosts/{host}",
    summary: "One host.",
    path: Type.Object({ host: ipv4("Address.") }),
    answer: answers.host,
    handle({ path: { host } }, { services: { inventory } }) {
      const view = inventory.host(host);
      if (view !== undefined) return isoTimes(view);
      throw new ApiError("notFound", "no such host: no server is known at this address");
    },
  }),
];
