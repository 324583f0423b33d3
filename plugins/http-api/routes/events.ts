/** What happened (from the store), and what is wrong now or was lately (from the inventory). */
import { Type } from "@sinclair/typebox";
import { ANOMALY_TYPES, type AnomalyView, EVENT_TYPES, isoTimes, SEVERITIES } from "pvmon";
import { eventAnswer } from "../answers.js";
import { appId, commaList, ipPort, ipv4, paging, pvName, time } from "../formats.js";
import { storedHistory, timeSpan } from "../history.js";
import { primaryAddress } from "../host-lookup.js";
import { pageByKey } from "../pages.js";
import { route } from "../route.js";
import * as answers from "../schemas/index.js";

export const eventRoutes = [
  route({
    method: "GET",
    route: "/api/v1/events",
    summary: "Events, newest first.",
    query: Type.Object({
      from: Type.Optional(time("Not before this.")),
      to: Type.Optional(time("Before this.")),
      type: Type.Optional(commaList(answers.words(EVENT_TYPES), "Any of these.")),
      severity: Type.Optional(answers.words(SEVERITIES)),
      host: Type.Optional(ipv4("About the host with this address.")),
      server: Type.Optional(ipPort("About this server.")),
      client: Type.Optional(ipv4("About this client.")),
      pv: Type.Optional(pvName("About this PV.")),
      app: Type.Optional(appId("About the application with this id.")),
      ...paging,
    }),
    answer: answers.page(answers.event),
    async handle({ query: { from, to, type, host, ...rest } }, { services }) {
      const { items, total, next } = await storedHistory(services).events({
        ...rest,
        ...timeSpan(from, to),
        ...(host !== undefined && { host: primaryAddress(services.inventory, host) }),
        ...(type !== undefined && { types: type }),
      });
      return { items: items.map(eventAnswer), total, next };
    },
  }),
  route({
    method: "GET",
    route: "/api/v1/anomalies",
    summary: "Bad beacons and other findings, open and closed, newest first.",
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

function byTime({ openedAt, type, subject }: AnomalyView): string {
  return `${String(openedAt).padStart(16, "0")} ${type} ${subject}`;
}
