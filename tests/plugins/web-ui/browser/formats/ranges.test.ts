import assert from "node:assert/strict";
import { RANGES, rangeMs } from "../../../../../plugins/web-ui/browser/formats/ranges.js";

describe("spans up to now", () => {
  it("are as long as they say", () => {
    assert.equal(rangeMs("6h"), 6 * 3_600_000);
    assert.equal(rangeMs("4w"), 28 * 86_400_000);
  });

  it("grow in the order in which they are offered", () => {
    const lengths = RANGES.map(({ value }) => rangeMs(value));
    assert.deepEqual(
      lengths,
      [...lengths].sort((a, b) => a - b),
    );
    assert.equal(new Set(lengths).size, lengths.length);
  });

  it("are an hour for what is none", () => {
    for (const text of ["", "h", "1x", "-1h", "99999999h"]) assert.equal(rangeMs(text), 3_600_000);
  });
});
