/** Reads a capture of any format as its bytes arrive, in pieces of any size. */
import { CaptureDamage, type FormatEvents, type RecordParser } from "./format.js";
import { isPcap, PcapParser } from "./pcap.js";
import { isPcapng, PcapngParser } from "./pcapng.js";

const NOTHING = new Uint8Array(0);
const MAGIC_BYTES = 4;
/** More than nearly all records have. */
const SOON_BYTES = 4096;

/** Where a capture stands after its last byte. */
export type CaptureEnd = "complete" | "truncated";

export class CaptureReader {
  readonly #events: FormatEvents;
  #parser: RecordParser | undefined;
  /** The beginning of the record whose end is still to come. */
  #rest: Uint8Array = NOTHING;
  /** Where the rest and the next piece are put together, again and again. */
  #joined: Uint8Array = NOTHING;

  constructor(events: FormatEvents) {
    this.#events = events;
  }

  /** Hands on every frame that is complete, as views that hold until the next push. Throws {@link CaptureDamage}; the reader is of no use afterwards. */
  push(chunk: Uint8Array): void {
    const rest = this.#rest;
    let bytes = chunk;
    let offset = 0;
    if (rest.length > 0) {
      // As a rule the record ends soon: then the rest of the piece need not be copied.
      const read = this.#parse(this.#join(rest, chunk.subarray(0, SOON_BYTES)), 0);
      if (read > rest.length) offset = read - rest.length;
      else bytes = this.#join(rest, chunk);
    }
    offset = this.#parse(bytes, offset);
    // A copy, because the caller fills its buffer again.
    this.#rest = offset < bytes.length ? bytes.slice(offset) : NOTHING;
  }

  /** Handles the whole records from `offset` on and answers where they end. */
  #parse(bytes: Uint8Array, offset: number): number {
    if (this.#parser === undefined && bytes.length < MAGIC_BYTES) return offset;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#parser ??= chooseParser(view, this.#events);
    let end = offset;
    while (end < bytes.length) {
      const length = this.#parser.parse(bytes, view, end);
      if (length === 0) break;
      end += length;
    }
    return end;
  }

  #join(rest: Uint8Array, chunk: Uint8Array): Uint8Array {
    const length = rest.length + chunk.length;
    if (this.#joined.length < length) this.#joined = new Uint8Array(length + chunk.length);
    this.#joined.set(rest);
    this.#joined.set(chunk, rest.length);
    return this.#joined.subarray(0, length);
  }

  /** After the last push. An empty file is complete: tcpdump leaves one when it is stopped at once. */
  end(): CaptureEnd {
    return this.#rest.length > 0 || this.#parser?.inRecord ? "truncated" : "complete";
  }
}

function chooseParser(magic: DataView, events: FormatEvents): RecordParser {
  if (isPcap(magic)) return new PcapParser(events);
  if (isPcapng(magic)) return new PcapngParser(events);
  throw new CaptureDamage("neither pcap nor pcapng");
}
