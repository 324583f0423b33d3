import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Drawn,
  firstRow,
  keyToRow,
  MAX_HEIGHT,
  redrawn,
  scrollTopOf,
} from "../../../../plugins/web-ui/browser/components/row-window.js";

const geometries = fc.record({
  total: fc.integer({ min: 1, max: 5_000_000 }),
  rowHeight: fc.constantFrom(28, 32, 40),
  viewHeight: fc.integer({ min: 100, max: 2000 }),
});

describe("the window on a long list", () => {
  it("shows the first row at the top, and the last one at the end, however long the list is", () => {
    fc.assert(
      fc.property(geometries, (geometry) => {
        const { total, rowHeight, viewHeight } = geometry;
        const height = Math.min(total * rowHeight, MAX_HEIGHT);
        assert.deepEqual(firstRow(0, geometry), { row: 0, offset: 0 });
        const { row, offset } = firstRow(height, geometry);
        const bottom = row * rowHeight + offset + viewHeight;
        assert.ok(Math.abs(bottom - Math.max(total * rowHeight, viewHeight)) < 1);
      }),
    );
  });

  it("scrolls so that the wanted row is seen whole", () => {
    fc.assert(
      fc.property(
        geometries,
        fc.nat(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (geometry, n, share) => {
          const { total, rowHeight, viewHeight } = geometry;
          const wanted = n % total;
          const height = Math.min(total * rowHeight, MAX_HEIGHT);
          const before = share * Math.max(0, height - viewHeight);
          const { row, offset } = firstRow(
            scrollTopOf(wanted, before, geometry) ?? before,
            geometry,
          );
          const top = row * rowHeight + offset;
          assert.ok(wanted * rowHeight >= top - 1);
          assert.ok((wanted + 1) * rowHeight <= top + viewHeight + 1);
        },
      ),
    );
  });

  it("is moved by keys within the list, and by no others", () => {
    const geometry = { total: 1000, rowHeight: 30, viewHeight: 300 };
    assert.equal(keyToRow("ArrowDown", -1, geometry), 0);
    assert.equal(keyToRow("ArrowUp", 0, geometry), 0);
    assert.equal(keyToRow("PageDown", 0, geometry), 9);
    assert.equal(keyToRow("End", 0, geometry), 999);
    assert.equal(keyToRow("ArrowDown", 999, geometry), 999);
    assert.equal(keyToRow("a", 5, geometry), undefined);
    assert.equal(keyToRow("ArrowDown", -1, { ...geometry, total: 0 }), undefined);
  });

  const elementsOf = ({ from, count, origin }: Drawn) =>
    new Map(Array.from({ length: count }, (_, i) => [from + i, from + i - origin]));

  it("leaves a row that stays its element as long as most of them stay", () => {
    const before = { from: 100, count: 30, origin: 7 };
    for (const from of [85, 99, 101, 115]) {
      const elements = elementsOf(redrawn(before, from, 30, false));
      for (const [row, element] of elementsOf(before)) {
        if (elements.has(row)) assert.equal(elements.get(row), element);
      }
    }
  });

  it("shows rows far away in the elements of those before, in their order", () => {
    const before = { from: 100, count: 30, origin: 7 };
    for (const from of [0, 84, 116, 999_970]) {
      const elements = elementsOf(redrawn(before, from, 30, false));
      assert.deepEqual([...elements.values()], [...elementsOf(before).values()]);
    }
  });

  it("gives no row the element of one in which something has the focus", () => {
    const before = { from: 100, count: 30, origin: 7 };
    const held = new Set(elementsOf(before).values());
    const elements = elementsOf(redrawn(before, 999_970, 30, true));
    assert.ok([...elements.values()].every((element) => !held.has(element)));
  });
});
