/** How much is asked on the network, by the minute, and who asks most. */
import { Type } from "@sinclair/typebox";
import { isoTimes, parseIpv4, TRAFFIC_SERIES } from "pvmon";
import { ApiError } from "../errors.js";
import { commaList, latestOrRange, paging, range, time } from "../formats.js";
import { interval, storedHistory } from "../history.js";
import { route } from "../route.js";
import * as answers from "../schemas/index.js";

const UNKNOWN_PV = { state: null, invalid: null, lastClient: null };
const MAX_SERIES = 20;
const MAX_SERIES_LENGTH = 40;

export const trafficRoutes = [
  route({
    method: "GET",
    route: "/api/v1/traffic",
    summary: "Time series, at most 1,000 points each.",
    query: Type.Object({
      series: commaList(
        Type.String({ maxLength: MAX_SERIES_LENGTH }),
        `Any of ${TRAFFIC_SERIES.join(", ")}, or client:<ip>.`,
        MAX_SERIES,
      ),
      from: Type.Optional(time("Not before this.")),
      to: Type.Optional(time("Before this; now by default.")),
      range: Type.Optional(
        range("Up to `to`, instead of `from`: 1h to 2y, in h, d, w or y; 1h by default."),
      ),
    }),
    answer: answers.traffic,
    async handle({ query: { series, ...span } }, { clock, services }) {
      const unknown = series.find((name) => !isSeries(name));
      if (unknown !== undefined) {
        throw new ApiError(
          "badParameter",
          `series: must be of ${TRAFFIC_SERIES.join(", ")}, or client:<ip>`,
          "series",
        );
      }
      const history = storedHistory(services);
      return isoTimes(await history.traffic({ series, ...interval(span, clock.now()) }));
    },
  }),
  route({
    method: "GET",
    route: "/api/v1/traffic/top",
    summary: "Who asked most, or what was asked for most.",
    query: Type.Object({
      by: answers.words(["client", "pv"], { description: "What to count by." }),
      range: latestOrRange(
        "latest: the latest 10,000 requests; or up to now, 1h to 2y: of busy minutes only the busiest 50 are kept then.",
        "latest",
      ),
      from: Type.Optional(time("Not before this, instead of `range`.")),
      to: Type.Optional(time("Before this, with `from`; now by default.")),
      limit: paging.limit,
    }),
    answer: answers.page(answers.topEntry),
    async handle({ query: { by, limit, ...wanted } }, { clock, services }) {
      const { inventory } = services;
      const span = topSpan(wanted, clock.now());
      const entries =
        span === "latest"
          ? inventory.topRequests(by, limit)
          : await storedHistory(services).top({ by, limit, ...span });
      const items = entries.map((entry) => {
        const { state, invalid, lastClient } =
          (by === "pv" ? inventory.pvItem(entry.name) : undefined) ?? UNKNOWN_PV;
        const hostName = by === "client" ? inventory.hostName(entry.name) : null;
        return { ...entry, hostName, state, invalid, lastClient };
      });
      return { items, total: items.length, next: null };
    },
  }),
];

/** Throws when the parameters contradict each other. */
function topSpan(
  query: { readonly range: string; readonly from?: string; readonly to?: string },
  now: number,
): "latest" | { readonly from: number; readonly to: number } {
  const { range, from, to } = query;
  if (from !== undefined) {
    return interval(range === "latest" ? { from, ...(to !== undefined && { to }) } : query, now);
  }
  if (to !== undefined) throw new ApiError("badParameter", "to: give from too", "to");
  return range === "latest" ? "latest" : interval({ range }, now);
}

function isSeries(name: string): boolean {
  if (name.startsWith("client:")) return parseIpv4(name.slice("client:".length)) !== undefined;
  return (TRAFFIC_SERIES as readonly string[]).includes(name);
}
