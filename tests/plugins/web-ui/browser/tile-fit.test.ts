import assert from "node:assert/strict";
import fc from "fast-check";
import { fitTiles } from "../../../../plugins/web-ui/browser/pages/hosts/tile-fit.js";

const screens = fc.record({
  width: fc.integer({ min: 320, max: 3840 }),
  height: fc.integer({ min: 320, max: 2160 }),
  gap: fc.constantFrom(4, 8),
});

describe("tiles that fill a screen", () => {
  it("are all in view where they can be read at all", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2000 }),
        fc.integer({ min: 4, max: 30 }),
        screens,
        (count, characters, screen) => {
          const { columns, height, fontSize } = fitTiles(count, characters, screen);
          assert.ok(columns >= 1 && columns <= count);
          const rows = Math.ceil(count / columns);
          if (fontSize <= 9) return;
          assert.ok(rows * height + (rows - 1) * screen.gap <= screen.height + 1);
        },
      ),
    );
  });

  it("are as large with fewer hosts, or larger", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 500 }), screens, (count, screen) => {
        const fewer = fitTiles(count - 1, 12, screen).fontSize;
        assert.ok(fewer >= fitTiles(count, 12, screen).fontSize);
      }),
    );
  });

  it("never have names too small to read, whatever the screen", () => {
    const tiny = fitTiles(5000, 40, { width: 320, height: 200, gap: 8 });
    assert.ok(tiny.fontSize >= 9 && tiny.height > 0);
    assert.ok(fitTiles(0, 6, { width: 800, height: 600, gap: 8 }).columns === 1);
  });
});
