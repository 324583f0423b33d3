import assert from "node:assert/strict";
import fc from "fast-check";
import { RE2JS } from "re2js";
import { compileRegex } from "../../../plugins/http-api/regex.js";

const PARTS = [
  ..."aB1: *+?|^$.()[]{}\\\xe9",
  ...[
    "\\.",
    "\\*",
    "\\?",
    "\\_",
    "\\d",
    "\\b",
    "\\x41",
    "\\pL",
    "\\Qa*\\E",
    "(?i)",
    "(?i:a",
    "(?P<n>",
    "(a|b)",
  ],
  ...[
    "[ab]",
    "[^a]",
    "[]a]",
    "[^]a]",
    "[\\]a]",
    "[[:alpha:]b]",
    "[(]",
    "{2}",
    "{0,1}",
    "{,1}",
    "{1,}?",
    "+?",
    "*?",
  ],
];
const expression = fc
  .array(fc.constantFrom(...PARTS), { maxLength: 8 })
  .map((parts) => parts.join(""));
const name = fc.string({
  unit: fc.constantFrom(..."aAbB1:.*?+_ ]{},E\xe9\xc9\n"),
  minLength: 1,
  maxLength: 8,
});

/** As the inventory has them: bytes, ASCII case aside. */
function matches(glob: string, text: string): boolean {
  const source = glob
    .replace(/[^\w*? \xe9]/g, "\\$&")
    .replaceAll("*", "[^]*")
    .replaceAll("?", "[^]");
  return new RegExp(`^${source}$`, "i").test(text);
}

function compiled(text: string): RE2JS | undefined {
  try {
    return RE2JS.compile(text);
  } catch {
    return undefined;
  }
}

const globs: readonly [expression: string, glob: string | undefined][] = [
  ["^SR0[1-5]:PS.*Current$", "*SR0*:PS*Current*"],
  ["(?i)vac.*(flow|temp)", "*vac*"],
  ["[0-9]{4}:S", "*:S*"],
  ["ab?c+d{2}e", "*a*c*e*"],
  ["A\\.B\\d", "*A.B*"],
  ["(VAC|PS)[0-9]", undefined],
  ["VAC|PS", undefined],
  ["\\x41B", undefined],
];

describe("an expression for names", () => {
  it("asks the inventory first for names that have what every match has", () => {
    for (const [text, glob] of globs) assert.equal(compileRegex(text).match, glob, text);
  });

  it("finds a name with that, whatever the expression is", () => {
    let found = 0;
    fc.assert(
      fc.property(expression, fc.array(name, { minLength: 20 }), (text, names) => {
        const regex = compiled(text);
        fc.pre(regex !== undefined);
        const { match = "*" } = compileRegex(text);
        for (const each of names.filter((one) => regex.test(one))) {
          found++;
          assert.ok(matches(match, each), `${match} ${each}`);
        }
      }),
      { numRuns: 3000 },
    );
    assert.ok(found > 1000);
  });
});
