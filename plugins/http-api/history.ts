/** The history, or the error that says how to get one; and the spans of time that people ask it for. */
import type { HistoryService } from "pvmon";
import { ApiError } from "./errors.js";

export function storedHistory(services: {
  readonly history: HistoryService | undefined;
}): HistoryService {
  if (services.history !== undefined) return services.history;
  throw new ApiError(
    "serviceMissing",
    "no store keeps a history: add sqlite-store or mariadb-store under stores: in the site file",
  );
}

const DAY_MS = 86_400_000;
const UNIT_MS = { h: 3_600_000, d: DAY_MS, w: 7 * DAY_MS, y: 365 * DAY_MS };

const MAX_RANGE_MS = 2 * UNIT_MS.y;

/** Of a number and h, d, w or y, from one hour to two years; undefined when the text is not that. */
export function rangeMs(range: string): number | undefined {
  if (!/^[1-9]\d{0,4}[hdwy]$/.test(range)) return undefined;
  const spanMs = Number(range.slice(0, -1)) * UNIT_MS[range.at(-1) as keyof typeof UNIT_MS];
  return spanMs <= MAX_RANGE_MS ? spanMs : undefined;
}

/** `from` and `to` in UTC ms; `range` up to now without them. Throws when they contradict each other. */
export function interval(
  query: {
    readonly from?: string | undefined;
    readonly to?: string | undefined;
    readonly range?: string | undefined;
  },
  now: number,
): { readonly from: number; readonly to: number } {
  const { from, to, range } = query;
  if (range !== undefined && from !== undefined) {
    throw new ApiError("badParameter", "range: give either from or range", "range");
  }
  const end = to === undefined ? now : Date.parse(to);
  const start = from === undefined ? end - (rangeMs(range ?? "1h") ?? 0) : Date.parse(from);
  if (start >= end) throw new ApiError("badParameter", "from: must be before to", "from");
  return { from: start, to: end };
}

/** Either end may be open. Throws when they contradict each other. */
export function timeSpan(
  from: string | undefined,
  to: string | undefined,
): { readonly from?: number; readonly to?: number } {
  if (from !== undefined && to !== undefined) return interval({ from, to }, 0);
  return {
    ...(from !== undefined && { from: Date.parse(from) }),
    ...(to !== undefined && { to: Date.parse(to) }),
  };
}
