/**
 * Pages of PVs at any place of a sorted list. Orders are kept for some seconds, so that page after page of one view costs
 * no further sort; requests for one that is being made share the work.
 */
import type { Page, PvItem, PvQuery } from "../views.js";
import { type AddressesOf, compileFilter } from "./pv-filter.js";
import { PvOrder } from "./pv-order.js";
import { pagePvs } from "./pv-page.js";
import type { PvTable } from "./pv-table.js";
import { pvItem } from "./pv-views.js";

/** The first ones are found without sorting the rest, as tables ask for them with every letter of a filter. */
const FIRST_ONES = 1000;
/** So long what is new can be missing, and what changed be at its old place. */
const KEPT_MS = 5000;
const MAX_ORDERS = 8;
/** One that is being made takes up to 30 bytes for each PV, even when whoever asked for it has gone. */
const MAX_UNFINISHED = 3;
/** Of all orders but the latest together, 4 bytes each. */
const MAX_IDS = 12_000_000;
/** Forgotten ones are remembered with each order; more come only when somebody clears up. */
const MAX_FORGOTTEN = 20_000;

/** Which PVs are wanted, and in which order. */
type View = Omit<PvQuery, "limit" | "cursor" | "offset">;

interface KeptOrder {
  readonly view: View;
  readonly order: PvOrder;
  /** Undefined while it is being made. */
  madeAt: number | undefined;
}

export class PvOrders {
  readonly #table: PvTable;
  /** Asked for last comes last. */
  #kept: KeptOrder[] = [];

  constructor(table: PvTable) {
    this.#table = table;
  }

  /** @param now UTC ms. */
  *page(
    query: PvQuery & { readonly offset: number },
    now: () => number,
    addressesOf?: AddressesOf,
  ): Generator<undefined, Page<PvItem>> {
    const { limit, cursor, offset, ...view } = query;
    for (;;) {
      let kept = this.#find(view, now());
      if (kept?.madeAt === undefined && offset + limit <= FIRST_ONES) {
        const { items, total } = yield* pagePvs(
          this.#table,
          { ...view, limit: offset + limit },
          addressesOf,
        );
        return { items: items.slice(offset), total, next: null };
      }
      kept ??= this.#begin(view, addressesOf);
      if (kept === undefined) return { items: [], total: 0, next: null };
      while (this.#advance(kept)) yield;
      // One that had to go meanwhile was not told what else was forgotten.
      if (!this.#kept.includes(kept)) continue;
      kept.madeAt ??= now();
      const { order } = kept;
      const ids = order.idsAt(offset, limit, isReversed(view));
      return { items: ids.map((id) => pvItem(this.#table, id)), total: order.total, next: null };
    }
  }

  /** There is no PV with this id any more. */
  forget(id: number): void {
    for (const { order } of this.#kept) order.forget(id);
    if (this.#kept.some(({ order }) => order.forgotten > MAX_FORGOTTEN)) this.#kept = [];
  }

  #find(view: View, now: number): KeptOrder | undefined {
    this.#kept = this.#kept.filter(
      ({ madeAt }) => madeAt === undefined || Math.abs(now - madeAt) < KEPT_MS,
    );
    const found = this.#kept.find((kept) => isSame(kept.view, view));
    if (found !== undefined) this.#keep(found);
    return found;
  }

  #begin(view: View, addressesOf: AddressesOf | undefined): KeptOrder | undefined {
    const filter = compileFilter(this.#table, view, addressesOf);
    if (filter === undefined) return undefined;
    const kept = { view, order: new PvOrder(this.#table, view, filter), madeAt: undefined };
    this.#keep(kept);
    return kept;
  }

  /** As the latest; those that have no room beside it go, the oldest first. */
  #keep(latest: KeptOrder): void {
    const stay = [latest];
    let unfinished = latest.madeAt === undefined ? 1 : 0;
    let ids = 0;
    const others = this.#kept.filter((kept) => kept !== latest);
    for (const kept of others.reverse()) {
      ids += kept.order.total;
      if (kept.madeAt === undefined) unfinished++;
      if (stay.length === MAX_ORDERS || ids > MAX_IDS || unfinished > MAX_UNFINISHED) break;
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

/** An order by name is the same up and down. */
function isReversed({ sort, order }: View): boolean {
  return sort === "name" && order === "desc";
}

function isSame(one: View, other: View): boolean {
  return keyOf(one) === keyOf(other) && one.accept === other.accept;
}

function keyOf({ accept, order, states, ...rest }: View): string {
  const sorted = [...(states ?? [])].sort();
  const direction = rest.sort === "name" ? "asc" : order;
  return JSON.stringify([Object.entries(rest).sort(), states && sorted, direction]);
}
