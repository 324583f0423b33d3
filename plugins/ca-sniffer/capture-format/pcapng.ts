/** pcapng files: sections of either byte order, several interfaces each with its own clock (draft-ietf-opsawg-pcapng). */
import { CaptureDamage, type FormatEvents, MAX_FRAME_BYTES, type RecordParser } from "./format.js";

const SECTION_BLOCK = 0x0a0d0d0a;
/** The blocks that are read; all others (names, secrets, comments) are stepped over, whatever their size. */
const BLOCK = { INTERFACE: 1, PACKET: 2, SIMPLE: 3, STATISTICS: 5, ENHANCED: 6 };
const USED_BLOCKS: ReadonlySet<number> = new Set(Object.values(BLOCK));
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const BLOCK_OVERHEAD = 12;
/** A frame, and room for the options around it. */
const MAX_BLOCK_BYTES = MAX_FRAME_BYTES + 65_536;
const MAX_INTERFACES = 1024;
const OPTION = { END: 0, DROPPED_BY_INTERFACE: 5, TIME_RESOLUTION: 9, TIME_OFFSET: 14 };

interface CapturedInterface {
  readonly linkType: number;
  readonly snapLength: number;
  readonly ticksPerMs: number;
  readonly offsetMs: number;
  dropped: number;
}

/** True when a file that begins with these four bytes is a pcapng file. */
export function isPcapng(magic: DataView): boolean {
  return magic.getUint32(0) === SECTION_BLOCK;
}

export class PcapngParser implements RecordParser {
  readonly #events: FormatEvents;
  #littleEndian = true;
  #interfaces: CapturedInterface[] = [];
  /** Of the sections before this one. */
  #droppedEarlier = 0;
  #skip = 0;
  #lastAt = 0;

  constructor(events: FormatEvents) {
    this.#events = events;
  }

  get inRecord(): boolean {
    return this.#skip > 0;
  }

  parse(bytes: Uint8Array, view: DataView, offset: number): number {
    const available = bytes.length - offset;
    if (this.#skip > 0) {
      const skipped = Math.min(this.#skip, available);
      this.#skip -= skipped;
      return skipped;
    }
    if (available < BLOCK_OVERHEAD) return 0;
    // The type of a section block reads the same in both byte orders.
    if (view.getUint32(offset) === SECTION_BLOCK) this.#beginSection(view, offset);
    const type = view.getUint32(offset, this.#littleEndian);
    const length = view.getUint32(offset + 4, this.#littleEndian);
    if (length < BLOCK_OVERHEAD || length % 4 !== 0)
      throw new CaptureDamage(`a block of ${length} bytes`);
    if (!USED_BLOCKS.has(type)) {
      this.#skip = length;
      return this.parse(bytes, view, offset);
    }
    if (length > MAX_BLOCK_BYTES) throw new CaptureDamage(`a packet block of ${length} bytes`);
    if (length > available) return 0;
    this.#block(type, bytes, view, offset + 8, offset + length - 4);
    return length;
  }

  #beginSection(view: DataView, offset: number): void {
    this.#littleEndian = view.getUint32(offset + 8, true) === BYTE_ORDER_MAGIC;
    if (!this.#littleEndian && view.getUint32(offset + 8) !== BYTE_ORDER_MAGIC) {
      throw new CaptureDamage("a section without a byte order");
    }
    for (const { dropped } of this.#interfaces) this.#droppedEarlier += dropped;
    this.#interfaces = [];
  }

  #block(type: number, bytes: Uint8Array, view: DataView, start: number, end: number): void {
    const fixedLength = type === BLOCK.INTERFACE ? 8 : type === BLOCK.SIMPLE ? 4 : 20;
    if (type === BLOCK.STATISTICS ? end - start < 12 : end - start < fixedLength) {
      throw new CaptureDamage("a block shorter than its fields");
    }
    if (type === BLOCK.INTERFACE) this.#addInterface(view, start, end);
    else if (type === BLOCK.STATISTICS) this.#statistics(view, start, end);
    else if (type === BLOCK.SIMPLE) this.#simplePacket(bytes, view, start, end);
    else this.#packet(type, bytes, view, start, end);
  }

  #addInterface(view: DataView, start: number, end: number): void {
    if (this.#interfaces.length >= MAX_INTERFACES) throw new CaptureDamage("too many interfaces");
    let ticksPerMs = 1000;
    let offsetMs = 0;
    this.#options(view, start + 8, end, (code, at, length) => {
      if (code === OPTION.TIME_RESOLUTION && length >= 1)
        ticksPerMs = resolution(view.getUint8(at));
      if (code === OPTION.TIME_OFFSET && length >= 8) {
        offsetMs = Number(view.getBigInt64(at, this.#littleEndian)) * 1000;
      }
    });
    this.#interfaces.push({
      linkType: view.getUint16(start, this.#littleEndian),
      snapLength: view.getUint32(start + 4, this.#littleEndian) || MAX_FRAME_BYTES,
      ticksPerMs,
      offsetMs,
      dropped: 0,
    });
  }

  /** Enhanced packet blocks, and the obsolete packet blocks that differ in how they name the interface. */
  #packet(type: number, bytes: Uint8Array, view: DataView, start: number, end: number): void {
    const number =
      type === BLOCK.PACKET
        ? view.getUint16(start, this.#littleEndian)
        : view.getUint32(start, this.#littleEndian);
    const { ticksPerMs, offsetMs, linkType } = this.#interface(number);
    const ticks =
      view.getUint32(start + 4, this.#littleEndian) * 2 ** 32 +
      view.getUint32(start + 8, this.#littleEndian);
    const length = view.getUint32(start + 12, this.#littleEndian);
    if (start + 20 + length > end) throw new CaptureDamage("a packet longer than its block");
    this.#lastAt = Math.floor(ticks / ticksPerMs) + offsetMs;
    this.#events.frame(linkType, bytes, start + 20, start + 20 + length, this.#lastAt);
  }

  /** Simple packet blocks have no time of their own: they get that of the packet before. */
  #simplePacket(bytes: Uint8Array, view: DataView, start: number, end: number): void {
    const { linkType, snapLength } = this.#interface(0);
    const original = view.getUint32(start, this.#littleEndian);
    const length = Math.min(original, snapLength, end - start - 4);
    this.#events.frame(linkType, bytes, start + 4, start + 4 + length, this.#lastAt);
  }

  #statistics(view: DataView, start: number, end: number): void {
    const captured = this.#interface(view.getUint32(start, this.#littleEndian));
    this.#options(view, start + 12, end, (code, at, length) => {
      if (code === OPTION.DROPPED_BY_INTERFACE && length >= 8) {
        captured.dropped = Number(view.getBigUint64(at, this.#littleEndian));
      }
    });
    let total = this.#droppedEarlier;
    for (const { dropped } of this.#interfaces) total += dropped;
    this.#events.dropped(total);
  }

  #interface(number: number): CapturedInterface {
    const captured = this.#interfaces[number];
    if (captured === undefined)
      throw new CaptureDamage(`a packet of the unknown interface ${number}`);
    return captured;
  }

  #options(
    view: DataView,
    start: number,
    end: number,
    visit: (code: number, at: number, length: number) => void,
  ): void {
    for (let at = start; at + 4 <= end; ) {
      const code = view.getUint16(at, this.#littleEndian);
      const length = view.getUint16(at + 2, this.#littleEndian);
      if (code === OPTION.END) return;
      if (at + 4 + length > end) throw new CaptureDamage("an option longer than its block");
      visit(code, at + 4, length);
      at += 4 + Math.ceil(length / 4) * 4;
    }
  }
}

/** Ticks in a millisecond: the option gives a negative power of 10, or of 2 with the highest bit set. */
function resolution(option: number): number {
  return (option & 0x80 ? 2 ** (option & 0x7f) : 10 ** option) / 1000;
}
