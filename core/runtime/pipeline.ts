/** The way of an observation from the plugin that made it into the inventory, counted, and never fatal. */
import type { Observation, SensorReport } from "../model/observation.js";
import type { Emitter, Log } from "../plugin/host.js";
import type { Clock } from "../plugin/services.js";
import { messageOf } from "./error-message.js";
import type { Metrics } from "./metrics.js";
import { HIGH_WATER, type Outboxes } from "./outboxes.js";

const SECOND_MS = 1000;
/** A timer that comes so much later than asked for means that nothing was read meanwhile. */
const STALL_MS = 5000;
/** The clock was set when it moves by this much more or less than time has passed. */
const CLOCK_SET_MS = 2000;
const COMPLAIN_EVERY_MS = 60_000;
const MAX_SENSORS = 256;

/** Where observations go. */
interface Folding {
  fold(observation: Observation): void;
  advance(at: number): void;
  clockSet(at: number, byMs: number): void;
}

export interface PipelineParts {
  readonly inventory: Folding;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly outboxes: Pick<Outboxes, "pressure" | "drained">;
}

export class Pipeline {
  readonly #parts: PipelineParts;
  readonly #reports = new Map<string, SensorReport>();
  readonly #stalls: { add(n?: number): void };
  readonly #clockSets: { add(n?: number): void };
  readonly #tickFailures: { add(n?: number): void };
  #complainAfter = Number.NEGATIVE_INFINITY;
  #tick = { now: 0, elapsed: 0 };
  #cancel: (() => void) | undefined;

  constructor(parts: PipelineParts) {
    this.#parts = parts;
    const own = parts.metrics.of("pvmon");
    this.#stalls = own.counter("stalls_total", "Times the whole process stood still for seconds.");
    this.#clockSets = own.counter(
      "clock_jumps_total",
      "Times the machine's clock was set, or stood still in a suspended machine.",
    );
    this.#tickFailures = own.counter("tick_failures_total", "Seconds whose rules failed.");
  }

  /** @param signal of the plugin: what it emits after that has aborted is dropped and counted. */
  emitter(plugin: string, signal: AbortSignal): Emitter {
    const { inventory, outboxes, metrics } = this.#parts;
    const counters = metrics.of(plugin);
    const folded = counters.counter("observations_folded_total", "Observations taken in.");
    const failed = counters.counter(
      "observations_failed_total",
      "Observations dropped because folding them failed.",
    );
    const late = counters.counter(
      "observations_late_total",
      "Observations dropped because the plugin had been stopped.",
    );
    return {
      emit: (observation) => {
        // A plugin that stops says so of its sockets: missed, their ports would count as pvmon's own for ever.
        if (signal.aborted && observation.type !== "ownSocket") {
          late.add();
          return false;
        }
        try {
          const timed = this.#timed(observation);
          if (timed.type === "sensor") this.#remember(timed);
          inventory.fold(timed);
          folded.add();
        } catch (error) {
          failed.add();
          this.#complain(`an observation of "${plugin}" could not be folded`, error);
        }
        return outboxes.pressure < HIGH_WATER;
      },
      drained: () => outboxes.drained(signal),
    };
  }

  /** Lets the inventory's time pass, second by second, whether anything is observed or not. */
  start(): void {
    const { clock } = this.#parts;
    this.#tick = { now: clock.now(), elapsed: clock.elapsed() };
    this.#cancel = clock.every(SECOND_MS, () => this.#second());
  }

  stop(): void {
    this.#cancel?.();
  }

  #second(): void {
    const { inventory } = this.#parts;
    try {
      this.#lookAtClock();
      inventory.advance(this.#tick.now);
    } catch (error) {
      this.#tickFailures.add();
      this.#complain("the rules of this second failed", error);
    }
  }

  /**
   * The clock may be set between two seconds, and the next observation is the first to show it. One that is still ahead
   * of the clock was made before the clock was set back: it counts as of now.
   */
  #timed(observation: Observation): Observation {
    if (Math.abs(observation.at - this.#tick.now) <= CLOCK_SET_MS) return observation;
    if (this.#cancel === undefined) return observation;
    this.#lookAtClock();
    const { now } = this.#tick;
    return observation.at > now + CLOCK_SET_MS ? { ...observation, at: now } : observation;
  }

  #lookAtClock(): void {
    const { clock } = this.#parts;
    const before = this.#tick;
    this.#tick = { now: clock.now(), elapsed: clock.elapsed() };
    const elapsedMs = this.#tick.elapsed - before.elapsed;
    const byMs = this.#tick.now - before.now - elapsedMs;
    if (Math.abs(byMs) > CLOCK_SET_MS) this.#clockSet(before.now, byMs);
    else if (elapsedMs > STALL_MS) this.#stalled(before.now, elapsedMs);
  }

  /** While a machine is suspended, its monotonic clock may stand still, which looks as if the clock had been set. */
  #clockSet(lastSecondAt: number, byMs: number): void {
    const { now } = this.#tick;
    const seconds = (Math.abs(byMs) / 1000).toFixed(1);
    const reason =
      byMs < 0
        ? `the clock was set back by ${seconds} s`
        : `the clock jumped ahead by ${seconds} s: it was set, or pvmon itself stood still`;
    this.#clockSets.add();
    this.#parts.log.warn("the clock jumped: nothing counts as lost for a while", { byMs });
    this.#parts.inventory.clockSet(now, byMs);
    this.#blind(byMs < 0 ? now : lastSecondAt, reason);
  }

  /** While pvmon itself stood still (starved), what came in is still unread in the sockets. */
  #stalled(lastSecondAt: number, gapMs: number): void {
    this.#stalls.add();
    this.#parts.log.warn("pvmon stood still: nothing counts as lost for a while", { gapMs });
    this.#parts.inventory.clockSet(this.#tick.now, 0);
    this.#blind(lastSecondAt, `pvmon itself stood still for ${(gapMs / 1000).toFixed(1)} s`);
  }

  /** Every sensor was: said as of `since`, so that nothing is taken for lost in between. Their next reports end it. */
  #blind(since: number, reason: string): void {
    for (const [sensor, report] of this.#reports) {
      const at = Math.max(Math.min(report.at, this.#tick.now), since);
      this.#reports.set(sensor, { ...report, at });
      if (report.sees) this.#parts.inventory.fold({ ...report, at, sees: false, reason });
    }
  }

  #remember(report: SensorReport): void {
    if (this.#reports.size < MAX_SENSORS || this.#reports.has(report.sensor)) {
      this.#reports.set(report.sensor, report);
    }
  }

  /** Something that fails may fail a million times a second. */
  #complain(message: string, error: unknown): void {
    const elapsed = this.#parts.clock.elapsed();
    if (elapsed < this.#complainAfter) return;
    this.#complainAfter = elapsed + COMPLAIN_EVERY_MS;
    this.#parts.log.error(`${message}; more of this is only counted for a minute`, {
      error: error instanceof Error ? error : messageOf(error),
    });
  }
}
