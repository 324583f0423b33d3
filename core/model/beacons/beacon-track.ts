/**
 * What one server's beacons mean: next one, copy, restart, pause, or a second server under the same identity. Pure; the
 * counter decides wherever there is one, because beacons get lost, doubled and overtaken on their way.
 */
import { LATE_MS } from "../lateness.js";
import type { StartEstimate } from "../views.js";
import { BeaconMultiples } from "./beacon-multiples.js";
import { BeaconPeriod } from "./beacon-period.js";
import { counterAdvance, DEFAULT_PERIOD_MS, isPastRamp, upTimeMs } from "./beacon-ramp.js";
import { NEAR, RecentBeacons } from "./beacon-recent.js";
import { Rival, type SeenBeacon } from "./beacon-rival.js";
import { restartOf, startOf } from "./beacon-start.js";
import type { BeaconVerdict, Pause, TrackState } from "./beacon-verdict.js";

/** How far ahead a resumed server's first beacon to reach us may be. */
const RESUMED = 5;
/** Alternations of two counters that make them two servers. */
const RIVAL_ROUNDS = 2;

const COPY: BeaconVerdict = { kind: "copy" };
const WAITING: BeaconVerdict = { kind: "waiting" };

export class BeaconTrack {
  /** The highest counter seen, modulo 2^32. */
  sequence: number;
  /** When it was first seen. */
  lastAt: number;
  /** Copies are not counted. */
  beacons = 1;
  /** The beacon that the start is reckoned from: the first one seen of this life of the server. */
  #anchor: SeenBeacon;
  /** False until the counter is seen above 0: ancient servers leave it at 0 for ever. */
  #counts: boolean;
  /** When the latest run of beacons with counter 0 began. */
  #zeroAt: number;
  #period = new BeaconPeriod();
  #recent: RecentBeacons;
  #ramping = false;
  readonly #multiples = new BeaconMultiples();
  #rival: Rival | undefined;
  /** When the clock was set or pvmon had stood still; how long an interval around it really was cannot be told. */
  #clockSetAt = Number.NEGATIVE_INFINITY;

  constructor(at: number, sequence: number) {
    this.sequence = sequence;
    this.lastAt = at;
    this.#anchor = { at, sequence };
    this.#counts = sequence > 0;
    this.#zeroAt = at;
    this.#recent = new RecentBeacons([this.#anchor]);
  }

  static restore(state: TrackState): BeaconTrack {
    const track = new BeaconTrack(state.lastAt, state.sequence);
    track.beacons = state.beacons;
    track.#anchor = { at: state.anchorAt, sequence: state.anchorSequence };
    track.#counts = state.counts;
    track.#zeroAt = state.zeroAt;
    track.#period = new BeaconPeriod({
      totalMs: state.periodTotalMs,
      beacons: state.periodBeacons,
    });
    return track;
  }

  get state(): TrackState {
    const { totalMs, beacons } = this.#period.state;
    return {
      sequence: this.sequence,
      lastAt: this.lastAt,
      beacons: this.beacons,
      anchorAt: this.#anchor.at,
      anchorSequence: this.#anchor.sequence,
      counts: this.#counts,
      zeroAt: this.#zeroAt,
      periodTotalMs: totalMs,
      periodBeacons: beacons,
    };
  }

  /** Measured, ms; undefined until it is known. */
  get periodMs(): number | undefined {
    return this.#period.ms;
  }

  /** What to allow between two beacons: the period, and while it is unknown the default one or a longer interval seen. */
  get expectedMs(): number {
    return this.periodMs ?? Math.max(DEFAULT_PERIOD_MS, this.#period.oddMs);
  }

  /**
   * Whether the first beacon seen was the server's first one. Undecided while all we have is a counter of 0, which an
   * ancient server sends for ever and a new one for 60 ms.
   */
  beginning(at: number): "started" | "midLife" | "undecided" {
    if (this.#anchor.sequence > 1) return "midLife";
    if (this.#counts) return "started";
    return at - this.#anchor.at > LATE_MS ? "midLife" : "undecided";
  }

  /**
   * Whether the beacons of another identity are those of this server, heard by another way; undefined when that cannot be
   * told: one of them does not count, they were not heard at one time, or not often enough.
   */
  isHeardAs(other: BeaconTrack): boolean | undefined {
    if (!this.#counts || !other.#counts) return undefined;
    if (Math.abs(this.lastAt - other.lastAt) > LATE_MS) return undefined;
    const ahead = counterAdvance(this.sequence, other.sequence);
    if (ahead > 1 && counterAdvance(other.sequence, this.sequence) > 1) return false;
    return this.#recent.areThoseOf(other.#recent);
  }

  /** Undefined for servers that do not count. */
  get start(): StartEstimate | undefined {
    return this.#counts ? startOf(this.#anchor, this.#period) : undefined;
  }

  /** See `Inventory.clockSet`. */
  clockSet(at: number, byMs: number): void {
    this.#clockSetAt = at;
    this.#shift(Math.min(byMs, 0));
    this.lastAt += Math.min(byMs, 0);
    this.#recent = new RecentBeacons([{ at: this.lastAt, sequence: this.sequence }]);
    this.#rival = undefined;
  }

  observe(at: number, sequence: number): BeaconVerdict {
    const beacon = { at: Math.max(at, this.lastAt), sequence };
    const advance = counterAdvance(this.sequence, sequence);
    if (advance === 0) return this.#same(beacon);
    if (advance <= this.#reach(this.lastAt, beacon.at)) {
      return this.#startedAgain(beacon) ?? this.#forward(beacon, advance);
    }
    const isLate =
      counterAdvance(beacon.sequence, this.sequence) <= 2 * NEAR &&
      this.#recent.hasOvertaken(beacon);
    return isLate ? COPY : this.#offTrack(beacon);
  }

  /** How far the counter may get between two instants. */
  #reach(from: number, to: number): number {
    return NEAR + (to - from) / (this.periodMs === undefined ? 500 : this.periodMs / 2);
  }

  #same(beacon: SeenBeacon): BeaconVerdict {
    const silentMs = beacon.at - this.lastAt;
    if (silentMs <= LATE_MS) return COPY;
    if (this.#isAroundClockSet(beacon)) {
      if (!this.#counts) this.#accept(beacon);
      return this.#counts ? COPY : { kind: "advanced", missed: 0 };
    }
    if (this.#counts) {
      // Too late for a copy. A server that started in the meantime may have come just as far.
      const isYoung = upTimeMs(beacon.sequence, this.expectedMs) <= silentMs;
      return isYoung ? this.#offTrack(beacon) : COPY;
    }
    const beacons = this.#periodsIn(silentMs);
    this.#period.observe(silentMs, beacons, true);
    this.#zeroAt = beacon.at;
    this.#accept(beacon);
    return { kind: "advanced", missed: beacons - 1 };
  }

  #periodsIn(silentMs: number): number {
    if (this.periodMs === undefined) return 1;
    const periods = this.#multiples.periodsIn(silentMs, this.periodMs);
    if (periods === undefined) this.#period = new BeaconPeriod();
    return periods ?? 1;
  }

  #forward(beacon: SeenBeacon, advance: number): BeaconVerdict {
    const silentMs = beacon.at - this.lastAt;
    if (!this.#counts && this.#zeroAt > this.#anchor.at) {
      return this.#restart({ at: this.#zeroAt, sequence: 0 }, beacon);
    }
    this.#counts = true;
    const tooLongMs = silentMs - advance * this.expectedMs;
    const isKnown = tooLongMs > 0 || this.periodMs !== undefined;
    if (isKnown && advance <= RESUMED && this.#isAroundClockSet(beacon)) {
      // The counter says how long it was: what was before is so much later, or earlier, by the clock of now.
      this.#shift(tooLongMs);
      this.#recent.clear();
      this.#accept(beacon);
      return { kind: "advanced", missed: advance - 1 };
    }
    const period = this.#period.settledMs;
    let pause: Pause | undefined;
    if (period !== undefined) {
      if (this.#period.isSilence(silentMs, advance)) {
        // The counter fell behind. By a few: a pause. By more: it fits a server that started in the meantime.
        if (advance > RESUMED && upTimeMs(beacon.sequence, period) <= silentMs) {
          return this.#restart(beacon, beacon);
        }
        pause = { pausedAt: this.lastAt, resumedAt: beacon.at, byRamp: false };
      } else {
        pause = this.#ramping ? undefined : this.#recent.rampUpTo(beacon, period);
      }
    }
    if (this.#ramping) {
      // The interval that ends the ramp holds some of it, and its beacons must not look like another one.
      this.#ramping = silentMs / advance < 0.8 * this.expectedMs;
      if (!this.#ramping) this.#recent.clear();
    } else {
      const steady = isPastRamp(this.sequence, silentMs / advance);
      this.#period.observe(silentMs, advance, steady);
      // The first ramp must not look like that of a pause.
      if (period === undefined && this.#period.settledMs !== undefined) this.#recent.clear();
    }
    if (pause !== undefined) {
      this.#ramping = true;
      this.#recent.forgetBefore(pause.resumedAt);
    }
    this.#accept(beacon);
    return { kind: "advanced", missed: advance - 1, ...(pause && { pause }) };
  }

  /**
   * A server that died young and started again may have come just past the counter it died at when its second beacon
   * reaches us. The first one, below that counter and too long after it to be late, tells.
   */
  #startedAgain(beacon: SeenBeacon): BeaconVerdict | undefined {
    const rival = this.#rival;
    if (rival === undefined || rival.interrupted || rival.rounds > 0) return undefined;
    if (rival.first.at - this.lastAt <= LATE_MS) return undefined;
    if (!rival.isFollowedBy(beacon, NEAR)) return undefined;
    const isYoung = upTimeMs(beacon.sequence, this.expectedMs) <= beacon.at - this.lastAt;
    return isYoung ? this.#restart(rival.first, beacon) : undefined;
  }

  #offTrack(beacon: SeenBeacon): BeaconVerdict {
    const rival = this.#rival;
    if (rival === undefined || rival.isForgotten(beacon.at, this.expectedMs)) {
      this.#rival = new Rival(beacon);
      return WAITING;
    }
    if (rival.last.sequence === beacon.sequence && beacon.sequence !== 0) return COPY;
    if (!rival.isFollowedBy(beacon, this.#reach(rival.last.at, beacon.at))) {
      if (rival.rounds < RIVAL_ROUNDS) this.#rival = new Rival(beacon);
      return WAITING;
    }
    rival.last = beacon;
    if (rival.interrupted) {
      rival.interrupted = false;
      rival.rounds++;
    } else if (rival.rounds < RIVAL_ROUNDS) {
      return this.#restart(rival.first, beacon);
    } else if (beacon.at - this.lastAt > 3 * this.expectedMs) {
      // Of two servers with one identity this one is left.
      this.#begin(rival.first, beacon);
      return { kind: "advanced", missed: 0 };
    }
    return rival.rounds < RIVAL_ROUNDS
      ? WAITING
      : { kind: "interleaved", otherSequence: beacon.sequence };
  }

  #restart(first: SeenBeacon, beacon: SeenBeacon): BeaconVerdict {
    const previous = { at: this.lastAt, sequence: this.sequence };
    const restart = restartOf(first, previous, this.periodMs);
    this.#begin(first, beacon);
    return { kind: "restarted", restart };
  }

  #begin(first: SeenBeacon, beacon: SeenBeacon): void {
    const ahead = counterAdvance(beacon.sequence, first.sequence);
    const overtaken = ahead > 0 && ahead <= 2 * NEAR;
    const latest = overtaken ? { at: beacon.at, sequence: first.sequence } : beacon;
    this.#anchor = first;
    this.#counts = latest.sequence > 0;
    this.#zeroAt = first.at;
    this.#period = new BeaconPeriod();
    this.#ramping = false;
    this.#recent = new RecentBeacons(first === latest ? [] : [first]);
    this.#rival = undefined;
    this.#accept(latest);
  }

  /**
   * Whether it ends an interval in which the clock was set, or that begins or ends while what had come before that, or while
   * pvmon stood still, is read late and all at once.
   */
  #isAroundClockSet({ at }: SeenBeacon): boolean {
    return this.lastAt < this.#clockSetAt + LATE_MS && at >= this.#clockSetAt - LATE_MS;
  }

  #shift(byMs: number): void {
    this.#anchor = { ...this.#anchor, at: this.#anchor.at + byMs };
    this.#zeroAt += byMs;
  }

  #accept(beacon: SeenBeacon): void {
    this.sequence = beacon.sequence;
    this.lastAt = beacon.at;
    this.beacons++;
    this.#recent.add(beacon);
    if (this.#rival !== undefined) this.#rival.interrupted = true;
  }
}
