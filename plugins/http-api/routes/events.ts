/** What happened (from the store), and what is wrong now or was lately (from the inventory). */
import { type Static, Type } from "@sinclair/typebox";
import {
  ANOMALY_TYPES,
  type AnomalyView,
  EVENT_TYPES,
  type EventCriteria,
  type InventoryService,
  isoTimes,
  SEVERITIES,
} from "pvmon";
import { eventAnswer } from "../answers.js";
import { ApiError } from "../errors.js";
import { appId, commaList, ipPort, ipv4, paging, pvName, range, time } from "../formats.js";
import { interval, storedHistory, timeSpan } from "../history.js";
import { primaryAddress } from "../host-lookup.js";
import { pageByKey } from "../pages.js";
import { route } from "../route.js";
import * as answers from "../schemas/index.js";

const MAX_STEPS = 1000;
/** A hundred years. */
const MAX_SECONDS = 36_500 * 86_400;
const MINUTE_MS = 60_000;

const criteria = {
  type: Type.Optional(commaList(answers.words(EVENT_TYPES), "Any of these.")),
  severity: Type.Optional(answers.words(SEVERITIES)),
  host: Type.Optional(ipv4("About the host with this address.")),
  server: Type.Optional(ipPort("About this server.")),
  client: Type.Optional(ipv4("About this client.")),
  pv: Type.Optional(pvName("About this PV.")),
  app: Type.Optional(appId("About the application with this id.")),
};
const criteriaSchema = Type.Object(criteria);

export const eventRoutes = [
  route({
    method: "GET",
    route: "/api/v1/events",
    summary: "Events, newest first.",
    query: Type.Object({
      from: Type.Optional(time("Not before this.")),
      to: Type.Optional(time("Before this.")),
      ...criteria,
      ...paging,
    }),
    answer: answers.page(answers.event),
    async handle({ query: { from, to, limit, cursor, ...wanted } }, { services }) {
      const { items, total, next } = await storedHistory(services).events({
        limit,
        ...(cursor !== undefined && { cursor }),
        ...timeSpan(from, to),
        ...eventCriteria(wanted, services.inventory),
      });
      return { items: items.map(eventAnswer), total, next };
    },
  }),
  route({
    method: "GET",
    route: "/api/v1/events/counts",
    summary: "How many events there were, step by step and by severity, and of each type.",
    description:
      "Steps begin at `from`; the last one may be cut off by `to`. Every step has a point, those without an event too.",
    query: Type.Object({
      from: Type.Optional(time("Not before this.")),
      to: Type.Optional(time("Before this; now by default.")),
      range: Type.Optional(
        range("Up to `to`, instead of `from`: 1h to 2y, in h, d, w or y; 1h by default."),
      ),
      step: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: MAX_SECONDS,
          description:
            "Width of a point, s, for at most 1,000 of them; a minute by default, or as many as it takes.",
        }),
      ),
      ...criteria,
    }),
    answer: answers.eventCounts,
    async handle({ query: { from, to, range, step, ...wanted } }, { clock, services }) {
      const span = interval({ from, to, range }, clock.now());
      return isoTimes(
        await storedHistory(services).eventCounts({
          ...span,
          stepMs: stepMs(step, span.to - span.from),
          ...eventCriteria(wanted, services.inventory),
        }),
      );
    },
  }),
  route({
    method: "GET",
    route: "/api/v1/anomalies",
    summary: "Bad beacons, storms of searches and other findings, open and closed, newest first.",
    query: Type.Object({
      state: Type.Optional(answers.words(["open", "closed"])),
      type: Type.Optional(commaList(answers.words(ANOMALY_TYPES), "Any of these.")),
      ...paging,
    }),
    answer: answers.page(answers.anomaly),
    handle({ query: { state, type, ...paging } }, { services: { inventory } }) {
      const wanted = inventory
        .anomalies()
        .filter(
          (anomaly) =>
            (state === undefined || state === (anomaly.closedAt === null ? "open" : "closed")) &&
            (type === undefined || type.includes(anomaly.type)),
        );
      return isoTimes(pageByKey(wanted, byTime, paging));
    },
  }),
];

function eventCriteria(
  { type, host, ...rest }: Static<typeof criteriaSchema>,
  inventory: Pick<InventoryService, "host">,
): EventCriteria {
  return {
    ...rest,
    ...(host !== undefined && { host: primaryAddress(inventory, host) }),
    ...(type !== undefined && { types: type }),
  };
}

/** @param seconds as it was asked for */
function stepMs(seconds: number | undefined, spanMs: number): number {
  const leastMs = spanMs / MAX_STEPS;
  if (seconds === undefined) return Math.max(1, Math.ceil(leastMs / MINUTE_MS)) * MINUTE_MS;
  if (seconds * 1000 >= leastMs) return seconds * 1000;
  const least = Math.ceil(leastMs / 1000);
  throw new ApiError(
    "badParameter",
    `step: must be at least ${least} s in this span of time, for at most ${MAX_STEPS} points`,
    "step",
  );
}

function byTime({ openedAt, type, subject }: AnomalyView): string {
  return `${String(openedAt).padStart(16, "0")} ${type} ${subject}`;
}
