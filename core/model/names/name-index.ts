/**
 * From the hash of a name to the ids that may have it: open addressing over pairs of hash and id. It grows a few slots at
 * a time, beside the old table, so that no datagram waits for a million names to move.
 */
import { NONE } from "../pvs/pv-pool.js";

const FIRST_SLOTS = 1024;
/** At most so full, in quarters. */
const FULL_QUARTERS = 3;
/** Slots that each insertion moves; two would be enough to be through before the new table is full. */
const MOVED_PER_INSERTION = 8;

/** The id of a pair, plus one, so that zero is an empty slot; in the old table also: */
const REMOVED = 0xffff_ffff;

/** Pairs of hash and id plus one. Linear probing: a pair lies in the slot of its hash or in the next free one. */
type Table = Uint32Array<ArrayBuffer>;

export class NameIndex {
  #table: Table;
  #mask: number;
  #size = 0;
  /** Set while its pairs are being moved; those that were moved are still in it. */
  #old: Table | undefined;
  /** Slots of the old table that were moved. */
  #moved = 0;

  /** @param slots to begin with, a power of two. */
  constructor(slots = FIRST_SLOTS) {
    this.#table = new Uint32Array(slots * 2);
    this.#mask = slots - 1;
  }

  get size(): number {
    return this.#size;
  }

  /** Whether the table is growing just now. */
  get growing(): boolean {
    return this.#old !== undefined;
  }

  /**
   * For each hash an id whose name has it, {@link NONE} when there is none. It is nearly always the one that is looked
   * for; none of these look-ups waits for another.
   */
  candidates(hashes: Int32Array, count: number, ids: Uint32Array): void {
    const table = this.#table;
    const mask = this.#mask;
    // First all slots where the hashes belong: which of them hold others decides nothing yet, so nothing waits.
    for (let index = 0; index < count; index++) {
      ids[index] = table[(hashes[index]! & mask) * 2 + 1]!;
    }
    for (let index = 0; index < count; index++) {
      const hash = hashes[index]! >>> 0;
      let slot = hash & mask;
      let entry = ids[index]!;
      while (entry !== 0 && table[slot * 2] !== hash) {
        slot = (slot + 1) & mask;
        entry = table[slot * 2 + 1]!;
      }
      ids[index] = entry - 1;
    }
  }

  /** The id with this hash that `matches`, {@link NONE} when there is none. */
  find(hash: number, matches: (id: number) => boolean): number {
    const found = findIn(this.#table, hash, matches);
    return found !== NONE || this.#old === undefined ? found : findIn(this.#old, hash, matches);
  }

  /** @param id not in the index yet. */
  insert(hash: number, id: number): void {
    if ((this.#size + 1) * 4 > (this.#mask + 1) * FULL_QUARTERS) this.#grow();
    put(this.#table, hash, id + 1);
    this.#size++;
    this.move(MOVED_PER_INSERTION);
  }

  /** @param id is in the index with this hash. */
  remove(hash: number, id: number): void {
    const slot = slotOf(this.#table, hash, id + 1);
    if (slot >= 0) close(this.#table, slot);
    if (this.#old !== undefined) {
      const oldSlot = slotOf(this.#old, hash, id + 1);
      if (oldSlot >= 0) this.#old[oldSlot * 2 + 1] = REMOVED;
    }
    this.#size--;
  }

  /** Moves pairs from that many slots of the old table, as long as there is one. */
  move(slots: number): void {
    const old = this.#old;
    if (old === undefined) return;
    const end = Math.min(this.#moved + slots, old.length / 2);
    for (let slot = this.#moved; slot < end; slot++) {
      const entry = old[slot * 2 + 1]!;
      if (entry !== 0 && entry !== REMOVED) put(this.#table, old[slot * 2]!, entry);
    }
    this.#moved = end;
    if (end === old.length / 2) this.#old = undefined;
  }

  #grow(): void {
    this.move(Number.POSITIVE_INFINITY);
    this.#old = this.#table;
    this.#moved = 0;
    this.#table = new Uint32Array(this.#table.length * 2);
    this.#mask = this.#mask * 2 + 1;
  }
}

function findIn(table: Table, hash: number, matches: (id: number) => boolean): number {
  const mask = table.length / 2 - 1;
  const wanted = hash >>> 0;
  for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
    const entry = table[slot * 2 + 1]!;
    if (entry === 0) return NONE;
    if (table[slot * 2] === wanted && entry !== REMOVED && matches(entry - 1)) return entry - 1;
  }
}

function put(table: Table, hash: number, entry: number): void {
  const mask = table.length / 2 - 1;
  let slot = hash & mask;
  while (table[slot * 2 + 1] !== 0) slot = (slot + 1) & mask;
  table[slot * 2] = hash;
  table[slot * 2 + 1] = entry;
}

/** -1 when it is not there. */
function slotOf(table: Table, hash: number, entry: number): number {
  const mask = table.length / 2 - 1;
  for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
    const found = table[slot * 2 + 1]!;
    if (found === entry) return slot;
    if (found === 0) return -1;
  }
}

/** Empties a slot and moves those behind it up that would not be found any more (Knuth, TAOCP 6.4, algorithm R). */
function close(table: Table, emptied: number): void {
  const mask = table.length / 2 - 1;
  let hole = emptied;
  for (let slot = (hole + 1) & mask; table[slot * 2 + 1] !== 0; slot = (slot + 1) & mask) {
    const home = table[slot * 2]! & mask;
    if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
    table[hole * 2] = table[slot * 2]!;
    table[hole * 2 + 1] = table[slot * 2 + 1]!;
    hole = slot;
  }
  table[hole * 2 + 1] = 0;
}
