/** Reads a capture of any format as its bytes arrive, in pieces of any size. */
import { CaptureDamage, type FormatEvents, type RecordParser } from "./format.js";
import { isPcap, PcapParser } from "./pcap.js";
import { isPcapng, PcapngParser } from "./pcapng.js";

const NOTHING = new Uint8Array(0);
const MAGIC_BYTES = 4;

/** Where a capture stands after its last byte. */
export type CaptureEnd = "complete" | "truncated";

export class CaptureReader {
  readonly #events: FormatEvents;
  #parser: RecordParser | undefined;
  /** The beginning of a record whose rest is still to come; at most one record long. */
  #rest: Uint8Array = NOTHING;
  /** Where the rest and the next piece are put together, again and again. */
  #joined: Uint8Array = NOTHING;

  constructor(events: FormatEvents) {
    this.#events = events;
  }

  /** Hands on every frame that is complete, as views that hold until the next push. Throws {@link CaptureDamage}; the reader is of no use afterwards. */
  push(chunk: Uint8Array): void {
    const bytes = this.#rest.length === 0 ? chunk : this.#join(this.#rest, chunk);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#rest = NOTHING;
    let offset = 0;
    if (bytes.length >= MAGIC_BYTES) {
      this.#parser ??= chooseParser(view, this.#events);
      while (offset < bytes.length) {
        const length = this.#parser.parse(bytes, view, offset);
        if (length === 0) break;
        offset += length;
      }
    }
    // A copy, because the caller fills its buffer again.
    if (offset < bytes.length) this.#rest = bytes.slice(offset);
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
