/** What differs between two instants. */
import { Type } from "@sinclair/typebox";
import { isoTimes } from "pvmon";
import { paging, range, time } from "../formats.js";
import { interval, storedHistory } from "../history.js";
import { route } from "../route.js";
import * as answers from "../schemas/index.js";

export const changeRoutes = [
  route({
    method: "GET",
    route: "/api/v1/changes",
    summary:
      "What differs between two instants: PVs, servers and applications that came, went or moved; new clients and duplicates.",
    description:
      "Each list has its whole number as `total` and its first `limit` entries. What went and came back in between is no change.",
    query: Type.Object({
      from: Type.Optional(time("The earlier instant.")),
      to: Type.Optional(time("The later instant; now by default.")),
      range: Type.Optional(
        range("Up to `to`, instead of `from`: 1h to 2y, in h, d, w or y; 1h by default."),
      ),
      limit: paging.limit,
    }),
    answer: answers.changeReport,
    async handle({ query: { limit, ...span } }, { clock, services }) {
      const history = storedHistory(services);
      return isoTimes(await history.changes({ ...interval(span, clock.now()), limit }));
    },
  }),
];
