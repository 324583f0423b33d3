import assert from "node:assert/strict";
import fc from "fast-check";
import { compileGlobs } from "pvmon";

/** The same by a regular expression. */
function expected(globs: readonly string[], text: string, flags: string): boolean {
  return globs.some((glob) => {
    const escaped = glob.replace(/[.+^${}()|[\]\\]/g, "\\$&");
    const source = escaped.replaceAll(/\*+/g, ".*").replaceAll("?", ".");
    return new RegExp(`^${source}$`, `s${flags}`).test(text);
  });
}

/** Letters whose other case is several letters, ASCII or none are among them, and half a character. */
const LETTERS = ["a", "b", "A", "B", "/", ".", "\n", "é", "É", "ß", "ſ", "s", "K", "k", "\ud83d"];

describe("a glob", () => {
  const letter = fc.constantFrom(...LETTERS);
  const few = fc.constantFrom("a", "b");
  const wild = fc.constantFrom("*", "?");
  const texts = fc.oneof(
    fc.string({ unit: letter, maxLength: 12 }),
    fc.string({ unit: few, maxLength: 12 }),
  );
  const glob = fc.oneof(
    fc.string({ unit: fc.oneof(letter, wild), maxLength: 6 }),
    fc.string({ unit: fc.oneof(few, wild), maxLength: 8 }),
  );
  const globs = fc.array(glob, { maxLength: 3 });

  it("is the whole text, with any run of characters for a star and any one for a question mark", () => {
    fc.assert(
      fc.property(globs, texts, (of, text) => {
        assert.equal(compileGlobs(of)(text), expected(of, text, ""));
      }),
      { numRuns: 5000 },
    );
  });

  it("that ignores case takes letters for the same that regular expressions take for the same", () => {
    fc.assert(
      fc.property(globs, texts, (of, text) => {
        assert.equal(compileGlobs(of, { ignoreCase: true })(text), expected(of, text, "i"));
      }),
      { numRuns: 5000 },
    );
    const everyCode = Array.from({ length: 0x1_0000 }, (_, code) => String.fromCharCode(code));
    for (const code of everyCode.filter((each) => !/[*?]/.test(each))) {
      const isSame = compileGlobs([code], { ignoreCase: true });
      for (const other of [code, code.toLowerCase(), code.toUpperCase()]) {
        assert.equal(isSame(other), expected([code], other, "i"), JSON.stringify([code, other]));
      }
    }
  });

  it("takes every other character for itself", () => {
    for (const special of ".+^$(){}|[]\\-/") {
      const isMatch = compileGlobs([`a${special}b`]);
      assert.ok(isMatch(`a${special}b`), special);
      assert.ok(!isMatch("axb") && !isMatch("ab") && !isMatch("aab"), special);
    }
  });

  it("takes no longer than the product of the lengths, however many stars it has", () => {
    const text = "a".repeat(10_000);
    for (const part of ["*a", "*?a", "*a?", "*aaaa"]) {
      assert.ok(!compileGlobs([`${part.repeat(100)}*b*`, `${part.repeat(100)}*?b*`])(text), part);
      assert.ok(compileGlobs([`${part.repeat(100)}*`])(text), part);
    }
  });
});
