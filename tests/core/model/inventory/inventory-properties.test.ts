import assert from "node:assert/strict";
import fc from "fast-check";
import { parseIpv4 } from "../../../../core/model/address.js";
import type { Observation } from "../../../../core/model/observation.js";
import type { Row } from "../../../../core/model/row.js";
import {
  answer,
  beacon,
  START,
  searchSeen,
  sensorReport,
  unanswered,
  WatchedInventory,
} from "./inventory-site.js";

const NAMES = Array.from({ length: 12 }, (_, index) => `SR:C${index}:VALUE`);
const SERVERS = [5064, 40_001, 40_002].map((port) => ({ ip: 0x0a070001, port }));

const name = fc.constantFrom(...NAMES);
const server = fc.constantFrom(...SERVERS);

/** What happens next, as a function of its time. */
const happening: fc.Arbitrary<(at: number) => Observation> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record({
        names: fc.array(name, { maxLength: 8 }),
        client: fc.integer({ min: 1, max: 6 }),
        port: fc.integer({ min: 40_000, max: 40_002 }),
        source: fc.constantFrom(
          "client" as const,
          "archiver" as const,
          "gateway" as const,
          "own" as const,
        ),
        sequence: fc.integer({ min: -1, max: 20 }),
      })
      .map(
        ({ names, ...also }) =>
          (at: number) =>
            searchSeen(at, names, also),
      ),
  },
  fc.tuple(name, server).map(
    ([n, s]) =>
      (at: number) =>
        answer(at, n, s),
  ),
  name.map((n) => (at: number) => unanswered(at, n)),
  {
    weight: 3,
    arbitrary: fc.tuple(fc.nat(30), server).map(
      ([q, s]) =>
        (at: number) =>
          beacon(at, q, s),
    ),
  },
  { weight: 2, arbitrary: fc.boolean().map((sees) => (at: number) => sensorReport(at, { sees })) },
  fc.tuple(name, server).map(([n, s]) => (at: number) => ({
    type: "channel" as const,
    at,
    name: n,
    server: s,
    asker: "seen" as const,
    outcome: "created" as const,
  })),
);

/** Observations in the order of their times: mostly close together, now and then hours apart. */
const day = fc
  .array(
    fc.record({
      waitMs: fc.oneof(
        { weight: 10, arbitrary: fc.nat(5000) },
        { weight: 3, arbitrary: fc.nat(120_000) },
        { weight: 1, arbitrary: fc.nat(8_000_000) },
      ),
      happening,
    }),
    { maxLength: 80 },
  )
  .map((steps) => {
    let at = START;
    return steps.map(({ waitMs, happening: make }) => {
      at += waitMs;
      return make(at);
    });
  });

function everything(inventory: WatchedInventory): unknown {
  return {
    events: inventory.events,
    history: inventory.history,
    counts: inventory.counts(),
    pvs: NAMES.map((n) => inventory.pv(n)),
    servers: inventory.listServers({ limit: 1000 }),
    clients: inventory.listClients({ limit: 1000 }),
    anomalies: inventory.anomalies(),
  };
}

describe("whatever happens", () => {
  it("nothing is lost or counted twice: minutes, clients and names add up to what was folded", () => {
    fc.assert(
      fc.property(day, (observations) => {
        const inventory = new WatchedInventory();
        let [all, foreign, demand] = [0, 0, 0];
        for (const observation of observations) {
          inventory.fold(observation);
          if (observation.type !== "searchSeen") continue;
          all += observation.count;
          if (observation.source !== "own") foreign += observation.count;
          if (observation.source === "client") demand += observation.count;
        }
        inventory.flushTraffic();
        const sum = (values: readonly number[]) =>
          values.reduce((total, value) => total + value, 0);
        const clients = inventory.listClients({ limit: 1000 }).items;
        assert.equal(inventory.trafficTotals().searchNames ?? 0, all);
        assert.equal(sum(clients.map(({ searches }) => searches)), foreign);
        assert.equal(sum(NAMES.map((n) => inventory.pv(n)?.requests ?? 0)), demand);
        const { total, online, lost, neverAnswered, unverified } = inventory.counts().pvs;
        assert.equal(online + lost + neverAnswered + unverified, total);
      }),
    );
  });

  it("live ticking and time driven by the data alone give the same state and the same events", () => {
    fc.assert(
      fc.property(day, fc.array(fc.nat(3000), { minLength: 1 }), (observations, tickWaits) => {
        const [live, replayed] = [new WatchedInventory(), new WatchedInventory()];
        let clock = START;
        let ticks = 0;
        for (const observation of observations) {
          while (clock + tickWaits[ticks % tickWaits.length]! + 1 < observation.at) {
            clock += tickWaits[ticks++ % tickWaits.length]! + 1;
            live.advance(clock);
          }
          live.fold(observation);
          replayed.fold(observation);
        }
        assert.deepEqual(everything(live), everything(replayed));
        assert.deepEqual(live.changes(), replayed.changes());
      }),
      { numRuns: 50 },
    );
  });

  it("the rows of all records restore to the same records", () => {
    fc.assert(
      fc.property(day, (observations) => {
        const before = new WatchedInventory();
        for (const observation of observations) before.fold(observation);
        const rows: Row[] = before.changes();
        const after = new WatchedInventory();
        after.restore(rows);
        assert.deepEqual(after.changes(), [], "nothing to store again");
        const restored = rows.map((row) => {
          if (row.kind === "client") return after.clientRow(row.client);
          if (row.kind === "server") return after.serverRow(serverKey(row.server));
          if (row.kind === "host") return after.hostRow(parseIpv4(row.host)!);
          const id = row.kind === "pv" ? pvId(after, row.name) : -1;
          return after.pvRow(id);
        });
        assert.deepEqual(restored, rows);
        assert.deepEqual(after.counts().pvs, before.counts().pvs);
        assert.equal(after.counts().clients, before.counts().clients);
      }),
    );
  });
});

function serverKey(text: string): number {
  const [ip, port] = text.split(":");
  return ip!.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0) * 65536 + Number(port);
}

function pvId(inventory: WatchedInventory, bytes: Uint8Array): number {
  const wanted = String.fromCharCode(...bytes);
  for (let id = 0; id < inventory.nameSlots(); id++) {
    const row = inventory.pvRow(id);
    if (row !== undefined && String.fromCharCode(...row.name) === wanted) return id;
  }
  return -1;
}
