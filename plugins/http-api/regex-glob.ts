/**
 * What all names have in which an expression is found, as a glob: it takes a tenth of the time of the expression, and most names do
 * not have it. Only characters that stand in the expression for themselves, outside of all groups, are looked at.
 */

/** Of RE2's syntax. Everything else comes one character at a time. */
const TOKEN = new RegExp(
  [
    /\\(?<escaped>[ -/:-@[-`{-~])/,
    /(?:\\[AbBdDsSwWz]|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\])/,
    /(?<repeat>(?:[*+?]|\{\d+(?:,\d*)?\})\??)/,
    // Quoted text, characters by their number, what looks like a class or a repetition: too seldom to be told apart.
    /(?<unknown>[\\[{]|\(\?[A-Za-z-]+\)[*+?{])/,
    /(?<flags>\(\?[A-Za-z-]+\))/,
    /(?<other>.)/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "gsu",
);
const ITSELF = /^[ -~]$/;
const NOT_ITSELF = ["^", "$", ".", "(", ")"];
const ANYTHING = "*";

/** @returns undefined when there is no such character. Names are Latin-1, and case does not matter in globs. */
export function requiredGlobOf(expression: string): string | undefined {
  let glob = "";
  let depth = 0;
  for (const { groups = {} } of expression.matchAll(TOKEN)) {
    const { escaped, repeat, unknown, flags, other = "" } = groups;
    if (unknown !== undefined || (other === "|" && depth === 0)) return undefined;
    if (flags !== undefined) continue;
    if (other === "(") depth++;
    if (repeat !== undefined && depth === 0) {
      glob = (repeat.startsWith("+") ? glob : glob.slice(0, -1)) + ANYTHING;
    } else {
      const isItself = ITSELF.test(other) && !NOT_ITSELF.includes(other);
      glob += depth > 0 ? ANYTHING : (escaped ?? (isItself ? other : ANYTHING));
    }
    if (other === ")") depth--;
  }
  const parts = glob.split(ANYTHING).filter((part) => part !== "");
  return parts.length === 0 ? undefined : ["", ...parts, ""].join(ANYTHING);
}
