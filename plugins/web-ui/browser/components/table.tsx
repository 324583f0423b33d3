/** A short list: every row is on the page. */
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { printable } from "../formats/printable.js";
import { ariaSort, type Column, ColumnTitle, type Order, shownColumns } from "./columns.js";
import { useKeyScrolling } from "./key-scrolling.js";

interface Props<T> {
  /** What it lists, for screen readers. */
  readonly label: string;
  readonly items: readonly T[];
  readonly columns: readonly Column<T>[];
  keyOf(item: T): string;
  readonly order?: Order;
  rowClass?(item: T): string | undefined;
  /** Instead of no rows. */
  readonly empty?: ComponentChildren;
}

export function Table<T>({ label, items, columns, keyOf, order, rowClass, empty }: Props<T>) {
  if (items.length === 0 && empty !== undefined) return <p class="none">{empty}</p>;
  const shown = shownColumns(columns);
  return (
    <TableFrame>
      <table class="table" aria-label={printable(label)}>
        <thead>
          <tr>
            {shown.map((column) => (
              <th
                key={column.key}
                scope="col"
                class={column.align === "end" ? "end" : undefined}
                aria-sort={ariaSort(column, order)}
              >
                <ColumnTitle column={column} order={order} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={keyOf(item)} class={rowClass?.(item)}>
              {shown.map((column) => (
                <td key={column.key} class={column.align === "end" ? "end" : undefined}>
                  {column.cell(item)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

/** A table may be wider than the window, and scrolls then by itself. */
export function TableFrame({ children }: { readonly children: ComponentChildren }) {
  const frame = useRef<HTMLDivElement>(null);
  useKeyScrolling(frame);
  return (
    <div ref={frame} class="table-frame">
      {children}
    </div>
  );
}
