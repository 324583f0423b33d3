/** Times and spans as people read them: in the viewer's own zone, with UTC beside it for those who compare. */

/** `2026-11-28`. */
export function dateText(at: Date): string {
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map(twoDigits).join("-");
}

/** `14:02:09`. */
export function clockText(at: Date): string {
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits).join(":");
}

function twoDigits(part: number): string {
  return String(part).padStart(2, "0");
}

/** `2026-11-28 14:02:09`, in the viewer's zone. */
export function timeText(at: Date): string {
  return `${dateText(at)} ${clockText(at)}`;
}

/** `2026-11-28 13:02:09 UTC`. */
export function utcText(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

const UNITS = [
  ["d", 86_400],
  ["h", 3600],
  ["min", 60],
  ["s", 1],
] as const;

/** The two largest units that say something: `3 d 4 h`, `12 min 5 s`, `0 s`. */
export function spanText(seconds: number): string {
  let rest = Math.max(0, Math.round(seconds));
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 || parts.length > 0) parts.push(count > 0 ? `${count} ${unit}` : "");
    if (parts.length === 2) break;
  }
  return parts.filter((part) => part !== "").join(" ") || "0 s";
}

/** `3 min ago`, `in 2 h`, `now`: the largest unit only. */
export function agoText(seconds: number): string {
  const size = Math.abs(seconds);
  if (size < 5) return "now";
  const [unit, unitSeconds] = UNITS.find(([, least]) => size >= least) ?? ["s", 1];
  const text = `${Math.floor(size / unitSeconds)} ${unit}`;
  return seconds > 0 ? `${text} ago` : `in ${text}`;
}

/** The first instant of the viewer's day. */
export function startOfDay(at: Date): Date {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate());
}

/** That many days of the viewer's calendar later; days have 23 to 25 hours. */
export function daysLater(at: Date, days: number): Date {
  const later = new Date(at);
  later.setDate(later.getDate() + days);
  return later;
}

/** Of `YYYY-MM-DD` in the viewer's zone; undefined for anything else. */
export function parseDate(text: string): Date | undefined {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  const at = new Date(Number(year), Number(month) - 1, Number(day));
  return dateText(at) === text ? at : undefined;
}
