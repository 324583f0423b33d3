/** What one outbox has lost, counted, and for a while in words: a loss that is over is one to be told of all the same. */
import type { Refusal } from "./sound-rows.js";

/** After the latest loss. */
const TOLD_MS = 600_000;

interface Loss {
  /** In this time of losses. */
  rows: number;
  since: number;
  latestAt: number;
}

export class OutboxLosses {
  /** Rows that the store refuses for good. */
  refused = 0;
  #dropped = 0;
  #drops: Loss | undefined;
  #refusals: Loss | undefined;
  #latest: Refusal | undefined;

  /** @param total rows given up so far because there was no room */
  dropped(total: number, now: number): void {
    if (total > this.#dropped) this.#drops = grown(this.#drops, total - this.#dropped, now);
    this.#dropped = total;
  }

  leftOut(refusals: readonly Refusal[], now: number): void {
    if (refusals.length === 0) return;
    this.refused += refusals.length;
    this.#refusals = grown(this.#refusals, refusals.length, now);
    this.#latest = refusals.at(-1);
  }

  /** Those of the last ten minutes, with what went before them without such a pause. */
  inWords(now: number): readonly string[] {
    const words: string[] = [];
    const drops = lately(this.#drops, now);
    if (drops !== undefined) {
      words.push(
        `${drops.rows} rows of history given up since ${iso(drops.since)} because there was no room`,
      );
    }
    const refusals = lately(this.#refusals, now);
    if (refusals !== undefined && this.#latest !== undefined) {
      const { kind, reason } = this.#latest;
      words.push(
        `${refusals.rows} rows left out since ${iso(refusals.since)} because the store refuses them, the latest of the kind ${kind}: ${reason}`,
      );
    }
    return words;
  }
}

function lately(loss: Loss | undefined, now: number): Loss | undefined {
  return loss !== undefined && now - loss.latestAt < TOLD_MS ? loss : undefined;
}

function grown(loss: Loss | undefined, rows: number, now: number): Loss {
  const { rows: before, since } = lately(loss, now) ?? { rows: 0, since: now };
  return { rows: before + rows, since, latestAt: now };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
