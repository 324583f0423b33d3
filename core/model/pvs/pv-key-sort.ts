/**
 * Sorts places by a number that each has, in small steps, and leaves those with equal numbers in their order: digit by digit, the
 * last one first, of the bits in which numbers differ. Those of counts and of times are few.
 */
import { inSlices } from "./pv-scan.js";
import { HIGH } from "./pv-sort.js";

const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;

/** @param keys by place, and not negative: their bits are in the order of the numbers. */
export function* sortedPlaces(
  keys: Float64Array,
  isDown: boolean,
): Generator<undefined, Uint32Array> {
  const halves = new Uint32Array(keys.buffer, keys.byteOffset, 2 * keys.length);
  const differing = yield* differingBits(halves);
  let places = new Uint32Array(keys.length);
  for (let place = 0; place < places.length; place++) places[place] = place;
  let spare = new Uint32Array(keys.length);
  for (const half of [1 - HIGH, HIGH]) {
    const bits = differing[half]!;
    for (let shift = lowestBit(bits); shift < 32 && bits >>> shift !== 0; shift += DIGIT_BITS) {
      yield* moveByDigit(places, spare, { halves, half, shift, turn: isDown ? -1 : 0 });
      [places, spare] = [spare, places];
    }
  }
  return places;
}

/** Of both halves of the numbers. */
function* differingBits(halves: Uint32Array): Generator<undefined, readonly [number, number]> {
  const [first = 0, second = 0] = halves;
  let inFirst = 0;
  let inSecond = 0;
  yield* inSlices(halves.length / 2, (begin, end) => {
    for (let place = begin; place < end; place++) {
      inFirst |= halves[2 * place]! ^ first;
      inSecond |= halves[2 * place + 1]! ^ second;
    }
  });
  return [inFirst, inSecond];
}

/** 32 when there is none. */
function lowestBit(bits: number): number {
  return bits === 0 ? 32 : 31 - Math.clz32(bits & -bits);
}

/** Some bits of one half of a number. */
interface Digit {
  readonly halves: Uint32Array;
  readonly half: number;
  readonly shift: number;
  /** -1 when the highest digit comes first. */
  readonly turn: number;
}

function* moveByDigit(
  from: Uint32Array,
  to: Uint32Array,
  digit: Digit,
): Generator<undefined, void> {
  const ends = new Uint32Array(DIGITS + 1);
  yield* inSlices(from.length, (begin, end) => count(begin, end, digit, ends));
  for (let n = 1; n < ends.length; n++) ends[n]! += ends[n - 1]!;
  yield* inSlices(from.length, (begin, end) => move(from.subarray(begin, end), to, digit, ends));
}

/**
 * As they lie in memory, whatever order they have by now.
 * @param ends at one more than each digit: how many have it.
 */
function count(
  begin: number,
  end: number,
  { halves, half, shift, turn }: Digit,
  ends: Uint32Array,
): void {
  for (let place = begin; place < end; place++) {
    const digit = ((halves[2 * place + half]! ^ turn) >>> shift) & (DIGITS - 1);
    ends[digit + 1]!++;
  }
}

/** @param ends at each digit: where the next place goes that has it. */
function move(
  places: Uint32Array,
  to: Uint32Array,
  { halves, half, shift, turn }: Digit,
  ends: Uint32Array,
): void {
  for (let n = 0; n < places.length; n++) {
    const place = places[n]!;
    const digit = ((halves[2 * place + half]! ^ turn) >>> shift) & (DIGITS - 1);
    to[ends[digit]!++] = place;
  }
}
