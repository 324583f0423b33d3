import assert from "node:assert/strict";
import fc from "fast-check";
import { compileMatch } from "../../../../core/model/pvs/text-match.js";
import { bytesOf } from "./pv-site.js";

function matches(text: string, name: string): boolean {
  const bytes = bytesOf(`ab${name}ba`);
  return compileMatch(text)(bytes, 2, 2 + name.length);
}

/** The same by a regular expression, on letters whose case is ASCII's. */
function expected(text: string, name: string): boolean {
  const escaped = text.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  const isGlob = /[*?]/.test(text);
  const source = escaped.replaceAll("*", "[^]*").replaceAll("?", "[^]");
  return new RegExp(isGlob ? `^${source}$` : source, "i").test(name);
}

describe("the match of names", () => {
  it("is that of a part or of a glob over the whole name, ASCII case aside", () => {
    const letters = fc.constantFrom("a", "b", "A", "B", ":", "1");
    const name = fc.string({ unit: letters, maxLength: 12 });
    const part = fc.string({ unit: letters, maxLength: 4 });
    const glob = fc.string({ unit: fc.oneof(letters, fc.constantFrom("*", "?")), maxLength: 8 });
    fc.assert(
      fc.property(fc.oneof(part, glob), name, (text, of) => {
        assert.equal(matches(text, of), expected(text, of));
      }),
      { numRuns: 2000 },
    );
  });

  it("takes other bytes as they are", () => {
    assert.ok(matches("\u00e9", "SR:caf\u00e9"));
    assert.ok(!matches("\u00c9", "SR:caf\u00e9"));
    assert.ok(!matches("\u0101", "SR:\x01"));
    assert.ok(matches("a\0?\xff", "A\0\x80\xff"));
  });

  it("of a hostile glob takes no longer than the product of the lengths", () => {
    assert.ok(!matches(`${"*a".repeat(200)}b`, "a".repeat(499)));
  });
});
