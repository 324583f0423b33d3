/** Numbers as the report writes them: as many digits as mean something. */

const UNITS = [
  [1e6, "M"],
  [1e3, "k"],
] as const;

/** 8,387,162 as `8.39 M`, 69.65 as `69.7`. */
export function amount(value: number): string {
  if (Math.abs(value) < 1e4) return digits(value);
  const [size, letter] = UNITS.find(([least]) => Math.abs(value) >= least)!;
  return `${digits(value / size)} ${letter}`;
}

/** Of a round number, on an axis. */
export function short(value: number): string {
  const [size, letter] = UNITS.find(([least]) => Math.abs(value) >= least) ?? [1, ""];
  return `${value / size} ${letter}`.trimEnd();
}

/** Three that count, and all before the point. */
function digits(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(3)));
}
