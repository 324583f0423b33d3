/** What was lost and started again today: one line for each thing, however often it happened. */
import type { EventType, Happening } from "../../api/types.js";

const RESTARTS: readonly EventType[] = ["server.restarted", "app.restarted"];
const LOSSES: readonly EventType[] = [
  "server.lost",
  "server.stopped",
  "server.unresponsive",
  "host.lost",
  "app.lost",
];
const RETURNS: readonly EventType[] = [
  "server.returned",
  "server.started",
  "server.resumed",
  "host.returned",
  "app.returned",
  "app.started",
];
export const TODAY_TYPES: readonly EventType[] = [...RESTARTS, ...LOSSES, ...RETURNS];

type TodayEvent = Pick<
  Happening,
  "id" | "at" | "type" | "subject" | "text" | "host" | "server" | "app"
>;

export interface TodayLine {
  readonly kind: "server" | "host" | "app";
  readonly subject: string;
  readonly host: string | null;
  readonly server: string | null;
  readonly restarts: number;
  readonly losses: number;
  /** The latest of them, or of its return. */
  readonly latest: TodayEvent;
  /** Nothing was heard of it since it was lost. */
  readonly isGone: boolean;
}

/**
 * Things that are gone first, then the latest first.
 * @param events newest first. What only came, or came back from a loss of yesterday, makes no line.
 */
export function todayOf(events: readonly TodayEvent[]): readonly TodayLine[] {
  const bySubject = new Map<string, TodayEvent[]>();
  for (const event of events) {
    const key = `${kindOf(event)} ${event.subject}`;
    const own = bySubject.get(key);
    if (own === undefined) bySubject.set(key, [event]);
    else own.push(event);
  }
  return [...bySubject.values()]
    .flatMap((own) => lineOf(own) ?? [])
    .sort(
      (a, b) =>
        Number(b.isGone) - Number(a.isGone) || Date.parse(b.latest.at) - Date.parse(a.latest.at),
    );
}

/**
 * What is gone, each machine once: what ran on a host that is gone is not named beside it.
 * @param known hosts whose trouble is told already.
 */
export function goneOf(
  lines: readonly TodayLine[],
  known: readonly string[],
): readonly TodayLine[] {
  const gone = lines.filter(({ isGone }) => isGone);
  const hosts = gone.flatMap(({ kind, host }) => (kind === "host" && host !== null ? [host] : []));
  return gone.filter(({ kind, host }) => {
    if (host === null) return true;
    return !known.includes(host) && (kind === "host" || !hosts.includes(host));
  });
}

function lineOf(own: readonly TodayEvent[]): TodayLine | undefined {
  const [latest] = own;
  const count = (types: readonly EventType[]): number =>
    own.filter(({ type }) => types.includes(type)).length;
  const [restarts, losses] = [count(RESTARTS), count(LOSSES)];
  if (latest === undefined || restarts + losses === 0) return undefined;
  const { subject, host, server } = latest;
  const isGone = LOSSES.includes(latest.type);
  return { kind: kindOf(latest), subject, host, server, restarts, losses, latest, isGone };
}

function kindOf({ type }: TodayEvent): TodayLine["kind"] {
  if (type.startsWith("server.")) return "server";
  return type.startsWith("host.") ? "host" : "app";
}
