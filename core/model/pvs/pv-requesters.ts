/** Who asked for a PV: the latest in its own record, where the hot path finds it, those before in a list of records. */

import type { Requester } from "../row.js";
import { indexInChunk, NONE, RecordPool } from "./pv-pool.js";
import {
  DOUBLES_PER_PV,
  PV_DOUBLE,
  PV_WORD,
  type PvRecords,
  requesterMark,
  WORDS_PER_PV,
} from "./pv-record.js";

/** Kept per name, the latest. */
export const MAX_REQUESTERS = 10;

const EARLIER_BYTES = 32;
const WORDS = EARLIER_BYTES / 4;
const DOUBLES = EARLIER_BYTES / 8;
const LAST_AT = 0;
const IP = 2;
const PORT = 3;
const COUNT = 4;
const SPAN_MS = 5;
const NEXT = 6;
const MAX_WORD = 0xffff_ffff;

/** One process on a client, which had no answer: it asks again and again. */
const PERSISTENT_COUNT = 5;
const PERSISTENT_SPAN_MS = 2000;

export class PvRequesters {
  readonly #records: PvRecords;
  readonly #maxEarlier: number;
  readonly #earlier = new RecordPool(EARLIER_BYTES);

  /** @param maxEarlier requesters kept over all names beside the latest of each. */
  constructor(records: PvRecords, maxEarlier: number) {
    this.#records = records;
    this.#maxEarlier = maxEarlier;
  }

  /**
   * One request, from this socket.
   * @returns whether that socket asked so often and so long that it cannot have had an answer at the beginning.
   */
  count(id: number, ip: number, port: number, at: number): boolean {
    const { f64, u32 } = this.#records.pool.chunk(id);
    const index = indexInChunk(id);
    const words = index * WORDS_PER_PV;
    const doubles = index * DOUBLES_PER_PV;
    if (u32[words + PV_WORD.requesterIp] !== ip || u32[words + PV_WORD.requesterPort] !== port) {
      this.#change(id, ip, port);
    }
    const lastAt = f64[doubles + PV_DOUBLE.lastRequestedAt]!;
    const count = u32[words + PV_WORD.requesterCount]!;
    const span = count === 0 ? 0 : u32[words + PV_WORD.requesterSpanMs]! + Math.max(0, at - lastAt);
    u32[words + PV_WORD.requesterSpanMs] = Math.min(span, MAX_WORD);
    u32[words + PV_WORD.requesterCount] = Math.min(count + 1, MAX_WORD);
    f64[doubles + PV_DOUBLE.lastRequestedAt] = at;
    f64[doubles + PV_DOUBLE.requests] = f64[doubles + PV_DOUBLE.requests]! + 1;
    return count + 1 >= PERSISTENT_COUNT && span >= PERSISTENT_SPAN_MS;
  }

  /** Latest first. */
  list(id: number): Requester[] {
    const records = this.#records;
    const count = records.word(id, PV_WORD.requesterCount);
    if (count === 0) return [];
    const list: Requester[] = [
      {
        client: records.word(id, PV_WORD.requesterIp),
        port: records.word(id, PV_WORD.requesterPort),
        count,
        lastAt: records.double(id, PV_DOUBLE.lastRequestedAt),
      },
    ];
    for (
      let node = records.word(id, PV_WORD.requesterNext);
      node !== NONE;
      node = this.#next(node)
    ) {
      list.push({
        client: this.#word(node, IP),
        port: this.#word(node, PORT),
        count: this.#word(node, COUNT),
        lastAt: this.#earlier.chunk(node).f64[indexInChunk(node) * DOUBLES + LAST_AT]!,
      });
    }
    return list;
  }

  /** Whether one of those kept has this address. */
  has(id: number, ip: number): boolean {
    const records = this.#records;
    if (records.word(id, PV_WORD.requesterCount) === 0) return false;
    if (records.word(id, PV_WORD.requesterIp) === ip) return true;
    let node = records.word(id, PV_WORD.requesterNext);
    while (node !== NONE && this.#word(node, IP) !== ip) node = this.#next(node);
    return node !== NONE;
  }

  /** These and no others; the first, latest, is the one of the PV's `lastRequestedAt`. For how long they have asked begins anew. */
  restore(id: number, latestFirst: readonly Requester[]): void {
    this.clear(id);
    const [latest] = latestFirst;
    if (latest === undefined) return;
    const { f64, u32 } = this.#records.pool.chunk(id);
    const words = indexInChunk(id) * WORDS_PER_PV;
    u32[words + PV_WORD.requesterIp] = latest.client;
    u32[words + PV_WORD.requesterPort] = latest.port;
    u32[words + PV_WORD.requesterCount] = latest.count;
    u32[words + PV_WORD.requesterSpanMs] = 0;
    f64[indexInChunk(id) * DOUBLES_PER_PV + PV_DOUBLE.lastRequestedAt] = latest.lastAt;
    let marks = requesterMark(latest.client);
    let memory = u32;
    let next = words + PV_WORD.requesterNext;
    for (let index = 1; index < latestFirst.length && index < MAX_REQUESTERS; index++) {
      const node = this.#addEarlier(latestFirst[index]!);
      if (node === NONE) break;
      memory[next] = node;
      memory = this.#earlier.chunk(node).u32;
      next = indexInChunk(node) * WORDS + NEXT;
      marks |= requesterMark(latestFirst[index]!.client);
    }
    u32[words + PV_WORD.lengthAndFlags]! |= marks;
  }

  clear(id: number): void {
    let node = this.#records.word(id, PV_WORD.requesterNext);
    while (node !== NONE) {
      const next = this.#next(node);
      this.#earlier.free(node);
      node = next;
    }
    this.#records.setWord(id, PV_WORD.requesterNext, NONE);
    this.#records.setWord(id, PV_WORD.requesterCount, 0);
  }

  /** Answers its record, with none behind it; NONE when there is no room for it. */
  #addEarlier({ client, port, count, lastAt }: Requester): number {
    const node = this.#allocate();
    if (node === NONE) return NONE;
    const { f64, u32 } = this.#earlier.chunk(node);
    const words = indexInChunk(node) * WORDS;
    u32[words + IP] = client;
    u32[words + PORT] = port;
    u32[words + COUNT] = count;
    u32[words + NEXT] = NONE;
    f64[indexInChunk(node) * DOUBLES + LAST_AT] = lastAt;
    return node;
  }

  /** Makes this socket the latest requester, with what was counted for it before; the one there was becomes the second. */
  #change(id: number, ip: number, port: number): void {
    const { f64, u32 } = this.#records.pool.chunk(id);
    const words = indexInChunk(id) * WORDS_PER_PV;
    const lastAt = indexInChunk(id) * DOUBLES_PER_PV + PV_DOUBLE.lastRequestedAt;
    let count = 0;
    let spanMs = 0;
    let requestedAt = f64[lastAt]!;
    if (u32[words + PV_WORD.requesterCount] !== 0) {
      const node = this.#place(id, ip, port);
      if (node !== NONE) {
        const memory = this.#earlier.chunk(node);
        const begin = indexInChunk(node) * WORDS;
        const at = indexInChunk(node) * DOUBLES + LAST_AT;
        if (memory.u32[begin + IP] === ip && memory.u32[begin + PORT] === port) {
          count = memory.u32[begin + COUNT]!;
          spanMs = memory.u32[begin + SPAN_MS]!;
          requestedAt = memory.f64[at]!;
        }
        memory.u32[begin + IP] = u32[words + PV_WORD.requesterIp]!;
        memory.u32[begin + PORT] = u32[words + PV_WORD.requesterPort]!;
        memory.u32[begin + COUNT] = u32[words + PV_WORD.requesterCount]!;
        memory.u32[begin + SPAN_MS] = u32[words + PV_WORD.requesterSpanMs]!;
        memory.u32[begin + NEXT] = u32[words + PV_WORD.requesterNext]!;
        memory.f64[at] = f64[lastAt]!;
        u32[words + PV_WORD.requesterNext] = node;
      }
    }
    // The mark of one that falls off the list stays: it only says who may be on it.
    u32[words + PV_WORD.lengthAndFlags]! |= requesterMark(ip);
    u32[words + PV_WORD.requesterIp] = ip;
    u32[words + PV_WORD.requesterPort] = port;
    u32[words + PV_WORD.requesterCount] = count;
    u32[words + PV_WORD.requesterSpanMs] = spanMs;
    f64[lastAt] = requestedAt;
  }

  /**
   * Takes a record out of the list for the requester that was the latest: that of this socket, else a new one, else the
   * oldest of the list; NONE when the pool has no room and the list is empty.
   */
  #place(id: number, ip: number, port: number): number {
    let before = NONE;
    let node = this.#records.word(id, PV_WORD.requesterNext);
    if (node === NONE) return this.#allocate();
    for (let length = 1; ; length++) {
      const next = this.#next(node);
      const isIt = this.#word(node, IP) === ip && this.#word(node, PORT) === port;
      if (!isIt && next === NONE) {
        const added = length < MAX_REQUESTERS - 1 ? this.#allocate() : NONE;
        if (added !== NONE) return added;
      }
      if (isIt || next === NONE) {
        if (before === NONE) this.#records.setWord(id, PV_WORD.requesterNext, next);
        else this.#earlier.chunk(before).u32[indexInChunk(before) * WORDS + NEXT] = next;
        return node;
      }
      before = node;
      node = next;
    }
  }

  #allocate(): number {
    return this.#earlier.used < this.#maxEarlier ? this.#earlier.allocate() : NONE;
  }

  #next(node: number): number {
    return this.#word(node, NEXT);
  }

  #word(node: number, field: number): number {
    return this.#earlier.chunk(node).u32[indexInChunk(node) * WORDS + field]!;
  }
}
