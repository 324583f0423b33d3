/** Pages of short lists: going through them misses nothing and shows nothing twice, while items come and go. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { pageByKey } from "../../../plugins/http-api/pages.js";

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
