/** What operators change, and what is kept of who did it. */
import assert from "node:assert/strict";
import type { EventDraft, LogState, PvmonEvent } from "../../../core/model/event.js";
import {
  type AppView,
  DEFAULT_HOST_OPTIONS,
  type EventQuery,
  type GroupView,
  type HostView,
} from "../../../core/model/views.js";
import { OperationError } from "../../../core/plugin/errors.js";
import type { HostChange } from "../../../core/plugin/services.js";
import { type Operated, serveOperations } from "../../../core/runtime/operations.js";
import { FakeClock } from "../../../core/testkit/index.js";
import { WatchedInventory } from "../model/inventory/inventory-site.js";

const HOST = "10.7.0.1";
const BY = { who: "kim", why: "moved to the new rack" };
const NOW = Date.UTC(2026, 0, 2);

const APP = {
  id: "00000000000000aa",
  host: HOST,
  name: null,
  command: "./st.cmd",
  directory: "/ioc/vac",
  critical: "critical",
  port: 5064,
} as AppView;

function hostView(also: Partial<HostView> = {}): HostView {
  return {
    host: HOST,
    name: "SRV-1",
    description: "",
    options: DEFAULT_HOST_OPTIONS,
    expectedPorts: [],
    expectedApps: null,
    servers: [`${HOST}:5064`],
    apps: [APP],
    groups: ["active"],
    ...also,
  } as HostView;
}

/** The log of a real inventory; hosts, applications and groups of a small one. */
class Site {
  readonly inventory = new WatchedInventory();
  readonly stored: PvmonEvent[] = [];
  readonly asked: EventQuery[] = [];
  host: HostView | undefined = hostView();
  app: AppView | undefined = APP;
  groups: GroupView[] = [];
  readonly operations;

  constructor() {
    const { inventory } = this;
    const fakes: Partial<Operated> = {
      host: (host) => (host === HOST ? this.host : undefined),
      setHost: (host, change) => {
        if (host !== HOST || this.host === undefined) return undefined;
        if (change.expectedApps === -1) throw new RangeError("fewer than none");
        const options = { ...this.host.options, ...change.options };
        this.host = { ...this.host, ...change, options };
        return this.host;
      },
      forgetHost: (host) => host === HOST && this.host !== undefined,
      app: (id) => (id === APP.id ? this.app : undefined),
      setApp: (id, change) => {
        if (id !== APP.id) return undefined;
        this.app = { ...APP, ...change };
        return this.app;
      },
      forgetApp: (id) => id === APP.id,
      forgetHealth: (source) => source === "SRV-1",
      createGroup: (name, hosts) => {
        if (name === "") throw new RangeError("a group needs a name");
        const group = { id: "g1", name, fixed: false, hosts };
        this.groups.push(group);
        return group;
      },
      group: (id) => this.groups.find((group) => group.id === id),
      setGroup: (id, change) => {
        const found = this.groups.find((group) => group.id === id);
        if (found === undefined) return undefined;
        const group = { ...found, ...change };
        this.groups = [group];
        return group;
      },
      deleteGroup: (id) => this.groups.some((group) => group.id === id),
    };
    const operated = new Proxy(inventory, {
      get: (_target, key) => {
        const own = Reflect.get(fakes, key) ?? Reflect.get(inventory, key);
        return typeof own === "function" ? own.bind(inventory) : own;
      },
    });
    const clock = new FakeClock(NOW);
    this.operations = serveOperations(operated, clock, () => ({
      events: async (query) => {
        this.asked.push(query);
        return { items: this.stored, total: this.stored.length, next: null };
      },
    }));
  }

  happened(log: LogState, also: Partial<EventDraft> = {}): PvmonEvent {
    const what = { at: NOW - 1000, type: "server.lost", severity: "alarm", subject: HOST } as const;
    return this.inventory.record({ ...what, text: "lost", evidence: {}, host: HOST, log, ...also });
  }

  /** What operators did, in words. */
  get told(): EventDraft[] {
    return this.inventory.events.filter(({ type }) => type === "operator.changed");
  }

  get last(): EventDraft {
    const last = this.told.at(-1);
    assert.ok(last);
    return last;
  }

  /** The newest state that a store would have. */
  newest(id: string): PvmonEvent | undefined {
    const rows = this.inventory.history.flatMap((row) => (row.kind === "event" ? [row.event] : []));
    return rows.findLast((row) => row.id === id);
  }
}

describe("OPERATIONS", () => {
  it("keeps who forgot which PVs, and why", () => {
    const site = new Site();
    site.inventory.fold({
      type: "answer",
      at: NOW,
      name: "A:B",
      server: { ip: 0x0a070001, port: 5064 },
      replier: 0x0a070001,
      minorVersion: 13,
      asker: "own",
    });
    assert.deepEqual(site.operations.forgetPvs(["A:B", "NOT:THERE"], BY), ["A:B"]);
    assert.deepEqual(site.operations.forgetPvs(["NOT:THERE"], BY), []);
    assert.deepEqual(
      site.told.map(({ text, pv, evidence, log }) => [text, pv, evidence.count, log]),
      [["kim forgot A:B: moved to the new rack", "A:B", 1, "noted"]],
    );
  });

  it("keeps what was before and is now of a host, and nothing when nothing changed", () => {
    const site = new Site();
    const change: HostChange = { description: "vacuum", options: { maintenance: true } };
    assert.equal(site.operations.setHost(HOST, change, BY)?.description, "vacuum");
    assert.deepEqual(site.last.evidence, {
      change: "setHost",
      who: "kim",
      why: "moved to the new rack",
      descriptionBefore: "",
      descriptionAfter: "vacuum",
      maintenanceBefore: false,
      maintenanceAfter: true,
    });
    assert.deepEqual([site.last.host, site.last.at, site.last.log], [HOST, NOW, "noted"]);
    site.operations.setHost(HOST, change, BY);
    assert.equal(site.operations.setHost("10.9.9.9", change, BY), undefined);
    assert.equal(site.told.length, 1);
  });

  it("says what the model does not take as an OperationError, and changes nothing", () => {
    const site = new Site();
    assert.throws(() => site.operations.setHost(HOST, { expectedApps: -1 }, BY), OperationError);
    assert.throws(() => site.operations.createGroup("", [], BY), OperationError);
    assert.throws(() => site.operations.note({ text: "  " }, BY), OperationError);
    assert.throws(() => site.operations.note({ text: "x".repeat(2001) }, BY), OperationError);
    assert.throws(() => site.operations.note({ text: "x", host: "10.9.9.9" }, BY), OperationError);
    assert.deepEqual(site.inventory.events, []);
  });

  it("acknowledges the pending entries of a host that is forgotten, and keeps what it was", () => {
    const site = new Site();
    const lost = site.happened("pending");
    const other = site.happened("pending", { host: "10.7.0.2" });
    assert.equal(site.operations.forgetHost(HOST, { who: "kim" }), true);
    assert.equal(site.newest(lost.id)?.acknowledgedBy, "kim");
    assert.deepEqual(site.inventory.pendingLogs(), [other.id]);
    const { evidence } = site.last;
    assert.deepEqual([evidence.acknowledged, evidence.serversBefore], [1, [`${HOST}:5064`]]);
    assert.equal(site.operations.forgetHost("10.9.9.9", BY), false);
    assert.equal(site.told.length, 1);
  });

  it("keeps changes of applications with their host and server", () => {
    const site = new Site();
    site.operations.setApp(APP.id, { critical: "ignored" }, BY);
    const { app, host, server, evidence } = site.last;
    assert.deepEqual([app, host, server], [APP.id, HOST, `${HOST}:5064`]);
    assert.deepEqual([evidence.criticalBefore, evidence.criticalAfter], ["critical", "ignored"]);
    assert.equal(site.operations.forgetApp(APP.id, BY), true);
    assert.equal(site.last.evidence.commandBefore, "./st.cmd");
    assert.equal(site.operations.forgetApp("none", BY), false);
    assert.equal(site.operations.setApp("none", { name: "x" }, BY), undefined);
    assert.equal(site.told.length, 2);
  });

  it("keeps the life of a group, and what was forgotten of a host's health", () => {
    const site = new Site();
    const { operations } = site;
    assert.equal(operations.createGroup("Vacuum", [HOST], BY).id, "g1");
    operations.setGroup("g1", { hosts: [] }, BY);
    operations.setGroup("g1", { hosts: [] }, BY);
    assert.equal(operations.setGroup("none", { name: "x" }, BY), undefined);
    assert.equal(operations.deleteGroup("g1", BY), true);
    assert.equal(operations.deleteGroup("none", BY), false);
    assert.equal(operations.forgetHealth("SRV-1", BY), true);
    assert.equal(operations.forgetHealth("SRV-2", BY), false);
    assert.deepEqual(
      site.told.map(({ text }) => text.split(":")[0]),
      [
        "kim made group Vacuum",
        "kim changed group Vacuum",
        "kim deleted group Vacuum",
        "kim forgot the health of SRV-1",
      ],
    );
  });

  it("forgets a server of the inventory, and says of what state it was", () => {
    const site = new Site();
    const server = `${HOST}:5064`;
    const beacon = { type: "beacon", source: 0x0a070001, address: 0, port: 5064 } as const;
    for (const sequence of [100, 101]) {
      site.inventory.fold({ ...beacon, at: NOW + sequence * 15_000, sequence, minorVersion: 13 });
    }
    assert.equal(site.operations.forgetServer(server, BY), true);
    assert.equal(site.operations.forgetServer(server, BY), false);
    assert.deepEqual([site.last.server, site.last.evidence.stateBefore], [server, "alive"]);
    assert.equal(site.inventory.server(server), undefined);
  });

  it("writes notes into the log, to be acknowledged where that is asked for", () => {
    const site = new Site();
    const note = site.operations.note({ text: " Swapped a fan. ", host: HOST }, BY);
    assert.deepEqual(
      [note.text, note.log, note.host, note.type],
      ["Swapped a fan.", "noted", HOST, "operator.noted"],
    );
    const pending = site.operations.note({ text: "Check the fan.", pending: true }, BY);
    assert.deepEqual(site.inventory.pendingLogs(), [pending.id]);
  });

  it("acknowledges one entry, a host's or all, and tells how many", () => {
    const site = new Site();
    const ids = [HOST, HOST, "10.7.0.2", "10.7.0.3"].map(
      (host) => site.happened("pending", { host }).id,
    );
    const { operations } = site;
    assert.equal(operations.acknowledge({ ids: [ids[0]!, ids[0]!, "7"] }, BY), 1);
    assert.equal(operations.acknowledge({ host: HOST }, BY), 1);
    assert.equal(operations.acknowledge({ all: true }, BY), 2);
    assert.equal(operations.acknowledge({ all: true }, BY), 0);
    assert.deepEqual(
      site.told.map(({ evidence, host }) => [evidence.count, host]),
      [
        [1, undefined],
        [1, HOST],
        [2, undefined],
      ],
    );
    assert.equal(site.newest(ids[2]!)?.log, "acknowledged");
  });

  it("takes entries out of the log, those that only a store has too", async () => {
    const site = new Site();
    const pending = site.happened("pending");
    const noted = site.happened("noted");
    const old: PvmonEvent = { ...noted, id: "17", log: "acknowledged", acknowledgedBy: "lee" };
    const unasked: PvmonEvent = { ...noted, id: "18" };
    site.stored.push(old, unasked);
    const ids = [pending.id, noted.id, "17", "99", "17"];
    assert.equal(await site.operations.forgetLogs(ids, BY), 3);
    assert.deepEqual(site.asked, [{ ids: ["17", "99"], limit: 2 }]);
    assert.deepEqual(
      [pending.id, noted.id, "17"].map((id) => [
        site.newest(id)?.log,
        site.newest(id)?.acknowledgedBy,
      ]),
      [
        ["forgotten", "kim"],
        ["forgotten", undefined],
        ["forgotten", "lee"],
      ],
    );
    assert.equal(site.newest("18"), undefined);
    assert.equal(await site.operations.forgetLogs(ids, BY), 0);
    assert.deepEqual(
      site.told.map(({ evidence }) => [evidence.change, evidence.count]),
      [["forgetLogs", 3]],
    );
  });

  it("bounds what it tells", () => {
    const site = new Site();
    const text = "x".repeat(5000);
    const expectedPorts = Array.from({ length: 500 }, (_, port) => port + 1);
    site.operations.setHost(HOST, { description: text, expectedPorts }, { who: text, why: text });
    const { evidence, text: told } = site.last;
    assert.ok(told.length < 5000 && JSON.stringify(evidence).length < 8000);
  });
});
