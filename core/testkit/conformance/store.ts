/** The suite of stores: what is written is there after a restart, whole, once, and in the newest state. */
import assert from "node:assert/strict";
import {
  CLOCK,
  HISTORY,
  type HistoryService,
  type Lifecycle,
  type Plugin,
  type PvRow,
  type Row,
  type Store,
} from "../../index.js";
import { FakeClock } from "../fake-clock.js";
import { createInstance } from "../recording-host.js";
import { eventRow, pvRow, RECORDS, ROW_AT, trafficRow } from "../store-rows.js";
import { describeRules } from "./plugin.js";
import type { It } from "./runner.js";
import { TrialServices } from "./services.js";
import { changeRules } from "./store-changes.js";
import { eventCountRules } from "./store-event-counts.js";
import { historyRules } from "./store-history.js";
import { trafficRules } from "./store-traffic.js";
import type { PluginOptions } from "./trial.js";

/** What the suite of stores is told, beside {@link PluginOptions}. */
export interface StoreOptions extends PluginOptions {
  /** Options for an empty medium of its own, asked anew for each rule: a file in a new folder, a database of another name. */
  readonly config: () => object | Promise<object>;
}

/** Runs `use` on a store with an empty medium, started, and stops it. */
export type WithStore = (
  use: (store: Store<HistoryService>, history: HistoryService) => Promise<void>,
) => Promise<void>;

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

/** The suite of stores: the rules for all kinds, those of stores, and of HISTORY where the plugin provides it. */
export function describeStore(plugin: Plugin, options: StoreOptions): void {
  let config: object = {};
  const reopen = async (): Promise<Store<HistoryService>> => {
    const clock = new FakeClock(ROW_AT);
    const { services: given = [] } = options;
    const extra = typeof given === "function" ? given() : given;
    const services = await TrialServices.of(plugin, clock, [[CLOCK, clock], ...extra]);
    const needed = services.forNeeds(plugin, true);
    return createInstance<Lifecycle>(plugin, config, needed).instance as Store<HistoryService>;
  };
  const create = async (): Promise<Store<HistoryService>> => {
    config = await options.config();
    return await reopen();
  };
  const hasHistory = plugin.provides?.symbol === HISTORY.symbol;
  describeRules(plugin, options, (it) => storeRules({ create, reopen, hasHistory }, it));
}

interface Stores {
  /** A store on an empty medium of its own, not started. */
  create(): Promise<Store<HistoryService>>;
  /** Another instance on the medium of the latest `create`, not started; the one before has been stopped. */
  reopen(): Promise<Store<HistoryService>>;
  readonly hasHistory: boolean;
}

function storeRules({ create, reopen, hasHistory }: Stores, it: It): void {
  const withStore: WithStore = async (use) => {
    const store = await create();
    await store.start();
    try {
      await use(store, store.service as HistoryService);
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

  it("loads nothing from an empty medium", () =>
    withStore(async (store) => assert.deepEqual(await loaded(store), [])));

  it("gives every record back after a restart, with all its members", async () => {
    const pvs = [pvRow("a"), pvRow("b\u00e9\u0001", { owners: [], requesters: [], lastSeenAt: 0 })];
    const rows = await afterRestart([[...RECORDS.map(({ row }) => row), ...pvs]]);
    assert.deepEqual(ofKind(rows, "pv").sort(byName), pvs);
    for (const { row } of RECORDS) assert.deepEqual(ofKind(rows, row.kind), [row]);
  });

  it("gives the newest state of a record back", async () => {
    const newer = pvRow("a:old", { requests: 9, state: "lost", duplicate: true });
    const group = (title: string): Row => ({ kind: "group", group: "1", name: title, hosts: [] });
    const rows = await afterRestart([
      [pvRow("a:old"), group("old")],
      [newer, group("new")],
    ]);
    assert.deepEqual(ofKind(rows, "pv"), [newer]);
    assert.deepEqual(ofKind(rows, "group"), [group("new")]);
  });

  it("tells keys apart that differ in case, in an accent or in a space at the end", async () => {
    const keys = ["sr:a", "SR:a", "sr:\u00e0", "sr:a ", "sr:a\u0000"];
    const groups = keys.map((group): Row => ({ kind: "group", group, name: group, hosts: [] }));
    const pvs = keys.map((key) => pvRow(key));
    const rows = await afterRestart([[...groups, ...pvs]]);
    assert.equal(ofKind(rows, "group").length, keys.length);
    assert.deepEqual(ofKind(rows, "pv").sort(byName), pvs.sort(byName));
  });

  it("drops a forgotten PV, and keeps one that was forgotten and came back in the same batch", async () => {
    const forgotten = (text: string): Row => ({ kind: "pvForgotten", name: pvRow(text).name });
    const rows = await afterRestart([
      [pvRow("gone"), pvRow("back")],
      [pvRow("back", { requests: 1 }), forgotten("gone"), forgotten("back")],
    ]);
    assert.deepEqual(ofKind(rows, "pv"), [pvRow("back", { requests: 1 })]);
  });

  it("drops the forgotten record of a kind and a key, and no other", async () => {
    const group = (key: string): Row => ({ kind: "group", group: key, name: key, hosts: [] });
    const all = [...RECORDS.map(({ row }) => row), group("server"), group("10.7.0.2:5064")];
    const forgotten = RECORDS.flatMap(({ forgotten: row }) => (row === undefined ? [] : [row]));
    const rows = await afterRestart([all, forgotten]);
    const kinds = rows.map(({ kind }) => kind).sort();
    assert.deepEqual(kinds, ["client", "group", "group", "site"]);
  });

  it("keeps the order of forgetting and coming back within a batch", async () => {
    const there = RECORDS.filter(({ forgotten }) => forgotten !== undefined);
    const back = there.flatMap(({ row, forgotten = row }) => [row, forgotten, row]);
    const gone = there.flatMap(({ row, forgotten = row }) => [row, forgotten]);
    assert.equal((await afterRestart([back])).length, there.length);
    assert.deepEqual(await afterRestart([gone]), []);
  });

  it("loads the latest event, so that numbering goes on", async () => {
    const rows = await afterRestart([[eventRow(1), eventRow(2)]]);
    assert.deepEqual(ofKind(rows, "event"), [eventRow(2)]);
  });

  it("loads the events that wait to be acknowledged, and no others, oldest first", async () => {
    const rows = await afterRestart([
      [
        eventRow(1, { log: "pending" }),
        eventRow(2, { log: "noted" }),
        eventRow(3, { log: "pending" }),
        eventRow(4, { log: "pending" }),
        eventRow(5),
      ],
      [eventRow(3, { log: "acknowledged", acknowledgedAt: ROW_AT, acknowledgedBy: "eve" })],
    ]);
    const pending = [1, 4].map((id) => eventRow(id, { log: "pending" }));
    assert.deepEqual(ofKind(rows, "event"), [...pending, eventRow(5)]);
  });

  it("loads the latest event of a storm, which may go on", async () => {
    const rows = await afterRestart([
      [
        eventRow(1, { type: "storm.started" }),
        eventRow(2, { type: "storm.ended" }),
        eventRow(3, { type: "storm.started" }),
        eventRow(4),
        eventRow(5),
      ],
    ]);
    const storm = eventRow(3, { type: "storm.started" });
    assert.deepEqual(ofKind(rows, "event"), [storm, eventRow(5)]);
  });

  it("loads the traffic of the latest minute, so that a restart within it goes on counting", async () => {
    const minuteAt = ROW_AT - (ROW_AT % 60_000);
    const rows = await afterRestart([[trafficRow(minuteAt - 60_000, 5), trafficRow(minuteAt, 7)]]);
    assert.deepEqual(ofKind(rows, "traffic"), [trafficRow(minuteAt, 7)]);
  });

  it("takes a thousand rows of a kind in one batch", async () => {
    const pvs = Array.from({ length: 1000 }, (_, n) => pvRow(`many:${String(n).padStart(4, "0")}`));
    const events = Array.from({ length: 1000 }, (_, n) =>
      eventRow(n, n % 2 === 0 ? { client: "10.7.0.5", log: "pending" } : { evidence: {} }),
    );
    const rows = await afterRestart([[...events, ...pvs]]);
    assert.deepEqual(ofKind(rows, "pv").sort(byName), pvs);
    assert.deepEqual(
      ofKind(rows, "event"),
      events.filter((_, n) => n % 2 === 0 || n === 999),
    );
  });

  it("writes all of a batch or nothing", () =>
    withStore(async (store) => {
      const bad = { ...pvRow("bad"), kind: "event" } as unknown as Row;
      await assert.rejects(store.write([pvRow("good"), bad], quiet));
      await assert.rejects(store.write([...RECORDS.map(({ row }) => row), bad], quiet));
      assert.deepEqual(await loaded(store), []);
      await store.write([pvRow("good")], quiet);
      assert.equal((await loaded(store)).length, 1);
    }));

  it("says of a row that it can never take that it is the row, so that the others are written", () =>
    withStore(async (store) => {
      const bad = { ...pvRow("bad"), kind: "event" } as unknown as Row;
      const refused = { code: "ROW_REFUSED" };
      await assert.rejects(
        store.write([trafficRow(ROW_AT, 1), bad, pvRow("good")], quiet),
        refused,
      );
      await assert.rejects(store.write([bad], quiet), refused);
    }));

  it("refuses to write when it is stopped", async () => {
    const store = await create();
    await store.start();
    await store.stop();
    await assert.rejects(store.write([pvRow("late")], quiet));
  });

  if (!hasHistory) return;
  historyRules(withStore, it);
  eventCountRules(withStore, it);
  trafficRules(withStore, it);
  changeRules(withStore, it);
}
