/** What was chosen lately in this browser. */
import type { Choice } from "./choices.js";

const KEY = "pvmon-recent";
const MOST = 8;

export function recentChoices(): readonly Choice[] {
  try {
    return parseRecent(localStorage.getItem(KEY) ?? "[]");
  } catch {
    return [];
  }
}

export function remember(choice: Choice): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(withRecent(recentChoices(), choice)));
  } catch {
    // A browser that keeps nothing has nothing recent.
  }
}

/** The latest first, each once. */
export function withRecent(
  recent: readonly Choice[],
  { text, address }: Choice,
): readonly Choice[] {
  const others = recent.filter((other) => other.address !== address);
  return [{ group: "Recent", text, address }, ...others].slice(0, MOST);
}

/** Of what is kept only what we could have written: addresses of our own pages. */
export function parseRecent(kept: string): readonly Choice[] {
  const items: unknown = JSON.parse(kept);
  if (!Array.isArray(items)) return [];
  return items
    .map(choiceOf)
    .filter((choice) => choice !== undefined)
    .slice(0, MOST);
}

function choiceOf(item: unknown): Choice | undefined {
  if (typeof item !== "object" || item === null) return undefined;
  const { text, address } = item as Partial<Record<string, unknown>>;
  if (typeof text !== "string" || typeof address !== "string") return undefined;
  return /^\.\/[a-z-]*(\?.*)?$/s.test(address) ? { group: "Recent", text, address } : undefined;
}
