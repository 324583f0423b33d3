/**
 * Pages of PVs at any place of a sorted list. All orders are made of the one by name, and kept for some seconds, so that page
 * after page of one view costs no further scan; requests for one that is being made share the work. Those that people go on asking
 * for are made anew before they are too old, while nobody waits.
 */
import type { Page, PvItem, PvQuery } from "../views.js";
import { NameOrder } from "./name-order.js";
import { pageByName } from "./name-page.js";
import { formatCursor, type PvPlace, parseCursor } from "./pv-cursor.js";
import { type AddressesOf, compileFilter } from "./pv-filter.js";
import { PvOrder } from "./pv-order.js";
import { pagePvs } from "./pv-page.js";
import type { PvTable } from "./pv-table.js";
import { pvItem } from "./pv-views.js";

/** The first ones are found without sorting the rest, as tables ask for them with every letter of a filter. */
const FIRST_ONES = 1000;
/** Who takes so many at one time goes through the whole list: with an order, that costs one scan and not one for each page. */
const MANY = 500;
/** So long after it was asked for last: clearly longer than the 5 s after which lists on the pages of web-ui ask again. */
const KEPT_MS = 8000;
/** One that is asked for at this age is made anew behind, so that those who ask again find a fresh one. */
const FRESH_MS = 2500;
/** At most so long what is new can be missing, and what changed be at its old place. Five million PVs are put in order behind in some seconds. */
const MAX_AGE_MS = 30_000;
const MAX_ORDERS = 8;
/**
 * One that is being made takes up to 24 bytes for each PV, even when whoever asked for it has gone. The one that is made anew behind
 * comes on top.
 */
const MAX_UNFINISHED = 3;
/** Of all orders that are made and kept, without the latest. */
const MAX_BYTES = 64_000_000;
/** Forgotten ones are remembered with each order; more come only when somebody clears up. */
const MAX_FORGOTTEN = 20_000;

/** Which PVs are wanted, and in which order. */
type View = Omit<PvQuery, "limit" | "cursor" | "offset">;

interface KeptOrder {
  readonly view: View;
  readonly addressesOf: AddressesOf | undefined;
  order: PvOrder;
  /** When somebody asked for it last or waited for it, UTC ms. */
  usedAt: number;
  /** When it began to be made, UTC ms: what came since may be missing. */
  begunAt: number;
  /** When it was first asked for that was no longer fresh, UTC ms. */
  dueAt?: number | undefined;
  /** To take its place once it is made. */
  next?: PvOrder | undefined;
}

export class PvOrders {
  readonly #table: PvTable;
  readonly #byName: NameOrder;
  /** Asked for last comes last. */
  #kept: KeptOrder[] = [];

  constructor(table: PvTable) {
    this.#table = table;
    this.#byName = new NameOrder(table);
  }

  /**
   * @param now UTC ms.
   * @throws CursorError for a cursor that no page with this sort and order gave.
   */
  *page(
    query: PvQuery,
    now: () => number,
    addressesOf?: AddressesOf,
  ): Generator<undefined, Page<PvItem>> {
    const { limit, cursor, offset, ...view } = query;
    const after = cursor === undefined ? undefined : parseCursor(query, cursor);
    for (;;) {
      let kept = this.#find(view, now());
      if (kept?.order.isMade !== true && needsNoOrder(query)) {
        return yield* this.#scan(query, addressesOf);
      }
      if (kept === undefined) {
        // Those that still wait for their turn begin nothing: it would have to go again for want of room.
        yield;
        kept = this.#find(view, now()) ?? this.#begin(view, now(), addressesOf);
      }
      if (kept === undefined) return { items: [], total: 0, next: null };
      while (this.#advance(kept)) {
        kept.usedAt = now();
        yield;
      }
      // One that had to go meanwhile was not told what else was forgotten.
      if (!this.#kept.includes(kept)) continue;
      if (Math.abs(now() - kept.begunAt) >= FRESH_MS) kept.dueAt ??= now();
      return this.#read(kept.order, query, after);
    }
  }

  /** Ranks the names, where most were not, looks at all of them for tests the first time, and makes anew orders that are no longer fresh. */
  *prepare(): Generator<undefined, void> {
    const isFirstTime = !this.#byName.isMade;
    yield* this.#byName.rank();
    if (isFirstTime) yield* this.#table.nameTests.prepare();
    for (;;) {
      const due = this.#kept.find(({ dueAt }) => dueAt !== undefined);
      if (due?.dueAt === undefined) return;
      yield* this.#renew(due, due.dueAt);
    }
  }

  /** There is no PV with this id any more. */
  forget(id: number): void {
    this.#byName.forget(id);
    for (const { order, next } of this.#kept) {
      order.forget(id);
      next?.forget(id);
    }
    if (this.#kept.some(({ order }) => order.forgotten > MAX_FORGOTTEN)) this.#kept = [];
  }

  *#scan(query: PvQuery, addressesOf?: AddressesOf): Generator<undefined, Page<PvItem>> {
    const { offset = 0, ...others } = query;
    const wanted = { ...others, limit: offset + query.limit };
    const hasOrder = query.sort === "name" && this.#byName.isMade;
    const page = yield* hasOrder
      ? pageByName(this.#table, this.#byName, wanted, addressesOf)
      : pagePvs(this.#table, this.#byName, wanted, addressesOf);
    if (query.offset === undefined) return page;
    const { items, total } = page;
    return { items: items.slice(offset), total, next: null };
  }

  #read(order: PvOrder, query: PvQuery, after: PvPlace | undefined): Page<PvItem> {
    const { sort, limit, offset } = query;
    // An order by name is the same up and down.
    const isDown = sort === "name" && query.order === "desc";
    const itemAt = (place: number): PvItem => pvItem(this.#table, order.idAt(place));
    const { total } = order;
    if (offset !== undefined) {
      const places = order.places(offset, offset + limit, limit, isDown);
      return { items: places.map(itemAt), total, next: null };
    }
    const begin = after === undefined ? 0 : order.offsetAfter(after, isDown);
    const places = order.places(begin, total, limit + 1, isDown);
    const last = places.length > limit ? places[limit - 1] : undefined;
    const next = last === undefined ? null : formatCursor(query, order.cursorAt(last));
    return { items: places.slice(0, limit).map(itemAt), total, next };
  }

  #find(view: View, now: number): KeptOrder | undefined {
    this.#kept = this.#kept.filter((kept) => !isOld(kept, now));
    const found = this.#kept.find((kept) => isSame(kept.view, view));
    if (found === undefined) return undefined;
    found.usedAt = now;
    this.#keep(found);
    return found;
  }

  #begin(view: View, now: number, addressesOf?: AddressesOf): KeptOrder | undefined {
    const order = this.#orderOf(view, addressesOf);
    if (order === undefined) return undefined;
    const kept = { view, addressesOf, order, usedAt: now, begunAt: now };
    this.#keep(kept);
    return kept;
  }

  /** Undefined when nothing can be in it. */
  #orderOf(view: View, addressesOf?: AddressesOf): PvOrder | undefined {
    const filter = compileFilter(this.#table, view, addressesOf);
    return filter && new PvOrder(this.#table, view, filter, this.#byName);
  }

  *#renew(kept: KeptOrder, dueAt: number): Generator<undefined, void> {
    const next = this.#orderOf(kept.view, kept.addressesOf);
    kept.next = next;
    try {
      // Of one that had to go nobody tells any more what is forgotten.
      while (next?.advance() && this.#kept.includes(kept)) yield;
      if (!next?.isMade) return;
      kept.order = next;
      kept.begunAt = dueAt;
    } finally {
      kept.next = undefined;
      kept.dueAt = undefined;
    }
  }

  /** As the latest; those that have no room beside it go, the oldest first. */
  #keep(latest: KeptOrder): void {
    const stay = [latest];
    let unfinished = latest.order.isMade ? 0 : 1;
    let bytes = 0;
    const others = this.#kept.filter((kept) => kept !== latest);
    for (const kept of others.reverse()) {
      bytes += kept.order.bytes;
      if (!kept.order.isMade) unfinished++;
      if (stay.length === MAX_ORDERS || bytes > MAX_BYTES || unfinished > MAX_UNFINISHED) break;
      stay.unshift(kept);
    }
    this.#kept = stay;
  }

  /** One that failed is not kept. */
  #advance(kept: KeptOrder): boolean {
    try {
      return kept.order.advance();
    } catch (error) {
      this.#kept = this.#kept.filter((other) => other !== kept);
      throw error;
    }
  }
}

function needsNoOrder({ offset, cursor, limit }: PvQuery): boolean {
  if (offset !== undefined) return offset + limit <= FIRST_ONES;
  return cursor === undefined || limit < MANY;
}

/** What is still being made is given up only when nobody waits for it. */
function isOld({ order, usedAt, begunAt }: KeptOrder, now: number): boolean {
  if (Math.abs(now - usedAt) >= KEPT_MS) return true;
  return order.isMade && Math.abs(now - begunAt) >= MAX_AGE_MS;
}

function isSame(one: View, other: View): boolean {
  return keyOf(one) === keyOf(other) && one.accept === other.accept;
}

function keyOf({ accept, order, states, ...rest }: View): string {
  const sorted = [...(states ?? [])].sort();
  const direction = rest.sort === "name" ? "asc" : order;
  return JSON.stringify([Object.entries(rest).sort(), states && sorted, direction]);
}
