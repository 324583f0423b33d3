/** Columns of a table, and sorting by them: the order is in the address bar. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { setParameters } from "../url.js";
import { useParameter } from "./filters.js";

export interface Column<T> {
  /** Also what the address bar calls the order by it. */
  readonly key: string;
  readonly title: string;
  cell(row: T): ComponentChildren;
  /** A CSS grid track. */
  readonly width?: string;
  readonly align?: "end";
  /** It can be sorted by; this way first. */
  readonly sort?: "asc" | "desc";
  /** What to sort by, of lists that are here whole; null comes last in any order. */
  value?(row: T): string | number | boolean | null;
  /** Left out where the window is narrow, `"very"` also where it is not very wide. */
  readonly wideOnly?: boolean | "very";
}

export interface Order {
  readonly key: string;
  readonly order: "asc" | "desc";
}

/** The order in the address bar; otherwise that of the column `byDefault`. */
export function useOrder<T>(columns: readonly Column<T>[], byDefault: string): Order {
  const wanted = useParameter("sort");
  const column =
    columns.find(({ key, sort }) => key === wanted && sort !== undefined) ??
    columns.find(({ key }) => key === byDefault);
  const order = useParameter("order");
  return {
    key: column?.key ?? byDefault,
    order: order === "asc" || order === "desc" ? order : (column?.sort ?? "asc"),
  };
}

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** A copy in that order. Numbers in names count as numbers: IOC2 before IOC10. */
export function useSorted<T>(
  items: readonly T[] | undefined,
  columns: readonly Column<T>[],
  { key, order }: Order,
): readonly T[] | undefined {
  return useMemo(() => {
    const value = columns.find((column) => column.key === key)?.value;
    if (items === undefined || value === undefined) return items;
    const sign = order === "asc" ? 1 : -1;
    return items
      .map((item) => ({ item, value: value(item) }))
      .sort((a, b) => {
        if (a.value === null || b.value === null) {
          return a.value === b.value ? 0 : a.value === null ? 1 : -1;
        }
        return sign * compare(a.value, b.value);
      })
      .map(({ item }) => item);
  }, [items, columns, key, order]);
}

function compare(a: string | number | boolean, b: string | number | boolean): number {
  if (typeof a === "string" && typeof b === "string") return collator.compare(a, b);
  return Number(a) - Number(b);
}

/** Whether the window is at most so wide, px. */
function windowWithin(width: number): ReadonlySignal<boolean> {
  const query = matchMedia(`(max-width: ${width}px)`);
  const isWithin = signal(query.matches);
  query.addEventListener("change", () => {
    isWithin.value = query.matches;
  });
  return isWithin;
}

const narrow = windowWithin(760);
const notVeryWide = windowWithin(1700);

export function shownColumns<T>(columns: readonly Column<T>[]): readonly Column<T>[] {
  if (narrow.value) return columns.filter(({ wideOnly = false }) => wideOnly === false);
  return notVeryWide.value ? columns.filter(({ wideOnly }) => wideOnly !== "very") : columns;
}

/** What all tracks take at least, so that the head and every row, each a grid of its own, are equally wide. */
export function leastWidth(tracks: readonly string[]): string {
  const rems = tracks.map((track) => Number(/([\d.]+)rem/.exec(track)?.[1] ?? 0));
  return `${rems.reduce((sum, rem) => sum + rem, 1)}rem`;
}

/** What `aria-sort` wants. */
export function ariaSort<T>(column: Column<T>, order: Order | undefined) {
  if (column.sort === undefined || order?.key !== column.key) return undefined;
  return order.order === "asc" ? ("ascending" as const) : ("descending" as const);
}

/** The title of a column; a button where it can be sorted by. */
export function ColumnTitle<T>(props: {
  readonly column: Column<T>;
  readonly order: Order | undefined;
}) {
  const { column, order } = props;
  if (column.sort === undefined || order === undefined) return <span>{column.title}</span>;
  const isSorted = order.key === column.key;
  const turned = order.order === "asc" ? "desc" : "asc";
  const next = isSorted ? turned : column.sort;
  const arrow = order.order === "asc" ? "▲" : "▼";
  return (
    <button
      type="button"
      class="column-sort"
      onClick={() => setParameters({ sort: column.key, order: next })}
    >
      {column.title}
      {isSorted && (
        <span class="column-arrow" aria-hidden="true">
          {arrow}
        </span>
      )}
    </button>
  );
}
