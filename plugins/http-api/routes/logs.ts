/** The operators' log: automatic entries and people's notes, and what still has to be acknowledged. */
import { Type } from "@sinclair/typebox";
import { LOG_STATES, type LogSelection } from "pvmon";
import { logAnswer } from "../answers.js";
import { change, shownInLists } from "../changes.js";
import { ApiError } from "../errors.js";
import { commaList, eventId, freeText, ipOrName, ipv4, paging, time } from "../formats.js";
import { storedHistory, timeSpan } from "../history.js";
import { primaryAddress, requireHost } from "../host-lookup.js";
import { byWhom } from "../identity.js";
import { route } from "../route.js";
import * as answers from "../schemas/index.js";

/** As operations take it. */
const MAX_TEXT_LENGTH = 2000;
const MAX_IDS = 10_000;

/** Without those that were taken out of it. */
const SHOWN_STATES = LOG_STATES.filter((state) => state !== "forgotten");

const ids = Type.Array(eventId("Of an entry."), {
  minItems: 1,
  maxItems: MAX_IDS,
  uniqueItems: true,
});

export const logRoutes = [
  route({
    method: "GET",
    route: "/api/v1/logs",
    summary: "The operators' log, newest first.",
    query: Type.Object({
      from: Type.Optional(time("Not before this.")),
      to: Type.Optional(time("Before this.")),
      host: Type.Optional(ipv4("About the host with this address.")),
      state: Type.Optional(commaList(answers.words(SHOWN_STATES), "In any of these states.")),
      ...paging,
    }),
    answer: answers.page(answers.logEntry),
    async handle({ query: { from, to, host, state = SHOWN_STATES, ...rest } }, { services }) {
      const { items, total, next } = await storedHistory(services).events({
        ...rest,
        ...timeSpan(from, to),
        ...(host !== undefined && { host: primaryAddress(services.inventory, host) }),
        log: state,
      });
      return { items: items.map((event) => logAnswer(event, services.inventory)), total, next };
    },
  }),
  route({
    method: "POST",
    route: "/api/v1/logs",
    summary: "Writes a note into the log, of a host or of the whole site.",
    body: change({
      text: freeText("The note.", MAX_TEXT_LENGTH),
      host: Type.Optional(ipOrName("Address or name of the host that it is about.")),
      pending: Type.Optional(Type.Boolean({ description: "Somebody has to acknowledge it." })),
    }),
    answer: answers.logEntry,
    async handle({ body: { why, host, ...note }, identity }, api) {
      const { inventory, operations } = api.services;
      const about = host === undefined ? {} : { host: requireHost(inventory, host).host };
      const noted = operations.note({ ...note, ...about }, byWhom(identity, why));
      await shownInLists(api);
      return logAnswer(noted, inventory);
    },
  }),
  route({
    method: "POST",
    route: "/api/v1/logs/acknowledge",
    summary: "Acknowledges pending entries: some, those of a host, or all.",
    body: change({
      ids: Type.Optional(ids),
      host: Type.Optional(ipOrName("Address or name of a host: all of its entries.")),
      all: Type.Optional(Type.Literal(true, { description: "All entries there are." })),
    }),
    answer: answers.logsAcknowledged,
    async handle({ body: { why, ids, host, all }, identity }, api) {
      const { services } = api;
      const chosen: LogSelection[] = [];
      if (ids !== undefined) chosen.push({ ids });
      if (all !== undefined) chosen.push({ all });
      if (host !== undefined) {
        chosen.push({ host: requireHost(services.inventory, host).host });
      }
      const [selection] = chosen;
      if (selection === undefined || chosen.length > 1) {
        throw new ApiError("badParameter", "body: give exactly one of ids, host and all", "body");
      }
      const acknowledged = services.operations.acknowledge(selection, byWhom(identity, why));
      await shownInLists(api);
      return { acknowledged };
    },
  }),
  route({
    method: "POST",
    route: "/api/v1/logs/forget",
    summary: "Takes entries out of the log, pending ones acknowledged; they stay among the events.",
    body: change({ ids }),
    answer: answers.logsForgotten,
    async handle({ body: { why, ids }, identity }, api) {
      const { operations } = api.services;
      const forgotten = await operations.forgetLogs(ids, byWhom(identity, why));
      await shownInLists(api);
      return { forgotten };
    },
  }),
];
