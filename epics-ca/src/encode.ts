/** Messages to bytes, by the table of messages. */
import { bodyOf, type Fields, payloadBytes } from "./body.js";
import { checkUnsigned } from "./bytes.js";
import { Command, MESSAGE_TABLE, type Row, type Slot } from "./commands.js";
import { encodedHeaderBytes, type Header, writeHeader } from "./header.js";
import type { Message } from "./message.js";

/**
 * One message with its padding, with an extended header where it needs one (which asks for a peer of version >= 4.9).
 * @throws RangeError for values that the wire cannot carry.
 */
export function encodeMessage(message: Message): Uint8Array {
  const row: Row = MESSAGE_TABLE[message.type];
  const fields: Fields = { ...message };
  const written = row.body === undefined ? {} : bodyOf(row.body).write(fields);
  const header: Header = {
    command: Command[row.command],
    payloadSize: payloadBytes(written),
    dataType: slotValue(row, "dataType", fields),
    dataCount: slotValue(row, "dataCount", fields),
    parameter1: slotValue(row, "parameter1", fields),
    parameter2: slotValue(row, "parameter2", fields),
    ...written.slots,
  };
  const start = encodedHeaderBytes(header);
  const bytes = new Uint8Array(start + header.payloadSize);
  writeHeader(bytes, 0, header);
  if (written.payload !== undefined) bytes.set(written.payload, start);
  return bytes;
}

function slotValue(row: Row, slot: Slot, fields: Fields): number {
  const field = row[slot];
  return field === undefined ? 0 : checkUnsigned(fields[field], slotBits(slot), field);
}

function slotBits(slot: Slot): 16 | 32 {
  return slot === "dataType" ? 16 : 32;
}

/**
 * The messages one after the other. Keeping within a datagram's size is the caller's part.
 * @throws RangeError for values that the wire cannot carry.
 */
export function encodeDatagram(messages: readonly Message[]): Uint8Array {
  return joinBytes(messages.map(encodeMessage));
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
