/** "did you mean": the known word that a mistyped one is close to. */
import { closest, distance } from "fastest-levenshtein";

/** The nearest of `known`: within a third of the word's length (at least 2 letters), or the one that the word is a part of. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const wanted = word.toLowerCase();
  const found = closest(wanted, [...known]);
  if (distance(wanted, found.toLowerCase()) <= Math.max(2, word.length / 3)) return found;
  const [whole, ...others] = known.filter((one) => one.toLowerCase().includes(wanted));
  return word.length > 2 && others.length === 0 ? whole : undefined;
}

/** `; did you mean "port"?`, or the known words where none is near and they are few, or nothing. */
export function suggestion(word: string, known: readonly string[]): string {
  const found = nearest(word, known);
  if (found !== undefined) return `; did you mean "${found}"?`;
  return known.length === 0 || known.length > 20 ? "" : `; known are ${known.join(", ")}`;
}
