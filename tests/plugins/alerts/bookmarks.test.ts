/** A restart: what was told is not told again, what was silent stays silent, and what nobody had taken is told. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { waitFor } from "../../peers/index.js";
import { NOW } from "../http-api/fake-site.js";
import { LOST, RunningAlerts } from "./running-alerts.js";
import { eventOf, HOUR, MINUTE, SECOND } from "./scene.js";

describe("alerts that are started again", () => {
  let scene: RunningAlerts;
  beforeEach(async () => {
    scene = await RunningAlerts.open();
  });
  afterEach(async () => {
    await scene.close();
  });

  it("go on where they stood: nothing is told twice, and the end is told", async () => {
    const at = NOW - 2 * HOUR;
    scene.site.events = [eventOf("server.lost", "10.7.0.1:5064", at, { host: "10.7.0.1" })];
    const host = await scene.start();
    // It is alive, by the inventory: it came back while pvmon did not run.
    await scene.site.clock.advance(10 * MINUTE);
    await scene.receiver.until(1);
    const { began, ended } = scene.receiver.received[0]!.body as Record<string, { total: number }>;
    assert.deepEqual([began?.total, ended?.total], [0, 1]);
    assert.ok(scene.site.eventQueries.every(({ types }) => types?.includes("server.lost")));
    assert.equal(host.gauges.get("alerts_open")?.(), 0);
  });

  it("tell what nobody had taken, together, and nothing else", async () => {
    const host = await scene.start({ intervalSeconds: 1 });
    const lose = (server: string): void =>
      scene.happens("server.lost", server, { host: "10.7.0.2", server });
    const { server } = scene.site.inventory;
    scene.site.inventory.server = () => server(LOST);
    lose("10.7.0.2:1");
    await scene.site.clock.advance(35 * SECOND);
    await scene.sent(host, 1);
    scene.receiver.status = 503;
    lose("10.7.0.2:2");
    await scene.site.clock.advance(35 * SECOND);
    await scene.receiver.until(2);
    // These are still being waited for.
    lose("10.7.0.2:3");
    await scene.site.clock.advance(2 * SECOND);
    await scene.stop();
    scene.receiver.received.length = 0;
    scene.receiver.status = 200;
    await scene.site.clock.advance(HOUR);
    await scene.start({ intervalSeconds: 1 });
    await scene.site.clock.advance(2 * SECOND);
    await scene.receiver.until(1);
    await scene.site.clock.advance(MINUTE);
    assert.deepEqual(scene.subjects(0), ["10.7.0.2:2", "10.7.0.2:3"]);
    assert.equal(scene.receiver.received.length, 1);
  });

  it("say nothing of what happened in a maintenance window, and tell what lasts", async () => {
    const [from, to] = [NOW, NOW + HOUR].map((at) => new Date(at).toISOString());
    const config = {
      rules: [{ name: "servers", events: ["server.lost", "server.restarted"] }],
      maintenance: [{ name: "shutdown", from, to }],
    };
    await scene.start(config);
    scene.happens("server.lost", LOST, { host: "10.7.0.2", server: LOST });
    scene.happens("server.restarted", "10.7.0.1:5064", { host: "10.7.0.1" });
    await scene.site.clock.advance(10 * MINUTE);
    await scene.stop();
    assert.deepEqual(scene.receiver.received, []);
    await scene.site.clock.advance(2 * HOUR);
    await scene.start(config);
    await scene.site.clock.advance(MINUTE);
    await scene.receiver.until(1);
    assert.deepEqual([scene.subjects(0), scene.subjects(0, "happened")], [[LOST], []]);
  });

  it("say nothing of what happened on a host while it was being worked at", async () => {
    const [host] = scene.site.hosts;
    const on = { host: host!.host };
    const beWorkedAt = (maintenance: boolean): void => {
      scene.site.hosts = [{ ...host!, options: { ...host!.options, maintenance } }];
    };
    const rules = [{ name: "restarts", events: ["server.restarted"] }];
    beWorkedAt(true);
    await scene.start({ rules });
    scene.happens("server.restarted", `${on.host}:1`, on);
    await scene.site.clock.advance(10 * MINUTE);
    await scene.stop();
    beWorkedAt(false);
    await scene.site.clock.advance(HOUR);
    await scene.start({ rules });
    await scene.site.clock.advance(10 * MINUTE);
    scene.happens("server.restarted", `${on.host}:2`, on);
    await scene.site.clock.advance(10 * MINUTE);
    await scene.receiver.until(1);
    assert.deepEqual(scene.subjects(0, "happened"), [`${on.host}:2`]);
  });

  it("do not tell again of states, and tell their end", async () => {
    scene.site.hosts = scene.site.hosts.map((host, i) => ({
      ...host,
      state: i === 0 ? "error" : "ok",
    }));
    const rules = [{ name: "wall", hostStates: ["error"] }];
    const host = await scene.start({ rules });
    await scene.site.clock.advance(MINUTE);
    await scene.sent(host, 1);
    await scene.stop();
    await scene.start({ rules });
    await scene.site.clock.advance(10 * MINUTE);
    assert.equal(scene.receiver.received.length, 1);
    await scene.stop();
    scene.site.hosts = scene.site.hosts.map((host) => ({ ...host, state: "ok" }));
    await scene.start({ rules });
    await scene.site.clock.advance(10 * MINUTE);
    await scene.receiver.until(2);
    assert.deepEqual(scene.subjects(1, "ended"), [scene.site.hosts[0]!.host]);
  });

  it("take all for told when their file is damaged, say so, and mend it", async () => {
    scene.site.events = [eventOf("server.lost", LOST, NOW - MINUTE, { host: "10.7.0.2" })];
    writeFileSync(join(scene.folder, "alerts.json"), '[{"destination":"hook"');
    const host = await scene.start();
    await scene.site.clock.advance(MINUTE);
    assert.match(host.lines[0]!.message, /what was told before cannot be read/);
    assert.deepEqual(scene.receiver.received, []);
    const bookmarks = JSON.parse(readFileSync(join(scene.folder, "alerts.json"), "utf8"));
    assert.deepEqual(
      bookmarks.map(({ rule }: { rule: string }) => rule),
      ["hosts", "servers"],
    );
  });

  it("go on where their file cannot be written, and say what stands in the way", async () => {
    writeFileSync(join(scene.folder, "file"), "");
    const host = await scene.start({ folder: join(scene.folder, "file") });
    const says = () => /cannot be kept for the next start: .*file/.test(host.statuses.at(-1) ?? "");
    await waitFor("it says so", says, 5000);
    scene.happens("server.lost", LOST, { host: "10.7.0.2", server: LOST });
    await scene.site.clock.advance(MINUTE);
    await scene.receiver.until(1);
    assert.deepEqual(scene.subjects(0), [LOST]);
  });

  it("begin anew when the past cannot be read", async () => {
    scene.site.history!.events = () => Promise.reject(new Error("away"));
    const host = await scene.start();
    scene.happens("server.lost", LOST, { host: "10.7.0.2" });
    await scene.site.clock.advance(MINUTE);
    await scene.receiver.until(1);
    assert.match(host.lines[0]!.message, /the past could not be read/);
  });
});
