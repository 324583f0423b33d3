/** What the model says, as the contract wants it, where that is more than times as text. */

import type { Static } from "@sinclair/typebox";
import { type InventoryService, isoTimes, type PvmonEvent } from "pvmon";
import type { EventAnswer, logEntry } from "./schemas/index.js";

const ABSENT = {
  host: null,
  server: null,
  client: null,
  pv: null,
  app: null,
  log: null,
  acknowledgedAt: null,
  acknowledgedBy: null,
};

export function eventAnswer(event: PvmonEvent): EventAnswer {
  return { ...ABSENT, ...isoTimes(event), acknowledged: event.log === "acknowledged" };
}

/** An event as an entry of the operators' log. */
export function logAnswer(
  event: PvmonEvent,
  inventory: Pick<InventoryService, "hostName">,
): Static<typeof logEntry> {
  const { id, at, type, severity, host, app, text, evidence, ...rest } = eventAnswer(event);
  const { acknowledged, acknowledgedAt, acknowledgedBy } = rest;
  return {
    id,
    at,
    type,
    severity,
    host,
    hostName: host === null ? null : inventory.hostName(host),
    app,
    text,
    evidence,
    who: typeof evidence.who === "string" ? evidence.who : null,
    needsAcknowledgement: acknowledged || event.log === "pending",
    acknowledged,
    acknowledgedAt,
    acknowledgedBy,
  };
}
