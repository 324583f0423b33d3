/** Between which two instants: a range up to now, or two times, both in the address as the API takes them. */

export const RANGES = [
  { value: "1d", text: "Last 24 hours" },
  { value: "1h", text: "Last hour" },
  { value: "8h", text: "Last 8 hours" },
  { value: "1w", text: "Last 7 days" },
  { value: "30d", text: "Last 30 days" },
  { value: "chosen", text: "Between …" },
] as const;

interface Question {
  readonly from?: string;
  readonly to?: string;
  readonly range?: string;
}

/** What the API is asked. Undefined while two times are wanted and not given, or make no sense. */
export function questionOf(range: string, from: string, to: string): Question | undefined {
  if (range !== "chosen") {
    return { range: (RANGES.find(({ value }) => value === range) ?? RANGES[0]).value };
  }
  return Date.parse(from) < Date.parse(to) ? { from, to } : undefined;
}

/** An instant as `<input type=datetime-local>` writes it, in the viewer's zone; empty for none. */
export function localText(iso: string): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return "";
  return new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** The instant that is meant by that; empty for none. */
export function isoText(local: string): string {
  const at = Date.parse(local);
  return Number.isNaN(at) ? "" : new Date(at).toISOString();
}
