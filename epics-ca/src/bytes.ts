/** Big-endian numbers and latin-1 texts in byte arrays, without Node's Buffer. */

/** The caller makes sure that the bytes are there; missing ones would read as 0. */
export function readU16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

export function readU32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
  );
}

export function writeU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

export function writeU32(bytes: Uint8Array, at: number, value: number): void {
  writeU16(bytes, at, value >>> 16);
  writeU16(bytes, at + 2, value & 0xffff);
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Where the text that starts at `start` ends: before its first NUL, at `limit` where it has none. */
export function textEnd(bytes: Uint8Array, start: number, limit: number): number {
  let end = start;
  while (end < limit && bytes[end] !== 0) end++;
  return end;
}

/** Few enough for the arguments of one call. */
const CHARS_PER_CALL = 4096;

export function readLatin1(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at += CHARS_PER_CALL) {
    text += String.fromCharCode(...bytes.subarray(at, Math.min(end, at + CHARS_PER_CALL)));
  }
  return text;
}

/**
 * Writes `text` at `at`. It does not write a NUL after it.
 * @throws RangeError for characters that are not latin-1, and for NUL, which would end the text.
 */
export function writeLatin1(bytes: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0 || code > 0xff) {
      throw new RangeError(`the character with code ${code} cannot be sent over Channel Access`);
    }
    bytes[at + i] = code;
  }
}

/** @throws RangeError when `value` is no unsigned integer of that many bits. */
export function checkUnsigned(value: unknown, bits: 16 | 32, what: string): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value >= 2 ** bits) {
    throw new RangeError(`${what} ${value} is not an unsigned ${bits}-bit integer`);
  }
  return value;
}
