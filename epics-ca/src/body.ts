/** What payloads carry besides plain data, each way of it once, for the table of messages to name. */
import { checkUnsigned, readLatin1, readU16, textEnd, writeLatin1, writeU16 } from "./bytes.js";
import { MAX_TEXT_BYTES, SEQUENCE_IS_VALID, UNREASONABLE_NAME_BYTES } from "./constants.js";
import type { Damage } from "./damage.js";
import { encodeEventMask, readEventMask } from "./event-mask.js";
import {
  encodedHeaderBytes,
  type Header,
  headerBytes,
  padded,
  readHeader,
  writeHeader,
} from "./header.js";

/** The part of a message that its header's slots do not hold. */
interface Body<Fields extends object> {
  /** The payload is `bytes` from `start` to `end`. */
  read(header: Header, bytes: Uint8Array, start: number, end: number): Fields | Damage;
  /** @throws RangeError when a field cannot be sent. */
  write(fields: Fields): Written;
}

interface Written {
  /** Without padding; none by default. */
  readonly payload?: Uint8Array;
  /** Slots that are not a field's own. */
  readonly slots?: Partial<Header>;
}

const NOTHING: Written = {};

/** The name of a PV: ends at its first NUL or with the payload, whether that is padded or not. */
const name: Body<{ name: string }> = {
  read(_header, bytes, start, end) {
    const nameEnd = textEnd(bytes, start, end);
    const damage = nameDamage(nameEnd - start);
    return damage ?? { name: readLatin1(bytes, start, nameEnd) };
  },
  write({ name }) {
    const damage = nameDamage(name.length);
    if (damage !== undefined) throw new RangeError(`${damage}: ${name.length} characters`);
    return { payload: terminated(name) };
  },
};

/** What is wrong with a name of so many bytes. */
export function nameDamage(length: number): Damage | undefined {
  if (length === 0) return "empty name";
  return length >= UNREASONABLE_NAME_BYTES ? "unreasonable name" : undefined;
}

/** The name of a user or host; nobody's business to judge it. */
const label: Body<{ name: string }> = {
  read: (_header, bytes, start, end) => ({ name: readText(bytes, start, end) }),
  write: ({ name }) => ({ payload: terminated(name) }),
};

const data: Body<{ payload: Uint8Array }> = {
  read: (_header, bytes, start, end) => ({ payload: bytes.subarray(start, end) }),
  write: ({ payload }) => ({ payload }),
};

const mask: Body<{ mask: number }> = {
  read(_header, bytes, start, end) {
    const mask = readEventMask(bytes, start, end);
    return mask === undefined ? "malformed payload" : { mask };
  },
  write: ({ mask }) => ({ payload: encodeEventMask(mask) }),
};

/** Of a search reply over UDP. */
const minorVersion: Body<{ minorVersion: number | undefined }> = {
  read: (_header, bytes, start, end) => ({
    minorVersion: end - start < 2 ? undefined : readU16(bytes, start),
  }),
  write({ minorVersion }) {
    if (minorVersion === undefined) return NOTHING;
    const payload = new Uint8Array(8);
    writeU16(payload, 0, checkUnsigned(minorVersion, 16, "minor version"));
    return { payload };
  },
};

/** No payload: the data type says whether parameter 1 is a sequence number. */
const sequence: Body<{ sequence?: number }> = {
  read: ({ dataType, parameter1 }) =>
    dataType === SEQUENCE_IS_VALID ? { sequence: parameter1 } : {},
  write({ sequence }) {
    if (sequence === undefined) return NOTHING;
    return { slots: { dataType: SEQUENCE_IS_VALID, parameter1: sequence } };
  },
};

/** The header of the request that failed, then a text (CA specification, CA_PROTO_ERROR). */
const error: Body<{ request: Header; text: string }> = {
  read(_header, bytes, start, end) {
    const size = headerBytes(bytes, start, end);
    if (end - start < size) return "malformed payload";
    return {
      request: readHeader(bytes, start, size),
      text: readText(bytes, start + size, end),
    };
  },
  write({ request, text }) {
    const size = encodedHeaderBytes(request);
    const payload = new Uint8Array(size + text.length + 1);
    writeHeader(payload, 0, request);
    checkText(text);
    writeLatin1(payload, size, text);
    return { payload };
  },
};

const BODIES = { name, label, data, mask, minorVersion, sequence, error };

export type BodyFormat = keyof typeof BODIES;

/** Fields by name, as the table of messages deals with them. */
export type Fields = Readonly<Record<string, unknown>>;

export function bodyOf(format: BodyFormat): Body<Fields> {
  return BODIES[format];
}

function readText(bytes: Uint8Array, start: number, end: number): string {
  return readLatin1(bytes, start, textEnd(bytes, start, Math.min(end, start + MAX_TEXT_BYTES)));
}

function terminated(text: string): Uint8Array {
  checkText(text);
  const payload = new Uint8Array(text.length + 1);
  writeLatin1(payload, 0, text);
  return payload;
}

function checkText(text: string): void {
  if (text.length > MAX_TEXT_BYTES) {
    throw new RangeError(`a text of ${text.length} characters is longer than ${MAX_TEXT_BYTES}`);
  }
}

/** The length of a payload on the wire. */
export function payloadBytes({ payload }: Written): number {
  return payload === undefined ? 0 : padded(payload.length);
}
