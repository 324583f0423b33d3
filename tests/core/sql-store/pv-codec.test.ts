import assert from "node:assert/strict";
import fc from "fast-check";
import { PV_STATES, type PvRow } from "pvmon";
import { PvWriter, ROWS_AT_ONCE, readPacked, unpackPv, unpackPvs } from "pvmon/sql-store";

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const port = fc.integer({ min: 0, max: 65535 });
const time = fc.integer({ min: 0, max: 4e12 });

const plain = <T>(members: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(members, { noNullPrototype: true });

const row: fc.Arbitrary<PvRow> = plain({
  kind: fc.constant("pv" as const),
  name: fc.uint8Array({ minLength: 1, maxLength: 499 }),
  state: fc.constantFrom(...PV_STATES),
  duplicate: fc.boolean(),
  firstSeenAt: time,
  lastRequestedAt: time,
  lastSeenAt: time,
  requests: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  requesters: fc.array(plain({ client: u32, port, count: u32, lastAt: time }), {
    maxLength: 10,
  }),
  owners: fc.array(plain({ server: plain({ ip: u32, port }), firstAt: time, lastAt: time }), {
    maxLength: 10,
  }),
});

function packed(rows: readonly PvRow[]): Uint8Array {
  const writer = new PvWriter(16);
  for (const one of rows) writer.add(one);
  return writer.take();
}

describe("packed PV rows", () => {
  it("come back as they were", () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 20 }), (rows) => {
        const bytes = packed(rows);
        assert.deepEqual(Array.from(readPacked(bytes), unpackPv), rows);
        assert.deepEqual([...unpackPvs(bytes)].flat(), rows);
      }),
    );
  });

  it("come in parts of which none is large", () => {
    const [one] = fc.sample(row, { numRuns: 1, seed: 1 });
    const rows = Array.from({ length: 2 * ROWS_AT_ONCE + 1 }, () => one!);
    const parts = [...unpackPvs(packed(rows))];
    assert.deepEqual(
      parts.map(({ length }) => length),
      [ROWS_AT_ONCE, ROWS_AT_ONCE, 1],
    );
    assert.deepEqual(parts.flat(), rows);
  });
});
