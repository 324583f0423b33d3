/** What hosts say of their times, in the words of `date` and `uptime`: anything else is told as unknown, never guessed. */
import type { TimeZone } from "./time-zone.js";

const MINUTE_MS = 60_000;
const DAY_S = 86_400;
/** Longer than any host has run: 100 years. */
const MAX_UP_SECONDS = 36_525 * DAY_S;
/** Zones differ by whole half hours, those of a few islands by quarters. */
const ZONE_STEP_S = 1800;
const ZONE_TOLERANCE_S = 120;
/** From UTC-12 to UTC+14. */
const MAX_ZONE_DIFFERENCE_S = 26 * 3600;
/** Epochs in seconds from 1990 to 2100, and in ms. */
const EPOCH_SECONDS = [631_152_000, 4_102_444_800] as const;

const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
const UP =
  /^(?:up\s+)?(?:(\d{1,5})\s+days?,?)?\s*(?:(\d{1,2}):([0-5]\d)(?::([0-5]\d))?|(\d{1,4})\s*min)?$/i;
const DATE =
  /^(?:[A-Za-z]{3},?\s+)?([A-Z][a-z]{2})\s+(\d{1,2})(?:,?\s+(\d{4}))?\s+(\d{1,2}):([0-5]\d)(?::([0-5]\d))?(?:\s+([A-Z]{1,5}))?(?:\s+(\d{4}))?$/;
const ISO = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?) ?(Z|[+-]\d\d:\d\d)?$/;

/** A reading of a clock: a second, or some time in the span [from, to) of a minute. */
interface Shown {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Seconds since the host booted: `3 days 04:05`, `1 day, 4:05`, `04:05`, `12 days, 7 min`, or a number of seconds. */
export function upSecondsOf(uptime: string | number | undefined): number | null {
  if (typeof uptime === "number") return sensibleUp(uptime);
  const text = uptime?.trim() ?? "";
  const match = UP.exec(text);
  if (match === null || text === "") return null;
  const [, days = "0", hours = "0", minutes = "0", seconds = "0", onlyMinutes = "0"] = match;
  return sensibleUp(
    Number(days) * DAY_S +
      Number(hours) * 3600 +
      (Number(minutes) + Number(onlyMinutes)) * 60 +
      Number(seconds),
  );
}

/**
 * The same from when it booted: seconds or milliseconds since 1970, ISO 8601, or a date as in {@link clockOffsetSecondsOf},
 * which is the latest such date that has been when it names no year.
 */
export function upSecondsSince(
  boot: string | number | undefined,
  at: number,
  zone: TimeZone,
): number | null {
  const text = typeof boot === "string" ? boot.trim() : "";
  const number = typeof boot === "number" ? boot : /^\d{9,13}$/.test(text) ? Number(text) : null;
  if (number !== null) {
    const [from, to] = EPOCH_SECONDS;
    const seconds = number > to ? number / 1000 : number;
    return seconds >= from && seconds <= to ? sensibleUp(Math.round(at / 1000 - seconds)) : null;
  }
  const iso = isoTime(text, at, zone);
  if (iso !== null) return sensibleUp(Math.round((at - iso) / 1000));
  const shown = shownTimes(text, at, zone);
  const latest = shown.findLast(({ fromMs }) => fromMs <= at);
  return latest === undefined ? null : sensibleUp(Math.round((at - latest.fromMs) / 1000));
}

/**
 * The host's clock ahead of ours (negative: behind), whole seconds: `Thu Jan 01 00:05`, also with seconds, `UTC`, and the
 * year at either place. A clock that shows no seconds is right while it shows our minute. Without a year it is the
 * one that brings the clock closest to ours. A zone that the text names is heeded if it is UTC: others are ambiguous.
 */
export function clockOffsetSecondsOf(
  time: string | number | undefined,
  at: number,
  zone: TimeZone,
): number | null {
  if (typeof time !== "string") return null;
  const offsets = shownTimes(time.trim(), at, zone).map((shown) => offsetOf(shown, at));
  const closest = offsets.sort((a, b) => Math.abs(a) - Math.abs(b))[0];
  return closest === undefined ? null : closest;
}

/** The part of an offset that a difference of time zones does not explain. */
export function withoutZoneDifference(offsetSeconds: number): number {
  const difference = Math.round(offsetSeconds / ZONE_STEP_S) * ZONE_STEP_S;
  const rest = offsetSeconds - difference;
  const isZone =
    Math.abs(difference) <= MAX_ZONE_DIFFERENCE_S && Math.abs(rest) <= ZONE_TOLERANCE_S;
  return isZone ? rest : offsetSeconds;
}

/** All that a date can mean, earliest first: one span with a year, three without. */
function shownTimes(text: string, at: number, zone: TimeZone): Shown[] {
  const match = DATE.exec(text);
  if (match === null) return [];
  const [, monthName, day, yearBefore, hour, minute, second, zoneName, yearAfter] = match;
  const month = MONTHS.indexOf(monthName!) / 3;
  if (!Number.isInteger(month) || month < 0) return [];
  const year = yearBefore ?? yearAfter;
  const thisYear = new Date(at).getUTCFullYear();
  const years = year === undefined ? [thisYear - 1, thisYear, thisYear + 1] : [Number(year)];
  const isUtc = zoneName === "UTC" || zoneName === "GMT" || zoneName === "Z";
  return years.flatMap((each) => {
    const date = [each, month, Number(day), Number(hour), Number(minute), Number(second ?? 0)];
    const wallMs = Date.UTC(...(date as [number, number]));
    // 29 February of another year, or 32 January, is no date.
    if (new Date(wallMs).getUTCDate() !== Number(day) || Number(hour) > 23) return [];
    const fromMs = isUtc ? wallMs : zone.utcOf(wallMs, at);
    return [{ fromMs, toMs: second === undefined ? fromMs + MINUTE_MS : fromMs }];
  });
}

/** Whole seconds, as clocks show them. */
function offsetOf({ fromMs, toMs }: Shown, at: number): number {
  const ours = Math.floor(at / 1000);
  if (ours * 1000 < fromMs) return fromMs / 1000 - ours;
  return ours * 1000 < toMs ? 0 : toMs / 1000 - ours;
}

function isoTime(text: string, at: number, zone: TimeZone): number | null {
  const match = ISO.exec(text);
  if (match === null) return null;
  const [, date, time, zoneName] = match;
  const utcMs = Date.parse(`${date}T${time}${zoneName ?? "Z"}`);
  if (Number.isNaN(utcMs)) return null;
  return zoneName === undefined ? zone.utcOf(utcMs, at) : utcMs;
}

function sensibleUp(seconds: number): number | null {
  return seconds >= 0 && seconds <= MAX_UP_SECONDS ? Math.round(seconds) : null;
}
