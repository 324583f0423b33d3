import assert from "node:assert/strict";
import type { EventDraft } from "../../../../core/model/event.js";
import type { Row } from "../../../../core/model/row.js";
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

const DAY = 86_400_000;

/** Beacons of a server every 15 s and a sensor's reports every second, from `from` up to `to`. */
function watch(
  inventory: WatchedInventory,
  from: number,
  to: number,
  beacons: { readonly until: number },
): void {
  let sequence = 100;
  for (let at = from; at <= to; at += 1000) {
    inventory.fold(sensorReport(at));
    if ((at - from) % 15_000 === 0 && at <= beacons.until) {
      inventory.fold(beacon(at + 5, sequence++));
    }
  }
}

function typesOf(inventory: WatchedInventory): string[] {
  return inventory.events.map(({ type }) => type);
}

describe("the inventory", () => {
  it("counts a search for its names, its client and its minute", () => {
    const inventory = new WatchedInventory();
    inventory.fold(searchSeen(START, ["SR:BPM1:X", "SR:BPM1:Y"]));
    inventory.fold(searchSeen(START + 500, ["SR:BPM1:X"]));
    assert.equal(inventory.pv("SR:BPM1:X")?.requests, 2);
    assert.equal(inventory.pv("SR:BPM1:X")?.lastClient, "10.7.0.100");
    assert.equal(inventory.client("10.7.0.100")?.searches, 3);
    assert.deepEqual(
      inventory.topRequests("pv", 1).map(({ name, requests }) => [name, requests]),
      [["SR:BPM1:X", 2]],
    );
    inventory.flushTraffic();
    assert.equal(inventory.trafficTotals().searchNames, 3);
    assert.equal(inventory.counts().clients, 1);
    assert.ok(inventory.rates().searchNamesPerSecond > 0);
  });

  it("counts our own searches as traffic and nothing else, by class and by announced socket", () => {
    const inventory = new WatchedInventory();
    const socket = { ip: 0x0a070009, port: 41_000 };
    inventory.fold({ type: "ownSocket", at: START, socket, open: true });
    inventory.fold(searchSeen(START, ["SR:OWN:1"], { client: socket.ip, port: socket.port }));
    inventory.fold(searchSeen(START, ["SR:OWN:2"], { source: "own" }));
    assert.equal(inventory.counts().pvs.total, 0);
    assert.equal(inventory.counts().clients, 0);
    inventory.flushTraffic();
    const { searchNames, ownNames, clientNames } = inventory.trafficTotals();
    assert.deepEqual([searchNames, ownNames, clientNames], [2, 2, 0]);
  });

  it("knows a name's server from an answer", () => {
    const inventory = new WatchedInventory();
    inventory.fold(searchSeen(START, ["SR:BPM1:X"]));
    inventory.fold(answer(START + 10, "SR:BPM1:X"));
    assert.equal(inventory.pv("SR:BPM1:X")?.state, "online");
    assert.equal(inventory.server("10.7.0.1:5064")?.pvs, 1);
    assert.deepEqual([...inventory.namesOf("10.7.0.1:5064")], ["SR:BPM1:X"]);
    assert.deepEqual(
      inventory.listServers({ limit: 10 }).items.map(({ server, pvs }) => [server, pvs]),
      [["10.7.0.1:5064", 1]],
    );
    const found = Array.from({ length: inventory.nameSlots() }, (_, slot) =>
      inventory.nameAt(slot),
    );
    assert.deepEqual(found, [{ name: "SR:BPM1:X", state: "online", servers: ["10.7.0.1:5064"] }]);
  });

  it("a lost server takes its PVs with it in one event, and an answer brings all back in one", () => {
    const inventory = new WatchedInventory();
    inventory.fold(sensorReport(START));
    inventory.fold(answer(START, "SR:BPM1:X"));
    inventory.fold(answer(START, "SR:BPM1:Y"));
    watch(inventory, START + 1000, START + 300_000, { until: START + 120_000 });
    assert.equal(inventory.server("10.7.0.1:5064")?.state, "lost");
    assert.equal(inventory.pv("SR:BPM1:X")?.state, "lost");
    assert.equal(typesOf(inventory).filter((type) => type === "server.lost").length, 1);
    inventory.fold(answer(START + 301_000, "SR:BPM1:X"));
    assert.equal(inventory.pv("SR:BPM1:Y")?.state, "online");
    assert.equal(typesOf(inventory).filter((type) => type === "server.returned").length, 1);
    assert.deepEqual(
      typesOf(inventory).filter((type) => type.startsWith("pv.")),
      [],
    );
  });

  it("an own search without an answer makes a name of a lost server lost, not one of a live server", () => {
    const inventory = new WatchedInventory();
    inventory.fold(sensorReport(START));
    inventory.fold(answer(START, "SR:BPM1:X"));
    inventory.fold(unanswered(START + 5000, "SR:BPM1:X"));
    assert.equal(inventory.pv("SR:BPM1:X")?.state, "online");
    watch(inventory, START + 6000, START + 300_000, { until: START + 120_000 });
    inventory.fold(unanswered(START + 301_000, "SR:BPM1:X"));
    assert.equal(inventory.pv("SR:BPM1:X")?.state, "lost");
  });

  it("tells every changed record once, with its newest state", () => {
    const inventory = new WatchedInventory();
    for (let index = 0; index < 5; index++) {
      inventory.fold(searchSeen(START + index, ["SR:BPM1:X", "SR:BPM1:Y"]));
    }
    inventory.fold(answer(START + 10, "SR:BPM1:X"));
    const kinds = inventory.changes().map(({ kind }) => kind);
    assert.deepEqual(kinds.sort(), ["client", "pv", "pv", "server"]);
    assert.deepEqual(inventory.changes(), []);
    inventory.fold(searchSeen(START + 20, ["SR:BPM1:Y"]));
    const [pv, client] = inventory.changes();
    assert.equal(pv?.kind === "pv" && pv.requests, 6);
    assert.equal(client?.kind === "client" && client.searches, 11);
  });

  it("forgets names with all that was known of them, says which were there, and takes them up again", () => {
    const inventory = new WatchedInventory();
    inventory.fold(searchSeen(START, ["SR:BPM1:X", "SR:BPM1:Y"]));
    assert.deepEqual(inventory.forget(["SR:BPM1:X", "SR:NONE", "SR:BPM1:X"]), ["SR:BPM1:X"]);
    assert.equal(inventory.pv("SR:BPM1:X"), undefined);
    assert.deepEqual(
      inventory.client("10.7.0.100")?.latest.map(({ name }) => name),
      ["SR:BPM1:Y"],
    );
    assert.deepEqual(
      inventory.history.map(
        (row) => row.kind === "pvForgotten" && String.fromCharCode(...row.name),
      ),
      ["SR:BPM1:X"],
    );
    inventory.fold(searchSeen(START + 1, ["SR:NEW:1"]));
    assert.deepEqual(
      inventory.client("10.7.0.100")?.latest.map(({ name }) => name),
      ["SR:NEW:1", "SR:BPM1:Y"],
      "a name that takes the place of a forgotten one is not taken for it",
    );
    inventory.fold(searchSeen(START + 2, ["SR:BPM1:X"]));
    assert.equal(inventory.pv("SR:BPM1:X")?.requests, 1);
  });

  it("drops a PV that nobody used for longer than purgeAfterDays", () => {
    const inventory = new WatchedInventory({ purgeAfterDays: 2 });
    inventory.fold(searchSeen(START + 1000, ["SR:OLD:1", "SR:USED:1"]));
    for (let day = 1; day <= 3; day++) {
      inventory.fold(searchSeen(START + day * DAY - 1000, ["SR:USED:1"]));
      inventory.fold(sensorReport(START + day * DAY + 2000));
    }
    assert.equal(inventory.pv("SR:OLD:1"), undefined);
    assert.ok(inventory.pv("SR:USED:1"));
    assert.equal(inventory.history.filter(({ kind }) => kind === "pvForgotten").length, 1);
  });

  it("gives events ids that go on after those of the run before, and tells its listeners", () => {
    const inventory = new WatchedInventory();
    const draft: EventDraft = {
      at: START,
      type: "operator.changed",
      severity: "info",
      subject: "operator",
      text: "Something was changed.",
      evidence: {},
    };
    const lastId = String((START + 60_000) * 1000);
    inventory.restore([{ kind: "event", event: { ...draft, id: lastId } }]);
    const heard: EventDraft[] = [];
    const end = inventory.subscribe((event) => {
      heard.push(event);
    });
    assert.equal(inventory.record(draft).id, String(Number(lastId) + 1));
    end();
    inventory.record(draft);
    assert.equal(heard.length, 1);
    assert.equal(inventory.events.length, 2);
  });

  it("leaves out observations whose time is none", () => {
    const inventory = new WatchedInventory();
    for (const at of [Number.NaN, Number.POSITIVE_INFINITY, -1, 1e17]) {
      inventory.fold(searchSeen(at, ["SR:BPM1:X"]));
      inventory.advance(at);
    }
    assert.equal(inventory.counts().pvs.total, 0);
    assert.equal(inventory.now, 0);
  });

  it("time never goes back: what comes late counts, as of now", () => {
    const inventory = new WatchedInventory();
    inventory.fold(searchSeen(START + 5000, ["SR:BPM1:X"]));
    inventory.fold(searchSeen(START, ["SR:BPM1:X"]));
    assert.equal(inventory.now, START + 5000);
    assert.equal(inventory.pv("SR:BPM1:X")?.requests, 2);
    assert.equal(inventory.client("10.7.0.100")?.lastSeenAt, START + 5000);
  });

  it("a jump of days gives what ticking through them gives, and a jump of centuries is quick", () => {
    const told = [false, true].map((ticks) => {
      const inventory = new WatchedInventory();
      inventory.fold(answer(START, "SR:BPM1:X"));
      watch(inventory, START + 1000, START + 120_000, { until: START + 120_000 });
      const until = START + 52 * 3_600_000 + 500;
      if (ticks) for (let at = START + 121_000; at < until; at += 1000) inventory.advance(at);
      inventory.advance(until);
      inventory.fold(searchSeen(until, ["SR:BPM1:X"]));
      return [inventory.events, inventory.history, inventory.changes(), inventory.counts()];
    });
    assert.deepEqual(told[0], told[1]);
    const inventory = new WatchedInventory();
    inventory.fold(searchSeen(START, ["SR:BPM1:X"]));
    inventory.fold(searchSeen(START + 220 * 365 * DAY, ["SR:BPM1:X"]));
    assert.ok(inventory.history.length < 2000, "no rows for years without anybody watching");
  });

  it("what a store gives back is as it was, without events and without anything to store again", () => {
    const before = new WatchedInventory();
    before.fold(sensorReport(START));
    before.fold(searchSeen(START, ["SR:BPM1:X", "SR:BPM1:Y", "bad name"]));
    before.fold(answer(START + 10, "SR:BPM1:X"));
    before.fold({ type: "site", at: START, subject: "magnet", name: "Q1", fields: { on: true } });
    watch(before, START + 1000, START + 300_000, { until: START + 120_000 });
    const rows: Row[] = [...before.changes(), ...before.history];
    const after = new WatchedInventory();
    after.restore(rows);
    assert.deepEqual(after.events, []);
    assert.deepEqual(after.history, []);
    assert.deepEqual(after.changes(), []);
    assert.deepEqual(after.counts().pvs, before.counts().pvs);
    for (const name of ["SR:BPM1:X", "SR:BPM1:Y", "bad name"]) {
      assert.deepEqual(after.pv(name)?.state, before.pv(name)?.state, name);
    }
    assert.equal(after.server("10.7.0.1:5064")?.state, "lost");
    assert.deepEqual(after.clientRow(CLIENT), before.clientRow(CLIENT));
    assert.equal(after.server("10.7.0.1:5064")?.host, "10.7.0.1");
    assert.equal(SERVER.ip, 0x0a070001);
  });
});
