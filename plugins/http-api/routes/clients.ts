/** Who asks for PVs. */
import { Type } from "@sinclair/typebox";
import { CLIENT_SORTS, isoTimes } from "pvmon";
import { ApiError } from "../errors.js";
import { ipv4, partOf, randomAccess } from "../formats.js";
import { route, routeOfOne } from "../route.js";
import * as answers from "../schemas/index.js";

export const clientRoutes = [
  route({
    method: "GET",
    route: "/api/v1/clients",
    summary: "Addresses that search for PVs.",
    query: Type.Object({
      match: Type.Optional(partOf("its address or name")),
      sort: answers.words(CLIENT_SORTS, { default: "searches" }),
      ...randomAccess,
    }),
    answer: answers.page(answers.clientItem),
    handle: ({ query }, { services: { inventory } }) => isoTimes(inventory.listClients(query)),
  }),
  routeOfOne({
    method: "GET",
    route: "/api/v1/clients/{client}",
    summary: "One client: what it asked for most, and last.",
    path: Type.Object({ client: ipv4("Address.") }),
    answer: answers.clientDetail,
    handle({ path: { client } }, { services: { inventory } }) {
      const view = inventory.client(client);
      if (view !== undefined) return isoTimes(view);
      throw new ApiError("notFound", "no such client: it sent no search");
    },
  }),
];
