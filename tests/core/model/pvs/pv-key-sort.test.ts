import assert from "node:assert/strict";
import fc from "fast-check";
import { sortedPlaces } from "../../../../core/model/pvs/pv-key-sort.js";

const AT = Date.UTC(2026, 0, 1);

const keys: fc.Arbitrary<number[]> = fc.oneof(
  ...[
    fc.nat(5),
    fc.nat(),
    fc.constantFrom(0, 1, 2 ** 32, 2 ** 53, AT),
    fc.constantFrom(0, AT, AT + 2 ** 32 - 2, AT + 2 ** 32 - 1, AT + 2 ** 32),
    fc.nat(100_000).map((ms) => AT + ms),
    fc.maxSafeNat(),
  ].map((key) => fc.array(key, { maxLength: 100 })),
);

function sorted(all: Float64Array, isDown: boolean): { places: number[]; steps: number } {
  const sort = sortedPlaces(all, isDown, new ArrayBuffer(8 * all.length));
  for (let steps = 0; ; steps++) {
    const step = sort.next();
    if (step.done === true) return { places: [...step.value], steps };
  }
}

describe("sorting by a number", () => {
  it("gives the order that comparing gives, and leaves equal ones in theirs", () => {
    fc.assert(
      fc.property(keys, fc.boolean(), (all, isDown) => {
        const sign = isDown ? -1 : 1;
        const expected = all.map((_, place) => place).sort((a, b) => sign * (all[a]! - all[b]!));
        assert.deepEqual(sorted(Float64Array.from(all), isDown).places, expected);
      }),
      { numRuns: 500 },
    );
  });

  it("of very many does so too, in small steps", () => {
    const all = Float64Array.from({ length: 100_000 }, (_, n) => AT + ((n * 7919) % 65_521));
    const { places, steps } = sorted(all, false);
    for (let n = 1; n < places.length; n++) {
      const [one, next] = [places[n - 1]!, places[n]!];
      assert.ok(all[one]! < all[next]! || (all[one] === all[next] && one < next));
    }
    assert.ok(steps > 50);
  });
});
