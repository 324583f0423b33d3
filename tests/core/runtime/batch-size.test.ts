import assert from "node:assert/strict";
import { BatchSize } from "../../../core/runtime/batch-size.js";
import { FakeClock } from "../../../core/testkit/index.js";

const WRITE_MS = 30_000;

describe("the size of batches", () => {
  const scene = () => {
    const clock = new FakeClock();
    const batch = new BatchSize(clock, 2000, WRITE_MS);
    /** Of a store that takes so many rows a second, and is told to end when it takes too long. */
    const write = async (rowsPerSecond: number, rows = batch.rows): Promise<void> => {
      const ms = (1000 * rows) / rowsPerSecond;
      const writing = batch.measure(rows, async () => {
        await clock.sleep(Math.min(ms, WRITE_MS));
        if (ms > WRITE_MS) throw new Error("too late");
      });
      writing.catch(() => undefined);
      await clock.advance(Math.min(ms, WRITE_MS));
      await writing.catch(() => undefined);
    };
    return { batch, write };
  };

  it("becomes small enough for any way, and stays so", async () => {
    for (const rowsPerSecond of [1000, 50, 3, 0.2]) {
      const { batch, write } = scene();
      for (let writes = 0; writes < 20; writes++) await write(rowsPerSecond);
      assert.ok(batch.rows / rowsPerSecond <= WRITE_MS / 1000, `${batch.rows}`);
      assert.ok(batch.rows >= Math.min(2000, rowsPerSecond * (WRITE_MS / 1000 / 8)));
    }
  });

  it("grows back when there is time, but only by writes that were at least half full", async () => {
    const { batch, write } = scene();
    for (let writes = 0; writes < 10; writes++) await write(1);
    const small = batch.rows;
    await write(1000, 1);
    assert.equal(batch.rows, small);
    for (let writes = 0; writes < 12; writes++) await write(1000, batch.rows >> 1);
    assert.equal(batch.rows, 2000);
  });
});
