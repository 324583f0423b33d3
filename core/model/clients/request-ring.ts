/** The latest requests as two columns, so that a thousand of them per client cost 12 kB and no garbage. */

/** In the place of a name that was refused, and of one that was forgotten since. */
export const NO_NAME = 0xffffffff;

const FIRST_CAPACITY = 16;

/** Room that all rings of one kind share: a flood of clients must not become a flood of memory. */
export class RingBudget {
  #left: number;

  /** @param entries over all rings; an entry takes 12 bytes. */
  constructor(entries: number) {
    this.#left = entries;
  }

  take(entries: number): boolean {
    if (entries > this.#left) return false;
    this.#left -= entries;
    return true;
  }

  giveBack(entries: number): void {
    this.#left += entries;
  }
}

/** A ring that starts small and doubles up to `maxEntries` while the budget lasts. */
export class RequestRing {
  readonly #maxEntries: number;
  readonly #budget: RingBudget;
  #ids = new Uint32Array(0);
  #marks = new Float64Array(0);
  /** Where the next entry goes. */
  #next = 0;
  #size = 0;
  /** Entries before the one at the beginning of the columns, gone since. */
  #gone = 0;

  constructor(maxEntries: number, budget: RingBudget) {
    this.#maxEntries = maxEntries;
    this.#budget = budget;
  }

  /** Entries that it holds now, forgotten names included. */
  get size(): number {
    return this.#size;
  }

  /** Entries that it has ever been given room for, those that are gone included; refused names are none. */
  get pushed(): number {
    return this.#gone + this.#next;
  }

  /** Adds the names of one datagram; `mark` goes with each: its time, or who asked. Refused names are left out. */
  push(ids: Uint32Array, count: number, mark: number): void {
    let next = this.#next;
    let keptIds = this.#ids;
    let marks = this.#marks;
    for (let index = 0; index < count; index++) {
      const id = ids[index]!;
      if (id === NO_NAME) continue;
      if (next === keptIds.length) {
        next = this.#makeRoom();
        keptIds = this.#ids;
        marks = this.#marks;
        if (keptIds.length === 0) return;
      }
      keptIds[next] = id;
      marks[next] = mark;
      next++;
    }
    this.#next = next;
    if (this.#size < next) this.#size = next;
  }

  /** Latest first, at most `entries` of them, forgotten names counted and left out. */
  forEach(visit: (id: number, mark: number) => void, entries = this.#size): void {
    for (let age = 1; age <= Math.min(entries, this.#size); age++) {
      const index = this.#next - age + (age > this.#next ? this.#size : 0);
      const id = this.#ids[index]!;
      if (id !== NO_NAME) visit(id, this.#marks[index]!);
    }
  }

  /** Takes out names that were forgotten, before their ids get a new meaning. */
  forget(ids: ReadonlySet<number>): void {
    for (let index = 0; index < this.#size; index++) {
      if (ids.has(this.#ids[index]!)) this.#ids[index] = NO_NAME;
    }
  }

  /** Gives its room back to the budget; the ring is empty then. */
  release(): void {
    this.#budget.giveBack(this.#ids.length);
    this.#gone = this.pushed;
    this.#ids = new Uint32Array(0);
    this.#marks = new Float64Array(0);
    this.#next = 0;
    this.#size = 0;
  }

  /** When the columns are full to their end: grows them, or goes on at their beginning. Answers where. */
  #makeRoom(): number {
    const length = this.#ids.length;
    this.#size = length;
    const longer = Math.min(this.#maxEntries, Math.max(FIRST_CAPACITY, length * 2));
    if (longer === length || !this.#budget.take(longer - length)) {
      this.#gone += length;
      return 0;
    }
    const ids = new Uint32Array(longer);
    const marks = new Float64Array(longer);
    ids.set(this.#ids);
    marks.set(this.#marks);
    this.#ids = ids;
    this.#marks = marks;
    return length;
  }
}

/** Which ids were seen: a set that is emptied and used again, ten times as fast as a new Set for each ring. */
export class SeenIds {
  /** Each id plus one, 0 for free: open addressing, at most half full. */
  readonly #slots: Uint32Array;
  #size = 0;

  /** @param maxIds added at most between two calls of {@link clear}. */
  constructor(maxIds: number) {
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * maxIds)));
  }

  get size(): number {
    return this.#size;
  }

  clear(): void {
    this.#slots.fill(0);
    this.#size = 0;
  }

  /** False when it was there already. */
  add(id: number): boolean {
    const mask = this.#slots.length - 1;
    let slot = Math.imul(id, 0x9e37_79b1) & mask;
    while (this.#slots[slot] !== 0) {
      if (this.#slots[slot] === id + 1) return false;
      slot = (slot + 1) & mask;
    }
    this.#slots[slot] = id + 1;
    this.#size++;
    return true;
  }
}
