/** Applications within the whole inventory: what their servers' events, their PVs and the stores learn of them. */
import assert from "node:assert/strict";
import type { HeartbeatSeen } from "../../../../core/model/observation.js";
import type { AppRow } from "../../../../core/model/row.js";
import { heartbeatSeen as heartbeatOf, processMap, processSeen } from "../apps/app-site.js";
import { beacon, START, sensorReport, WatchedInventory } from "./inventory-site.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const SERVER = "10.7.0.1:5064";

/** With a sensor that sees, up to `ms`, a beacon every 15 s and a heartbeat every 30 s. */
function watched(ms: number): WatchedInventory {
  const site = new WatchedInventory();
  run(site, 0, ms);
  return site;
}

function run(site: WatchedInventory, fromMs: number, toMs: number, alive = true): void {
  for (let ms = fromMs; ms <= toMs; ms += SECOND) {
    site.fold(sensorReport(START + ms));
    if (alive && ms % (15 * SECOND) === 0) site.fold(beacon(START + ms, 1000 + ms / (15 * SECOND)));
    if (alive && ms % (30 * SECOND) === 0) site.fold(heartbeat(ms));
  }
}

function heartbeat(ms: number): HeartbeatSeen {
  return heartbeatOf(ms, { sequence: 200 + ms / (30 * SECOND), upSeconds: 7_000 + ms / SECOND });
}

function appOf(site: WatchedInventory): string {
  return site.listApps({ limit: 1 }).items[0]!.id;
}

describe("an application in the inventory", () => {
  it("is what its server's view says it is, and what the server's loss says was lost", () => {
    const site = watched(5 * MINUTE);
    const app = appOf(site);
    assert.deepEqual(site.server(SERVER)?.app?.id, app);
    assert.equal(site.server(SERVER)?.app?.confirmed, true);
    assert.deepEqual(site.counts().apps, { running: 1, down: 0 });
    run(site, 5 * MINUTE + SECOND, 10 * MINUTE, false);
    const lost = site.events.find(({ type }) => type === "server.lost");
    assert.equal(lost?.app, app);
    assert.equal(site.events.find(({ type }) => type === "app.lost")?.server, SERVER);
    assert.deepEqual(site.counts().apps, { running: 0, down: 1 });
  });

  it("tells of its heartbeat which server it is, and of none when there is none", () => {
    const site = watched(MINUTE);
    assert.equal(site.heartbeat(appOf(site))?.server, SERVER);
    const without = new WatchedInventory();
    for (const ms of [0, 30 * SECOND]) without.fold(heartbeat(ms));
    assert.equal(without.heartbeat(appOf(without))?.server, null);
    const script = new WatchedInventory();
    for (const ms of [0, 30 * SECOND]) {
      script.fold(beacon(START + ms, 1000 + ms / (15 * SECOND)));
      script.fold({ ...heartbeat(ms), version: "3.0", servesCa: false });
    }
    assert.equal(script.heartbeat(appOf(script))?.server, null);
  });

  it("is not yet that of a server that has just started again", () => {
    const site = watched(5 * MINUTE);
    for (const [ms, sequence] of [
      [0, 0],
      [20, 0],
      [60, 1],
      [140, 2],
      [300, 3],
      [620, 4],
    ] as const) {
      site.fold(beacon(START + 6 * MINUTE + ms, sequence));
    }
    const restarted = site.events.find(({ type }) => type === "server.restarted");
    assert.ok(restarted);
    assert.equal(restarted.app, undefined);
    assert.equal(site.server(SERVER)?.app?.confirmed, false);
  });

  it("lists PVs, which show it", () => {
    const site = watched(MINUTE);
    const app = appOf(site);
    site.fold({
      type: "pvList",
      at: START + MINUTE,
      source: 0x0a070001,
      serverPort: 5064,
      names: ["SR:A", "SR:B"],
      complete: true,
    });
    assert.deepEqual(site.pv("SR:A")?.heartbeat, { app, host: "10.7.0.1", port: 5064 });
    assert.equal(site.pv("SR:A")?.state, "online");
    assert.equal(site.heartbeat(app)?.pvs, 2);
    const names = site.heartbeatPvs(app)[Symbol.iterator]();
    assert.equal([...site.heartbeatPvs(app)].length, 2);
    assert.equal(names.next().value, "SR:A");
    site.forget(["SR:A"]);
    assert.deepEqual([...site.heartbeatPvs(app)], ["SR:B"]);
    site.forgetApp(app);
    assert.equal(names.next().done, true);
    assert.equal(site.pv("SR:B")?.heartbeat, null);
  });

  it("that turns out to be another is deleted from the store, which gets the other", () => {
    const site = new WatchedInventory();
    for (let ms = 0; ms <= MINUTE; ms += 15 * SECOND) {
      site.fold(beacon(START + ms, 1000 + ms / (15 * SECOND)));
    }
    site.fold(processMap(MINUTE, [processSeen()]));
    const before = appOf(site);
    site.setApp(before, { name: "vacuum" });
    const stored = new Map(site.changes().map((row) => [JSON.stringify(keyOf(row)), row]));
    site.fold(heartbeat(90 * SECOND));
    const after = appOf(site);
    assert.notEqual(after, before);
    assert.deepEqual(
      site.history.filter(({ kind }) => kind === "forgotten"),
      [{ kind: "forgotten", of: "app", key: before }],
    );
    stored.delete(JSON.stringify(["app", before]));
    for (const row of site.changes()) stored.set(JSON.stringify(keyOf(row)), row);
    const anew = new WatchedInventory();
    anew.restore([...stored.values()]);
    const [app, ...others] = anew.listApps({ limit: 10 }).items;
    assert.deepEqual([app?.id, app?.name, others.length], [after, "vacuum", 0]);
    assert.equal(anew.server(SERVER)?.app?.id, after);
  });

  it("tells who holds a port, until its host is forgotten", () => {
    const site = watched(MINUTE);
    site.fold(processMap(MINUTE, [processSeen({ sockets: [40_000] })]));
    assert.equal(site.portHolder("10.7.0.1", 40_000)?.pid, 4711);
    const facts = site.history.filter((row) => row.kind === "fact" && row.fact === "serverApp");
    assert.equal(facts.length, 1);
    site.forgetServer(SERVER);
    assert.deepEqual(
      site.history.flatMap((row) =>
        row.kind === "fact" && row.fact === "serverApp" ? [row.holds] : [],
      ),
      [true, false],
    );
  });
});

function keyOf(row: { readonly kind: string }): unknown[] {
  return row.kind === "app" ? ["app", (row as AppRow).app] : [row];
}
