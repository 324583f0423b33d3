/**
 * What all names have in which an expression is found, as globs: these take a tenth of the time of the expression, and most names
 * match none of them. Only characters that stand in the expression for themselves are looked at, and in groups their alternatives.
 */

/** Of RE2's syntax. Everything else comes one character at a time. */
const TOKEN = new RegExp(
  [
    /\\(?<escaped>[ -/:-@[-`{-~])/,
    /(?:\\[AbBdDsSwWz]|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\])/,
    /(?<repeat>(?:[*+?]|\{\d+(?:,\d*)?\})\??)/,
    // Quoted text, characters by their number, what looks like a class or a repetition: too seldom to be told apart.
    /(?<unknown>[\\[{]|\(\?[A-Za-z-]*\)[*+?{])/,
    /(?<flags>\(\?[A-Za-z-]*\))/,
    /(?<open>\((?:\?(?:[A-Za-z-]*:|P?<\w+>))?)/,
    /(?<other>.)/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "gsu",
);
const ITSELF = /^[ -~]$/;
const NOT_ITSELF = ["^", "$", "."];
const ANYTHING = "*";
/** More are no longer so much faster. */
const MAX_GLOBS = 16;

/** Texts of globs of which one matches. */
type Globs = readonly string[];

/** A group, or all of the expression, as far as it was read. */
class Group {
  /** Before the latest `|`. */
  #branches: Globs = [];
  /** Since then, but for what was read last, which may still be repeated. */
  #before: Globs = [""];
  #last: Globs = [""];

  add(globs: Globs): void {
    this.#before = joined(this.#before, this.#last);
    this.#last = globs;
  }

  repeat(isAtLeastOnce: boolean): void {
    this.#last = isAtLeastOnce ? joined(this.#last, [ANYTHING]) : [ANYTHING];
  }

  branch(): void {
    this.#branches = this.globs();
    this.#before = [""];
    this.#last = [""];
  }

  globs(): Globs {
    return [...this.#branches, ...joined(this.#before, this.#last)];
  }
}

/** One after the other; where these are too many, the second can be anything. */
function joined(first: Globs, second: Globs): Globs {
  const then = first.length * second.length > MAX_GLOBS ? [ANYTHING] : second;
  return first.flatMap((before) => then.map((after) => before + after));
}

/**
 * @param expression that RE2 takes.
 * @returns undefined when there are names of any kind among them. Names are Latin-1, and case does not matter in globs.
 */
export function requiredGlobsOf(expression: string): readonly string[] | undefined {
  const groups = [new Group()];
  for (const { groups: token = {} } of expression.matchAll(TOKEN)) {
    const { escaped, repeat, unknown, flags, open, other = "" } = token;
    const group = groups.at(-1)!;
    if (unknown !== undefined) return undefined;
    if (flags !== undefined) continue;
    if (repeat !== undefined) group.repeat(repeat.startsWith("+"));
    else if (open !== undefined) groups.push(new Group());
    else if (other === "|") group.branch();
    else if (other === ")") {
      groups.pop();
      groups.at(-1)!.add(group.globs());
    } else {
      const isItself = ITSELF.test(other) && !NOT_ITSELF.includes(other);
      group.add([escaped ?? (isItself ? other : ANYTHING)]);
    }
  }
  const found = new Set(groups[0]!.globs().map(foundAnywhere));
  return found.has(ANYTHING) || found.size > MAX_GLOBS ? undefined : [...found];
}

function foundAnywhere(glob: string): string {
  const parts = glob.split(ANYTHING).filter((part) => part !== "");
  return parts.length === 0 ? ANYTHING : ["", ...parts, ""].join(ANYTHING);
}
