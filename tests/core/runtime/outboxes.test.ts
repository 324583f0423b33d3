import assert from "node:assert/strict";
import type { DirtyVisitor } from "../../../core/model/inventory/dirty-marks.js";
import { IdSet } from "../../../core/model/inventory/id-set.js";
import type { Inventory } from "../../../core/model/inventory/inventory.js";
import type { Row } from "../../../core/model/row.js";
import type { Store } from "../../../core/plugin/plugin.js";
import type { StoreSlot } from "../../../core/runtime/outbox.js";
import { HIGH_WATER, Outboxes } from "../../../core/runtime/outboxes.js";
import { eventRow, FakeClock, pvRow } from "../../../core/testkit/index.js";

const quiet = new AbortController().signal;
const traffic: Row = { kind: "traffic", minuteAt: 0, series: "beacons", value: 1 };

function scene(...names: string[]) {
  const clock = new FakeClock();
  const written = new Map<string, Row[]>(names.map((name) => [name, []]));
  const writes = new Map<string, () => Promise<void>>();
  const slots = names.map((id): StoreSlot => {
    const store = {
      write: async (rows: readonly Row[]) => {
        await writes.get(id)?.();
        written.get(id)?.push(...rows);
      },
    } as Partial<Store> as Store;
    return { id, store, complain: () => undefined, fail: () => undefined };
  });
  const dirty = new Set<number>();
  let trafficFlushes = 0;
  const inventory = {
    pvRow: (id: number) => pvRow(`PV:${id}`),
    drainDirty: (visitor: DirtyVisitor) => {
      visitor.pvs(new IdSet(dirty));
      dirty.clear();
    },
    flushTraffic: () => {
      trafficFlushes++;
    },
  } as Partial<Inventory> as Inventory;
  const outboxes = new Outboxes(
    slots,
    () => inventory,
    clock,
    () => undefined,
  );
  outboxes.start();
  const kindsIn = (name: string): readonly string[] =>
    (written.get(name) ?? []).map(({ kind }) => kind);
  return { clock, outboxes, dirty, writes, kindsIn, flushes: () => trafficFlushes };
}

function event() {
  const row = eventRow(1);
  return row.kind === "event" ? row.event : assert.fail();
}

describe("the outboxes", () => {
  it("give every store the same, and none a turn of another", async () => {
    const { clock, outboxes, dirty, writes, kindsIn } = scene("fast", "slow");
    writes.set("slow", () => clock.sleep(10_000));
    dirty.add(1);
    outboxes.history(traffic);
    await clock.advance(2000);
    assert.deepEqual(kindsIn("fast"), ["traffic", "pv"]);
    assert.deepEqual(kindsIn("slow"), []);
    await clock.advance(10_000);
    assert.deepEqual(kindsIn("slow"), ["traffic", "pv"]);
  });

  it("write an event soon, records in their rhythm", async () => {
    const { clock, outboxes, dirty, kindsIn } = scene("memory");
    dirty.add(1);
    outboxes.event(event());
    outboxes.event(event());
    await clock.advance(200);
    assert.deepEqual(kindsIn("memory"), ["event", "event"]);
    await clock.advance(1800);
    assert.deepEqual(kindsIn("memory"), ["event", "event", "pv"]);
  });

  it("empty the inventory's list of changes without a store too", async () => {
    const { clock, dirty } = scene();
    dirty.add(1);
    await clock.advance(2000);
    assert.equal(dirty.size, 0);
  });

  it("ask for the running minute's traffic only while somebody can take it", async () => {
    const { clock, outboxes, writes, flushes } = scene("memory");
    await clock.advance(4000);
    assert.equal(flushes(), 2);
    writes.set("memory", () => Promise.reject(new Error("away")));
    outboxes.history(traffic);
    await clock.advance(60_000);
    assert.equal(flushes(), 3);
  });

  it("let nobody wait for a store that fails, but for one that is slow", async () => {
    const { clock, outboxes, writes } = scene("memory");
    let finish: () => void = () => undefined;
    const slow = (): Promise<void> =>
      new Promise((resolve) => {
        finish = resolve;
      });
    writes.set("memory", slow);
    for (let row = 0; row < 180_000; row++) outboxes.history(traffic);
    assert.ok(outboxes.pressure > HIGH_WATER);
    await clock.advance(2000);
    let isDrained = false;
    const draining = outboxes.drained(quiet).then(() => {
      isDrained = true;
    });
    await clock.advance(1000);
    assert.equal(isDrained, false);
    writes.set("memory", async () => undefined);
    finish();
    await clock.advance(100);
    await draining;
    assert.ok(outboxes.pressure < 0.5);

    for (let row = 0; row < 180_000; row++) outboxes.history(traffic);
    writes.set("memory", () => Promise.reject(new Error("away")));
    await clock.advance(2000);
    assert.equal(outboxes.pressure, 0);
    await outboxes.drained(quiet);
  });

  it("say at the end what each store has not taken, after as long as they were given", async () => {
    const { clock, outboxes, dirty, writes, kindsIn } = scene("good", "bad");
    writes.set("bad", () => new Promise(() => undefined));
    dirty.add(1);
    const draining = outboxes.drain(5000);
    await clock.advance(5000);
    assert.deepEqual(await draining, ['"bad" has not written 1 records and 0 rows of history']);
    assert.deepEqual(kindsIn("good"), ["pv"]);
  });
});
