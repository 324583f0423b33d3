/** Pages of short lists: going through them misses nothing and shows nothing twice, while items come and go. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Page, PageQuery } from "pvmon";
import { filteredPage, pageByKey, pageOfTexts } from "../../../plugins/http-api/pages.js";

const keys = fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 40 });
const identity = (key: string) => key;

describe("pages by key", () => {
  it("together are the whole list, greatest key first", () => {
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 10 }), (items, limit) => {
        const seen: string[] = [];
        let cursor: string | null | undefined;
        while (cursor !== null) {
          const page = pageByKey(items, identity, { limit, ...(cursor && { cursor }) });
          assert.equal(page.total, items.length);
          assert.ok(page.items.length <= limit);
          seen.push(...page.items);
          cursor = page.next;
        }
        assert.deepEqual(
          seen,
          [...items].sort((a, b) => (a < b ? 1 : -1)),
        );
      }),
    );
  });

  it("can go the other way too", () => {
    const first = pageByKey(["b", "c", "a"], identity, { limit: 2 }, "ascending");
    assert.deepEqual([first.items, first.next], [["a", "b"], "b"]);
    const rest = pageByKey(["b", "c", "a"], identity, { limit: 2, cursor: "b" }, "ascending");
    assert.deepEqual([rest.items, rest.next], [["c"], null]);
  });

  it("show once whatever is there from the first page to the last", () => {
    fc.assert(
      fc.property(keys, keys, keys, (staying, going, coming) => {
        const stays = new Set(staying);
        const first = pageByKey([...new Set([...staying, ...going])], identity, { limit: 3 });
        const later = [...new Set([...staying, ...coming])];
        const rest =
          first.next === null
            ? []
            : pageByKey(later, identity, { limit: 1000, cursor: first.next }).items;
        const seen = [...first.items, ...rest].filter((key) => stays.has(key));
        assert.deepEqual(seen.length, first.next === null ? seen.length : stays.size);
        assert.equal(new Set(seen).size, seen.length);
      }),
    );
  });
});

describe("pages of the items that pass", () => {
  const list =
    (items: readonly number[]) =>
    ({ limit, cursor }: PageQuery): Page<number> => {
      const start = cursor === undefined ? 0 : Number(cursor);
      const next = start + limit < items.length ? String(start + limit) : null;
      return { items: items.slice(start, start + limit), total: items.length, next };
    };
  const numbers = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 900 });

  it("together are all of them, in the order of the list", async () => {
    await fc.assert(
      fc.asyncProperty(numbers, fc.integer({ min: 1, max: 300 }), async (items, limit) => {
        const passing = items.filter((item) => item > 6);
        const seen: number[] = [];
        let cursor: string | null | undefined;
        while (cursor !== null) {
          const page = await filteredPage(list(items), (item) => item > 6, {
            limit,
            ...(cursor !== undefined && { cursor }),
          });
          assert.equal(page.total, passing.length);
          assert.ok(page.items.length === limit || page.next === null);
          seen.push(...page.items);
          cursor = page.next;
        }
        assert.deepEqual(seen, passing);
      }),
      { numRuns: 50 },
    );
  });

  it("leave the loop free between slices of the list", async () => {
    let turns = 0;
    const items = Array.from({ length: 1000 }, (_, i) => i);
    const page = filteredPage(list(items), (item) => item === 999, { limit: 1 });
    const turn = (): void => {
      turns += 1;
      if (turns < 3) setImmediate(turn);
    };
    setImmediate(turn);
    assert.deepEqual((await page).items, [999]);
    assert.equal(turns, 3);
  });
});

describe("pages of texts", () => {
  it("together are all texts in ascending order, however many there are", async () => {
    const limits = fc.integer({ min: 1, max: 10 });
    await fc.assert(
      fc.asyncProperty(keys, limits, async (texts, limit) => {
        const seen: string[] = [];
        let cursor: string | null | undefined;
        while (cursor !== null) {
          const page: Page<string> = await pageOfTexts(texts, { limit, ...(cursor && { cursor }) });
          assert.equal(page.total, texts.length);
          assert.ok(page.items.length <= limit);
          seen.push(...page.items);
          cursor = page.next;
        }
        assert.deepEqual(seen, texts.toSorted());
      }),
    );
  });

  it("let others have their turn while very many are gone through", async () => {
    let turns = 0;
    const count = (): void => {
      turns += 1;
      timer = setImmediate(count);
    };
    let timer = setImmediate(count);
    const texts = Array.from({ length: 50_000 }, (_, i) => `A:${(i * 7919) % 50_000}`);
    const { items, total } = await pageOfTexts(texts, { limit: 3 });
    clearImmediate(timer);
    assert.deepEqual([items, total], [["A:0", "A:1", "A:10"], 50_000]);
    assert.ok(turns >= 10, `${turns}`);
  });
});
