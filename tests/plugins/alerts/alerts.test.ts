/** The plugin as a whole: from an event to a notification that somebody got, its pages, and its past. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EventType, PvmonEvent } from "pvmon";
import { createInstance, type RecordingHost } from "pvmon/testkit";
import alerts from "../../../plugins/alerts/index.js";
import { waitFor } from "../../peers/index.js";
import { FakeSite, NOW, type RunningApi, startApi } from "../http-api/fake-site.js";
import { send } from "../http-api/requests.js";
import { Receiver } from "./receiver.js";
import { eventOf, HOUR, MINUTE, SECOND } from "./scene.js";

const RULES = [
  { name: "hosts", events: ["host.lost"] },
  { name: "servers", events: ["server.lost"] },
];

describe("alerts", () => {
  let site: FakeSite;
  let receiver: Receiver;
  let api: RunningApi | undefined;
  let stop: (() => Promise<void>) | undefined;
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-alerts-"));
    site = new FakeSite();
    site.events = [];
    receiver = await Receiver.start();
  });
  afterEach(async () => {
    await stop?.();
    await api?.stop();
    await receiver.stop();
    rmSync(folder, { recursive: true, force: true });
    stop = undefined;
    api = undefined;
  });

  const start = async (config: object = {}): Promise<RecordingHost> => {
    const destinations = [{ name: "hook", kind: "webhook", url: receiver.url }];
    const all = { rules: RULES, destinations, folder, ...config };
    const { instance, host } = createInstance(alerts, all, { ...site, http: api?.http });
    stop = () => instance.stop();
    await instance.start();
    await site.clock.advance(0);
    return host;
  };
  const happens = (type: EventType, subject: string, more: Partial<PvmonEvent> = {}): void => {
    site.publish(eventOf(type, subject, site.clock.now(), more));
  };
  const began = (i: number): string[] => {
    const { began } = receiver.received[i]!.body as {
      began: { items: { subject: string }[] };
    };
    return began.items.map(({ subject }) => subject);
  };
  const sent = (host: RecordingHost, count: number): Promise<boolean> =>
    waitFor("it is taken", () => host.counters.get("notifications_sent_total") === count, 5000);
  /** A server of the site that is lost, and stays so however often it is looked at. */
  const LOST = "10.7.0.2:5064";

  it("tells what happens, and of a lost host only that", async () => {
    const lost = "10.7.0.77";
    const [known] = site.hosts;
    site.hosts = [{ ...known!, host: lost, addresses: [lost], liveness: "lost" }];
    const host = await start();
    happens("server.lost", "10.7.0.77:1", { host: lost, server: "10.7.0.77:1" });
    happens("server.lost", LOST, { host: "10.7.0.2", server: LOST });
    happens("host.lost", lost, { host: lost });
    await site.clock.advance(40 * SECOND);
    await receiver.until(2);
    assert.deepEqual([began(0), began(1)], [["10.7.0.77"], [LOST]]);
    await site.clock.advance(10 * SECOND);
    assert.equal(host.counters.get("notifications_sent_total"), 2);
    assert.equal(host.gauges.get("alerts_open")?.(), 2);
  });

  it("says that something is over also when no event says so", async () => {
    await start();
    happens("server.lost", LOST, { host: "10.7.0.2", server: LOST });
    await site.clock.advance(MINUTE);
    await receiver.until(1);
    // Somebody has forgotten it.
    site.inventory.server = () => undefined;
    await site.clock.advance(10 * MINUTE);
    await receiver.until(2);
    const { ended } = receiver.received[1]!.body as { ended: { total: number } };
    assert.equal(ended.total, 1);
  });

  it("is degraded while a destination fails, says which and why, and loses nothing", async () => {
    const host = await start();
    receiver.status = 503;
    happens("server.lost", LOST, { host: "10.7.0.2", server: LOST });
    await site.clock.advance(35 * SECOND);
    await receiver.until(1);
    await site.clock.advance(0);
    const isDegraded = () =>
      host.statuses.at(-1) === "degraded: notifications wait for hook: it answered 503";
    for (let i = 0; i < 50 && !isDegraded(); i++) await site.clock.advance(100);
    assert.ok(isDegraded(), host.statuses.join());
    receiver.status = 200;
    const before = receiver.received.length;
    await site.clock.advance(MINUTE);
    await receiver.until(before + 1);
    for (let i = 0; i < 50 && host.statuses.at(-1) !== "ok"; i++) await site.clock.advance(100);
    assert.equal(host.statuses.at(-1), "ok");
    assert.deepEqual(began(receiver.received.length - 1), [LOST]);
  });

  it("tells states of hosts and figures by looking", async () => {
    site.hosts = site.hosts.map((host, i) => ({ ...host, state: i === 0 ? "error" : "ok" }));
    const rules = [
      { name: "wall", hostStates: ["error"] },
      { name: "many", figure: "searchNamesPerSecond", above: 1 },
      { name: "few", figure: "searchNamesPerSecond", above: 1000 },
    ];
    await start({ rules });
    await site.clock.advance(MINUTE);
    await receiver.until(2);
    assert.deepEqual([began(0), began(1)], [[site.hosts[0]!.host], ["searchNamesPerSecond"]]);
  });

  it("says nothing of hosts that are being worked at, where the site wants that", async () => {
    const [host] = site.hosts;
    site.hosts = [{ ...host!, options: { ...host!.options, maintenance: true } }];
    await start({ silentHosts: ["maintenance"] });
    happens("server.lost", `${host!.host}:9`, { host: host!.host });
    happens("server.lost", LOST, { host: "10.99.0.1" });
    await site.clock.advance(MINUTE);
    await receiver.until(1);
    assert.deepEqual(began(0), [LOST]);
  });

  it("goes on where it stood when it was stopped: nothing is told twice, and the end is told", async () => {
    const at = NOW - 2 * HOUR;
    site.events = [eventOf("server.lost", "10.7.0.1:5064", at, { host: "10.7.0.1" })];
    const host = await start();
    // It is alive, by the inventory: it came back while pvmon did not run.
    await site.clock.advance(10 * MINUTE);
    await receiver.until(1);
    const { began, ended } = receiver.received[0]!.body as Record<string, { total: number }>;
    assert.deepEqual([began?.total, ended?.total], [0, 1]);
    assert.ok(site.eventQueries.every(({ types }) => types?.includes("server.lost")));
    assert.equal(host.gauges.get("alerts_open")?.(), 0);
  });

  it("tells after a restart what nobody had taken, together, and nothing else", async () => {
    const host = await start({ intervalSeconds: 1 });
    const lose = (server: string): void => {
      const event = eventOf("server.lost", server, site.clock.now(), { host: "10.7.0.2", server });
      site.events = [event, ...site.events];
      site.publish(event);
    };
    const { server } = site.inventory;
    site.inventory.server = () => server(LOST);
    lose("10.7.0.2:1");
    await site.clock.advance(35 * SECOND);
    await sent(host, 1);
    receiver.status = 503;
    lose("10.7.0.2:2");
    await site.clock.advance(35 * SECOND);
    await receiver.until(2);
    // These are still being waited for.
    lose("10.7.0.2:3");
    await site.clock.advance(2 * SECOND);
    await stop?.();
    receiver.received.length = 0;
    receiver.status = 200;
    await site.clock.advance(HOUR);
    await start({ intervalSeconds: 1 });
    await site.clock.advance(2 * SECOND);
    await receiver.until(1);
    await site.clock.advance(MINUTE);
    assert.deepEqual(began(0), ["10.7.0.2:2", "10.7.0.2:3"]);
    assert.equal(receiver.received.length, 1);
  });

  it("does not tell again of states after a restart, and tells their end", async () => {
    site.hosts = site.hosts.map((host, i) => ({ ...host, state: i === 0 ? "error" : "ok" }));
    const rules = [{ name: "wall", hostStates: ["error"] }];
    const host = await start({ rules });
    await site.clock.advance(MINUTE);
    await sent(host, 1);
    await stop?.();
    await start({ rules });
    await site.clock.advance(10 * MINUTE);
    assert.equal(receiver.received.length, 1);
    await stop?.();
    site.hosts = site.hosts.map((host) => ({ ...host, state: "ok" }));
    await start({ rules });
    await site.clock.advance(10 * MINUTE);
    await receiver.until(2);
    const { ended } = receiver.received[1]!.body as { ended: { items: { subject: string }[] } };
    assert.deepEqual(
      ended.items.map(({ subject }) => subject),
      [site.hosts[0]!.host],
    );
  });

  it("takes all for told when its file is damaged, says so, and mends it", async () => {
    site.events = [eventOf("server.lost", LOST, NOW - MINUTE, { host: "10.7.0.2" })];
    writeFileSync(join(folder, "alerts.json"), '[{"destination":"hook"');
    const host = await start();
    await site.clock.advance(MINUTE);
    assert.match(host.lines[0]!.message, /what was told before cannot be read/);
    assert.deepEqual(receiver.received, []);
    const bookmarks = JSON.parse(readFileSync(join(folder, "alerts.json"), "utf8"));
    assert.deepEqual(
      bookmarks.map(({ rule }: { rule: string }) => rule),
      ["hosts", "servers"],
    );
  });

  it("goes on where its file cannot be written, and says what stands in the way", async () => {
    writeFileSync(join(folder, "file"), "");
    const host = await start({ folder: join(folder, "file") });
    const says = () => /cannot be kept for the next start: .*file/.test(host.statuses.at(-1) ?? "");
    await waitFor("it says so", says, 5000);
    happens("server.lost", LOST, { host: "10.7.0.2", server: LOST });
    await site.clock.advance(MINUTE);
    await receiver.until(1);
    assert.deepEqual(began(0), [LOST]);
  });

  it("takes nothing for over before the stores have been loaded", async () => {
    site.ready = false;
    site.inventory.server = () => undefined;
    await start();
    happens("server.lost", LOST, { host: "10.7.0.2" });
    await site.clock.advance(10 * MINUTE);
    await receiver.until(1);
    assert.deepEqual(began(0), [LOST]);
    assert.equal(receiver.received.length, 1);
  });

  it("begins anew when the past cannot be read", async () => {
    site.history!.events = () => Promise.reject(new Error("away"));
    const host = await start();
    happens("server.lost", LOST, { host: "10.7.0.2" });
    await site.clock.advance(MINUTE);
    await receiver.until(1);
    assert.match(host.lines[0]!.message, /the past could not be read/);
  });

  it("sends nothing in a dry run, and writes what it would have sent into the log", async () => {
    const host = await start({ dryRun: true });
    happens("server.lost", LOST, { host: "10.7.0.2" });
    await site.clock.advance(MINUTE);
    assert.deepEqual(receiver.received, []);
    const { message, fields } = host.lines[0]!;
    assert.equal(message, "would be sent");
    assert.match(
      JSON.stringify(fields),
      /"destination":"hook","title":"\[Test site\] servers: 1 began"/,
    );
  });

  it("goes on when the clock is set back", async () => {
    await start();
    await site.clock.advance(MINUTE);
    site.clock.set(-HOUR);
    happens("server.lost", LOST, { host: "10.7.0.2" });
    await site.clock.advance(MINUTE);
    await receiver.until(1);
    assert.deepEqual(began(0), [LOST]);
  });

  it("is safe to stop before start and twice, and leaves no timer", async () => {
    await start();
    await stop?.();
    await stop?.();
    assert.equal(site.clock.pending, 0);
    const { instance } = createInstance(alerts, {}, { ...site, http: undefined });
    await instance.stop();
  });

  it("refuses a configuration that makes no sense, and never shows secrets in the reason", () => {
    const destinations = [{ name: "hook", kind: "webhook", url: "not an address: secret" }];
    assert.throws(
      () => createInstance(alerts, { destinations }, { ...site }),
      ({ message }: Error) => /destination hook/.test(message) && !message.includes("secret"),
    );
  });

  describe("over HTTP", () => {
    beforeEach(async () => {
      api = await startApi(site);
    });
    const get = async (path: string, headers: Readonly<Record<string, string>> = {}) => {
      const answer = await send(api!.url, path, { headers });
      return { status: answer.status, body: JSON.parse(answer.body) };
    };

    it("shows what is open and how destinations are, without their addresses", async () => {
      await start();
      happens("server.lost", LOST, { host: "10.7.0.2" });
      await site.clock.advance(SECOND);
      const { status, body } = await get("/alerts");
      assert.equal(status, 200);
      assert.equal(body.total, 1);
      assert.deepEqual(body.items[0].subject, { kind: "server", name: LOST, host: "10.7.0.2" });
      assert.match(body.items[0].startedAt, /^\d{4}-/);
      assert.equal(body.destinations[0].name, "hook");
      assert.doesNotMatch(JSON.stringify(body), /127\.0\.0\.1/);
      assert.equal((await get("/alerts/x")).status, 404);
    });

    it("answers what last week's events would have told, and sends nothing", async () => {
      const on = (host: string) => ({ host });
      const lost = NOW - 3 * 24 * HOUR;
      site.events = [
        eventOf("host.lost", "h1", lost, on("h1")),
        ...Array.from({ length: 50 }, (_, i) =>
          eventOf("server.lost", `h1:${i}`, lost + 100 + i, on("h1")),
        ),
        eventOf("host.returned", "h1", lost + HOUR, on("h1")),
        ...Array.from({ length: 50 }, (_, i) =>
          eventOf("server.returned", `h1:${i}`, lost + HOUR + 100 + i, on("h1")),
        ),
      ].reverse();
      const rules = [...RULES, { name: "wall", hostStates: ["error"] }];
      await start({ rules });
      const { status, body } = await get("/alerts/dry-run");
      assert.equal(status, 200);
      const titles = body.notifications.map((each: { title: string }) => each.title);
      assert.deepEqual(titles, ["[Test site] hosts: 1 began", "[Test site] hosts: 1 is over"]);
      assert.deepEqual(
        [body.events, body.isWhole, body.total, body.perDestination, body.notReplayed],
        [102, true, 2, { hook: 2 }, ["wall"]],
      );
      assert.deepEqual(receiver.received, []);
    });

    it("refuses times that are none, and those who may not ask", async () => {
      site.access.tokens.set("viewer-token", { name: "v", role: "viewer" });
      site.access.tokens.set("operator-token", { name: "o", role: "operator" });
      const as = (name: string) => ({ authorization: `Bearer ${name}-token` });
      await start();
      assert.equal((await get("/alerts", as("viewer"))).status, 200);
      assert.equal((await get("/alerts/dry-run", as("viewer"))).status, 403);
      assert.equal((await get("/alerts/dry-run?from=yesterday", as("operator"))).status, 400);
      const ask = "/alerts/dry-run?from=2025-12-30T00:00:00Z&to=2025-12-31T00:00:00Z";
      const { body } = await get(ask, as("operator"));
      assert.equal(body.from, "2025-12-30T00:00:00.000Z");
      site.history = undefined;
      await stop?.();
      await start();
      assert.equal((await get("/alerts/dry-run", as("operator"))).status, 501);
    });
  });
});
