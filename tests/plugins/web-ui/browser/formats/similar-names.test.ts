import assert from "node:assert/strict";
import fc from "fast-check";
import { partsOfName } from "../../../../../plugins/web-ui/browser/formats/similar-names.js";

describe("parts of a name by which others like it are found", () => {
  it("begin with the whole name and lose one part at a time", () => {
    assert.deepEqual(partsOfName("BL03:DET:CAM01:Gain"), [
      "BL03:DET:CAM01:Gain",
      "BL03:DET:CAM01:",
      "BL03:DET:",
      "BL03:",
    ]);
  });

  it("are never so short that everything is like it", () => {
    assert.deepEqual(partsOfName("SR:X"), ["SR:X"]);
    assert.deepEqual(partsOfName("abc"), []);
    assert.deepEqual(partsOfName("temperature"), ["temperature"]);
  });

  it("are no globs, get shorter, and each begins the name, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (name) => {
        const parts = partsOfName(name);
        const plain = name.replaceAll(/[*?]/g, "");
        let length = Number.POSITIVE_INFINITY;
        for (const part of parts) {
          assert.ok(plain.startsWith(part) && part.length < length && part.length >= 4);
          length = part.length;
        }
      }),
    );
  });
});
