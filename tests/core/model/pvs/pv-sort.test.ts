import assert from "node:assert/strict";
import fc from "fast-check";
import { type SortWords, sortIds } from "../../../../core/model/pvs/pv-sort.js";

/** Of texts of a few words each: the first that differs decides, and one that ends comes first. */
function wordsOf(texts: readonly (readonly number[])[]): SortWords {
  return {
    of: (id, level) => texts[id]?.[level] ?? 0,
    areEqual: (_level, word) => word === 0,
  };
}

function compare(a: readonly number[], b: readonly number[]): number {
  const level = a.findIndex((word, n) => word !== b[n]);
  return level < 0 ? a.length - b.length : a[level]! - (b[level] ?? 0);
}

function sorted(ids: Uint32Array, words: SortWords): { readonly steps: number } {
  let steps = 0;
  for (const scan = sortIds(ids, words); scan.next().done !== true; ) steps++;
  return { steps };
}

/** Numbers that are the same in every run. */
function* numbers(): Generator<number> {
  for (let state = 1; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state;
  }
}

const word = fc.oneof(
  fc.constantFrom(1, 2, 0x100, 0x8000_0000, 0xffff_ffff),
  fc.integer({ min: 1, max: 0xffff_ffff }),
);

describe("sorting ids", () => {
  it("gives the order that comparing gives", () => {
    fc.assert(
      fc.property(fc.array(fc.array(word, { maxLength: 4 }), { maxLength: 60 }), (texts) => {
        const ids = Uint32Array.from(texts, (_, id) => id);
        sorted(ids, wordsOf(texts));
        const order = [...ids].map((id) => texts[id]!);
        assert.deepEqual(order, texts.toSorted(compare));
        assert.equal(new Set(ids).size, texts.length);
      }),
    );
  });

  for (const [what, bits] of [
    ["hardly any are equal", 0xffff_ffff],
    ["most are equal for long", 0x0000_0003],
    ["they differ at both ends of a word", 0xf000_000f],
  ] as const) {
    it(`of very many does so too, in small steps, when ${what}`, () => {
      const next = numbers();
      const draw = (): number => ((next.next().value ?? 0) & bits) >>> 0 || 1;
      const texts = Array.from({ length: 60_000 }, () => [draw(), draw(), draw(), draw()]);
      const ids = Uint32Array.from(texts, (_, id) => id);
      const { steps } = sorted(ids, wordsOf(texts));
      assert.ok(steps > 20);
      for (let n = 1; n < ids.length; n++) {
        assert.ok(compare(texts[ids[n - 1]!]!, texts[ids[n]!]!) <= 0, `at ${n}`);
      }
      assert.equal(new Set(ids).size, texts.length);
    });
  }

  it("does not put others out of order when some change on the way", () => {
    const next = numbers();
    const draw = (): number => ((next.next().value ?? 0) % 5) + 1;
    const texts = Array.from({ length: 30_000 }, () => [draw(), draw(), draw(), draw(), draw()]);
    const changes = (id: number): boolean => id % 50 === 0;
    const still = wordsOf(texts);
    const ids = Uint32Array.from(texts, (_, id) => id);
    sorted(ids, { ...still, of: (id, level) => (changes(id) ? draw() : still.of(id, level)) });
    const others = [...ids].filter((id) => !changes(id));
    for (let n = 1; n < others.length; n++) {
      assert.ok(compare(texts[others[n - 1]!]!, texts[others[n]!]!) <= 0, `at ${n}`);
    }
  });
});
