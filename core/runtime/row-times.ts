/** Rows that were stored while the machine's clock was ahead: nothing was seen later than now. */
import type { Row } from "../model/row.js";

/** Undefined for a minute of traffic that is still to come; events and facts stay as they were told. */
export function notAhead(row: Row, now: number): Row | undefined {
  switch (row.kind) {
    case "traffic":
      return row.minuteAt > now ? undefined : row;
    case "pv": {
      const isAhead = Math.max(row.firstSeenAt, row.lastRequestedAt, row.lastSeenAt) > now;
      if (!isAhead) return row;
      const requesters = row.requesters.map((requester) => clamped(requester, now));
      const owners = row.owners.map((owner) => clamped(owner, now));
      return { ...clamped(row, now), requesters, owners };
    }
    case "server":
      return { ...clamped(row, now), track: clamped(row.track, now) };
    case "app":
      return { ...clamped(row, now), heartbeat: row.heartbeat && clamped(row.heartbeat, now) };
    case "client":
    case "host":
    case "metrics":
    case "site":
      return clamped(row, now);
    default:
      return row;
  }
}

/** By the names of its fields: those that are times end in "at". */
function clamped<T extends object>(record: T, now: number): T {
  const ahead = Object.entries(record).filter(
    ([key, value]) => /(^at|At)$/.test(key) && typeof value === "number" && value > now,
  );
  if (ahead.length === 0) return record;
  return { ...record, ...Object.fromEntries(ahead.map(([key]) => [key, now])) };
}
