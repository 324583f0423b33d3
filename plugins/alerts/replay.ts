/** History gone through by the rules: what they would have told, and where they stood when pvmon was stopped. */
import { setImmediate } from "node:timers/promises";
import type { HistoryService, PvmonEvent } from "pvmon";
import type { Notification, Telling } from "./rules/alert.js";
import type { AlertEngine } from "./rules/engine.js";
import { endsOf } from "./rules/episodes.js";
import type { Rule } from "./rules/rule.js";

const PAGE = 1000;
const MAX_EVENTS = 50_000;
/** Looked at before others may run. */
const SLICE = 500;

export interface Past {
  /** Oldest first. */
  readonly events: readonly PvmonEvent[];
  /** False when there were more, and the oldest are missing. */
  readonly isWhole: boolean;
}

/** Those events that any of the rules is about. */
export async function readPast(
  history: HistoryService,
  rules: readonly Rule[],
  from: number,
  to: number,
): Promise<Past> {
  const begins = rules.flatMap((rule) => [...rule.events]);
  const types = [...new Set(begins.flatMap((type) => [type, ...endsOf(type)]))];
  if (types.length === 0) return { events: [], isWhole: true };
  const events: PvmonEvent[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null && events.length < MAX_EVENTS) {
    const where = cursor === undefined ? {} : { cursor };
    const page = await history.events({ from, to, types, limit: PAGE, ...where });
    events.push(...page.items);
    cursor = page.next;
  }
  return { events: events.reverse(), isWhole: cursor === null };
}

export interface ReplayOptions {
  /** Time goes on to it, after the last event. */
  readonly until: number;
  readonly told?: (notification: Notification) => void;
  /** Until when it was told; what comes after is kept back, to be told once the replay is over. For ever unless given. */
  readonly toldUntil?: (telling: Telling) => number;
}

export async function replay(
  engine: AlertEngine,
  events: readonly PvmonEvent[],
  { until, told, toldUntil }: ReplayOptions,
): Promise<void> {
  let now = Number.NEGATIVE_INFINITY;
  let steps = 0;
  const roomAt = (telling: Telling): number =>
    toldUntil === undefined || now <= toldUntil(telling) ? now : until + 1;
  const goOn = async (to: number): Promise<void> => {
    while (engine.dueAt <= to) {
      now = Math.max(now, engine.dueAt);
      for (const notification of engine.due(now, roomAt)) told?.(notification);
      steps += 1;
      if (steps % SLICE === 0) await setImmediate();
    }
    now = Math.max(now, to);
  };
  for (const event of events) {
    // A clock that was set back has left events of a time to come.
    await goOn(Math.min(until, noticedAt(event)));
    engine.take(event, now);
    steps += 1;
    if (steps % SLICE === 0) await setImmediate();
  }
  await goOn(until);
}

/** Ids grow in the order of being noticed, and are at least the event's own time in microseconds. */
function noticedAt({ id, at }: PvmonEvent): number {
  return Math.max(at, Math.floor(Number(id) / 1000));
}
