/** Which rows of a long list are in view at a place of the scroll bar, which elements show them, and where to scroll to see one. */

/** Pixels; below what any browser can scroll. */
export const MAX_HEIGHT = 15_000_000;

export interface Geometry {
  readonly total: number;
  /** Pixels. */
  readonly rowHeight: number;
  /** Pixels in which rows are seen. */
  readonly viewHeight: number;
}

/** How many pixels of the list a pixel of the scroll bar stands for. */
function scaleOf({ total, rowHeight, viewHeight }: Geometry): number {
  const height = total * rowHeight;
  if (height <= MAX_HEIGHT) return 1;
  return (height - viewHeight) / (MAX_HEIGHT - viewHeight);
}

/** The first row that is seen, and the pixels of it that are above the edge. */
export function firstRow(
  scrollTop: number,
  geometry: Geometry,
): { readonly row: number; readonly offset: number } {
  const { total, rowHeight, viewHeight } = geometry;
  const last = Math.max(0, total * rowHeight - viewHeight);
  const pixels = Math.min(Math.max(0, scrollTop * scaleOf(geometry)), last);
  const row = Math.floor(pixels / rowHeight);
  return { row, offset: pixels - row * rowHeight };
}

/** Where to scroll so that the row is seen whole; undefined when it is. */
export function scrollTopOf(
  row: number,
  scrollTop: number,
  geometry: Geometry,
): number | undefined {
  const { rowHeight, viewHeight } = geometry;
  const scale = scaleOf(geometry);
  const top = scrollTop * scale;
  if (row * rowHeight < top) return (row * rowHeight) / scale;
  const bottom = (row + 1) * rowHeight;
  return bottom > top + viewHeight ? (bottom - viewHeight) / scale : undefined;
}

/** The row that a key leads to from another one (-1: from none); undefined for a key that moves nothing. */
export function keyToRow(key: string, from: number, geometry: Geometry): number | undefined {
  const { total, rowHeight, viewHeight } = geometry;
  const pageRows = Math.max(1, Math.floor(viewHeight / rowHeight) - 1);
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: from + 1,
    ArrowUp: from - 1,
    PageDown: from + pageRows,
    PageUp: from - pageRows,
    Home: 0,
    End: total - 1,
  };
  const to = steps[key];
  return to === undefined || total === 0 ? undefined : Math.min(Math.max(0, to), total - 1);
}

/** The rows that are on the page; the element of each is called by how far the row is from `origin`. */
export interface Drawn {
  readonly from: number;
  readonly count: number;
  readonly origin: number;
}

/**
 * The next ones. A row that stays keeps its element. When most go, all elements stay and show others, which costs a browser much less
 * than elements that are new.
 * @param isHeld something in a row has the focus, which must not become another row's
 */
export function redrawn(before: Drawn, from: number, count: number, isHeld: boolean): Drawn {
  const moved = from - before.from;
  const mostGo = Math.abs(moved) * 2 > Math.min(before.count, count);
  return { from, count, origin: mostGo && !isHeld ? before.origin + moved : before.origin };
}
