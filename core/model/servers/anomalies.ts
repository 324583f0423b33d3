/** What is wrong but harmless for now: opened when first seen, counted while it lasts, closed when it has been quiet. */
import type { EventDraft, EventType, Evidence } from "../event.js";
import { ANOMALY_TYPES, type AnomalyType, type AnomalyView } from "../views.js";

/** Of beacons; storms of searches are looked after elsewhere. */
const TYPES = ANOMALY_TYPES.filter((type) => type !== "searchStorm");

export const ANOMALY_QUIET_MS = 60_000;
/** Once its share of the table is open, further subjects of a type are counted under this one. */
export const OTHER_SUBJECTS = "others";

export interface AnomalySighting {
  readonly type: AnomalyType;
  readonly subject: string;
  readonly at: number;
  readonly text: string;
  readonly evidence: Evidence;
  readonly host?: string;
  readonly server?: string;
  /** What opens it, `anomaly.opened` unless it has an event type of its own. */
  readonly opening?: EventType;
  /** Silence that closes it, ms; at least {@link ANOMALY_QUIET_MS}. */
  readonly quietMs?: number;
}

interface Anomaly {
  sighting: AnomalySighting;
  openedAt: number;
  closedAt: number | null;
  lastSeenAt: number;
  count: number;
}

export class Anomalies {
  readonly #byKey = new Map<string, Anomaly>();
  readonly #open = new Map<AnomalyType, number>();
  readonly #max: number;

  constructor(
    max: number,
    private readonly emit: (draft: EventDraft) => void,
  ) {
    this.#max = Math.max(max, 2 * TYPES.length);
  }

  saw(sighting: AnomalySighting): void {
    const anomaly = this.#byKey.get(keyOf(sighting));
    if (anomaly !== undefined && anomaly.closedAt === null) {
      anomaly.sighting = sighting;
      anomaly.lastSeenAt = Math.max(anomaly.lastSeenAt, sighting.at);
      anomaly.count++;
    } else if (sighting.subject !== OTHER_SUBJECTS && this.#isFull(sighting.type)) {
      const { host: _host, server: _server, ...rest } = sighting;
      this.saw({ ...rest, subject: OTHER_SUBJECTS });
    } else {
      this.#openOne(sighting);
    }
  }

  /** None was seen later than now, whatever the clock said. */
  clockSet(at: number): void {
    for (const anomaly of this.#byKey.values()) {
      anomaly.openedAt = Math.min(anomaly.openedAt, at);
      anomaly.lastSeenAt = Math.min(anomaly.lastSeenAt, at);
    }
  }

  /** When {@link tick} may have something to close, Infinity when all are closed. */
  nextDueAt(): number {
    let dueAt = Number.POSITIVE_INFINITY;
    for (const anomaly of this.#byKey.values()) {
      if (anomaly.closedAt === null) dueAt = Math.min(dueAt, quietAt(anomaly));
    }
    return dueAt;
  }

  tick(at: number): void {
    for (const anomaly of this.#byKey.values()) {
      if (anomaly.closedAt !== null || quietAt(anomaly) > at) continue;
      anomaly.closedAt = quietAt(anomaly);
      this.#count(anomaly.sighting.type, -1);
      this.emit({
        ...draftOf(anomaly.sighting),
        at: anomaly.closedAt,
        type: "anomaly.closed",
        severity: "info",
        text: `over: ${anomaly.sighting.text}`,
        evidence: {
          ...anomaly.sighting.evidence,
          anomaly: anomaly.sighting.type,
          openedAt: anomaly.openedAt,
          lastSeenAt: anomaly.lastSeenAt,
          count: anomaly.count,
        },
      });
    }
  }

  /** Open ones first, each group latest first. */
  views(): AnomalyView[] {
    return byRecency([...this.#byKey.values()].map(viewOf));
  }

  /** Those about a server that are open. */
  openFor(subject: string): AnomalyView[] {
    return TYPES.flatMap((type) => {
      const anomaly = this.#byKey.get(keyOf({ type, subject }));
      return anomaly === undefined || anomaly.closedAt !== null ? [] : [viewOf(anomaly)];
    });
  }

  #openOne(sighting: AnomalySighting): void {
    const key = keyOf(sighting);
    this.#byKey.delete(key);
    if (this.#byKey.size >= this.#max) this.#dropOldestClosed();
    this.#byKey.set(key, {
      sighting,
      openedAt: sighting.at,
      closedAt: null,
      lastSeenAt: sighting.at,
      count: 1,
    });
    this.#count(sighting.type, 1);
    this.emit({
      ...draftOf(sighting),
      at: sighting.at,
      type: sighting.opening ?? "anomaly.opened",
      severity: sighting.opening === undefined ? "warning" : "alarm",
      text: sighting.text,
      evidence: { ...sighting.evidence, anomaly: sighting.type },
    });
  }

  /** Each type has an equal share, with one place in it for {@link OTHER_SUBJECTS}. */
  #isFull(type: AnomalyType): boolean {
    return (this.#open.get(type) ?? 0) >= Math.floor(this.#max / TYPES.length) - 1;
  }

  #count(type: AnomalyType, by: number): void {
    this.#open.set(type, (this.#open.get(type) ?? 0) + by);
  }

  #dropOldestClosed(): void {
    for (const [key, anomaly] of this.#byKey) {
      if (anomaly.closedAt === null) continue;
      this.#byKey.delete(key);
      return;
    }
  }
}

/** Open ones first, each group latest first. */
export function byRecency(views: readonly AnomalyView[]): AnomalyView[] {
  return [...views].sort(
    (a, b) =>
      Number(a.closedAt !== null) - Number(b.closedAt !== null) || b.lastSeenAt - a.lastSeenAt,
  );
}

function keyOf({ type, subject }: Pick<AnomalySighting, "type" | "subject">): string {
  return `${type} ${subject}`;
}

function quietAt({ lastSeenAt, sighting }: Anomaly): number {
  return lastSeenAt + Math.max(ANOMALY_QUIET_MS, sighting.quietMs ?? 0);
}

function draftOf({ subject, host, server }: AnomalySighting) {
  return {
    subject,
    ...(host === undefined ? {} : { host }),
    ...(server === undefined ? {} : { server }),
  };
}

function viewOf(anomaly: Anomaly): AnomalyView {
  const { type, subject, text, evidence } = anomaly.sighting;
  const { openedAt, closedAt, lastSeenAt, count } = anomaly;
  return { type, subject, text, openedAt, closedAt, lastSeenAt, count, evidence };
}
