import assert from "node:assert/strict";
import fc from "fast-check";
import { RE2JS } from "re2js";
import { compileRegex } from "../../../plugins/http-api/regex.js";
import { WatchedPvs } from "../../core/model/pvs/pv-site.js";

const ATOMS = [
  ..."aB1: .^$\xe9",
  ...["\\.", "\\*", "\\?", "\\_", "\\d", "\\b", "\\x41", "\\pL", "\\Qa*\\E", "(?i)", "(?)", "()"],
  ...["[ab]", "[^a]", "[]a]", "[^]a]", "[\\]a]", "[[:alpha:]b]", "[(]"],
];
const REPEATS = ["*", "+", "?", "{2}", "{0,1}", "{,1}", "{1,}?", "+?", "*?"];
const GROUPS = ["(", "(?:", "(?i:", "(?i-s:", "(?P<n>", "(?<n>", "(?<!", "(?="];
/** Whatever comes, mostly nothing that can be compiled. */
const anyParts = fc
  .array(fc.constantFrom(...ATOMS, ...REPEATS, ...GROUPS, ..."|()[]{}\\"), { maxLength: 8 })
  .map((parts) => parts.join(""));
const { expression } = fc.letrec<{ expression: string; branch: string; atom: string }>((tie) => ({
  expression: fc.array(tie("branch"), { minLength: 1, maxLength: 4 }).map((all) => all.join("|")),
  branch: fc
    .array(fc.tuple(tie("atom"), fc.constantFrom("", "", "", ...REPEATS)), { maxLength: 4 })
    .map((parts) => parts.flat().join("")),
  atom: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(...ATOMS),
    fc.tuple(fc.constantFrom(...GROUPS), tie("expression")).map(([open, of]) => `${open}${of})`),
  ),
}));
const name = fc.string({
  unit: fc.constantFrom(..."aAbB1:.*?+_ ]{},E\xe9\xc9\n"),
  minLength: 1,
  maxLength: 8,
});

function compiled(text: string): RE2JS | undefined {
  try {
    return RE2JS.compile(text);
  } catch {
    return undefined;
  }
}

const SIXTEEN = Array.from({ length: 16 }, (_, n) => `S${n}`);

const globs: readonly [expression: string, globs: readonly string[] | undefined][] = [
  ["^SR0[1-5]:PS.*Current$", ["*SR0*:PS*Current*"]],
  ["(?i)vac.*(flow|temp)", ["*vac*flow*", "*vac*temp*"]],
  ["[0-9]{4}:S", ["*:S*"]],
  ["ab?c+d{2}e", ["*a*c*e*"]],
  ["A\\.B\\d", ["*A.B*"]],
  ["(PS|VAC|17)0.*[a-f]$", ["*PS0*", "*VAC0*", "*170*"]],
  ["(?:A|(?i:B|C)D)(?P<n>E)", ["*AE*", "*BDE*", "*CDE*"]],
  ["VAC|PS|vac|VAC", ["*VAC*", "*PS*", "*vac*"]],
  ["(A|B)+C(D|E)?F", ["*A*C*F*", "*B*C*F*"]],
  ["VAC|.", undefined],
  ["(A|)", undefined],
  ["\\x41B", undefined],
  [`(${SIXTEEN.join("|")}):P`, SIXTEEN.map((one) => `*${one}:P*`)],
  [`(${SIXTEEN.join("|")}|S):P`, ["*:P*"]],
  [`(${SIXTEEN.join("|")}):(A|B)`, SIXTEEN.map((one) => `*${one}:*`)],
  [`${SIXTEEN.join("|")}|S`, undefined],
];

describe("an expression for names", () => {
  it("asks the inventory first for names that have what matches have", () => {
    for (const [text, expected] of globs)
      assert.deepEqual(compileRegex(text).match, expected, text);
  });

  it("finds in the inventory what it finds among all names, whatever it is", () => {
    const pvs = new WatchedPvs();
    const names = [...new Set(fc.sample(name, 200))].sort();
    pvs.ask(0, names);
    let found = 0;
    fc.assert(
      fc.property(fc.oneof(anyParts, expression), (text) => {
        const regex = compiled(text);
        fc.pre(regex !== undefined);
        const expected = names.filter((one) => regex.test(one));
        const { items } = pvs.list(compileRegex(text));
        assert.deepEqual(
          items.map((item) => item.name),
          expected,
        );
        if (compileRegex(text).match !== undefined) found += expected.length;
      }),
      { numRuns: 2000 },
    );
    assert.ok(found > 1000);
  });
});
