import assert from "node:assert/strict";
import fc from "fast-check";
import {
  printable,
  printableProse,
} from "../../../../../plugins/web-ui/browser/formats/printable.js";

describe("texts from elsewhere", () => {
  it("have escapes for what has no shape, and for what turns others round", () => {
    for (const [text, shown] of [
      ["BL01:m01", "BL01:m01"],
      ["a b", "a b"],
      ["bell\u0007\u007f\u0085", "bell\\x07\\x7f\\x85"],
      ["two\nlines\ttab", "two\\x0alines\\x09tab"],
      ["\u202egnp.exe", "\\u202egnp.exe"],
      ["\u2066\u2069\u200f\u00ad\ufeff", "\\u2066\\u2069\\u200f\\xad\\ufeff"],
      ["\u2028\u2029\u00a0", "\\u2028\\u2029\\xa0"],
      ["\u{e0041}", "\\u{e0041}"],
      ["half \ud83d", "half \\ud83d"],
      ["Größe → 😀", "Größe → 😀"],
    ] as const) {
      assert.equal(printable(text), shown);
    }
  });

  it("are shown the same when they were made fit to be shown before", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const shown = printable(text);
        assert.equal(printable(shown), shown);
        assert.doesNotMatch(shown, /[\p{Cc}\p{Cf}]/u);
      }),
    );
  });

  it("keep the lines that people gave them, or become one", () => {
    assert.equal(printableProse("one\r\n\ttwo\n\u202ethree"), "one\n  two\n\\u202ethree");
    assert.equal(printableProse("one\r\ntwo\rthree", " "), "one two three");
  });
});
