/** Between which two instants: chosen by a word, or by two times in the address. */

export const SPANS = [
  { value: "day", text: "Last 24 hours", hours: 24 },
  { value: "hour", text: "Last hour", hours: 1 },
  { value: "shift", text: "Last 8 hours", hours: 8 },
  { value: "week", text: "Last 7 days", hours: 168 },
  { value: "month", text: "Last 30 days", hours: 720 },
  { value: "chosen", text: "Between …", hours: 24 },
] as const;

interface Chosen {
  readonly from?: string;
  readonly to?: string;
  readonly range?: string;
}

/** What the API is asked: a range up to now, or two instants. Undefined while those are not given, or make no sense. */
export function questionOf(span: string, from: string, to: string): Chosen | undefined {
  if (span !== "chosen") {
    const { hours } = SPANS.find(({ value }) => value === span) ?? SPANS[0];
    return { range: `${hours}h` };
  }
  const [begin, end] = [new Date(from), new Date(to)];
  if (!(begin.getTime() < end.getTime())) return undefined;
  return { from: begin.toISOString(), to: end.toISOString() };
}

/** As `<input type=datetime-local>` writes it, in the viewer's zone. */
export function localText(at: Date): string {
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}
