/**
 * Which application lists each PV as its own: a small number per PV, and the ids of each list in a typed array, so that
 * the lists of a whole site take some megabytes.
 */

/** Numbers of lists are kept in 16 bits, 0 for none. */
const MAX_LISTS = 0xffff;

interface PvList {
  readonly app: string;
  /** Above 0. */
  readonly number: number;
  /** Ascending, each once. Some may have gone to another list, or were forgotten, since. */
  ids: Uint32Array;
  /** Those of them that it still has. */
  count: number;
}

const NOTHING = new Uint32Array(0);

/** A PV is on one list at most: the one that named it last. */
export class PvLists {
  readonly #lists = new Map<string, PvList>();
  readonly #byNumber: (PvList | undefined)[] = [undefined];
  readonly #freeNumbers: number[] = [];
  /** By PV id: the number of its list. */
  #listOf = new Uint16Array(1024);
  #totalIds = 0;

  /** @param maxIds over all lists. */
  constructor(private readonly maxIds: number) {}

  /** How many ids a list of this application may have now. */
  room(app: string): number {
    return this.maxIds - this.#totalIds + (this.#lists.get(app)?.ids.length ?? 0);
  }

  listedBy(id: number): string | undefined {
    return this.#byNumber[this.#listOf[id] ?? 0]?.app;
  }

  /** Those that the application lists. */
  idsOf(app: string): Uint32Array {
    const list = this.#lists.get(app);
    return list === undefined ? NOTHING : this.#own(list);
  }

  countOf(app: string): number {
    return this.#lists.get(app)?.count ?? 0;
  }

  /**
   * The application lists these; they leave the lists that they were on.
   * @param ids ascending, each once; no more than {@link room}.
   * @param complete whether those that it listed before and does not list now are on no list any more.
   * @returns those.
   */
  set(app: string, ids: Uint32Array, complete: boolean): Uint32Array {
    const list = this.#lists.get(app) ?? this.#add(app);
    if (list === undefined) return NOTHING;
    const others = without(this.#own(list), ids);
    for (const id of ids) this.#mark(id, list);
    if (complete) for (const id of others) this.#mark(id, undefined);
    this.#setIds(list, complete ? ids : merged(ids, others));
    return complete ? others : NOTHING;
  }

  drop(app: string): void {
    const list = this.#lists.get(app);
    if (list === undefined) return;
    for (const id of this.#own(list)) this.#mark(id, undefined);
    this.#setIds(list, NOTHING);
    this.#lists.delete(app);
    this.#byNumber[list.number] = undefined;
    this.#freeNumbers.push(list.number);
  }

  /** There is no PV with this id any more. */
  forget(id: number): void {
    if (this.#listOf[id]) this.#mark(id, undefined);
  }

  #add(app: string): PvList | undefined {
    const number = this.#freeNumbers.pop() ?? this.#byNumber.length;
    if (number > MAX_LISTS) return undefined;
    const list = { app, number, ids: NOTHING, count: 0 };
    this.#byNumber[number] = list;
    this.#lists.set(app, list);
    return list;
  }

  #own({ ids, number }: PvList): Uint32Array {
    return ids.filter((id) => this.#listOf[id] === number);
  }

  #mark(id: number, list: PvList | undefined): void {
    if (id >= this.#listOf.length) {
      const longer = new Uint16Array(Math.max(id + 1, this.#listOf.length * 2));
      longer.set(this.#listOf);
      this.#listOf = longer;
    }
    const before = this.#byNumber[this.#listOf[id]!];
    if (before !== undefined) before.count--;
    if (list !== undefined) list.count++;
    this.#listOf[id] = list?.number ?? 0;
  }

  #setIds(list: PvList, ids: Uint32Array): void {
    this.#totalIds += ids.length - list.ids.length;
    list.ids = ids;
  }
}

/** Of ascending ids, those that are not among the others. */
function without(ids: Uint32Array, others: Uint32Array): Uint32Array {
  let index = 0;
  return ids.filter((id) => {
    while (index < others.length && others[index]! < id) index++;
    return others[index] !== id;
  });
}

/** Of two that have no id in common. */
function merged(ids: Uint32Array, others: Uint32Array): Uint32Array {
  const all = new Uint32Array(ids.length + others.length);
  all.set(ids);
  all.set(others, ids.length);
  return all.sort();
}
