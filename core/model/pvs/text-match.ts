/** What people type to find names: a part of the name, or a glob over all of it. Works on bytes; ASCII case does not matter. */

const STAR = 0x2a;
const QUESTION_MARK = 0x3f;

/** By byte: the same in lower case. */
export const FOLD = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte,
);

/** Whether the bytes from `begin` up to `end` match. */
export type TextMatch = (bytes: Uint8Array, begin: number, end: number) => boolean;

/** Where a part begins first between `begin` and `end`, -1 when nowhere. */
type Find = (bytes: Uint8Array, begin: number, end: number) => number;

/** A glob when the text has `*` (any bytes) or `?` (one byte), otherwise a part of the name. */
export function compileMatch(text: string): TextMatch {
  const pattern = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    // No name has such a character.
    if (code > 0xff) return () => false;
    pattern[index] = FOLD[code]!;
  }
  if (pattern.includes(QUESTION_MARK)) return compileGlob(pattern);
  if (pattern.includes(STAR)) return compileParts(pattern);
  const find = compileFind(pattern);
  return (bytes, begin, end) => find(bytes, begin, end) >= 0;
}

/** A glob with stars alone: what is before the first of them begins the name, what is after the last one ends it. */
function compileParts(glob: Uint8Array): TextMatch {
  const first = glob.subarray(0, glob.indexOf(STAR));
  const last = glob.subarray(glob.lastIndexOf(STAR) + 1);
  const between = partsBetween(glob.subarray(first.length, glob.length - last.length));
  // Of several, the longest is looked for with the fewest looks, and most names do not have it.
  const [longest, ...others] = between.toSorted((a, b) => b.length - a.length);
  const isHopeless: TextMatch = (bytes, begin, end) =>
    longest !== undefined && others.length > 0 && longest.find(bytes, begin, end) < 0;
  return (bytes, begin, end) => {
    let at = begin + first.length;
    const stop = end - last.length;
    if (at > stop || !isAt(first, bytes, begin) || !isAt(last, bytes, stop)) return false;
    if (isHopeless(bytes, at, stop)) return false;
    for (const { find, length } of between) {
      const found = find(bytes, at, stop);
      if (found < 0) return false;
      at = found + length;
    }
    return true;
  };
}

function partsBetween(glob: Uint8Array): readonly { find: Find; length: number }[] {
  const parts: { find: Find; length: number }[] = [];
  for (let begin = 0; begin < glob.length; ) {
    const star = glob.indexOf(STAR, begin);
    const end = star < 0 ? glob.length : star;
    if (end > begin) parts.push({ find: compileFind(glob.slice(begin, end)), length: end - begin });
    begin = end + 1;
  }
  return parts;
}

/** Boyer, Moore, Horspool: looks at the byte under the end of the part, which tells how far the part can move on. */
function compileFind(part: Uint8Array): Find {
  const length = part.length;
  if (length === 0) return (_bytes, begin) => begin;
  if (length === 1) return compileFindByte(part[0]!);
  const last = length - 1;
  // By byte in either case; 0 for the last byte of the part, under which it stays.
  const steps = new Uint16Array(256).fill(length);
  for (let index = 0; index < last; index++) steps[part[index]!] = last - index;
  const afterLast = steps[part[last]!]!;
  steps[part[last]!] = 0;
  for (let byte = 0; byte < 256; byte++) steps[byte] = steps[FOLD[byte]!]!;
  return (bytes, begin, end) => {
    let at = begin + last;
    while (at < end) {
      const step = steps[bytes[at]!]!;
      if (step === 0 && isAt(part, bytes, at - last)) return at - last;
      at += step === 0 ? afterLast : step;
    }
    return -1;
  };
}

/** Without leaps, each of which waits for the byte before it. */
function compileFindByte(wanted: number): Find {
  return (bytes, begin, end) => {
    for (let at = begin; at < end; at++) if (FOLD[bytes[at]!] === wanted) return at;
    return -1;
  };
}

function isAt(part: Uint8Array, bytes: Uint8Array, begin: number): boolean {
  for (let index = 0; index < part.length; index++) {
    if (FOLD[bytes[begin + index]!] !== part[index]) return false;
  }
  return true;
}

/** Goes back to the last star only: at worst the product of both lengths. */
function compileGlob(glob: Uint8Array): TextMatch {
  return (bytes, begin, end) => {
    let at = begin;
    let inGlob = 0;
    let afterStar = -1;
    let starEnd = begin;
    while (at < end) {
      const wanted = glob[inGlob];
      if (wanted === STAR) {
        afterStar = ++inGlob;
        starEnd = at;
      } else if (
        wanted === QUESTION_MARK ||
        (wanted !== undefined && wanted === FOLD[bytes[at]!])
      ) {
        at++;
        inGlob++;
      } else if (afterStar >= 0) {
        inGlob = afterStar;
        at = ++starEnd;
      } else {
        return false;
      }
    }
    while (glob[inGlob] === STAR) inGlob++;
    return inGlob === glob.length;
  };
}
