/**
 * Sorts places by a number that each has, in small steps, and leaves those with equal numbers in their order: digit by digit, the
 * last one first, of how far each is above the lowest. Of counts and of times, which are close together, that takes few digits.
 */
import { inSlices } from "./pv-scan.js";

const DIGIT_BITS = 11;
/** A word has 32 bits: one is enough for fifty days of times. */
const WORD = 2 ** 32;

/** Of the numbers above 0, which stands for what never was, however long ago the others are. */
interface Range {
  lowest: number;
  highest: number;
}

interface Digit {
  readonly shift: number;
  readonly mask: number;
  /** At one more than each digit how many have it; then at each where the next one goes that has it. */
  readonly ends: Uint32Array;
}

/**
 * @param keys by place: whole numbers from 0 to 2^53.
 * @param memory of 8 bytes for each, that is free.
 */
export function* sortedPlaces(
  keys: Float64Array,
  isDown: boolean,
  memory: ArrayBuffer,
): Generator<undefined, Uint32Array> {
  const range = yield* rangeOf(keys);
  const most = Math.max(0, range.highest - range.lowest + 1);
  const result = new Uint32Array(keys.length);
  yield* inSlices(keys.length, (begin, end) => {
    for (let place = begin; place < end; place++) result[place] = place;
  });
  const words = new Uint32Array(memory, 0, keys.length);
  let places = result;
  let spare = new Uint32Array(memory, words.byteLength, keys.length);
  for (let unit = 1; unit <= most; unit *= WORD) {
    const digits = digitsOf(Math.min(Math.floor(most / unit), WORD - 1));
    yield* inSlices(keys.length, (begin, end) => {
      const some = words.subarray(begin, end);
      setWords(some, keys.subarray(begin, end), range, unit, isDown);
      for (const digit of digits) count(some, digit);
    });
    for (const digit of digits) {
      const [from, to] = [places, spare];
      for (let n = 1; n < digit.ends.length; n++) digit.ends[n]! += digit.ends[n - 1]!;
      yield* inSlices(from.length, (begin, end) =>
        move(from.subarray(begin, end), to, words, digit),
      );
      [places, spare] = [to, from];
    }
  }
  if (places !== result) result.set(places);
  return result;
}

function* rangeOf(keys: Float64Array): Generator<undefined, Range> {
  const range = { lowest: Number.POSITIVE_INFINITY, highest: 0 };
  yield* inSlices(keys.length, (begin, end) => widen(range, keys.subarray(begin, end)));
  return range;
}

function widen(range: Range, keys: Float64Array): void {
  let { lowest, highest } = range;
  for (let n = 0; n < keys.length; n++) {
    const key = keys[n]!;
    if (key > highest) highest = key;
    if (key < lowest && key !== 0) lowest = key;
  }
  range.lowest = lowest;
  range.highest = highest;
}

/** @param unit what the lowest bit of a word stands for. */
function setWords(
  words: Uint32Array,
  keys: Float64Array,
  { lowest, highest }: Range,
  unit: number,
  isDown: boolean,
): void {
  for (let n = 0; n < words.length; n++) {
    const key = keys[n]!;
    const above = key === 0 ? 0 : key - lowest + 1;
    const code = isDown ? highest - lowest + 1 - above : above;
    words[n] = (unit === 1 ? code : code / unit) >>> 0;
  }
}

/** As few as there can be, and of about as many bits each. */
function digitsOf(highestWord: number): readonly Digit[] {
  const bits = 32 - Math.clz32(highestWord);
  const count = Math.ceil(bits / DIGIT_BITS);
  const width = Math.ceil(bits / count);
  return Array.from({ length: count }, (_, n) => ({
    shift: n * width,
    mask: (1 << width) - 1,
    ends: new Uint32Array((1 << width) + 1),
  }));
}

function count(words: Uint32Array, { shift, mask, ends }: Digit): void {
  for (let n = 0; n < words.length; n++) ends[((words[n]! >>> shift) & mask) + 1]!++;
}

function move(
  places: Uint32Array,
  to: Uint32Array,
  words: Uint32Array,
  { shift, mask, ends }: Digit,
): void {
  for (let n = 0; n < places.length; n++) {
    const place = places[n]!;
    to[ends[(words[place]! >>> shift) & mask]!++] = place;
  }
}
