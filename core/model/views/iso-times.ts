/** Times at the edges: a field that holds one is named `at`, `from`, `to` or `since`, or ends in `At`, and nothing else is. */

/** A value whose times are ISO 8601 text instead of milliseconds. */
export type IsoTimes<T> = T extends readonly (infer U)[]
  ? readonly IsoTimes<U>[]
  : T extends object
    ? {
        readonly [K in keyof T]: K extends "at" | "from" | "to" | "since" | `${string}At`
          ? IsoTime<T[K]>
          : IsoTimes<T[K]>;
      }
    : T;

type IsoTime<T> = T extends number ? string : T extends null | undefined ? T : IsoTimes<T>;

/** A copy of a view with every time as ISO 8601 UTC with milliseconds. */
export function isoTimes<T>(view: T): IsoTimes<T> {
  return convert(view) as IsoTimes<T>;
}

const TIME_KEYS: ReadonlySet<string> = new Set(["at", "from", "to", "since"]);

function convert(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(convert);
  if (value === null || typeof value !== "object") return value;
  // Lists of hosts have ten thousands of fields: most are neither numbers nor objects, and stay as they are.
  const copy: Record<string, unknown> = { ...value };
  for (const key in copy) {
    const item = copy[key];
    if (typeof item === "number") {
      if (isTimeKey(key)) copy[key] = new Date(item).toISOString();
    } else if (typeof item === "object") copy[key] = convert(item);
  }
  return copy;
}

function isTimeKey(key: string): boolean {
  return key.endsWith("At") || TIME_KEYS.has(key);
}
