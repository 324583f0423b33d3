import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import type { PvmonEvent } from "../../../core/model/event.js";
import type { Row } from "../../../core/model/row.js";
import { RowRefusedError } from "../../../core/plugin/errors.js";
import { EventGate } from "../../../core/runtime/event-gate.js";
import { requestsIn, ScriptedStore, scene, traffic } from "./outbox-scene.js";

const kinds = (rows: readonly Row[] | undefined): readonly string[] =>
  (rows ?? []).map(({ kind }) => kind);

describe("an outbox", () => {
  it("writes the newest state of what changed, once, and history in its order", async () => {
    const { outbox, store, change } = scene();
    change(1, 5);
    change(1, 6);
    outbox.add(traffic(1));
    outbox.add(traffic(2));
    outbox.flush(true);
    await turn();
    assert.equal(store.batches.length, 1);
    assert.deepEqual(requestsIn(store.batches[0]), [6]);
    assert.deepEqual(kinds(store.batches[0]), ["traffic", "traffic", "pv"]);
    assert.deepEqual(
      { ...outbox.view(), lastWrittenAt: 0 },
      {
        store: "memory",
        records: 0,
        history: 0,
        behindMs: 0,
        dropped: 0,
        refused: 0,
        spooledBytes: 0,
        spoolError: null,
        lastWrittenAt: 0,
        error: null,
      },
    );
  });

  it("writes history at once and leaves records for their rhythm", async () => {
    const { outbox, store, change } = scene();
    change(1, 5);
    outbox.add(traffic(1));
    outbox.flush(false);
    await turn();
    assert.deepEqual(store.batches.map(kinds), [["traffic"]]);
    assert.equal(outbox.view().records, 1);
  });

  it("splits what is due into batches in which neither history nor records starve", async () => {
    const { outbox, store, change } = scene({ batchRows: 10 });
    for (let id = 0; id < 12; id++) change(id, 1);
    for (let minute = 0; minute < 12; minute++) outbox.add(traffic(minute));
    outbox.flush(true);
    await turn();
    assert.ok(store.batches.every((rows) => rows.length <= 10));
    assert.deepEqual(kinds(store.batches[0]), [
      ...Array(5).fill("traffic"),
      ...Array(5).fill("pv"),
    ]);
    assert.equal(store.batches.flat().length, 24);
  });

  it("does not write a record that was forgotten before its turn came", async () => {
    const { outbox, store, change, requests } = scene();
    change(1, 5);
    requests.delete(1);
    outbox.flush(true);
    await turn();
    assert.deepEqual(store.batches, []);
    assert.equal(outbox.view().records, 0);
  });

  it("never has two writes under way", async () => {
    const { outbox, store, change } = scene();
    store.behave = () => turn();
    change(1, 1);
    outbox.flush(true);
    change(2, 2);
    outbox.flush(true);
    outbox.flush(true);
    for (let step = 0; step < 10; step++) await turn();
    assert.equal(store.mostAtOnce, 1);
    assert.equal(store.batches.flat().length, 2);
  });

  it("writes a failed batch again, with the newer change in the place of the older", async () => {
    const { outbox, store, change, clock, complaints } = scene();
    store.behave = async () => {
      change(1, 7);
      throw new Error("disk full");
    };
    change(1, 6);
    change(2, 1);
    outbox.add(traffic(1));
    outbox.flush(true);
    await turn();
    assert.deepEqual(complaints, ["not stored: disk full"]);
    assert.equal(outbox.view().records, 2);
    assert.equal(outbox.view().history, 1);
    store.behave = async () => undefined;
    await clock.advance(1000);
    assert.deepEqual(requestsIn(store.batches[0]).toSorted(), [1, 7]);
    assert.deepEqual(kinds(store.batches[0])[0], "traffic");
    assert.deepEqual(complaints, ["not stored: disk full", undefined]);
    assert.equal(outbox.view().error, null);
  });

  it("waits longer after each failure, and flushing does not shorten the wait", async () => {
    const { outbox, store, change, clock } = scene();
    const attempts: number[] = [];
    const startedAt = clock.now();
    store.behave = async () => {
      attempts.push(clock.now() - startedAt);
      throw new Error("no");
    };
    change(1, 1);
    clock.every(250, () => outbox.flush(true));
    await clock.advance(16_000);
    assert.deepEqual(attempts, [250, 1250, 3250, 7250, 15_250]);
  });

  it("drops the oldest history when full, counts it, and keeps every record", async () => {
    const { outbox, store, change, clock } = scene({ historyLimit: 3 });
    store.behave = () => Promise.reject(new Error("away"));
    change(1, 1);
    for (let minute = 0; minute < 5; minute++) outbox.add(traffic(minute));
    outbox.flush(true);
    await turn();
    for (let minute = 5; minute < 8; minute++) outbox.add(traffic(minute));
    assert.equal(outbox.view().dropped, 5);
    store.behave = async () => undefined;
    await clock.advance(1000);
    const minutes = store.batches
      .flat()
      .flatMap((row) => (row.kind === "traffic" ? [row.minuteAt / 60_000] : []));
    assert.deepEqual(minutes, [5, 6, 7]);
    assert.equal(requestsIn(store.batches.flat()).length, 1);
  });

  it("says for ten minutes that history was given up, and how much", async () => {
    const { outbox, clock, complaints } = scene({ historyLimit: 3 });
    const overflow = (rows: number): void => {
      for (let minute = 0; minute < rows; minute++) outbox.add(traffic(minute));
      outbox.flush(false);
    };
    overflow(3);
    await clock.advance(1000);
    assert.deepEqual(complaints, []);
    overflow(5);
    await clock.advance(300_000);
    overflow(4);
    await clock.advance(599_000);
    outbox.flush(false);
    const said =
      /^3 rows of history given up since 2026-01-02T03:04:06\.000Z because there was no room$/;
    assert.match(complaints.at(-1) ?? "", said);
    assert.ok(!outbox.isDegraded);
    await clock.advance(1000);
    outbox.flush(false);
    assert.equal(complaints.at(-1), undefined);
    overflow(4);
    assert.match(complaints.at(-1) ?? "", /^1 rows of history given up since/);
  });

  it("tells a write that takes too long to end, and waits for its end before the next", async () => {
    const { outbox, store, change, clock, complaints, failures } = scene({ writeMs: 5000 });
    let end: () => void = () => undefined;
    store.behave = (signal) =>
      new Promise((_resolve, reject) => {
        end = () => reject(signal.reason);
      });
    change(1, 1);
    outbox.flush(true);
    await clock.advance(6000);
    assert.ok(outbox.isDegraded);
    outbox.flush(true);
    await turn();
    assert.equal(store.mostAtOnce, 1);
    store.behave = async () => undefined;
    end();
    await clock.advance(1000);
    assert.deepEqual(requestsIn(store.batches[0]), [1]);
    assert.deepEqual(failures, []);
    assert.equal(complaints.at(-1), undefined);
  });

  it("has a store that hangs for good replaced, and writes to the new one", async () => {
    const { outbox, store, slot, change, clock, failures } = scene({ writeMs: 5000 });
    store.behave = () => new Promise(() => undefined);
    change(1, 1);
    outbox.flush(true);
    await clock.advance(10_000);
    assert.deepEqual(failures, ["a write that was told to end was not done after 5 s"]);
    const fresh = new ScriptedStore();
    slot.store = fresh;
    await clock.advance(1000);
    assert.deepEqual(requestsIn(fresh.batches[0]), [1]);
  });

  it("takes a store that throws for one that rejects", async () => {
    const { outbox, store, change } = scene();
    store.write = () => {
      throw new Error("not even a promise");
    };
    change(1, 1);
    outbox.flush(true);
    await turn();
    assert.equal(outbox.view().error, "not even a promise");
    assert.equal(outbox.view().records, 1);
  });

  describe("of a store that refuses some rows for good", () => {
    const minutesIn = (batches: readonly (readonly Row[])[]): readonly number[] =>
      batches.flat().flatMap((row) => (row.kind === "traffic" ? [row.minuteAt / 60_000] : []));
    const refusing = (store: ScriptedStore, isBad: (minute: number) => boolean): void => {
      const write = store.write.bind(store);
      store.write = async (rows, signal) => {
        const bad = minutesIn([rows]).find(isBad);
        if (bad !== undefined) throw new RowRefusedError(`minute ${bad} is too long`);
        await write(rows, signal);
      };
    };

    it("leaves out those, says so for a while, and writes all others in their order", async () => {
      const { outbox, store, change, clock, complaints } = scene();
      refusing(store, (minute) => minute === 3 || minute === 17);
      for (let minute = 0; minute < 20; minute++) outbox.add(traffic(minute));
      change(1, 5);
      outbox.flush(true);
      await clock.advance(0);
      const good = Array.from({ length: 20 }, (_, n) => n).filter((n) => n !== 3 && n !== 17);
      assert.deepEqual(minutesIn(store.batches), good);
      assert.deepEqual(requestsIn(store.batches.flat()), [5]);
      const { refused, history, records, error } = outbox.view();
      assert.deepEqual([refused, history, records, error], [2, 0, 0, null]);
      assert.match(
        complaints.at(-1) ?? "",
        /^2 rows left out since \S+Z because the store refuses them, the latest of the kind traffic: minute 17 is too long$/,
      );
      assert.ok(!outbox.isDegraded);
      await clock.advance(600_000);
      outbox.flush(true);
      assert.equal(complaints.at(-1), undefined);
      assert.equal(outbox.view().refused, 2);
    });

    it("keeps them all, and counts none, while something else fails", async () => {
      const { outbox, store, clock } = scene();
      let writes = 0;
      refusing(store, (minute) => minute === 1);
      store.behave = async () => {
        if (++writes === 2) throw new Error("away");
      };
      for (let minute = 0; minute < 4; minute++) outbox.add(traffic(minute));
      outbox.flush(true);
      await clock.advance(0);
      assert.deepEqual([outbox.view().refused, outbox.view().history], [0, 4]);
      await clock.advance(1000);
      assert.deepEqual([outbox.view().refused, outbox.view().history], [1, 0]);
      assert.deepEqual(minutesIn(store.batches), [0, 0, 2, 3]);
    });

    it("finds them wherever they are", async () => {
      const bad = fc.uniqueArray(fc.nat({ max: 39 }), { maxLength: 40 });
      await fc.assert(
        fc.asyncProperty(bad, async (minutes) => {
          const { outbox, store, clock } = scene({ batchRows: 16 });
          refusing(store, (minute) => minutes.includes(minute));
          for (let minute = 0; minute < 40; minute++) outbox.add(traffic(minute));
          outbox.flush(true);
          await clock.advance(0);
          const all = Array.from({ length: 40 }, (_, n) => n);
          assert.deepEqual(
            minutesIn(store.batches),
            all.filter((minute) => !minutes.includes(minute)),
          );
          assert.equal(outbox.view().refused, minutes.length);
        }),
        { numRuns: 30 },
      );
    });
  });

  describe("at the end", () => {
    it("writes everything, trying again after a failure", async () => {
      const { outbox, store, change, clock } = scene();
      let failures = 2;
      store.behave = async () => {
        if (failures-- > 0) throw new Error("busy");
      };
      for (let id = 0; id < 5000; id++) change(id, 1);
      outbox.add(traffic(1));
      const drained = outbox.drain(new AbortController().signal);
      await clock.advance(5000);
      assert.equal(await drained, undefined);
      assert.equal(store.batches.flat().length, 5001);
    });

    it("gives up when time is over and says what was left, and why", async () => {
      const { outbox, store, change, clock } = scene();
      store.behave = () => Promise.reject(new Error("disk full"));
      change(1, 1);
      outbox.add(traffic(1));
      const over = new AbortController();
      const drained = outbox.drain(over.signal);
      await clock.advance(3000);
      over.abort();
      assert.equal(
        await drained,
        '"memory" has not written 1 records and 1 rows of history (disk full)',
      );
    });

    it("does not wait for a write that hangs", async () => {
      const { outbox, store, change } = scene();
      let told = false;
      store.behave = (signal) =>
        new Promise(() => {
          signal.addEventListener("abort", () => {
            told = true;
          });
        });
      change(1, 1);
      const over = new AbortController();
      const drained = outbox.drain(over.signal);
      await turn();
      over.abort();
      assert.match((await drained) ?? "", /has not written 1 records/);
      assert.ok(told);
    });
  });
});

describe("the event gate", () => {
  const event = (id: number): PvmonEvent => ({ id: String(id) }) as PvmonEvent;

  class Queue {
    end = 0;
    first = 0;
    degraded = false;
    add(): number {
      return ++this.end;
    }
    settled(place: number): boolean {
      return this.degraded || this.first >= place;
    }
  }

  function gate(...queues: Queue[]) {
    const shown: string[] = [];
    return { shown, gate: new EventGate(queues, ({ id }) => shown.push(id)) };
  }

  it("shows events at once where there is no store", () => {
    const { gate: open, shown } = gate();
    open.pass(event(1));
    assert.deepEqual(shown, ["1"]);
  });

  it("holds an event until the last store has it, and keeps the order", () => {
    const [one, two] = [new Queue(), new Queue()];
    const { gate: held, shown } = gate(one, two);
    held.pass(event(1));
    held.pass(event(2));
    one.first = 2;
    held.release();
    assert.deepEqual(shown, []);
    two.first = 1;
    held.release();
    assert.deepEqual(shown, ["1"]);
    two.first = 2;
    held.release();
    assert.deepEqual(shown, ["1", "2"]);
  });

  it("says of an event whether it is a new one, and tells when all so far have passed", async () => {
    const store = new Queue();
    const shown: string[] = [];
    const held = new EventGate([store], ({ id }, isNew) => shown.push(`${id} ${isNew}`));
    await held.passed();
    held.pass(event(1));
    held.pass(event(1), false);
    const passed = held.passed().then(() => shown.push("passed"));
    held.pass(event(2));
    store.first = 1;
    held.release();
    await turn();
    assert.deepEqual(shown, ["1 true"]);
    store.first = 2;
    held.release();
    await passed;
    assert.deepEqual(shown, ["1 true", "1 false", "passed"]);
  });

  it("shows what a degraded store cannot take, and holds again once it works", () => {
    const store = new Queue();
    const { gate: held, shown } = gate(store);
    held.pass(event(1));
    store.degraded = true;
    held.release();
    held.pass(event(2));
    assert.deepEqual(shown, ["1", "2"]);
    store.degraded = false;
    store.first = 2;
    held.pass(event(3));
    assert.deepEqual(shown, ["1", "2"]);
  });
});
