/** The messages of one direction of a circuit, out of chunks that end anywhere. */
import type { Sender } from "./commands.js";
import type { Damage } from "./damage.js";
import { type Decoded, walk } from "./decode.js";

export interface StreamOptions {
  /** Largest message to accept, header included; what is kept of the stream never exceeds twice this. Default 16 MiB. */
  readonly maxMessageBytes?: number;
  /** Who sends the stream; see {@link decodeDatagram}. */
  readonly from?: Sender;
}

const DEFAULT_MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
const NOTHING = new Uint8Array(0);

export class StreamDecoder {
  readonly #maxMessageBytes: number;
  readonly #from: Sender | undefined;
  /** The beginning of a message, in the first `#length` bytes. */
  #partial: Uint8Array = NOTHING;
  #length = 0;
  /** Bytes without which walking again is useless. */
  #missing = 0;
  #broken: Damage | undefined;

  constructor({ maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES, from }: StreamOptions = {}) {
    this.#maxMessageBytes = maxMessageBytes;
    this.#from = from;
  }

  /** Bytes of a message whose rest has not come. */
  get pendingBytes(): number {
    return this.#length;
  }

  /** The stream can no longer be followed: the circuit should be closed. */
  get broken(): boolean {
    return this.#broken !== undefined;
  }

  /**
   * The messages that `chunk` completes. Never throws. Payloads are views of `chunk` or of memory that nobody else
   * uses. Once the stream is {@link broken}, every call returns the same damage and no message.
   */
  push(chunk: Uint8Array): Decoded {
    if (this.#broken !== undefined) return { messages: [], damage: this.#broken };
    if (this.#length > 0 && chunk.length < this.#missing) {
      this.#append(chunk);
      this.#missing -= chunk.length;
      return { messages: [] };
    }
    return this.#walk(this.#joined(chunk));
  }

  #walk(bytes: Uint8Array): Decoded {
    const { messages, end, damage, missing } = walk(bytes, this.#from, this.#maxMessageBytes);
    this.#partial = NOTHING;
    this.#length = 0;
    if (missing !== undefined) {
      this.#append(bytes.subarray(end));
      this.#missing = missing.bytes;
    } else if (end < bytes.length) {
      this.#broken = damage;
    }
    return damage === undefined ? { messages } : { messages, damage };
  }

  #joined(chunk: Uint8Array): Uint8Array {
    if (this.#length === 0) return chunk;
    this.#append(chunk);
    return this.#partial.subarray(0, this.#length);
  }

  /** Grows by doubling, so that a large message in many chunks is copied a few times only. */
  #append(chunk: Uint8Array): void {
    const length = this.#length + chunk.length;
    if (length > this.#partial.length) {
      const grown = new Uint8Array(Math.max(length, this.#partial.length * 2));
      grown.set(this.#partial.subarray(0, this.#length));
      this.#partial = grown;
    }
    this.#partial.set(chunk, this.#length);
    this.#length = length;
  }
}
