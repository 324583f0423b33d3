import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import type { HistoryRow, Row } from "../../../core/model/row.js";
import { RowRefusedError } from "../../../core/plugin/errors.js";
import type { Outbox } from "../../../core/runtime/outbox.js";
import type { OutboxOptions } from "../../../core/runtime/outbox-options.js";
import { Spool, type SpoolOptions } from "../../../core/runtime/spool.js";
import { pvRow } from "../../../core/testkit/index.js";
import { requestsIn, scene, traffic } from "./outbox-scene.js";

const quiet = new AbortController().signal;

describe("an outbox with a spool", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-outbox-"));
  });
  afterEach(async () => {
    for (const spool of spools.splice(0)) await spool.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const spools: Spool[] = [];
  const makeSpool = (options: Partial<SpoolOptions> = {}): Spool => {
    const spool = new Spool({ folder: join(folder, "spool"), maxBytes: 1e6, ...options });
    spools.push(spool);
    return spool;
  };
  const spooled = (options: Partial<OutboxOptions> = {}) =>
    scene({ spool: makeSpool(), ...options });
  const minutesIn = (rows: readonly Row[]): readonly number[] =>
    rows.flatMap((row) => (row.kind === "traffic" ? [row.minuteAt / 60_000] : []));
  const away = () => Promise.reject(new Error("away"));
  /** As pvmon does in its rhythm. */
  const flushUntil = (outbox: Outbox, what: () => boolean): Promise<void> =>
    until(() => {
      outbox.flush(true);
      return what();
    });
  /** Files take real time. */
  const until = async (what: () => boolean): Promise<void> => {
    for (let turns = 0; turns < 500 && !what(); turns++) await sleep(2);
    assert.ok(what());
  };

  it("writes nothing to the disk while the store works", async () => {
    const { outbox, store } = spooled();
    for (let minute = 0; minute < 10; minute++) outbox.add(traffic(minute));
    outbox.flush(true);
    await until(() => store.batches.length > 0);
    assert.deepEqual(minutesIn(store.batches.flat()).length, 10);
    assert.deepEqual(readdirSync(folder), []);
  });

  it("of a store that takes too long keeps what waits on the disk, where events may be shown, until it has caught up", async () => {
    const { outbox, store, clock, complaints } = spooled({ writeMs: 30_000, batchRows: 2 });
    store.behave = () => clock.sleep(8000);
    let place = 0;
    for (let second = 0; second < 30; second++) {
      if (second < 20) place = outbox.add(traffic(second));
      outbox.flush(true);
      await clock.advance(1000);
      await sleep(5);
    }
    assert.match(
      complaints.at(-1) ?? "",
      /^behind: \d+ rows of history wait, the oldest for \d+ s$/,
    );
    assert.ok(outbox.settled(place));
    assert.equal(outbox.pressure, 0);
    assert.ok(outbox.view().spooledBytes > 0 && outbox.view().behindMs > 10_000);
    store.behave = async () => undefined;
    await clock.advance(8000);
    await until(() => outbox.view().history === 0);
    outbox.flush(true);
    assert.deepEqual([complaints.at(-1), outbox.view().behindMs], [undefined, 0]);
    const written = [...new Set(minutesIn(store.batches.flat()))];
    assert.deepEqual(
      written,
      Array.from({ length: 20 }, (_, minute) => minute),
    );
  });

  it("catches up with a store that takes longer for a write than rows take to come", async () => {
    const { outbox, store, clock, complaints } = spooled();
    store.behave = away;
    for (let tenths = 0; tenths < 900; tenths++) {
      if (tenths === 150) store.behave = () => clock.sleep(600);
      if (tenths % 2 === 0) outbox.add(traffic(tenths));
      outbox.flush(tenths % 20 === 0);
      await clock.advance(100);
      await sleep(2);
    }
    assert.equal(complaints.at(-1), undefined);
    assert.ok(!outbox.isDegraded && outbox.view().behindMs < 5000);
  });

  it("gets to a store that never takes a whole batch in time", async () => {
    const { outbox, store, clock, failures } = spooled({ writeMs: 30_000 });
    store.write = async (rows, signal) => {
      await clock.sleep(rows.length * 1000, signal);
      store.batches.push(rows);
    };
    for (let minute = 0; minute < 100; minute++) outbox.add(traffic(minute));
    for (let tries = 0; tries < 300 && outbox.view().history > 0; tries++) {
      outbox.flush(true);
      await clock.advance(2000);
      await sleep(2);
    }
    assert.deepEqual([outbox.view().history, failures], [0, []]);
    assert.equal(new Set(minutesIn(store.batches.flat())).size, 100);
  });

  it("left by an earlier process gets to such a store at its start", async () => {
    const before = spooled();
    before.slot.store = undefined;
    for (let minute = 0; minute < 100; minute++) before.outbox.add(traffic(minute));
    await before.outbox.drain(AbortSignal.abort());
    const { outbox, store, clock } = spooled({ writeMs: 30_000 });
    store.write = async (rows, signal) => {
      await clock.sleep(rows.length * 1000, signal);
      store.batches.push(rows);
    };
    let isDone = false;
    for (let tries = 0; tries < 20 && !isDone; tries++) {
      const attempt = outbox.catchUp(store, quiet).then(
        () => true,
        () => false,
      );
      let isOver = false;
      void attempt.finally(() => (isOver = true));
      while (!isOver) {
        await clock.advance(2000);
        await sleep(2);
      }
      isDone = await attempt;
    }
    assert.ok(isDone);
    assert.equal(new Set(minutesIn(store.batches.flat())).size, 100);
  });

  const forgotten = (id: number): HistoryRow => {
    const { name } = pvRow(`PV:${id}`);
    return { kind: "pvForgotten", name };
  };
  /** Names that a store is left with. */
  const left = (batches: readonly (readonly Row[])[]): readonly string[] => {
    const names = new Set<string>();
    for (const row of batches.flat()) {
      if (row.kind === "pv") names.add(Buffer.from(row.name).toString());
      else if (row.kind === "pvForgotten") names.delete(Buffer.from(row.name).toString());
    }
    return [...names];
  };

  it("writes what came back after it was forgotten after its deletion, however much is in front of that", async () => {
    const { outbox, store, change, clock } = spooled({ batchRows: 4 });
    store.behave = away;
    for (let minute = 0; minute < 20; minute++) outbox.add(traffic(minute));
    outbox.add(forgotten(1));
    outbox.flush(true);
    await until(() => outbox.view().spooledBytes > 0);
    change(1, 1);
    store.behave = async () => undefined;
    await clock.advance(60_000);
    outbox.flush(true);
    await until(() => outbox.view().history + outbox.view().records === 0);
    assert.deepEqual(left(store.batches), ["PV:1"]);
  });

  it("writes records again when the deletions written with them come again from the disk", async () => {
    const { outbox, store, change } = spooled({ historyLimit: 4 });
    outbox.add(forgotten(1));
    change(1, 1);
    let goOn = (): void => undefined;
    store.behave = () => new Promise((resolve) => (goOn = resolve));
    outbox.flush(true);
    await until(() => store.writing === 1);
    for (let minute = 0; minute < 3; minute++) outbox.add(traffic(minute));
    outbox.flush(false);
    await until(() => outbox.view().spooledBytes > 0);
    store.behave = async () => undefined;
    goOn();
    await until(() => outbox.view().history + outbox.view().records === 0);
    assert.deepEqual(left(store.batches), ["PV:1"]);
  });

  it("loses no record to its own deletion, whenever a write ends while its rows go to the disk", async () => {
    for (const segmentBytes of [1e6, 2000]) {
      for (const waitMs of [0, 1, 2, 4, 8, 16]) {
        const spool = makeSpool({ folder: mkdtempSync(join(folder, "s")), segmentBytes });
        const { outbox, store, change, clock } = spooled({ spool });
        await spool.open();
        outbox.add({ kind: "pvForgotten", name: pvRow("PV:1").name });
        for (let minute = 0; minute < 100; minute++) outbox.add(traffic(minute));
        change(1, 5);
        let end = (): void => undefined;
        const held = new Promise<void>((resolve) => {
          end = resolve;
        });
        store.behave = () => held;
        outbox.flush(true);
        await until(() => store.writing > 0);
        await clock.advance(11_000);
        outbox.flush(true);
        await sleep(waitMs);
        end();
        store.behave = async () => undefined;
        await flushUntil(outbox, () => outbox.view().history + outbox.view().records === 0);
        const latest = store.batches.flat().findLast(({ kind }) => /^pv/.test(kind));
        assert.equal(latest?.kind, "pv", `${segmentBytes} bytes, after ${waitMs} ms`);
      }
    }
  });

  it("keeps the history of a store that is away on disk, and writes it in its order on return", async () => {
    const { outbox, store, change, clock } = spooled({ historyLimit: 5, batchRows: 4 });
    store.behave = away;
    change(1, 1);
    const places: number[] = [];
    for (let minute = 0; minute < 20; minute++) {
      places.push(outbox.add(traffic(minute)));
      outbox.flush(true);
      await until(() => outbox.settled(places.at(-1) ?? 0));
      change(1, minute);
    }
    const { history, spooledBytes, dropped } = outbox.view();
    assert.deepEqual([history, dropped], [20, 0]);
    assert.ok(spooledBytes > 0);
    store.behave = async () => undefined;
    await clock.advance(60_000);
    outbox.add(traffic(20));
    outbox.flush(true);
    await until(() => outbox.view().history === 0);
    assert.deepEqual(
      minutesIn(store.batches.flat()),
      Array.from({ length: 21 }, (_, n) => n),
    );
    assert.deepEqual(requestsIn(store.batches.flat()), [19]);
    assert.equal(outbox.view().spooledBytes, 0);
    assert.equal(outbox.view().error, null);
  });

  it("holds an event of a store that is away until it is on disk", async () => {
    const { outbox, store } = spooled();
    store.behave = away;
    outbox.add(traffic(0));
    outbox.flush(true);
    await until(() => outbox.isDegraded);
    const place = outbox.add(traffic(1));
    assert.equal(outbox.settled(place), false);
    outbox.flush(false);
    await until(() => outbox.settled(place));
    assert.equal(outbox.view().history, 2);
  });

  it("keeps history in memory when the disk cannot take it, says so, and holds nothing back", async () => {
    const { outbox, store, complaints, clock } = spooled();
    writeFileSync(join(folder, "spool"), "in the way");
    store.behave = away;
    outbox.add(traffic(0));
    outbox.flush(true);
    await until(() => outbox.isDegraded);
    const place = outbox.add(traffic(1));
    outbox.flush(false);
    await until(() => outbox.settled(place));
    assert.match(outbox.view().spoolError ?? "", /ENOTDIR|EEXIST/);
    assert.match(complaints.at(-1) ?? "", /^not stored: away; history cannot be kept on disk: /);
    assert.equal(outbox.view().history, 2);
    store.behave = async () => undefined;
    await clock.advance(1000);
    await until(() => outbox.view().history === 0);
    assert.deepEqual(minutesIn(store.batches.flat()), [0, 1]);
    assert.deepEqual([outbox.view().spoolError, complaints.at(-1)], [null, undefined]);
  });

  it("holds back history while older rows on disk cannot be read, not records, and says so", async () => {
    const { outbox, store, change, clock, complaints } = spooled();
    store.behave = away;
    for (let minute = 0; minute < 3; minute++) outbox.add(traffic(minute));
    outbox.flush(true);
    await until(() => outbox.view().spooledBytes > 0);
    const spool = join(folder, "spool");
    const aside = join(folder, "aside");
    renameSync(spool, aside);
    store.behave = async () => undefined;
    outbox.add(traffic(3));
    change(1, 5);
    await clock.advance(60_000);
    outbox.flush(true);
    await until(() => store.batches.length > 0);
    await until(() => outbox.isDegraded);
    assert.deepEqual(requestsIn(store.batches.flat()), [5]);
    assert.deepEqual(minutesIn(store.batches.flat()), []);
    assert.match(
      complaints.at(-1) ?? "",
      /^history on disk cannot be read, and what is newer waits/,
    );
    rmSync(spool, { recursive: true, force: true });
    renameSync(aside, spool);
    await flushUntil(outbox, () => outbox.view().history === 0);
    assert.deepEqual([...new Set(minutesIn(store.batches.flat()))], [0, 1, 2, 3]);
    await until(() => complaints.at(-1) === undefined && !outbox.isDegraded);
  });

  it("gives up the oldest on disk when that is full, and counts it", async () => {
    const spool = makeSpool({ folder, maxBytes: 2000 });
    const { outbox, store, clock } = spooled({ spool });
    store.behave = away;
    for (let minute = 0; minute < 100; minute++) {
      const place = outbox.add(traffic(minute));
      outbox.flush(true);
      await until(() => outbox.settled(place));
    }
    const { history, dropped, spooledBytes } = outbox.view();
    assert.equal(history + dropped, 100);
    assert.ok(dropped > 0 && spooledBytes <= 2000);
    store.behave = async () => undefined;
    await clock.advance(60_000);
    await until(() => outbox.view().history === 0);
    assert.deepEqual(
      minutesIn(store.batches.flat()),
      Array.from({ length: history }, (_, n) => dropped + n),
    );
  });

  it("leaves what it could not write at the end on disk, for a store that comes back in another life", async () => {
    const first = spooled();
    first.store.behave = away;
    for (let minute = 0; minute < 5; minute++) first.outbox.add(traffic(minute));
    const over = new AbortController();
    const drained = first.outbox.drain(over.signal);
    await first.clock.advance(3000);
    over.abort();
    assert.equal(await drained, undefined);
    const second = spooled();
    second.outbox.add(traffic(5));
    await second.outbox.catchUp(second.store, quiet);
    assert.deepEqual(minutesIn(second.store.batches.flat()), [0, 1, 2, 3, 4]);
    second.outbox.flush(true);
    await until(() => second.outbox.view().history === 0);
    assert.deepEqual(minutesIn(second.store.batches.flat()), [0, 1, 2, 3, 4, 5]);
  });

  it("does not load a store that does not take what it has missed", async () => {
    const { outbox, store } = spooled();
    store.behave = away;
    outbox.add(traffic(0));
    outbox.flush(true);
    await until(() => outbox.view().spooledBytes > 0 || outbox.isDegraded);
    outbox.flush(false);
    await until(() => outbox.view().spooledBytes > 0);
    await assert.rejects(outbox.catchUp(store, quiet), /away/);
    assert.equal(outbox.view().history, 1);
  });

  it("gives a store that comes back what it has missed, without what it refuses for good", async () => {
    const { outbox, store } = spooled();
    store.behave = away;
    for (let minute = 0; minute < 5; minute++) outbox.add(traffic(minute));
    outbox.flush(true);
    await until(() => outbox.view().spooledBytes > 0);
    store.behave = async () => undefined;
    const write = store.write.bind(store);
    store.write = async (rows, signal) => {
      if (minutesIn(rows).includes(2)) throw new RowRefusedError("no");
      await write(rows, signal);
    };
    await outbox.catchUp(store, quiet);
    assert.deepEqual(minutesIn(store.batches.flat()), [0, 1, 3, 4]);
    assert.deepEqual([outbox.view().history, outbox.view().refused], [0, 1]);
  });

  it("writes all there is, in order, whatever becomes of the store meanwhile", async () => {
    const steps = fc.array(fc.constantFrom("add", "away", "back", "flush"), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        // Of each run's own: the one before may still be deleting files.
        const spool = makeSpool({ folder: mkdtempSync(join(folder, "spool-")) });
        const { outbox, store, clock } = scene({ spool, batchRows: 3, historyLimit: 1000 });
        let minute = 0;
        for (const step of script) {
          if (step === "add") outbox.add(traffic(minute++));
          else if (step === "away") store.behave = away;
          else if (step === "back") store.behave = async () => undefined;
          else outbox.flush(true);
          await clock.advance(500);
        }
        store.behave = async () => undefined;
        await clock.advance(120_000);
        await flushUntil(outbox, () => outbox.view().history === 0);
        const written = minutesIn(store.batches.flat());
        // Some may come twice, but never an older one for the last time after a newer one.
        const last = [...new Set(written.toReversed())].toReversed();
        assert.deepEqual(
          last,
          Array.from({ length: minute }, (_, n) => n),
        );
      }),
      { numRuns: 25 },
    );
  });
});
