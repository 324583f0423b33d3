/** Bytes to messages, by the table of messages: what datagrams and streams have in common. */
import { bodyOf } from "./body.js";
import { Command, MESSAGE_TABLE, type Row, type Sender, type Slot } from "./commands.js";
import type { Damage } from "./damage.js";
import { type Header, headerBytes, readHeader } from "./header.js";
import type { Message } from "./message.js";

export interface Decoded {
  /** What could be read, in order; what came before the damage is always kept. */
  readonly messages: readonly Message[];
  /** The first thing that was wrong. */
  readonly damage?: Damage;
}

/** How far a {@link walk} came. */
export interface Walk {
  readonly messages: Message[];
  /** Where the first message begins that was not read. */
  end: number;
  damage: Damage | undefined;
  /** What is missing of the message at `end`, undefined when nothing is. */
  missing: { readonly what: "header" | "payload"; readonly bytes: number } | undefined;
}

/**
 * Reads messages until the bytes end or can no longer be followed. A message that is whole but says nothing sensible
 * (a name too long) is left out, and the walk goes on behind it.
 * @param from who sent them, undefined when that is not known.
 */
export function walk(
  bytes: Uint8Array,
  from: Sender | undefined,
  maxMessageBytes = Number.POSITIVE_INFINITY,
): Walk {
  const done: Walk = { messages: [], end: 0, damage: undefined, missing: undefined };
  while (done.end < bytes.length) {
    const size = headerBytes(bytes, done.end, bytes.length);
    const left = bytes.length - done.end;
    if (left < size) {
      done.missing = { what: "header", bytes: size - left };
      break;
    }
    const header = readHeader(bytes, done.end, size);
    const rows = ROWS.get(header.command);
    if (rows === undefined || size + header.payloadSize > maxMessageBytes) {
      done.damage ??= rows === undefined ? "unknown command" : "message too large";
      break;
    }
    const start = done.end + size;
    const end = start + header.payloadSize;
    if (end > bytes.length) {
      done.missing = { what: "payload", bytes: end - bytes.length };
      break;
    }
    const message = readMessage(pickRow(rows, header, bytes, start, from), header, bytes, start);
    if (typeof message === "string") done.damage ??= message;
    else done.messages.push(message);
    done.end = end;
  }
  return done;
}

interface NamedRow extends Row {
  readonly type: string;
  /** Which field each slot fills. */
  readonly slots: readonly (readonly [Slot, string])[];
}

const SLOTS: readonly Slot[] = ["dataType", "dataCount", "parameter1", "parameter2"];

/** The rows of each command number, in the order of the table. */
const ROWS: ReadonlyMap<number, readonly NamedRow[]> = groupRows();

function groupRows(): Map<number, NamedRow[]> {
  const groups = new Map<number, NamedRow[]>();
  for (const [type, row] of Object.entries<Row>(MESSAGE_TABLE)) {
    const slots = SLOTS.flatMap((slot): [Slot, string][] => {
      const field = row[slot];
      return field === undefined ? [] : [[slot, field]];
    });
    const command = Command[row.command];
    groups.set(command, [...(groups.get(command) ?? []), { ...row, type, slots }]);
  }
  return groups;
}

function pickRow(
  rows: readonly NamedRow[],
  header: Header,
  bytes: Uint8Array,
  start: number,
  from: Sender | undefined,
): NamedRow {
  const known = from === undefined ? [] : rows.filter((row) => row.from === from);
  // A message from the wrong end is read as what it looks like; whoever asked can tell that it is out of place.
  const [only] = known;
  const row = only ?? rows.find(({ fits }) => fits?.(header, bytes, start) ?? true);
  return row ?? rows[rows.length - 1]!;
}

function readMessage(
  row: NamedRow,
  header: Header,
  bytes: Uint8Array,
  start: number,
): Message | Damage {
  const fields: Record<string, unknown> = { type: row.type };
  for (const [slot, field] of row.slots) fields[field] = header[slot];
  if (row.body !== undefined) {
    const body = bodyOf(row.body).read(header, bytes, start, start + header.payloadSize);
    if (typeof body === "string") return body;
    Object.assign(fields, body);
  }
  // The table is checked against the message types where it is written; the tests encode and decode each.
  return fields as unknown as Message;
}
