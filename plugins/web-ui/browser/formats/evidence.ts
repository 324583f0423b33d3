/** The numbers behind a verdict, in words: their keys are camelCase and end in their unit. */
import { countText, rateText } from "./number.js";
import { spanText, timeText } from "./time.js";

type Value = string | number | boolean | null | readonly (string | number)[];

/** `periodMs` → `period`, `lostAt` → `lost at`. */
export function evidenceName(key: string): string {
  const words = key.replaceAll(/[A-Z]+(?![a-z])|[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);
  return words.replace(/ (ms|seconds)$/, "").trim();
}

/** With its unit, which the key says. */
export function evidenceText(key: string, value: Value): string {
  if (value === null) return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.map((item) => evidenceText(key, item)).join(", ");
  if (typeof value === "string") {
    return key.endsWith("At") && !Number.isNaN(Date.parse(value))
      ? timeText(new Date(value))
      : value;
  }
  const number = value as number;
  if (key.endsWith("Ms"))
    return number < 60_000 ? `${rateText(number / 1000)} s` : spanText(number / 1000);
  if (key.endsWith("Seconds")) return number < 60 ? `${rateText(number)} s` : spanText(number);
  return Number.isInteger(number) ? countText(number) : rateText(number);
}
