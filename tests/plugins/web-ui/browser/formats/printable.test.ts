import assert from "node:assert/strict";
import { printable } from "../../../../../plugins/web-ui/browser/formats/printable.js";

describe("text from the network", () => {
  it("stays as it is where everything can be seen", () => {
    for (const text of ["SR01:BPM1-X", "Grüße <b>&amp;</b>", "温度", "👍"]) {
      assert.equal(printable(text), text);
    }
  });

  it("shows what cannot be seen as escapes", () => {
    assert.equal(printable("a\x1b[31m\n"), "a\\x1b[31m\\x0a");
    assert.equal(printable("a\u00a0b"), "a\\xa0b");
    assert.equal(printable("a\u2028b"), "a\\u2028b");
    assert.equal(printable("a\u0600b"), "a\\u0600b");
  });

  it("does not let text turn around or hide what stands beside it", () => {
    assert.equal(printable("gpj.\u202eexe"), "gpj.\\u202eexe");
    assert.equal(printable("A\u{e0041}B"), "A\\u{e0041}B");
  });

  it("is the same when it is done twice", () => {
    const once = printable("\u200b\x00");
    assert.equal(printable(once), once);
  });
});
