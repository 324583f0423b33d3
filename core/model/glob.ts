/**
 * Globs over the whole of a text: `*` is any run of characters, `?` any one. What is between two stars is looked for once, from where
 * the part before it ended: at worst the product of both lengths, where a regular expression would go back to every star.
 */

export interface GlobOptions {
  /** Letters are the same in either case, as for regular expressions with `i`. Default false. */
  readonly ignoreCase?: boolean;
}

type Match = (text: string) => boolean;

/** What is between two stars. */
interface Part {
  readonly length: number;
  isAt(text: string, at: number): boolean;
  /** Where it is first from there on, -1 when nowhere. */
  find(text: string, from: number): number;
}

/** Whether one of the globs is the whole text. */
export function compileGlobs(
  globs: readonly string[],
  { ignoreCase = false }: GlobOptions = {},
): Match {
  const matches = (ignoreCase ? globs.map(inOneCase) : globs).map(compileGlob);
  const isAny: Match = (text) => matches.some((isMatch) => isMatch(text));
  return ignoreCase ? (text) => isAny(inOneCase(text)) : isAny;
}

function compileGlob(glob: string): Match {
  const parts = glob.split(/\*+/).map(compilePart);
  const [first, last] = [parts[0]!, parts.at(-1)!];
  const between = parts.slice(1, -1);
  if (parts.length === 1) return (text) => text.length === first.length && first.isAt(text, 0);
  return (text) => {
    let at = first.length;
    const stop = text.length - last.length;
    if (at > stop || !first.isAt(text, 0) || !last.isAt(text, stop)) return false;
    for (const part of between) {
      const found = part.find(text, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= stop;
  };
}

function compilePart(part: string): Part {
  const { length } = part;
  if (!part.includes("?")) {
    return {
      length,
      isAt: (text, at) => text.startsWith(part, at),
      find: (text, from) => text.indexOf(part, from),
    };
  }
  const isAt = (text: string, at: number): boolean => {
    for (let index = 0; index < length; index++) {
      if (part[index] !== "?" && part[index] !== text[at + index]) return false;
    }
    return true;
  };
  const find = (text: string, from: number): number => {
    for (let at = from; at + length <= text.length; at++) if (isAt(text, at)) return at;
    return -1;
  };
  return { length, isAt, find };
}

function inOneCase(text: string): string {
  return text.replace(/[a-z]+|[\x80-\uffff]/g, upperCase);
}

/** A code unit stays one, and does not become ASCII (ECMAScript, Canonicalize): `ß` is not `SS`, and `ſ` not `S`. */
function upperCase(text: string): string {
  const upper = text.toUpperCase();
  const isAscii = text < "\x80";
  return isAscii || (upper.length === 1 && upper >= "\x80") ? upper : text;
}
