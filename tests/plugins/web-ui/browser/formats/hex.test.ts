import assert from "node:assert/strict";
import fc from "fast-check";
import { hexRows } from "../../../../../plugins/web-ui/browser/formats/hex.js";

describe("bytes to look at", () => {
  it("stand in rows of 16, with their offset, and beside them as text", () => {
    const hex = Buffer.from("BL01:MOT:m01:Position\t\xe9", "latin1").toString("hex");
    const rows = hexRows(hex);
    assert.deepEqual(
      rows.map(({ offset, text }) => [offset, text]),
      [
        ["0000", "BL01:MOT:m01:Pos"],
        ["0010", "ition.."],
      ],
    );
    assert.deepEqual(rows[1]?.bytes, ["69", "74", "69", "6f", "6e", "09", "e9"]);
  });

  it("are all there, in order", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const hex = Buffer.from(bytes).toString("hex");
        assert.equal(
          hexRows(hex)
            .flatMap((row) => row.bytes)
            .join(""),
          hex,
        );
      }),
    );
  });
});
