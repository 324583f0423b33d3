/** What pvmon's own TCP checks have shown of one server, and how long they make up for beacons that do not reach us. */
import type { CircuitOutcome } from "../observation.js";

/** Until two checks have shown how often there is one. */
const ASSUMED_GAP_MS = 600_000;
/** Checks that are further apart are no watch. */
const MAX_GAP_MS = 3_600_000;
/** One circuit without an answer may be a busy server. */
const UNANSWERED_CHECKS = 2;

export interface CircuitState {
  /** When a circuit last came about, null for never. */
  readonly openedAt: number | null;
  readonly echoedAt: number | null;
  /** Between circuits, the longer one of the latest two gaps: a doubt is followed up sooner. */
  readonly gapMs: number;
}

export class CircuitHistory {
  #openedAt: number | null;
  #echoedAt: number | null;
  /** The latest two. */
  #gapsMs: readonly [number, number];
  /** Circuits without an answer since the last one with. */
  #unanswered = 0;
  /** The latest attempt that led nowhere. */
  #unreachableAt = Number.NEGATIVE_INFINITY;

  constructor({ openedAt, echoedAt, gapMs }: Partial<CircuitState> = {}) {
    this.#openedAt = openedAt ?? null;
    this.#echoedAt = echoedAt ?? null;
    this.#gapsMs = [gapMs ?? ASSUMED_GAP_MS, gapMs ?? ASSUMED_GAP_MS];
  }

  get state(): CircuitState {
    return { openedAt: this.#openedAt, echoedAt: this.#echoedAt, gapMs: this.#gapMs };
  }

  get #gapMs(): number {
    return Math.max(...this.#gapsMs);
  }

  get echoedAt(): number | null {
    return this.#echoedAt;
  }

  /** Whether it keeps accepting circuits and answering nothing on them. */
  get isUnresponsive(): boolean {
    return this.#unanswered >= UNANSWERED_CHECKS;
  }

  observe(outcome: CircuitOutcome, at: number): void {
    if (outcome === "unreachable") this.#unreachableAt = at;
    if (outcome === "echoed") {
      this.#opened(at);
      this.#echoedAt = at;
      this.#unanswered = 0;
    } else if (outcome === "unresponsive") {
      this.#opened(at);
      this.#unanswered++;
    }
  }

  /** A new process, or one that was seen to answer in another way, has yet to fail. */
  begin(): void {
    this.#unanswered = 0;
  }

  /** Whether attempts have led nowhere since then. */
  isUnreachableSince(at: number): boolean {
    return this.#unreachableAt > at;
  }

  /** When it was last there by a circuit, if that was after `at`, and how often to expect one. */
  signAfter(at: number): { readonly at: number; readonly gapMs: number } | undefined {
    const openedAt = this.#openedAt;
    return openedAt !== null && openedAt > at ? { at: openedAt, gapMs: this.#gapMs } : undefined;
  }

  #opened(at: number): void {
    const gapMs = at - (this.#openedAt ?? Number.NEGATIVE_INFINITY);
    if (gapMs <= 0) return;
    this.#gapsMs = [this.#gapsMs[1], gapMs <= MAX_GAP_MS ? gapMs : ASSUMED_GAP_MS];
    this.#openedAt = at;
  }
}
