/** Tokens of a site file that are there twice: then nobody could say whose a request is. */
import type { Path } from "./document.js";

/** @param access as in the site file, not known to be right otherwise, as below. Paths start at the list. */
export function repeatedTokens(
  access: unknown,
): readonly { readonly path: Path; readonly message: string }[] {
  const entries = tokensOf(access);
  return entries.flatMap((entry, place) =>
    (["name", "token"] as const).flatMap((member) => {
      const value = entry?.[member];
      if (typeof value !== "string") return [];
      const first = entries.findIndex((other) => other?.[member] === value);
      if (first === place) return [];
      return [{ path: [place, member], message: `tokens[${first}] has the same ${member}` }];
    }),
  );
}

export function tokenTexts(access: unknown): readonly string[] {
  const texts = tokensOf(access).map((entry) => entry?.token);
  return texts.filter((text) => typeof text === "string");
}

type Entry = { readonly name?: unknown; readonly token?: unknown } | null;

function tokensOf(access: unknown): readonly Entry[] {
  const tokens = (access as { readonly tokens?: unknown } | null | undefined)?.tokens;
  return Array.isArray(tokens) ? (tokens as Entry[]) : [];
}
