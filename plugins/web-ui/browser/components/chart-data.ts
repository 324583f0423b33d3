/** The numbers of a chart: on one axis of times, as a table, and as a file. Nothing here needs a browser. */

export interface Line {
  readonly name: string;
  readonly label: string;
  /** 1 to 8 of the palette, so that a name keeps its colour. */
  readonly colour: number;
  readonly points: readonly { readonly at: string; readonly value: number }[];
  /** For what is there to compare with. */
  readonly dashed?: boolean;
}

type Values = readonly (number | null)[];

export interface ChartData {
  /** UTC ms, growing. */
  readonly times: readonly number[];
  /** By line; null where it has no value. */
  readonly values: readonly Values[];
}

/**
 * All lines on one axis.
 * @param stepMs where points are farther apart than this there is a gap, which no line may bridge.
 */
export function chartData(lines: readonly Line[], stepMs?: number): ChartData {
  const tables = lines.map(
    ({ points }) => new Map(points.map(({ at, value }) => [Date.parse(at), value])),
  );
  const known = new Set(tables.flatMap((table) => [...table.keys()]));
  const times: number[] = [];
  for (const at of [...known].sort((a, b) => a - b)) {
    const before = times.at(-1);
    if (stepMs !== undefined && before !== undefined && at - before > 1.5 * stepMs) {
      times.push(before + stepMs);
    }
    times.push(at);
  }
  return { times, values: tables.map((table) => times.map((at) => table.get(at) ?? null)) };
}

/** Of the value at that place; without a place, of the latest there is. */
export function valueAt(values: Values, index: number | null): number | null {
  if (index !== null) return values[index] ?? null;
  return values.findLast((value) => value !== null) ?? null;
}

/** Values that no line can show, having no neighbour: they are drawn as points. */
export function loneIndexes(values: ArrayLike<number | null | undefined>): number[] {
  const isNone = (index: number): boolean => (values[index] ?? null) === null;
  return Array.from(values, (_, index) => index).filter(
    (index) => !isNone(index) && isNone(index - 1) && isNone(index + 1),
  );
}

/** RFC 4180, times in UTC; a line a time, gaps left out. */
export function csvOf(lines: readonly Line[], unit: string): string {
  const { times, values } = chartData(lines);
  const head = ["time", ...lines.map(({ label }) => `${label} (${unit})`)];
  const rows = times.map((at, index) => [
    new Date(at).toISOString(),
    ...values.map((line) => String(line[index] ?? "")),
  ]);
  return [head, ...rows].map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
}

function quoted(cell: string): string {
  // A spreadsheet takes what begins like a formula for one; labels may be names from the network.
  const safe = /^[=+@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
