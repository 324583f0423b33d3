/** "did you mean": the known word that a mistyped one is close to. */
import { closest, distance } from "fastest-levenshtein";

/** The nearest of `known`, or undefined when none is within a third of the word's length (at least 2 letters). */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const found = closest(word.toLowerCase(), [...known]);
  return distance(word.toLowerCase(), found.toLowerCase()) <= Math.max(2, word.length / 3)
    ? found
    : undefined;
}

/** `; did you mean "port"?`, or the known words where none is near and they are few, or nothing. */
export function suggestion(word: string, known: readonly string[]): string {
  const found = nearest(word, known);
  if (found !== undefined) return `; did you mean "${found}"?`;
  return known.length === 0 || known.length > 20 ? "" : `; known are ${known.join(", ")}`;
}
