/**
 * How a client of libca searches (EPICS Base, `searchTimer.cpp`, `udpiiu.cpp`): timers of 32 ms, 64 ms, and so on; each time that
 * one expires it sends one datagram of the names that wait in it, and twice as many as the last time only if all of those were
 * answered. What is not answered waits in the next timer. Answers come within a round trip.
 */

const ROUND_TRIP_MS = 32;
/** The last one has a period of some 4 min. */
const TIMERS = 14;
const NAMES_PER_DATAGRAM = 25;
const MOST_DATAGRAMS = 64;
/** A beacon anomaly lets all names that wait for longer be asked for again by this one, of 8.192 s. */
export const ANOMALY_TIMER = 8;

export interface LibcaClient {
  /** Names that nobody serves, and that are served. */
  readonly dead: number;
  readonly served?: number;
  /** Where the names wait at first. */
  readonly timer?: number;
}

interface Timer {
  readonly periodMs: number;
  dueAt: number;
  /** Names that wait. */
  dead: number;
  served: number;
  /** Of the last time. */
  sent: number;
  unanswered: number;
  datagrams: number;
}

/** Names that it asks for in each second; its timers begin anywhere in their periods. @param random in [0, 1) */
export function libcaSearches(
  { dead, served = 0, timer: first = 0 }: LibcaClient,
  seconds: number,
  random: () => number,
): readonly number[] {
  const perSecond = new Array<number>(seconds).fill(0);
  const timers = Array.from({ length: TIMERS - first }, (_, index): Timer => {
    const periodMs = ROUND_TRIP_MS * 2 ** (first + index);
    const dueAt = random() * periodMs;
    return { periodMs, dueAt, dead: 0, served: 0, sent: 0, unanswered: 0, datagrams: 1 };
  });
  Object.assign(timers[0]!, { dead, served });
  for (;;) {
    const due = timers.reduce((a, b) => (b.dueAt < a.dueAt ? b : a));
    if (due.dueAt >= seconds * 1000) return perSecond;
    const slower = timers[Math.min(timers.indexOf(due) + 1, timers.length - 1)]!;
    perSecond[Math.floor(due.dueAt / 1000)]! += expire(due, slower);
    due.dueAt += due.periodMs;
  }
}

/** How many names it sends. Those that are served are spread evenly among those that wait. */
function expire(timer: Timer, slower: Timer): number {
  if (timer.unanswered > 0) timer.datagrams = 1;
  else if (timer.sent > 0) timer.datagrams = Math.min(MOST_DATAGRAMS, 2 * timer.datagrams);
  slower.dead += timer.unanswered;
  const waiting = timer.dead + timer.served;
  timer.sent = Math.min(waiting, timer.datagrams * NAMES_PER_DATAGRAM);
  const answered = waiting === 0 ? 0 : Math.floor((timer.sent * timer.served) / waiting);
  timer.unanswered = timer.sent - answered;
  timer.served -= answered;
  timer.dead -= timer.unanswered;
  return timer.sent;
}
