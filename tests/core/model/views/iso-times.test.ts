/** Times of views as text: every one of them, and nothing else. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { isoTimes } from "../../../../core/model/views.js";

const AT = Date.UTC(2026, 0, 31, 23, 59, 0, 7);
const TEXT = "2026-01-31T23:59:00.007Z";

/** The rule as it is meant, field by field. */
function expected(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => expected(item));
  if (typeof value === "number" && /^(at|from|to|since|.*At)$/.test(key)) {
    return new Date(value).toISOString();
  }
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([each, item]) => [each, expected(item, each)]),
  );
}

describe("times of a view", () => {
  it("become text at any depth, where they are numbers", () => {
    const view = { at: AT, lostAt: null, seenAt: "x", beat: [{ since: AT, flat: AT, total: 3 }] };
    const before = structuredClone(view);
    assert.deepEqual(isoTimes(view), {
      at: TEXT,
      lostAt: null,
      seenAt: "x",
      beat: [{ since: TEXT, flat: AT, total: 3 }],
    });
    assert.deepEqual(view, before);
    assert.deepEqual(isoTimes([AT, { startedAt: { at: AT } }]), [AT, { startedAt: { at: TEXT } }]);
  });

  it("are those that the names of fields say, whatever the fields are called", () => {
    const key = fc.constantFrom(
      "at",
      "from",
      "to",
      "since",
      "lostAt",
      "At",
      "flat",
      "atAll",
      "__proto__",
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.integer({ min: 0, max: 4e12 }),
        fc.constantFrom(null, undefined, "x", true),
        fc.array(tie("tree"), { maxLength: 3 }),
        fc
          .array(fc.tuple(key, tie("tree")), { maxLength: 5 })
          .map((entries) => Object.fromEntries(entries)),
      ),
    }));
    fc.assert(fc.property(tree, (view) => assert.deepEqual(isoTimes(view), expected(view))));
  });
});
