/** The naming rules of PVs, as the character sets of records and the tools around them allow. */

const MIN_LENGTH = 4;
const DOT = 0x2e;

/** By byte: whether a name with it breaks the rules. */
const FORBIDDEN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte <= 0x20 || byte > 0x7e || "{}()$&!'~@^/\\=\"[]".includes(String.fromCharCode(byte)) ? 1 : 0,
);

/** Of `length` bytes from `begin` on; only what comes before the first `.` or NUL counts, the name of the record. */
export function isValidName(bytes: Uint8Array, begin: number, length: number): boolean {
  let index = begin;
  for (; index < begin + length; index++) {
    const byte = bytes[index]!;
    if (byte === DOT || byte === 0) break;
    if (FORBIDDEN[byte] === 1) return false;
  }
  return index - begin >= MIN_LENGTH;
}
