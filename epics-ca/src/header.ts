/** The header of every message, standard and extended (CA specification, message structure). */
import { checkUnsigned, readU16, readU32, writeU16, writeU32 } from "./bytes.js";

export const HEADER_BYTES = 16;
export const EXTENDED_HEADER_BYTES = 24;
/** Payload size that, with a data count of 0, says that the real ones follow. */
export const EXTENDED = 0xffff;

export interface Header {
  readonly command: number;
  /** Bytes of the payload with its padding. */
  readonly payloadSize: number;
  readonly dataType: number;
  readonly dataCount: number;
  readonly parameter1: number;
  readonly parameter2: number;
}

/** Bytes that the header at `at` has; those of a standard one where too few are left before `limit` to tell. */
export function headerBytes(bytes: Uint8Array, at: number, limit: number): number {
  if (limit - at < HEADER_BYTES) return HEADER_BYTES;
  const extended = readU16(bytes, at + 2) === EXTENDED && readU16(bytes, at + 6) === 0;
  return extended ? EXTENDED_HEADER_BYTES : HEADER_BYTES;
}

/** The header at `at`; all of its {@link headerBytes} must be there. */
export function readHeader(bytes: Uint8Array, at: number, size: number): Header {
  const extended = size === EXTENDED_HEADER_BYTES;
  return {
    command: readU16(bytes, at),
    payloadSize: extended ? readU32(bytes, at + 16) : readU16(bytes, at + 2),
    dataType: readU16(bytes, at + 4),
    dataCount: extended ? readU32(bytes, at + 20) : readU16(bytes, at + 6),
    parameter1: readU32(bytes, at + 8),
    parameter2: readU32(bytes, at + 12),
  };
}

/** The extended form costs eight bytes and needs version 4.9, so it is for what the standard one cannot say. */
export function encodedHeaderBytes({ payloadSize, dataCount }: Header): number {
  return payloadSize >= EXTENDED || dataCount > 0xffff ? EXTENDED_HEADER_BYTES : HEADER_BYTES;
}

/** @throws RangeError when a field does not fit. */
export function writeHeader(bytes: Uint8Array, at: number, header: Header): void {
  const extended = encodedHeaderBytes(header) === EXTENDED_HEADER_BYTES;
  const payloadSize = checkUnsigned(header.payloadSize, 32, "payload size");
  const dataCount = checkUnsigned(header.dataCount, 32, "data count");
  writeU16(bytes, at, checkUnsigned(header.command, 16, "command"));
  writeU16(bytes, at + 2, extended ? EXTENDED : payloadSize);
  writeU16(bytes, at + 4, checkUnsigned(header.dataType, 16, "data type"));
  writeU16(bytes, at + 6, extended ? 0 : dataCount);
  writeU32(bytes, at + 8, checkUnsigned(header.parameter1, 32, "parameter 1"));
  writeU32(bytes, at + 12, checkUnsigned(header.parameter2, 32, "parameter 2"));
  if (!extended) return;
  writeU32(bytes, at + 16, payloadSize);
  writeU32(bytes, at + 20, dataCount);
}

/** Payloads are padded to a multiple of eight bytes (CA specification, payload). */
export function padded(size: number): number {
  return Math.ceil(size / 8) * 8;
}
