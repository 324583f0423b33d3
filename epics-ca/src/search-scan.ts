/**
 * The searches of a datagram without an object or a string per name: the hot path of a monitor, which sees millions of
 * names a second. It finds the same as decodeDatagram, which the tests hold it to.
 */
import { nameDamage } from "./body.js";
import { readU16, readU32 } from "./bytes.js";
import { Command, commandName, isSearchRequest } from "./commands.js";
import { SEQUENCE_IS_VALID } from "./constants.js";
import type { Damage } from "./damage.js";
import { HEADER_BYTES, headerBytes } from "./header.js";

/** As many as a datagram can have. */
const INITIAL_CAPACITY = 4096;

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

  /**
   * Scans the datagram in `bytes` from `offset` on and fills the fields, which are valid until the next scan.
   * @returns `count`.
   */
  scan(bytes: Uint8Array, offset: number, length: number): number {
    this.#reset(length);
    const limit = offset + length;
    let at = offset;
    while (at < limit) {
      const headerSize = headerBytes(bytes, at, limit);
      if (limit - at < headerSize) {
        this.damage ??= "truncated header";
        break;
      }
      const command = readU16(bytes, at);
      if (command !== Command.SEARCH && commandName(command) === undefined) {
        this.damage ??= "unknown command";
        break;
      }
      const standard = headerSize === HEADER_BYTES;
      const size = standard ? readU16(bytes, at + 2) : readU32(bytes, at + 16);
      const start = at + headerSize;
      if (size > limit - start) {
        this.damage ??= "truncated payload";
        break;
      }
      const type = readU16(bytes, at + 4);
      const count = standard ? readU16(bytes, at + 6) : readU32(bytes, at + 20);
      const parameter1 = readU32(bytes, at + 8);
      const cid = readU32(bytes, at + 12);
      if (command === Command.VERSION) this.#version(type, count, parameter1);
      else if (command === Command.SEARCH && isSearchRequest(size, type, count, parameter1, cid)) {
        this.#search(bytes, start, start + size, cid, type, count);
      } else this.others++;
      at = start + size;
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

  #hasVersion = false;

  #version(type: number, minorVersion: number, sequence: number): void {
    if (this.#hasVersion) return;
    this.#hasVersion = true;
    this.minorVersion = minorVersion;
    if (type === SEQUENCE_IS_VALID) this.sequence = sequence;
  }

  #search(
    bytes: Uint8Array,
    start: number,
    limit: number,
    cid: number,
    flag: number,
    minorVersion: number,
  ): void {
    let end = start;
    while (end < limit && bytes[end] !== 0) end++;
    const damage = nameDamage(end - start);
    if (damage !== undefined) {
      this.damage ??= damage;
      return;
    }
    const i = this.count++;
    this.starts[i] = start;
    this.ends[i] = end;
    this.cids[i] = cid;
    this.flags[i] = flag;
    if (i === 0 && !this.#hasVersion) this.minorVersion = minorVersion;
  }
}
