/** Places in a sorted list of PVs. A cursor holds the place itself, so it stays good whatever becomes of the PV there. */
import { CursorError } from "../pages/page.js";
import type { PvQuery, PvSort } from "../views.js";

/** By key first, then by name; the name goes up whatever the order. */
export interface PvPlace {
  /** The number that is sorted by; 0 when it is the name itself. */
  readonly key: number;
  readonly name: Uint8Array;
}

export function formatCursor({ sort, order }: PvQuery, { key, name }: PvPlace): string {
  const hex = [...name].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${sort}_${order}_${key}_${hex}`;
}

/** @throws CursorError */
export function parseCursor({ sort, order }: PvQuery, cursor: string): PvPlace {
  const [, cursorSort, cursorOrder, key, hex] =
    /^(\w+)_(asc|desc)_(\d+(?:\.\d+)?)_((?:[0-9a-f]{2})*)$/.exec(cursor) ?? [];
  if ((cursorSort as PvSort | undefined) !== sort || cursorOrder !== order) throw new CursorError();
  const name = Uint8Array.from(hex!.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
  return { key: Number(key), name };
}
