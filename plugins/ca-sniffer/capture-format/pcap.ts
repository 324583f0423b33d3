/** Classic pcap files: micro- and nanosecond times, both byte orders (draft-ietf-opsawg-pcap). */
import { CaptureDamage, type FormatEvents, MAX_FRAME_BYTES, type RecordParser } from "./format.js";

const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const MAGIC_NANOSECONDS = 0xa1b23c4d;
const FILE_HEADER = 24;
const RECORD_HEADER = 16;

/** True when a file that begins with these four bytes is a pcap file. */
export function isPcap(magic: DataView): boolean {
  return [magic.getUint32(0, true), magic.getUint32(0, false)].some(
    (number) => number === MAGIC_MICROSECONDS || number === MAGIC_NANOSECONDS,
  );
}

export class PcapParser implements RecordParser {
  readonly inRecord = false;
  readonly #events: FormatEvents;
  #headerDone = false;
  #littleEndian = true;
  #fractionsPerMs = 1000;
  #linkType = 0;

  constructor(events: FormatEvents) {
    this.#events = events;
  }

  parse(bytes: Uint8Array, view: DataView, offset: number): number {
    if (!this.#headerDone) return this.#fileHeader(view, offset);
    if (offset + RECORD_HEADER > bytes.length) return 0;
    const length = view.getUint32(offset + 8, this.#littleEndian);
    if (length > MAX_FRAME_BYTES) throw new CaptureDamage(`a packet of ${length} bytes`);
    const start = offset + RECORD_HEADER;
    if (start + length > bytes.length) return 0;
    const seconds = view.getUint32(offset, this.#littleEndian);
    const fraction = view.getUint32(offset + 4, this.#littleEndian);
    const at = seconds * 1000 + Math.floor(fraction / this.#fractionsPerMs);
    this.#events.frame(this.#linkType, bytes, start, start + length, at);
    return RECORD_HEADER + length;
  }

  #fileHeader(view: DataView, offset: number): number {
    if (offset + FILE_HEADER > view.byteLength) return 0;
    const little = view.getUint32(offset, true);
    this.#littleEndian = little === MAGIC_MICROSECONDS || little === MAGIC_NANOSECONDS;
    const magic = view.getUint32(offset, this.#littleEndian);
    this.#fractionsPerMs = magic === MAGIC_NANOSECONDS ? 1_000_000 : 1000;
    // The upper bits say whether a frame check sequence follows each frame: IPv4 knows its own length.
    this.#linkType = view.getUint32(offset + 20, this.#littleEndian) & 0x0fff_ffff;
    this.#headerDone = true;
    return FILE_HEADER;
  }
}
