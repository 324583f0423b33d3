/**
 * What the heartbeats of one application say about its process: that it goes on, or that another one has taken its place.
 * Heartbeats get lost, doubled and overtaken on the way; none of that may look like a restart.
 */
import { BeaconPeriod } from "../beacons/beacon-period.js";
import { LATE_MS } from "../lateness.js";
import type { HeartbeatSeen } from "../observation.js";

/** All senders of heartbeats that are known use it; until measured. */
const DEFAULT_PERIOD_MS = 30_000;
/** Up times are whole seconds, counted by another clock, and arrive late: two that are no further apart say the same. */
const UP_TIME_ERROR_MS = 10_000;
/** A process that began this much after a heartbeat cannot have sent it. */
const SURELY_AFTER_MS = LATE_MS + 2_000;
/** The first heartbeat comes within two periods of the start. */
const STARTING_SECONDS = 60;
const FIRST_SEQUENCES = 1;
/** Of heartbeats of one process that follow one another, some of them lost. */
const NEAR_SEQUENCES = 5;

export type HeartbeatVerdict =
  | { readonly kind: "goesOn" }
  /** A copy, or one that was overtaken. */
  | { readonly kind: "late" }
  /** Of another process with the same command and directory, which was there before. */
  | { readonly kind: "other" }
  | {
      readonly kind: "restarted";
      /** By its up time, or when it was first heard if that cannot be. */
      readonly startedAt: number;
      readonly previous: HeartbeatLife;
    };

/** As a process said last. */
export interface HeartbeatLife {
  readonly at: number;
  readonly sequence: number;
  readonly upSeconds: number;
  readonly pid: number | null;
  readonly startedAt: number;
}

/** Whether its numbers make sense; they come from outside. */
export function isSound({ sequence, upSeconds, serverPort, port }: HeartbeatSeen): boolean {
  const numbers = [sequence, upSeconds];
  const ports = [serverPort, port];
  return (
    numbers.every((value) => Number.isFinite(value) && value >= 0) &&
    ports.every((value) => Number.isInteger(value) && value >= 0 && value <= 0xffff)
  );
}

/** When its process began, as it says, UTC ms. */
export function beganAt({ at, upSeconds }: Pick<HeartbeatSeen, "at" | "upSeconds">): number {
  return Math.max(0, Math.round(at - upSeconds * 1000));
}

export class HeartbeatTrack {
  readonly #period: BeaconPeriod;
  #life: HeartbeatLife;
  /** The latest heartbeat of any process of this application. */
  #heardAt: number;
  /** When the clock was set; how long an interval around it really was cannot be told. */
  #clockSetAt = Number.NEGATIVE_INFINITY;

  constructor(
    life: HeartbeatLife,
    /** Heartbeats that went on since the first. */
    public beats = 0,
    period = new BeaconPeriod(undefined, LATE_MS),
  ) {
    this.#life = life;
    this.#heardAt = life.at;
    this.#period = period;
  }

  static of(heartbeat: HeartbeatSeen): HeartbeatTrack {
    return new HeartbeatTrack(lifeOf(heartbeat));
  }

  /** Whether it is of a process that has just started. */
  static isStarting({ sequence, upSeconds }: HeartbeatSeen): boolean {
    return sequence <= FIRST_SEQUENCES && upSeconds <= STARTING_SECONDS;
  }

  get life(): HeartbeatLife {
    return this.#life;
  }

  get heardAt(): number {
    return this.#heardAt;
  }

  /** Undefined until measured. */
  get periodMs(): number | undefined {
    return this.#period.ms;
  }

  get expectedMs(): number {
    return this.#period.ms ?? DEFAULT_PERIOD_MS;
  }

  /** How much shorter than its period `expectedMs` may be, because of heartbeats that came late when it was measured. */
  get doubtMs(): number {
    return this.#period.ms === undefined ? 0 : this.#period.lateErrorMs(LATE_MS);
  }

  /** What a restart of pvmon has to keep. */
  get state(): HeartbeatLife & { beats: number; periodTotalMs: number; periodBeats: number } {
    const { totalMs, beacons } = this.#period.state;
    return { ...this.#life, beats: this.beats, periodTotalMs: totalMs, periodBeats: beacons };
  }

  static restore(state: HeartbeatTrack["state"]): HeartbeatTrack {
    const { at, sequence, upSeconds, pid, startedAt, beats } = state;
    const measured = { totalMs: state.periodTotalMs, beacons: state.periodBeats };
    const period = new BeaconPeriod(measured, LATE_MS);
    return new HeartbeatTrack({ at, sequence, upSeconds, pid, startedAt }, beats, period);
  }

  /** See `Inventory.clockSet`. */
  clockSet(at: number, byMs: number): void {
    this.#clockSetAt = at;
    if (byMs >= 0) return;
    const { at: lifeAt, startedAt } = this.#life;
    this.#life = { ...this.#life, at: lifeAt + byMs, startedAt: startedAt + byMs };
    this.#heardAt += byMs;
  }

  /** @param silentPeriods a process that was not heard for so many of its periods is no longer there. */
  observe(heartbeat: HeartbeatSeen, silentPeriods: number): HeartbeatVerdict {
    const previous = this.#life;
    const { at, sequence } = heartbeat;
    const verdict = this.#judge(heartbeat, silentPeriods);
    if (verdict.kind !== "late") this.#heardAt = Math.max(this.#heardAt, at);
    if (verdict.kind === "goesOn") {
      const sent = sequence - previous.sequence;
      const isTimed = at > previous.at && !this.#isAcrossClockSet(previous, at);
      if (sent > 0 && isTimed) this.#period.observe(at - previous.at, sent, true);
      const life = lifeOf(heartbeat);
      const isSame = Math.abs(life.startedAt - previous.startedAt) <= UP_TIME_ERROR_MS;
      // A heartbeat can only be late: the earliest start that one tells is the best.
      const startedAt = isSame ? Math.min(life.startedAt, previous.startedAt) : life.startedAt;
      this.#life = { ...life, pid: life.pid ?? previous.pid, startedAt };
      this.beats++;
    } else if (verdict.kind === "restarted") {
      this.#life = { ...lifeOf(heartbeat), startedAt: verdict.startedAt };
      this.beats++;
    }
    return verdict;
  }

  #judge(heartbeat: HeartbeatSeen, silentPeriods: number): HeartbeatVerdict {
    const life = this.#life;
    const { at, pid } = heartbeat;
    const began = beganAt(heartbeat);
    const isOtherProcess = pid !== null && life.pid !== null && pid !== life.pid;
    if (!isOtherProcess) {
      // The sender's own counters go on whatever our clock does.
      const sent = heartbeat.sequence - life.sequence;
      const upMore = heartbeat.upSeconds - life.upSeconds;
      const isNear = sent >= 0 && sent <= NEAR_SEQUENCES && upMore >= 0;
      if (isNear && this.#isAcrossClockSet(life, at)) {
        return { kind: sent === 0 ? "late" : "goesOn" };
      }
      if (this.#isOvertaken(heartbeat, began)) return { kind: "late" };
      if (this.#goesOn(heartbeat, began)) return { kind: "goesOn" };
    }
    if (began > life.at - LATE_MS) {
      return { kind: "restarted", startedAt: Math.max(began, life.at), previous: life };
    }
    const isSilent = at - life.at > silentPeriods * this.expectedMs + LATE_MS;
    return isSilent ? { kind: "restarted", startedAt: at, previous: life } : { kind: "other" };
  }

  #isAcrossClockSet(life: HeartbeatLife, at: number): boolean {
    return life.at < this.#clockSetAt && at >= this.#clockSetAt - LATE_MS;
  }

  /** Sent before the latest one, by this process or by the one before. */
  #isOvertaken({ at, sequence, upSeconds }: HeartbeatSeen, began: number): boolean {
    const life = this.#life;
    if (at - life.at > LATE_MS) return false;
    const isEarlier = sequence <= life.sequence && upSeconds <= life.upSeconds;
    return isEarlier || began < life.startedAt - UP_TIME_ERROR_MS;
  }

  #goesOn({ at, sequence, upSeconds }: HeartbeatSeen, began: number): boolean {
    const life = this.#life;
    if (sequence > life.sequence) {
      // Another process may have got past the counter of this one while nobody heard either: then it began after it, and
      // its counter is not where this one's would be. Either alone may come from a host's clock that was set.
      const expected = life.sequence + (at - life.at) / this.expectedMs;
      return began <= life.at + SURELY_AFTER_MS || sequence >= expected - 0.5;
    }
    // Its counter began anew, and its process did not.
    const isSameStart = Math.abs(began - life.startedAt) <= UP_TIME_ERROR_MS;
    return upSeconds > life.upSeconds && isSameStart;
  }
}

function lifeOf(heartbeat: HeartbeatSeen): HeartbeatLife {
  const { at, sequence, upSeconds, pid } = heartbeat;
  return { at, sequence, upSeconds, pid, startedAt: beganAt(heartbeat) };
}
