/**
 * How much is usual: the middle of the latest ten minutes, or what was reached for six hours of the latest day if that is more.
 * So a burst changes it by nothing, what is usual by day is so in the morning, and what grows slowly is never far above it.
 */

const SLOT_SECONDS = 10;
/** Ten minutes. */
const RECENT_SLOTS = 60;
/** A day of such ten minutes. */
const DAY_SLOTS = 144;
/** Of the day; the rest was busier. */
const USUAL_SHARE = 0.75;
/** A minute: half of them may be a burst that pvmon was started in. */
const LEAST_SLOTS = 6;

export class UsualRate {
  #seconds = 0;
  #sum = 0;
  /** Means of ten seconds, the oldest first. */
  readonly #recent: number[] = [];
  /** Middles of ten minutes. */
  readonly #day: number[] = [];
  #slotsOfTenMinutes = 0;
  #value: number | null = null;

  /** Per second; null before a minute is known. */
  get value(): number | null {
    return this.#value;
  }

  /** The next second. */
  add(amount: number): void {
    this.#sum += amount;
    this.#seconds++;
    if (this.#seconds < SLOT_SECONDS) return;
    this.#keep(this.#sum / SLOT_SECONDS);
    this.skip();
  }

  /** The seconds that follow are not those after the latest. */
  skip(): void {
    this.#sum = 0;
    this.#seconds = 0;
  }

  /** What a run before knew. */
  recall(value: number): void {
    this.#day.push(value);
    this.#value = Math.max(value, this.#value ?? 0);
  }

  #keep(mean: number): void {
    push(this.#recent, mean, RECENT_SLOTS);
    this.#slotsOfTenMinutes++;
    const recent = quantile(this.#recent, 0.5);
    if (this.#slotsOfTenMinutes >= RECENT_SLOTS) {
      this.#slotsOfTenMinutes = 0;
      push(this.#day, recent, DAY_SLOTS);
    }
    const isKnown = this.#recent.length >= LEAST_SLOTS || this.#day.length > 0;
    if (isKnown) this.#value = Math.max(recent, quantile(this.#day, USUAL_SHARE));
  }
}

function push(values: number[], value: number, most: number): void {
  values.push(value);
  if (values.length > most) values.shift();
}

/** 0 of none. @param share 0..1, of the values that are not above it */
function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(share * values.length)] ?? 0;
}
