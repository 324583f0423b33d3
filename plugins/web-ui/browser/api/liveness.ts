/**
 * Whether a stream still lives. A connection that broke without a word (a cable, a firewall, a laptop that slept) looks open for
 * ever; pvmon, though, says something every few seconds, and how often shows as it goes.
 */

const GAPS = 3;
const MAX_GAP_MS = 300_000;
/** Until it is known how often it speaks. */
const UNKNOWN_GAP_MS = MAX_GAP_MS;
const PATIENCE = 3;
const LEAST_MS = 10_000;

export class Liveness {
  #heardAt: number;
  /** Between the latest messages, ms. */
  #gaps: readonly number[] = [];

  /** @param at now, as all times here: UTC ms */
  constructor(at: number) {
    this.#heardAt = at;
  }

  /** Another connection: what it says first comes when it likes. */
  opened(at: number): void {
    this.#heardAt = at;
  }

  /** It said what it says every few seconds. */
  heard(at: number): void {
    const gap = Math.min(Math.max(0, at - this.#heardAt), MAX_GAP_MS);
    this.#gaps = [...this.#gaps, gap].slice(-GAPS);
    this.#heardAt = at;
  }

  isSilent(at: number): boolean {
    const gap = this.#gaps.length < GAPS ? UNKNOWN_GAP_MS : Math.max(...this.#gaps);
    return at - this.#heardAt > Math.max(LEAST_MS, PATIENCE * gap);
  }
}
