/**
 * How much is usual: the middle of the latest ten minutes, or what was reached for six hours of the latest day if that is more.
 * So a burst changes it by nothing, what is usual by day is so in the morning, and what grows slowly is never far above it.
 */
import { meanOf, type Rate } from "./search-rates.js";

const SLOT_SECONDS = 10;
/** Ten minutes. */
const RECENT_SLOTS = 60;
/** A day of such ten minutes. */
const DAY_SLOTS = 144;
/** Of the day; the rest was busier. */
const USUAL_SHARE = 0.75;
/** A minute: half of them may be a burst that pvmon was started in. */
const LEAST_SLOTS = 6;

/** A day: what is told to be usual is so for as long, whatever the latest seconds were like. */
const RECALLED_SECONDS = 86_400;

class UsualValue {
  /** Means of ten seconds, the oldest first. */
  readonly #recent: number[] = [];
  /** Middles of ten minutes. */
  readonly #day: number[] = [];
  #slotsOfTenMinutes = 0;
  #recalled = 0;
  /** Of the seconds that are added. */
  #recalledSeconds = 0;
  #value: number | null = null;

  /** Per second; null before a minute is known. */
  get value(): number | null {
    return this.#value;
  }

  /** Mean of the next ten seconds. */
  add(mean: number): void {
    push(this.#recent, mean, RECENT_SLOTS);
    this.#slotsOfTenMinutes++;
    const recent = quantile(this.#recent, 0.5);
    if (this.#slotsOfTenMinutes >= RECENT_SLOTS) {
      this.#slotsOfTenMinutes = 0;
      push(this.#day, recent, DAY_SLOTS);
    }
    this.#recalledSeconds -= SLOT_SECONDS;
    if (this.#recalledSeconds <= 0) this.#recalled = 0;
    const isKnown =
      this.#recent.length >= LEAST_SLOTS || this.#day.length > 0 || this.#recalledSeconds > 0;
    if (isKnown) this.#value = Math.max(recent, quantile(this.#day, USUAL_SHARE), this.#recalled);
  }

  recall(value: number): void {
    this.#recalled = Math.max(this.#recalled, value);
    this.#recalledSeconds = RECALLED_SECONDS;
    this.#value = Math.max(this.#recalled, this.#value ?? 0);
  }
}

export class UsualRate {
  readonly #names = new UsualValue();
  readonly #datagrams = new UsualValue();
  /** Of the running ten. */
  #seconds: Rate[] = [];

  /** Undefined before a minute is known. */
  get value(): Rate | undefined {
    const [names, datagrams] = [this.#names.value, this.#datagrams.value];
    return names === null || datagrams === null ? undefined : { names, datagrams };
  }

  /** The next second. */
  add(second: Rate): void {
    this.#seconds.push(second);
    if (this.#seconds.length < SLOT_SECONDS) return;
    const { names, datagrams } = meanOf(this.#seconds);
    this.#names.add(names);
    this.#datagrams.add(datagrams);
    this.skip();
  }

  /** The seconds that follow are not those after the latest. */
  skip(): void {
    this.#seconds = [];
  }

  /** So much is usual for a day at least: a run before knew it, or a storm has lasted for so long. */
  recall({ names, datagrams }: Rate): void {
    this.#names.recall(names);
    this.#datagrams.recall(datagrams);
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
