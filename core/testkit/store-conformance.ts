/** What every store has to do, as a suite that a store's own tests join in a few lines. Runs under mocha. */
import assert from "node:assert/strict";
import type { HistoryService, PvmonEvent, PvRow, Row, Store } from "../index.js";

type Describe = (title: string, body: () => void) => void;
type It = (title: string, body: () => Promise<void>) => void;

export interface StoreConformance {
  /** A store on an empty medium of its own, not started. */
  create(): Promise<Store>;
  /** Another instance on the medium of the latest `create`, not started; the one before has been stopped. */
  reopen(): Promise<Store>;
  /** The test runner's functions. */
  readonly describe: Describe;
  readonly it: It;
}

const AT = Date.UTC(2026, 0, 2, 3, 4, 5);

/** A PV row with every member filled; `changes` on top. */
export function pvRow(name: string, changes: Partial<PvRow> = {}): PvRow {
  return {
    kind: "pv",
    name: Uint8Array.from(name, (letter) => letter.charCodeAt(0)),
    state: "online",
    duplicate: false,
    firstSeenAt: AT - 1000,
    lastRequestedAt: AT,
    lastSeenAt: AT,
    requests: 3,
    requesters: [{ client: 0x0a070001, port: 40001, count: 3, lastAt: AT }],
    owners: [{ server: { ip: 0x0a070002, port: 5064 }, firstAt: AT - 500, lastAt: AT }],
    ...changes,
  };
}

/** An event with an id as the inventory gives them. */
export function eventRow(id: number, changes: Partial<PvmonEvent> = {}): Row {
  return {
    kind: "event",
    event: {
      id: String(AT * 1000 + id),
      at: AT + id,
      type: "server.started",
      severity: "info",
      subject: "10.7.0.2:5064",
      text: "started",
      evidence: { sequence: 0 },
      server: "10.7.0.2:5064",
      host: "10.7.0.2",
      ...changes,
    },
  };
}

const quiet = new AbortController().signal;

async function loaded(store: Store): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of store.load(quiet)) {
    // Rows may be views into a buffer that the next batch reuses.
    rows.push(...batch.map((row) => structuredClone(row)));
  }
  return rows;
}

const ofKind = <K extends Row["kind"]>(
  rows: readonly Row[],
  kind: K,
): Extract<Row, { kind: K }>[] =>
  rows.filter((row): row is Extract<Row, { kind: K }> => row.kind === kind);

const byName = (a: PvRow, b: PvRow): number => Buffer.compare(a.name, b.name);

export function storeConformance(
  name: string,
  { create, reopen, describe, it }: StoreConformance,
): void {
  const withStore = async (use: (store: Store) => Promise<void>): Promise<void> => {
    const store = await create();
    await store.start();
    try {
      await use(store);
    } finally {
      await store.stop();
    }
  };
  const afterRestart = async (rows: readonly (readonly Row[])[]): Promise<Row[]> => {
    await withStore(async (store) => {
      for (const batch of rows) await store.write(batch, quiet);
    });
    const again = await reopen();
    await again.start();
    try {
      return await loaded(again);
    } finally {
      await again.stop();
    }
  };

  describe(`${name} keeps the store contract`, () => {
    it("loads nothing from an empty medium", () =>
      withStore(async (store) => assert.deepEqual(await loaded(store), [])));

    it("gives every record back after a restart, in its newest state", async () => {
      const server: Row = {
        kind: "server",
        server: "10.7.0.2:5064",
        state: "alive",
        firstSeenAt: AT,
        lastSeenAt: AT + 5,
        track: { sequence: 7, periodMs: 15000.5, gaps: [1, 2], source: null },
      };
      const client: Row = {
        kind: "client",
        client: 0xff_ff_ff_fe,
        firstSeenAt: AT,
        lastSeenAt: AT,
        searches: 2 ** 40,
        datagrams: 7,
      };
      const site: Row = {
        kind: "site",
        subject: "host",
        name: "a",
        at: AT,
        fields: { rack: "R1", spare: null },
      };
      const pvs = [
        pvRow("a:old"),
        pvRow("b\u00e9\u0001", { owners: [], requesters: [], lastSeenAt: 0 }),
      ];
      const newer = pvRow("a:old", { requests: 9, state: "lost", duplicate: true });
      const rows = await afterRestart([[...pvs, server, client, site], [newer]]);
      assert.deepEqual(ofKind(rows, "pv").sort(byName), [newer, pvs[1]]);
      assert.deepEqual(ofKind(rows, "server"), [server]);
      assert.deepEqual(ofKind(rows, "client"), [client]);
      assert.deepEqual(ofKind(rows, "site"), [site]);
    });

    it("takes the same batch twice without a difference", async () => {
      const batch: Row[] = [
        pvRow("twice"),
        eventRow(1),
        { kind: "traffic", minuteAt: AT - (AT % 60000), series: "searchNames", value: 5 },
      ];
      await withStore(async (store) => {
        await store.write(batch, quiet);
        await store.write(batch, quiet);
        assert.equal(ofKind(await loaded(store), "pv").length, 1);
        const history = store.service as HistoryService | undefined;
        if (history === undefined) return;
        assert.equal((await history.events({ limit: 10 })).total, 1);
        const traffic = await history.traffic({
          series: ["searchNames"],
          from: AT - 60000,
          to: AT + 60000,
        });
        assert.deepEqual(
          traffic.series[0]?.points.map((point) => point.value),
          [5],
        );
      });
    });

    it("drops a forgotten PV, and keeps one that was forgotten and came back in the same batch", async () => {
      const forgotten = (text: string): Row => ({ kind: "pvForgotten", name: pvRow(text).name });
      const rows = await afterRestart([
        [pvRow("gone"), pvRow("back")],
        [pvRow("back", { requests: 1 }), forgotten("gone"), forgotten("back")],
      ]);
      assert.deepEqual(ofKind(rows, "pv"), [pvRow("back", { requests: 1 })]);
    });

    it("loads the latest event, so that numbering goes on", async () => {
      const rows = await afterRestart([[eventRow(1), eventRow(2)]]);
      assert.deepEqual(ofKind(rows, "event").at(-1), eventRow(2));
    });

    it("loads the traffic of the latest minute, so that a restart within it goes on counting", async () => {
      const row = (minuteAt: number, value: number): Row => ({
        kind: "traffic",
        minuteAt,
        series: "searchNames",
        value,
      });
      const minuteAt = AT - (AT % 60_000);
      const rows = await afterRestart([[row(minuteAt - 60_000, 5), row(minuteAt, 7)]]);
      assert.deepEqual(ofKind(rows, "traffic"), [row(minuteAt, 7)]);
    });

    it("writes all of a batch or nothing", () =>
      withStore(async (store) => {
        const bad = { ...pvRow("bad"), kind: "event" } as unknown as Row;
        await assert.rejects(store.write([pvRow("good"), bad], quiet));
        assert.deepEqual(await loaded(store), []);
        await store.write([pvRow("good")], quiet);
        assert.equal((await loaded(store)).length, 1);
      }));

    it("stops before it was started, and twice", async () => {
      const store = await create();
      await store.stop();
      await store.start();
      await store.stop();
      await store.stop();
    });

    it("refuses to write when it is stopped", async () => {
      const store = await create();
      await store.start();
      await store.stop();
      await assert.rejects(store.write([pvRow("late")], quiet));
    });
  });
}
