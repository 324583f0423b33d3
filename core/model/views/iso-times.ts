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
  return convert(view, false) as IsoTimes<T>;
}

function convert(value: unknown, isTime: boolean): unknown {
  if (typeof value === "number") return isTime ? new Date(value).toISOString() : value;
  if (Array.isArray(value)) return value.map((item) => convert(item, false));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      convert(item, /^(at|from|to|since|.*At)$/.test(key)),
    ]),
  );
}
