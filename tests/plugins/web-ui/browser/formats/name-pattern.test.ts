import assert from "node:assert/strict";
import { namePattern } from "../../../../../plugins/web-ui/browser/formats/name-pattern.js";

describe("a typed pattern of names", () => {
  it("is a part of a name unless something says otherwise", () => {
    assert.deepEqual(namePattern("CAM01"), {
      kind: "part",
      text: "CAM01",
      query: { match: "CAM01" },
    });
  });

  it("is a glob with * or ?", () => {
    assert.equal(namePattern("BL*:Gain").kind, "glob");
    assert.deepEqual(namePattern("CAM0?").query, { match: "CAM0?" });
  });

  it("is an expression between slashes, or when the switch says so, and case does not matter in it", () => {
    const expected = { kind: "regex", text: "^BL.*Gain$", query: { regex: "(?i)^BL.*Gain$" } };
    assert.deepEqual(namePattern("/^BL.*Gain$/"), expected);
    assert.deepEqual(namePattern("^BL.*Gain$", true), expected);
  });

  it("is not an expression for slashes that a name may have", () => {
    for (const text of ["/", "//", "a/b", "/dev", "dev/"]) {
      assert.equal(namePattern(text).kind, "part", text);
    }
  });

  it("asks for everything when nothing is typed", () => {
    assert.deepEqual(namePattern("").query, {});
    assert.deepEqual(namePattern("", true).query, {});
  });
});
