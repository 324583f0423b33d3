/** A value of a host's monitor with its unit. */
import { HEALTH_MEANINGS } from "../../formats/health.js";
import { bytesText, countText } from "../../formats/number.js";
import { timeText } from "../../formats/time.js";

const KIB = 1024;

/** @param name the end of the PV's name: `MEMFREE`. */
export function valueText(name: string, value: string | number): string {
  const unit = HEALTH_MEANINGS[name]?.unit;
  if (typeof value === "string") return unit === undefined ? value : `${value} ${unit}`;
  if (name === "BOOTTIME") return timeText(new Date(millisecondsOf(value)));
  if (unit === "kB") return `${countText(value)} kB (${bytesText(value * KIB)})`;
  const text = Number.isInteger(value) ? String(value) : String(Number(value.toFixed(2)));
  return unit === undefined ? text : `${text} ${unit}`;
}

/** Monitors tell seconds or milliseconds since 1970; the former will not be as large for ten thousand years. */
function millisecondsOf(time: number): number {
  return time > 1e11 ? time : time * 1000;
}
