/**
 * The messages of channel set-up out of a TCP stream. Values, which are nearly all of the bytes, are stepped over
 * unread, so that one direction never holds more than one small message; after lost bytes it waits for a segment that
 * begins like a message.
 */
import { Command, headerBytes, readHeader } from "epics-ca";
import { join } from "../bytes.js";
import type { StreamReader } from "../network/streams.js";

/** Set-up messages carry at most one name, of less than 500 bytes where it is reasonable. */
const MAX_MESSAGE_BYTES = 1024;
/** Servers drop a client whose payloads are not aligned, so no real message has such a one (rsrv, camessage.c). */
const ALIGNMENT_BYTES = 8;
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

  read(chunk: Uint8Array, start: number, end: number, at: number): void {
    const bytes = chunk.subarray(start, end);
    if (!this.#inTrack) {
      const frame = readFrame(bytes, 0);
      if (frame === undefined || !isPlausible(frame)) return;
      this.#inTrack = true;
      this.#skip = 0;
      this.#rest = NOTHING;
    }
    const rest = this.#rest;
    this.#rest = NOTHING;
    this.#walk(rest.length > 0 ? join(rest, bytes) : bytes, at);
  }

  #walk(bytes: Uint8Array, at: number): void {
    let offset = 0;
    while (offset < bytes.length) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, bytes.length - offset);
        this.#skip -= skipped;
        offset += skipped;
        continue;
      }
      const frame = readFrame(bytes, offset);
      if (frame === undefined) break;
      if (!isPlausible(frame)) {
        this.#inTrack = false;
        this.#handler.lostTrack();
        return;
      }
      const { command, length } = frame;
      if (!SETUP_COMMANDS.has(command) || length > MAX_MESSAGE_BYTES) {
        this.#skip = length;
        continue;
      }
      if (offset + length > bytes.length) break;
      this.#handler.message(bytes.subarray(offset, offset + length), at);
      offset += length;
    }
    // A copy, because the bytes are the caller's.
    if (offset < bytes.length) this.#rest = bytes.slice(offset);
  }
}

interface Frame {
  readonly command: number;
  /** Header included. */
  readonly length: number;
}

/** What the header at `offset` announces, undefined when the header is not all there. */
function readFrame(bytes: Uint8Array, offset: number): Frame | undefined {
  const size = headerBytes(bytes, offset, bytes.length);
  if (offset + size > bytes.length) return undefined;
  const { command, payloadSize } = readHeader(bytes, offset, size);
  return { command, length: size + payloadSize };
}

function isPlausible({ command, length }: Frame): boolean {
  return length % ALIGNMENT_BYTES === 0 && COMMANDS.has(command);
}
