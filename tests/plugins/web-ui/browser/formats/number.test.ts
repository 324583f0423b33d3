import assert from "node:assert/strict";
import {
  bytesText,
  countText,
  rateText,
  shareText,
  shortCount,
} from "../../../../../plugins/web-ui/browser/formats/number.js";

describe("numbers on pages", () => {
  const reads = <T>(format: (value: T) => string, cases: readonly (readonly [T, string])[]) => {
    for (const [value, text] of cases) assert.equal(format(value), text);
  };

  it("are whole where they count, in groups of three", () => {
    reads(countText, [
      [0, "0"],
      [999, "999"],
      [1_234_567, "1,234,567"],
    ]);
  });

  it("are short where there is little room", () => {
    reads(shortCount, [
      [999, "999"],
      [1234, "1.2K"],
      [12_000_000, "12M"],
    ]);
  });

  it("have three digits that say something as rates", () => {
    reads(rateText, [
      [0, "0"],
      [0.000_123_4, "0.000123"],
      [0.4249, "0.425"],
      [17.26, "17.3"],
      [99.99, "100"],
      [1204.4, "1,204"],
    ]);
  });

  it("are per cent as shares, and never nothing for a little", () => {
    reads(shareText, [
      [0, "0 %"],
      [0.0004, "< 0.1 %"],
      [0.0042, "0.4 %"],
      [0.5, "50 %"],
      [1, "100 %"],
    ]);
  });

  it("have the unit of bytes that fits", () => {
    reads(bytesText, [
      [0, "0 B"],
      [999, "999 B"],
      [1500, "1.5 kB"],
      [2_345_678, "2.35 MB"],
      [5e15, "5000 TB"],
    ]);
  });
});
