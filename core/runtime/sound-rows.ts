/** Writing around rows that a store refuses for good: one of them must not hold up all that comes after it. */
import type { Row } from "../model/row.js";
import { messageOf } from "./error-message.js";

export interface Refusal {
  readonly kind: Row["kind"];
  /** What the store said. */
  readonly reason: string;
}

/**
 * Writes rows in their order, in as many parts as that takes: a part with a refused row is halved until the row stands alone.
 * Rejects with any other failure; what was written by then may come again.
 * @returns the rows that were left out
 */
export async function writeSound(
  rows: readonly Row[],
  write: (rows: readonly Row[]) => Promise<void>,
): Promise<readonly Refusal[]> {
  try {
    await write(rows);
    return [];
  } catch (error) {
    const [first] = rows;
    if (!isRefusal(error) || first === undefined) throw error;
    if (rows.length === 1) return [{ kind: first.kind, reason: messageOf(error) }];
    const middle = rows.length >> 1;
    const before = await writeSound(rows.slice(0, middle), write);
    return [...before, ...(await writeSound(rows.slice(middle), write))];
  }
}

/** By its code: a store of the site's own may have another copy of the class. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ROW_REFUSED";
}
