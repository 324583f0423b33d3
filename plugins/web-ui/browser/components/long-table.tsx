/**
 * A list of any length: only the rows in view are on the page. Where all rows would be higher than browsers can scroll (Firefox
 * gives up at some 17 million pixels), the scroll bar stands for more than it is high.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { RowSource } from "../api/row-source.js";
import { printable } from "../formats/printable.js";
import {
  ariaSort,
  type Column,
  ColumnTitle,
  leastWidth,
  type Order,
  shownColumns,
} from "./columns.js";
import { type Drawn, firstRow, keyToRow, MAX_HEIGHT, redrawn, scrollTopOf } from "./row-window.js";

interface Props<T> {
  /** What it lists, for screen readers. */
  readonly label: string;
  readonly rows: RowSource<T>;
  readonly columns: readonly Column<T>[];
  keyOf(item: T): string;
  readonly order?: Order;
  rowClass?(item: T): string | undefined;
  /** Enter, or a double click on a row. */
  readonly onOpen?: (item: T) => void;
  readonly selected?: ReadonlySet<string>;
  /** Space, or a click on the box of a row. */
  readonly onSelect?: (item: T) => void;
  /** Instead of no rows. */
  readonly empty?: ComponentChildren;
}

const ROW_HEIGHT = 32;
/** Rows beyond the edges, so that none is missing while it scrolls. */
const OVERSCAN = 4;

export function LongTable<T>(props: Props<T>) {
  const { label, rows, keyOf, order, onOpen, selected, onSelect } = props;
  const frame = useRef<HTMLDivElement>(null);
  const head = useRef<HTMLDivElement>(null);
  const space = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn>({ from: 0, count: 0, origin: 0 });
  const id = useId();
  const [top, setTop] = useState(0);
  const [viewHeight, setViewHeight] = useState(600);
  const [active, setActive] = useState(-1);
  const total = rows.total ?? 0;
  const isEmpty = rows.total === 0 && props.empty !== undefined;
  const shown = shownColumns(props.columns);

  const geometry = { total, rowHeight: ROW_HEIGHT, viewHeight };
  const { row, offset } = firstRow(top, geometry);
  const from = Math.max(0, row - OVERSCAN);
  const visible = Math.ceil(viewHeight / ROW_HEIGHT) + 1;
  const to = Math.min(total, row + visible + OVERSCAN);
  const count = Math.max(0, to - from);
  const isHeld = space.current?.contains(document.activeElement) === true;
  drawn.current = redrawn(drawn.current, from, count, isHeld);
  const { origin } = drawn.current;

  useEffect(() => rows.show?.(from, Math.max(1, count)), [rows, from, count]);

  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const measure = (): void => {
      const headHeight = head.current?.offsetHeight ?? 0;
      setViewHeight(Math.max(ROW_HEIGHT, element.clientHeight - headHeight));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [isEmpty]);

  // A wheel turns by rows, also where a pixel of the scroll bar stands for several.
  const scale = (total * ROW_HEIGHT) / MAX_HEIGHT;
  useEffect(() => {
    const element = frame.current;
    if (element === null || scale <= 1) return;
    const turn = (event: WheelEvent): void => {
      if (event.deltaY === 0 || event.ctrlKey) return;
      event.preventDefault();
      const pixels = event.deltaMode === 1 ? event.deltaY * ROW_HEIGHT : event.deltaY;
      element.scrollTop += pixels / scale;
    };
    element.addEventListener("wheel", turn, { passive: false });
    return () => element.removeEventListener("wheel", turn);
  }, [scale]);

  // Another order or filter is another list.
  useEffect(() => {
    frame.current?.scrollTo({ top: 0 });
    setTop(0);
    setActive(-1);
  }, [rows.show === undefined ? order?.key : rows, order?.order, isEmpty]);

  const activate = (index: number): void => {
    setActive(index);
    const element = frame.current;
    if (element === null) return;
    const wanted = scrollTopOf(index, element.scrollTop, geometry);
    if (wanted === undefined) return;
    element.scrollTop = wanted;
    // Drawn together with what is active now, not once more when the browser tells that it has scrolled.
    setTop(element.scrollTop);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== frame.current) return;
    const next = keyToRow(event.key, active, geometry);
    if (next !== undefined) {
      event.preventDefault();
      activate(next);
      return;
    }
    const item = active < 0 ? undefined : rows.get(active);
    if (item === undefined) return;
    if (event.key === "Enter" && onOpen !== undefined) onOpen(item);
    else if (event.key === " " && onSelect !== undefined) onSelect(item);
    else return;
    event.preventDefault();
  };

  if (isEmpty) return <>{props.empty}</>;
  const tracks = [
    ...(onSelect === undefined ? [] : ["2.2rem"]),
    ...shown.map(({ width }) => width ?? "minmax(6rem, 1fr)"),
  ];
  const template = tracks.join(" ");
  const minWidth = leastWidth(tracks);
  const indexes = Array.from({ length: count }, (_, i) => from + i);
  const height = Math.min(total * ROW_HEIGHT, MAX_HEIGHT);

  return (
    <div
      ref={frame}
      class="grid"
      role="grid"
      aria-label={label}
      aria-rowcount={rows.total === undefined ? -1 : total + 1}
      aria-activedescendant={active < from || active >= to ? undefined : `${id}-${active}`}
      aria-multiselectable={onSelect !== undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
    >
      <div ref={head} class="grid-head" role="rowgroup" style={{ minWidth }}>
        <div
          class="grid-row"
          role="row"
          aria-rowindex={1}
          style={{ gridTemplateColumns: template }}
        >
          {onSelect !== undefined && (
            <span role="columnheader" class="grid-cell">
              <span class="visually-hidden">Selected</span>
            </span>
          )}
          {shown.map((column) => (
            <span
              key={column.key}
              role="columnheader"
              class={column.align === "end" ? "grid-cell end" : "grid-cell"}
              aria-sort={ariaSort(column, order)}
            >
              <ColumnTitle column={column} order={order} />
            </span>
          ))}
        </div>
      </div>
      <div
        ref={space}
        class="grid-space"
        role="rowgroup"
        style={{ height: `${height}px`, minWidth }}
      >
        <div style={{ transform: `translateY(${top - offset - (row - from) * ROW_HEIGHT}px)` }}>
          {indexes.map((index) => {
            const item = rows.get(index);
            const key = item === undefined ? undefined : keyOf(item);
            const isSelected = key !== undefined && selected?.has(key) === true;
            const own = item === undefined ? "grid-waiting" : (props.rowClass?.(item) ?? "");
            return (
              <div
                key={index - origin}
                id={`${id}-${index}`}
                role="row"
                aria-rowindex={index + 2}
                aria-selected={onSelect === undefined ? undefined : isSelected}
                class={`grid-row ${index === active ? "grid-active" : ""} ${own}`}
                style={{ gridTemplateColumns: template }}
                onMouseDown={() => setActive(index)}
                onDblClick={() => item !== undefined && onOpen?.(item)}
              >
                {onSelect !== undefined && (
                  <span role="gridcell" class="grid-cell">
                    {item !== undefined && (
                      <input
                        type="checkbox"
                        tabIndex={-1}
                        aria-label={`Select ${printable(key ?? "")}`}
                        checked={isSelected}
                        onChange={() => onSelect(item)}
                      />
                    )}
                  </span>
                )}
                {shown.map((column) => (
                  <span
                    key={column.key}
                    role="gridcell"
                    class={column.align === "end" ? "grid-cell end" : "grid-cell"}
                  >
                    {item === undefined ? "…" : column.cell(item)}
                  </span>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
