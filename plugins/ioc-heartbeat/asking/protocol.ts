/** What may be asked of the sender of heartbeats, and its replies. Pure; what is not a reply is undefined, never thrown. */
import { MAX_UINT32, wholeNumber } from "../numbers.js";
import { latin1Of, textOf } from "../text.js";

/** Commands that a sender takes from its heartbeat socket. */
export const LIST_PVS = 0x4da3_b921;
export const NETSTAT = 0x7f20_1c3b;

export interface Request {
  readonly command: number;
  /** Sequence of a heartbeat: the sender takes only its latest and the one before. */
  readonly counter: number;
  readonly offset: number;
  /** Comes back in the reply. */
  readonly handle: number;
}

const REQUEST_BYTES = 16;
const MAX_REPLY_BYTES = 8192;
const MAX_HANDLE = MAX_UINT32;

/** 16 bytes, big-endian: command, counter, offset, handle. */
export function encodeRequest({ command, counter, offset, handle }: Request): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(REQUEST_BYTES));
  for (const [i, word] of [command, counter, offset, handle].entries())
    bytes.setUint32(4 * i, word);
  return new Uint8Array(bytes.buffer);
}

interface Reply {
  readonly handle: number;
  readonly offset: number;
}

/** A page of a PV list: names from `offset` on, an entry that is no text being null. */
export interface ListPage extends Reply {
  readonly names: readonly (string | null)[];
  /** Of the whole list. */
  readonly total: number;
}

/** `{"handle":"n","offset":"n","pvs":["a","b"],"total":"n"}`; numbers may also come as numbers. */
export function decodeListPage(bytes: Uint8Array): ListPage | undefined {
  // Names are bytes: latin-1 keeps each as it is.
  const reply = bytes.length > MAX_REPLY_BYTES ? undefined : parseObject(latin1Of(bytes));
  const handle = wholeNumber(reply?.handle, 0, MAX_HANDLE);
  const offset = wholeNumber(reply?.offset, 0, MAX_UINT32);
  const total = wholeNumber(reply?.total, 0, MAX_UINT32);
  const names = reply?.pvs;
  if (handle === undefined || offset === undefined || total === undefined) return undefined;
  if (!Array.isArray(names)) return undefined;
  return {
    handle,
    offset,
    total,
    names: names.map((name: unknown) => (typeof name === "string" ? name : null)),
  };
}

/** One line of a process map. */
export interface MapLine extends Reply {
  /** The making of the map that the line is of; empty when it is not said. */
  readonly build: string;
  /** Null where the sender says ERROR: the line is too long for it. */
  readonly line: string | null;
}

/** A command line may have quotes, and no sender escapes them: the line, which is last, then goes to the last quote. */
const UNESCAPED_LINE =
  /^\{\s*"h"\s*:\s*"?(\d{1,10})"?\s*,\s*"o"\s*:\s*"?(\d{1,10})"?\s*,\s*"b"\s*:\s*"?([^",]{0,32})"?\s*,\s*(?:"l"\s*:\s*"(.*)"|"ERROR".*)\s*\}$/s;

/** `{"h":"n","o":"n","b":"n","l":"text"}`, or with ERROR in the place of `l`. */
export function decodeMapLine(bytes: Uint8Array): MapLine | undefined {
  if (bytes.length > MAX_REPLY_BYTES) return undefined;
  const text = textOf(bytes);
  const reply = parseObject(text) ?? recoverLine(text);
  const handle = wholeNumber(reply?.h, 0, MAX_HANDLE);
  const offset = wholeNumber(reply?.o, 0, MAX_UINT32);
  if (reply === undefined || handle === undefined || offset === undefined) return undefined;
  const { b: build, l: line } = reply;
  return {
    handle,
    offset,
    build: typeof build === "string" || typeof build === "number" ? String(build) : "",
    line: typeof line === "string" && line !== "ERROR" ? line : null,
  };
}

function recoverLine(text: string): Readonly<Record<string, unknown>> | undefined {
  const [, h, o, b, l] = UNESCAPED_LINE.exec(text) ?? [];
  return h === undefined ? undefined : { h, o, b, l };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text.slice(0, text.lastIndexOf("}") + 1));
    return value !== null && typeof value === "object" && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
