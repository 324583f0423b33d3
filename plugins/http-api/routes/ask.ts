/** Questions to the control network about a PV, because somebody wants to know now. */
import { Type } from "@sinclair/typebox";
import { ApiError } from "../errors.js";
import { route } from "../route.js";
import * as answers from "../schemas/index.js";
import { noSuchPv, pvPath } from "./pvs.js";

export const askRoutes = [
  route({
    method: "POST",
    route: "/api/v1/pvs/{name}/search",
    summary: "Searches for the PV now, within the budget of the search probe.",
    path: pvPath,
    answer: answers.searchAnswer,
    async handle({ path: { name }, signal }, { searches, services: { probes } }) {
      const [outcome] = await searches.run(() => probes.run("search", [{ name }], signal));
      if (outcome === undefined)
        throw new ApiError("searchRefused", "the search probe said nothing");
      if (outcome.error !== undefined) throw new ApiError("searchRefused", outcome.error);
      const { answers, tries, waitedMs } = outcome;
      return { answered: answers, tries, waitedMs };
    },
  }),
  route({
    method: "GET",
    route: "/api/v1/pvs/{name}/channel-info",
    summary: "What each known server of the PV says about its channel, asked now over TCP.",
    sends: true,
    path: pvPath,
    query: Type.Object({
      value: Type.Boolean({ default: false, description: "Also read the value." }),
    }),
    answer: answers.page(answers.channelInfo),
    async handle({ path: { name }, query: { value } }, { channelInfos, services: { inventory } }) {
      const pv = inventory.pv(name);
      if (pv === undefined) throw noSuchPv();
      const servers = pv.servers.map(({ server }) => server);
      const items = await channelInfos.ask(name, servers, value);
      return { items, total: items.length, next: null };
    },
  }),
];
