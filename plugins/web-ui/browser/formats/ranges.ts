/** Spans of time up to now that people choose from; the values are the API's. */

interface Range {
  readonly value: string;
  readonly text: string;
}

export const RANGES: readonly Range[] = [
  { value: "1h", text: "1 hour" },
  { value: "6h", text: "6 hours" },
  { value: "1d", text: "1 day" },
  { value: "1w", text: "1 week" },
  { value: "4w", text: "4 weeks" },
  { value: "1y", text: "1 year" },
];

const UNIT_MS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  y: 365 * 86_400_000,
};

/** Milliseconds of `6h` or `4w`; those of an hour for anything else. */
export function rangeMs(range: string): number {
  const [, count, unit = ""] = /^(\d{1,4})([hdwy])$/.exec(range) ?? [];
  return count === undefined ? 3_600_000 : Number(count) * (UNIT_MS[unit] ?? 0);
}
