/**
 * The ends of facts. They are rows (fact, subject, value, begins, ends) of a table `fact`, `ends` null while one holds, the
 * first four the key. How to begin one differs with the dialect: insert it unless it holds already, and where the key is
 * there already, let it hold again if it ended at the instant of its beginning (a repeated batch does that), or leave it.
 */
import type { FactRow } from "../model/row.js";
import type { SqlValue } from "./sql.js";

export const END_FACT =
  "UPDATE fact SET ends = ? WHERE fact = ? AND subject = ? AND value = ? AND ends IS NULL AND begins <= ?";

export function endFact({ fact, subject, value, at }: FactRow): readonly SqlValue[] {
  return [at, fact, subject, value, at];
}
