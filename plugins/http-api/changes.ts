/** What requests that change something have in common. */
import { type TProperties, Type } from "@sinclair/typebox";
import type { Clock, StatusService } from "pvmon";
import { ApiError } from "./errors.js";
import { freeText } from "./formats.js";

/** In the body, or in the query of a DELETE. */
export const why = {
  why: Type.Optional(freeText("Why, for the record of what was changed.", 500)),
};

/** A body with these fields, and why. */
export const change = <T extends TProperties>(fields: T) =>
  Type.Object({ ...fields, ...why }, { additionalProperties: false });

/** Throws when there is nothing to change: a mistyped request would otherwise look done. */
export function requireChange(fields: object, wanted: string): void {
  if (Object.keys(fields).length > 0) return;
  throw new ApiError("badParameter", `body: give at least one of ${wanted}`, "body");
}

interface Members<T> {
  readonly add?: readonly T[] | undefined;
  readonly remove?: readonly T[] | undefined;
}

/** Who is in it then; undefined when nobody comes or goes. Others may change it at the same time, and lose nothing by this. */
export function changedMembers<T>(
  before: readonly T[],
  { add, remove }: Members<T>,
): readonly T[] | undefined {
  if (add === undefined && remove === undefined) return undefined;
  const members = new Set([...before, ...(add ?? [])]);
  for (const one of remove ?? []) members.delete(one);
  return [...members];
}

/** For a store that is away or slow; what was asked for is done all the same. */
const LONGEST_WAIT_MS = 2000;

/** Resolves when lists of events, too, show what was changed. */
export async function shownInLists({
  clock,
  services: { status },
}: {
  readonly clock: Clock;
  readonly services: { readonly status: Pick<StatusService, "settled"> };
}): Promise<void> {
  const waited = new AbortController();
  const tooLong = clock.sleep(LONGEST_WAIT_MS, waited.signal).catch(() => undefined);
  await Promise.race([status.settled(), tooLong]);
  waited.abort();
}
