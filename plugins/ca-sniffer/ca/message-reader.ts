/**
 * The messages of channel set-up out of a TCP stream. Values, which are nearly all of the bytes, are stepped over
 * unread, so that one direction never holds more than one small message; after lost bytes it waits for a segment that
 * begins like a message.
 */
import { Command } from "epics-ca";
import { join, u16, u32 } from "../bytes.js";
import type { StreamReader } from "../network/streams.js";

const HEADER_BYTES = 16;
const EXTENDED_HEADER_BYTES = 24;
const EXTENDED_SIZE = 0xffff;
/** Set-up messages carry at most one name, of less than 500 bytes where it is reasonable. */
const MAX_MESSAGE_BYTES = 1024;
const COMMANDS: ReadonlySet<number> = new Set(Object.values(Command));
const SETUP_COMMANDS: ReadonlySet<number> = new Set([
  Command.VERSION,
  Command.SEARCH,
  Command.CREATE_CHAN,
  Command.CREATE_CH_FAIL,
]);
const NOTHING = new Uint8Array(0);

export interface MessageHandler {
  /** One whole message, valid during the call. */
  message(bytes: Uint8Array, at: number): void;
  /** What follows is no CA message. */
  lostTrack(): void;
}

export class MessageReader implements StreamReader {
  readonly #handler: MessageHandler;
  #inTrack = true;
  /** Bytes of a message that still have to be stepped over. */
  #skip = 0;
  /** The beginning of a message whose rest is still to come. */
  #rest: Uint8Array = NOTHING;

  constructor(handler: MessageHandler) {
    this.#handler = handler;
  }

  resync(): void {
    this.#inTrack = false;
  }

  read(chunk: Uint8Array, from: number, to: number, at: number): void {
    if (!this.#inTrack) {
      if (!beginsMessage(chunk, from, to)) return;
      this.#inTrack = true;
      this.#skip = 0;
      this.#rest = NOTHING;
    }
    const joined = this.#rest.length > 0 ? join(this.#rest, chunk.subarray(from, to)) : undefined;
    this.#rest = NOTHING;
    if (joined === undefined) this.#walk(chunk, from, to, at);
    else this.#walk(joined, 0, joined.length, at);
  }

  #walk(bytes: Uint8Array, from: number, to: number, at: number): void {
    let offset = from;
    while (offset < to) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, to - offset);
        this.#skip -= skipped;
        offset += skipped;
        continue;
      }
      const length = messageLength(bytes, offset, to);
      if (length === undefined) break;
      if (!beginsMessage(bytes, offset, to)) {
        this.#inTrack = false;
        this.#handler.lostTrack();
        return;
      }
      if (!SETUP_COMMANDS.has(u16(bytes, offset)) || length > MAX_MESSAGE_BYTES) {
        this.#skip = length;
        continue;
      }
      if (offset + length > to) break;
      this.#handler.message(bytes.subarray(offset, offset + length), at);
      offset += length;
    }
    if (offset < to) this.#rest = bytes.slice(offset, to);
  }
}

/** Of the whole message, undefined when the header is not all there (CA specification, message structure). */
function messageLength(bytes: Uint8Array, offset: number, to: number): number | undefined {
  if (offset + HEADER_BYTES > to) return undefined;
  const size = u16(bytes, offset + 2);
  if (size !== EXTENDED_SIZE || u16(bytes, offset + 6) !== 0) return HEADER_BYTES + size;
  if (offset + EXTENDED_HEADER_BYTES > to) return undefined;
  return EXTENDED_HEADER_BYTES + u32(bytes, offset + HEADER_BYTES);
}

/** Servers drop a client whose payloads are not aligned to 8 bytes, so no real message has such a one. */
function beginsMessage(bytes: Uint8Array, offset: number, to: number): boolean {
  const length = messageLength(bytes, offset, to);
  return length !== undefined && length % 8 === 0 && COMMANDS.has(u16(bytes, offset));
}
