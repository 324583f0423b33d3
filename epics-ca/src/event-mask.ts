/** The payload of a subscription request: three obsolete floats that are always 0, then the mask (CA specification, CA_PROTO_EVENT_ADD). */
import { checkUnsigned, readU16, writeU16 } from "./bytes.js";
import type { Header } from "./header.js";

const MASK_OFFSET = 12;
const PAYLOAD_BYTES = 16;

/**
 * Whether an EVENT_ADD from an unknown sender is a request. A reply of the same 16 bytes is a DBR_TIME_LONG or the
 * like, which has a time stamp where a request has zeros.
 */
export function looksLikeEventMask(
  { payloadSize }: Header,
  bytes: Uint8Array,
  payloadStart: number,
): boolean {
  if (payloadSize !== PAYLOAD_BYTES) return false;
  for (let i = 0; i < MASK_OFFSET; i++) if (bytes[payloadStart + i] !== 0) return false;
  return readU16(bytes, payloadStart + MASK_OFFSET) !== 0;
}

/** Undefined when the payload is too short for a mask. */
export function readEventMask(bytes: Uint8Array, start: number, end: number): number | undefined {
  return end - start < MASK_OFFSET + 2 ? undefined : readU16(bytes, start + MASK_OFFSET);
}

/** @throws RangeError when the mask has more than 16 bits. */
export function encodeEventMask(mask: number): Uint8Array {
  const payload = new Uint8Array(PAYLOAD_BYTES);
  writeU16(payload, MASK_OFFSET, checkUnsigned(mask, 16, "mask"));
  return payload;
}
