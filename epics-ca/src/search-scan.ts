/**
 * The searches of a datagram without an object or a string per name: the hot path of a monitor, which sees millions of
 * names a second. It finds the same as decodeDatagram, which the tests hold it to.
 */
import { nameDamage } from "./body.js";
import { Command, commandName, isSearchRequest } from "./commands.js";
import { SEQUENCE_IS_VALID } from "./constants.js";
import type { Damage } from "./damage.js";
import { EXTENDED, EXTENDED_HEADER_BYTES, HEADER_BYTES } from "./header.js";

/** As many as a datagram can have. */
const INITIAL_CAPACITY = 4096;
const NOTHING = new Uint8Array(0);

export class SearchScan {
  /** Minor version of the datagram's VERSION, or of its first search where it has none. */
  minorVersion = 0;
  /** Sequence number of the datagram's VERSION, -1 when it has none. */
  sequence = -1;
  /** Names found: that many entries of the arrays hold. */
  count = 0;
  /** Messages that are neither a search nor VERSION; decodeDatagram reads them. */
  others = 0;
  /** The first thing that was wrong; damage inside `others` is for decodeDatagram to find. */
  damage: Damage | undefined = undefined;
  /** Offset of the first byte of each name. The four arrays are replaced when a larger datagram comes. */
  starts = new Uint32Array(INITIAL_CAPACITY);
  /** Offset after the last byte of each name; NUL padding is not part of it. */
  ends = new Uint32Array(INITIAL_CAPACITY);
  cids = new Uint32Array(INITIAL_CAPACITY);
  /** Reply flags. */
  flags = new Uint16Array(INITIAL_CAPACITY);
  /** The bytes of the last datagram, and a view of them: the next one of a capture is in the same as a rule. */
  #bytes: Uint8Array = NOTHING;
  #view: DataView = new DataView(NOTHING.buffer);
  #hasVersion = false;

  /**
   * Scans the datagram in `bytes` from `offset` on and fills the fields, which are valid until the next scan.
   * @returns `count`.
   */
  scan(bytes: Uint8Array, offset: number, length: number): number {
    this.#reset(length);
    if (this.#bytes !== bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    const view = this.#view;
    const limit = Math.min(offset + length, bytes.length);
    let at = offset;
    while (at < limit) {
      let start = at + HEADER_BYTES;
      if (start > limit) return this.#fail("truncated header");
      const commandAndSize = view.getUint32(at);
      const typeAndCount = view.getUint32(at + 4);
      const command = commandAndSize >>> 16;
      let size = commandAndSize & 0xffff;
      let count = typeAndCount & 0xffff;
      if (size === EXTENDED && count === 0) {
        start = at + EXTENDED_HEADER_BYTES;
        if (start > limit) return this.#fail("truncated header");
        size = view.getUint32(at + 16);
        count = view.getUint32(at + 20);
      }
      if (command !== Command.SEARCH && commandName(command) === undefined) {
        return this.#fail("unknown command");
      }
      if (size > limit - start) return this.#fail("truncated payload");
      const type = typeAndCount >>> 16;
      const parameter1 = view.getUint32(at + 8);
      const cid = view.getUint32(at + 12);
      at = start + size;
      if (command === Command.VERSION) this.#version(type, count, parameter1);
      else if (command === Command.SEARCH && isSearchRequest(size, type, count, parameter1, cid)) {
        const end = nameEnd(view, start, at);
        const damage = nameDamage(end - start);
        if (damage === undefined) this.#found(start, end, cid, type, count);
        else this.damage ??= damage;
      } else this.others++;
    }
    return this.count;
  }

  #reset(length: number): void {
    this.#hasVersion = false;
    this.minorVersion = 0;
    this.sequence = -1;
    this.count = 0;
    this.others = 0;
    this.damage = undefined;
    const capacity = Math.floor(length / HEADER_BYTES);
    if (capacity <= this.starts.length) return;
    this.starts = new Uint32Array(capacity);
    this.ends = new Uint32Array(capacity);
    this.cids = new Uint32Array(capacity);
    this.flags = new Uint16Array(capacity);
  }

  /** The rest cannot be followed. */
  #fail(damage: Damage): number {
    this.damage ??= damage;
    return this.count;
  }

  #version(type: number, minorVersion: number, sequence: number): void {
    if (this.#hasVersion) return;
    this.#hasVersion = true;
    this.minorVersion = minorVersion;
    if (type === SEQUENCE_IS_VALID) this.sequence = sequence;
  }

  #found(start: number, end: number, cid: number, flag: number, minorVersion: number): void {
    const i = this.count++;
    this.starts[i] = start;
    this.ends[i] = end;
    this.cids[i] = cid;
    this.flags[i] = flag;
    if (i === 0 && !this.#hasVersion) this.minorVersion = minorVersion;
  }
}

/** Before the first NUL. Four bytes at a time: this loop is most of the work, and twice as fast as by single bytes. */
function nameEnd(view: DataView, start: number, limit: number): number {
  let end = start;
  while (end + 4 <= limit) {
    const word = view.getInt32(end);
    // Not 0 exactly when one of the four bytes is: only there does the subtraction borrow into a clear top bit.
    if (((word - 0x01010101) & ~word & 0x80808080) !== 0) break;
    end += 4;
  }
  while (end < limit && view.getUint8(end) !== 0) end++;
  return end;
}
