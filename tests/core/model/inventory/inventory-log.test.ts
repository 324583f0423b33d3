/** What the inventory adds to events: their place in the operators' log, their host and their application. */
import assert from "node:assert/strict";
import type { EventDraft } from "../../../../core/model/event.js";
import type { ServerView } from "../../../../core/model/views.js";
import { answer, START, WatchedInventory } from "./inventory-site.js";

const SERVER = "10.7.0.1:5064";
const APP = { id: "00000000000000aa", command: "./st.cmd", directory: "/ioc" };

/** An inventory that knows which application any server is. */
class IdentifyingInventory extends WatchedInventory {
  is(app: ServerView["app"]): void {
    this.parts.apps.ofServer = () => app;
  }
}

function happened(type: EventDraft["type"], also: Partial<EventDraft> = {}): EventDraft {
  return {
    at: START,
    type,
    severity: "info",
    subject: SERVER,
    text: type,
    evidence: {},
    server: SERVER,
    ...also,
  };
}

describe("an event that is recorded", () => {
  it("enters the log by its type, unless whoever tells it says otherwise", () => {
    const inventory = new WatchedInventory();
    const logOf = (type: EventDraft["type"], also: Partial<EventDraft> = {}) =>
      inventory.record(happened(type, also)).log;
    assert.equal(logOf("server.lost"), "pending");
    assert.equal(logOf("server.duplicateIdentity"), "pending");
    assert.equal(logOf("server.resumed"), "noted");
    assert.equal(logOf("operator.changed"), "noted");
    assert.equal(logOf("operator.noted", { log: "pending" }), "pending");
    for (const type of [
      "server.discovered",
      "app.discovered",
      "anomaly.opened",
      "sensor.blind",
    ] as const) {
      assert.equal(logOf(type), undefined, type);
    }
    assert.equal(inventory.pendingLogs().length, 3);
  });

  it("has the application of a server that goes on or is gone, and of a new one once it is confirmed", () => {
    const inventory = new IdentifyingInventory();
    inventory.is({ ...APP, confirmed: false });
    const appOf = (type: EventDraft["type"]) => inventory.record(happened(type)).app;
    assert.deepEqual(
      (["server.lost", "server.stopped", "server.unresponsive", "server.returned"] as const).map(
        appOf,
      ),
      [APP.id, APP.id, APP.id, APP.id],
    );
    assert.deepEqual((["server.restarted", "server.started", "pv.lost"] as const).map(appOf), [
      undefined,
      undefined,
      undefined,
    ]);
    inventory.is({ ...APP, confirmed: true });
    assert.equal(appOf("server.restarted"), APP.id);
    inventory.is(null);
    assert.equal(appOf("server.lost"), undefined);
    assert.equal(inventory.record(happened("server.lost", { app: "known" })).app, "known");
  });

  it("is of the host that its address belongs to, by any of whose addresses its entries are found", () => {
    const addresses = [0x0a070001, 0x0a080001];
    const inventory = new WatchedInventory({ hosts: [{ name: "SRV-1", addresses }] });
    const { id, host } = inventory.record(happened("server.lost", { host: "10.8.0.1" }));
    assert.equal(host, "10.7.0.1");
    assert.deepEqual(inventory.pendingLogs("10.8.0.1"), [id]);
    assert.deepEqual(inventory.acknowledge([id, "x"], "kim", START), [id]);
    assert.deepEqual(
      inventory.history.map((row) => row.kind === "event" && row.event.log),
      ["acknowledged"],
    );
  });

  it("comes back pending after a restart", () => {
    const inventory = new WatchedInventory();
    const event = inventory.record(happened("server.lost"));
    const later = new WatchedInventory();
    later.restore([{ kind: "event", event }]);
    assert.deepEqual(later.pendingLogs(), [event.id]);
  });
});

describe("facts of the inventory", () => {
  it("go to the stores with the history", () => {
    const inventory = new WatchedInventory();
    inventory.fold(answer(START, "SR:A"));
    inventory.forget(["SR:A"]);
    assert.deepEqual(
      inventory.history.filter(({ kind }) => kind === "fact"),
      [true, false].map((holds) => ({
        kind: "fact",
        fact: "pvServer",
        subject: "SR:A",
        value: SERVER,
        at: START,
        holds,
      })),
    );
  });
});
