import assert from "node:assert/strict";
import { readOn } from "../../../../../plugins/web-ui/browser/api/read-on.js";

/** A list of so many numbers, and the sizes of the pages that were asked for. */
function list(total: number) {
  const asked: number[] = [];
  const ask = async (part: { readonly limit: number; readonly cursor: string | null }) => {
    asked.push(part.limit);
    const from = Number(part.cursor ?? 0);
    const to = Math.min(total, from + part.limit);
    const items = Array.from({ length: to - from }, (_, index) => from + index);
    return { items, total, next: to < total ? String(to) : null };
  };
  return { ask, asked };
}

describe("reading a list on", () => {
  it("takes one question while the API gives as many", async () => {
    const { ask, asked } = list(250);
    const page = await readOn(200, ask);
    assert.equal(page.items.length, 200);
    assert.equal(page.total, 250);
    assert.equal(page.next, "200");
    assert.deepEqual(asked, [200]);
  });

  it("goes on with the next question where it takes more", async () => {
    const { ask, asked } = list(5000);
    const page = await readOn(2300, ask);
    assert.deepEqual(page.items, [...Array(2300).keys()]);
    assert.equal(page.next, "2300");
    assert.deepEqual(asked, [1000, 1000, 300]);
  });

  it("ends with the list", async () => {
    const { ask, asked } = list(1500);
    const page = await readOn(Number.POSITIVE_INFINITY, ask);
    assert.equal(page.items.length, 1500);
    assert.equal(page.next, null);
    assert.deepEqual(asked, [1000, 1000]);
  });

  it("has nothing of an empty one", async () => {
    const { ask } = list(0);
    assert.deepEqual(await readOn(100, ask), { items: [], total: 0, next: null });
  });
});
