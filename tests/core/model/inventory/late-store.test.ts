/** What a store remembers and what was observed before it could be read become one: nothing is lost or counted twice. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Observation } from "../../../../core/model/observation.js";
import type { PvRow, Row } from "../../../../core/model/row.js";
import { MINUTE_MS } from "../../../../core/model/traffic/traffic.js";
import {
  answer,
  beacon,
  CLIENT,
  SERVER,
  START,
  searchSeen,
  sensorReport,
  unanswered,
  WatchedInventory,
} from "./inventory-site.js";

const HOST = "10.7.0.1";
const NAME = `${HOST}:5064`;
const OTHER = { ip: SERVER.ip, port: 40_001 };
const HOUR_MS = 3_600_000;
const NAMES = ["SR:A", "SR:B", "SR:C"];

type Happening = (at: number) => Observation;

const name = fc.constantFrom(...NAMES);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc
    .record({
      names: fc.array(name, { minLength: 1, maxLength: 3 }),
      client: fc.integer({ min: 1, max: 3 }),
      port: fc.integer({ min: 40_000, max: 40_001 }),
    })
    .map(
      ({ names, ...also }): Happening =>
        (at) =>
          searchSeen(at, names, also),
    ),
  fc.tuple(name, fc.constantFrom(SERVER, OTHER)).map(
    ([n, server]): Happening =>
      (at) =>
        answer(at, n, server),
  ),
  name.map(
    (n): Happening =>
      (at) =>
        unanswered(at, n),
  ),
  fc.nat(30).map(
    (sequence): Happening =>
      (at) =>
        beacon(at, sequence),
  ),
);
const part = fc.array(fc.tuple(fc.integer({ min: 1, max: 40_000 }), happening), { maxLength: 25 });

/** Every kind of row, in both orders that stores give them in. */
function stored(inventory: WatchedInventory, isReversed = false): Row[] {
  const rows = inventory.changes();
  return isReversed ? rows.reverse() : rows;
}

function pvRows(inventory: WatchedInventory): readonly PvRow[] {
  const rows = Array.from({ length: inventory.nameSlots() }, (_, id) => inventory.pvRow(id));
  return rows
    .filter((row) => row !== undefined)
    .sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
}

/** All that only grows. The order of requesters of one moment is that of chance. */
function counters(inventory: WatchedInventory): unknown {
  return {
    pvs: pvRows(inventory).map(({ state: _state, duplicate: _duplicate, ...row }) => ({
      ...row,
      requesters: row.requesters.toSorted((a, b) => a.client - b.client || a.port - b.port),
    })),
    clients: inventory.listClients({ limit: 10 }).items.map(({ client, firstSeenAt, searches }) => {
      return [client, firstSeenAt, searches];
    }),
  };
}

/** Beacons of a server that began `age` beacons before `at`, every 15 s. */
function beacons(inventory: WatchedInventory, at: number, age: number, count: number): number {
  for (let index = 0; index < count; index++) {
    for (let second = 1; second <= 15; second++) {
      inventory.fold(sensorReport(at + index * 15_000 + second * 1000 - 15_000));
    }
    inventory.fold(beacon(at + index * 15_000, age + index));
  }
  return at + (count - 1) * 15_000;
}

describe("a store that can be read only after observing has begun", () => {
  it("gives the counters of a run that nothing disturbed, however the day is split and the rows come", () => {
    fc.assert(
      fc.property(
        part,
        part,
        part,
        fc.boolean(),
        fc.boolean(),
        (before, meanwhile, after, isReversed, twice) => {
          const undisturbed = new WatchedInventory();
          const runs = [new WatchedInventory(), new WatchedInventory()] as const;
          let at = START;
          const observe = (steps: typeof before, run: WatchedInventory): void => {
            for (const [waitMs, make] of steps) {
              at += waitMs;
              undisturbed.fold(make(at));
              run.fold(make(at));
            }
          };
          observe(before, runs[0]);
          const rows = stored(runs[0], isReversed);
          observe(meanwhile, runs[1]);
          runs[1].restore(rows);
          // Loading failed on the way, and began again.
          if (twice) runs[1].restore(rows);
          observe(after, runs[1]);
          assert.deepEqual(counters(runs[1]), counters(undisturbed));
        },
      ),
      { numRuns: 100 },
    );
  });

  it("is told to store what came of both, and of a second load nothing", () => {
    const first = new WatchedInventory();
    for (let second = 0; second < 1000; second++) {
      first.fold(searchSeen(START + second * 1000, ["SR:A"]));
    }
    first.fold(answer(START + 500_500, "SR:A"));
    const rows = stored(first);
    const site = new WatchedInventory();
    site.fold(searchSeen(START + 24 * HOUR_MS, ["SR:A"]));
    site.changes();
    site.restore(rows);
    const [pv] = site.changes().flatMap((row) => (row.kind === "pv" ? [row] : []));
    const { requests, state, firstSeenAt, owners, requesters } = pv!;
    assert.deepEqual(
      [requests, state, firstSeenAt, owners.length, requesters[0]?.count],
      [1001, "online", START, 1, 1001],
    );
    site.restore(rows);
    assert.deepEqual(site.changes(), []);
  });

  it("leaves a PV lost whose server was lost meanwhile, and brings one back whose server came back", () => {
    const first = new WatchedInventory();
    first.fold(answer(START, "SR:A"));
    const [row] = stored(first).filter(({ kind }) => kind === "pv");
    const site = new WatchedInventory();
    site.fold(answer(START + HOUR_MS, "SR:B"));
    site.restore([{ ...row!, state: "lost" } as Row]);
    assert.equal(site.pv("SR:A")?.state, "online");
    const other = new WatchedInventory();
    beacons(other, START + HOUR_MS, 100, 5);
    for (let second = 0; second < 120; second++) {
      other.fold(sensorReport(START + HOUR_MS + 60_000 + second * 1000));
    }
    assert.equal(other.server(NAME)?.state, "lost");
    other.restore([row!]);
    assert.equal(other.pv("SR:A")?.state, "lost");
  });

  it("tells of a PV that has moved in between, once its present server has answered again", () => {
    const first = new WatchedInventory();
    first.fold(answer(START, "SR:A"));
    const site = new WatchedInventory();
    site.fold(answer(START + HOUR_MS, "SR:A", OTHER));
    site.restore(stored(first));
    site.fold(answer(START + HOUR_MS + 60_000, "SR:A", OTHER));
    site.fold(answer(START + HOUR_MS + 120_000, "SR:A", OTHER));
    assert.deepEqual(
      site.events.filter(({ type }) => type.startsWith("pv.")).map(({ type }) => type),
      ["pv.moved"],
    );
    assert.deepEqual(
      pvRows(site)[0]?.owners.map(({ server }) => server.port),
      [OTHER.port, SERVER.port],
    );
  });
});

describe("a server of a store that can be read only later", () => {
  function firstRun(): { readonly rows: Row[]; readonly until: number } {
    const first = new WatchedInventory();
    beacons(first, START, 3, 4);
    const until = beacons(first, START + 60_000, 1, 40);
    assert.equal(first.server(NAME)?.restarts, 1);
    return { rows: stored(first), until };
  }

  it("keeps its first time, restarts and start when it has gone on", () => {
    const { rows, until } = firstRun();
    const site = new WatchedInventory();
    beacons(site, until + 150_000, 50, 8);
    const startedAt = site.server(NAME)?.startedAt;
    site.restore(rows);
    const server = site.server(NAME)!;
    assert.deepEqual([server.firstSeenAt, server.restarts, server.state], [START, 1, "alive"]);
    assert.ok(server.startedAt!.errorSeconds <= startedAt!.errorSeconds);
    assert.ok(Math.abs(server.startedAt!.at - (START + 60_000)) < 1000);
    beacons(site, until + 150_000 + 8 * 15_000, 58, 4);
    assert.deepEqual(
      site.events.map(({ type }) => type).filter((type) => type.startsWith("server.")),
      ["server.discovered"],
    );
  });

  for (const seen of [1, 2, 30]) {
    it(`was started again in between: that is told once, of ${seen} beacons seen before the load`, () => {
      const { rows, until } = firstRun();
      const site = new WatchedInventory();
      const last = beacons(site, until + HOUR_MS, 20, seen);
      site.restore(rows);
      beacons(site, last + 15_000, 20 + seen, 4);
      const restarts = site.events.filter(({ type }) => type === "server.restarted");
      assert.equal(restarts.length, 1);
      assert.ok(
        restarts[0]!.at > until + HOUR_MS - 20 * 15_000 && restarts[0]!.at < until + HOUR_MS,
      );
      assert.equal(restarts[0]?.evidence.watched, false);
      const { restarts: count, firstSeenAt, state } = site.server(NAME)!;
      assert.deepEqual([count, firstSeenAt, state], [2, START, "alive"]);
      assert.equal(site.events.filter(({ type }) => type === "server.lost").length, 0);
    });
  }

  it("was lost when pvmon stopped and is there again: it has returned", () => {
    const { rows, until } = firstRun();
    const lost = rows.map((row) =>
      row.kind === "server"
        ? { ...row, state: "lost", track: { ...row.track, lostAt: until + 50_000 } }
        : row,
    );
    const site = new WatchedInventory();
    beacons(site, until + 150_000, 50, 8);
    site.restore(lost);
    assert.equal(site.server(NAME)?.state, "alive");
    assert.ok(site.events.some(({ type }) => type === "server.returned"));
  });

  it("that only answers meanwhile has its beacons back, and is lost when none comes", () => {
    const { rows, until } = firstRun();
    const site = new WatchedInventory();
    const seconds = (from: number, count: number): void => {
      for (let second = 0; second < count; second++) site.fold(sensorReport(from + second * 1000));
    };
    seconds(until + 30_000, 30);
    site.fold(answer(until + 60_000, "SR:A"));
    site.restore(rows);
    assert.equal(site.server(NAME)?.state, "alive");
    seconds(until + 60_000, 60);
    assert.deepEqual(
      site.events.filter(({ type }) => type.startsWith("server.")).map(({ type }) => type),
      ["server.lost"],
    );
  });

  it("that was lost meanwhile stays so, with its past", () => {
    const { rows, until } = firstRun();
    const site = new WatchedInventory();
    const last = beacons(site, until + 150_000, 50, 4);
    for (let second = 1; second < 90; second++) site.fold(sensorReport(last + second * 1000));
    assert.equal(site.server(NAME)?.state, "lost");
    const told = site.events.length;
    site.restore(rows);
    assert.deepEqual([site.server(NAME)?.state, site.server(NAME)?.firstSeenAt], ["lost", START]);
    assert.equal(site.events.length, told);
  });
});

describe("what operators said, in a store that can be read only later", () => {
  function described(): Row[] {
    const first = new WatchedInventory();
    first.fold(beacon(START, 1));
    first.fold(beacon(START + 15_000, 2));
    first.setHost(HOST, { description: "vacuum", options: { maintenance: true } });
    first.createGroup("Linac", [HOST]);
    return stored(first);
  }

  function observing(): WatchedInventory {
    const site = new WatchedInventory();
    site.fold(beacon(START + HOUR_MS, 241));
    site.fold(beacon(START + HOUR_MS + 15_000, 242));
    return site;
  }

  it("is taken over", () => {
    const site = observing();
    site.restore(described());
    const { description, options, firstSeenAt } = site.host(HOST)!;
    assert.deepEqual(
      [description, options.maintenance, firstSeenAt],
      ["vacuum", true, START + 15_000],
    );
    assert.deepEqual(site.group("linac")?.hosts, [HOST]);
    const [row] = site.changes().filter(({ kind }) => kind === "host");
    assert.equal(row?.kind === "host" && row.description, "vacuum");
  });

  it("is not taken over where somebody said something else meanwhile", () => {
    const site = observing();
    site.setHost(HOST, { description: "magnets" });
    site.setHost(HOST, { options: { hidden: true } });
    site.restore(described());
    const { description, options } = site.host(HOST)!;
    assert.deepEqual([description, options.maintenance, options.hidden], ["magnets", true, true]);
  });

  it("comes to a group that somebody made anew meanwhile", () => {
    const site = observing();
    const other = { ip: SERVER.ip + 1, port: 5064 };
    site.fold(beacon(START + HOUR_MS + 15_000, 7, other));
    site.fold(beacon(START + HOUR_MS + 30_000, 8, other));
    site.createGroup("LINAC", ["10.7.0.2"]);
    site.restore(described());
    const { name: groupName, hosts } = site.group("linac")!;
    assert.deepEqual([groupName, [...hosts].sort()], ["LINAC", [HOST, "10.7.0.2"]]);
  });
});

describe("the running minute, of which a store remembers the beginning", () => {
  it("has the requests of both runs, however often the store is read", () => {
    const minuteAt = START + MINUTE_MS;
    const first = new WatchedInventory();
    for (let index = 0; index < 5; index++) first.fold(searchSeen(minuteAt + index, ["A", "B"]));
    first.fold(searchSeen(minuteAt + 10, ["A"], { client: CLIENT + 1 }));
    first.flushTraffic();
    const rows = first.history.filter(({ kind }) => kind === "traffic");
    const site = new WatchedInventory();
    site.fold(searchSeen(minuteAt + 20_000, ["A", "C"]));
    site.fold(searchSeen(minuteAt + 20_001, ["C"], { client: CLIENT + 2 }));
    site.restore(rows);
    site.restore(rows);
    site.flushTraffic();
    const { searchNames, searchDatagrams, distinctClients, ...series } = site.trafficTotals();
    assert.deepEqual([searchNames, searchDatagrams, distinctClients], [14, 8, 3]);
    assert.deepEqual(
      ["client:10.7.0.100", "client:10.7.0.101", "client:10.7.0.102", "pv:A", "pv:B", "pv:C"].map(
        (key) => series[key],
      ),
      [12, 1, 1, 7, 5, 2],
    );
  });
});
