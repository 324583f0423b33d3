/** The plugin as a whole: from an event to a notification that somebody got, and its pages. */
import assert from "node:assert/strict";
import { createInstance } from "pvmon/testkit";
import alerts from "../../../plugins/alerts/index.js";
import { NOW } from "../http-api/fake-site.js";
import { send } from "../http-api/requests.js";
import { LOST, RULES, RunningAlerts } from "./running-alerts.js";
import { eventOf, HOUR, MINUTE, SECOND } from "./scene.js";

describe("alerts", () => {
  let scene: RunningAlerts;
  beforeEach(async () => {
    scene = await RunningAlerts.open();
  });
  afterEach(async () => {
    await scene.close();
  });

  it("tells what happens, and of a lost host only that", async () => {
    const lost = "10.7.0.77";
    const [known] = scene.site.hosts;
    scene.site.hosts = [{ ...known!, host: lost, addresses: [lost], liveness: "lost" }];
    const host = await scene.start();
    scene.happens("server.lost", "10.7.0.77:1", { host: lost, server: "10.7.0.77:1" });
    scene.happens("server.lost", LOST, { host: "10.7.0.2", server: LOST });
    scene.happens("host.lost", lost, { host: lost });
    await scene.site.clock.advance(40 * SECOND);
    await scene.receiver.until(2);
    assert.deepEqual([scene.subjects(0), scene.subjects(1)], [["10.7.0.77"], [LOST]]);
    await scene.site.clock.advance(10 * SECOND);
    assert.equal(host.counters.get("notifications_sent_total"), 2);
    assert.equal(host.gauges.get("alerts_open")?.(), 2);
  });

  it("says that something is over also when no event says so", async () => {
    await scene.start();
    scene.happens("server.lost", LOST, { host: "10.7.0.2", server: LOST });
    await scene.site.clock.advance(MINUTE);
    await scene.receiver.until(1);
    // Somebody has forgotten it.
    scene.site.inventory.server = () => undefined;
    await scene.site.clock.advance(10 * MINUTE);
    await scene.receiver.until(2);
    const { ended } = scene.receiver.received[1]!.body as { ended: { total: number } };
    assert.equal(ended.total, 1);
  });

  it("is degraded while a destination fails, says which and why, and loses nothing", async () => {
    const host = await scene.start();
    scene.receiver.status = 503;
    scene.happens("server.lost", LOST, { host: "10.7.0.2", server: LOST });
    await scene.site.clock.advance(35 * SECOND);
    await scene.receiver.until(1);
    await scene.site.clock.advance(0);
    const isDegraded = () =>
      host.statuses.at(-1) === "degraded: notifications wait for hook: it answered 503";
    for (let i = 0; i < 50 && !isDegraded(); i++) await scene.site.clock.advance(100);
    assert.ok(isDegraded(), host.statuses.join());
    scene.receiver.status = 200;
    const before = scene.receiver.received.length;
    await scene.site.clock.advance(MINUTE);
    await scene.receiver.until(before + 1);
    for (let i = 0; i < 50 && host.statuses.at(-1) !== "ok"; i++)
      await scene.site.clock.advance(100);
    assert.equal(host.statuses.at(-1), "ok");
    assert.deepEqual(scene.subjects(scene.receiver.received.length - 1), [LOST]);
  });

  it("tells states of hosts and figures by looking", async () => {
    scene.site.hosts = scene.site.hosts.map((host, i) => ({
      ...host,
      state: i === 0 ? "error" : "ok",
    }));
    const rules = [
      { name: "wall", hostStates: ["error"] },
      { name: "many", figure: "searchNamesPerSecond", above: 1 },
      { name: "few", figure: "searchNamesPerSecond", above: 1000 },
    ];
    await scene.start({ rules });
    await scene.site.clock.advance(MINUTE);
    await scene.receiver.until(2);
    assert.deepEqual(
      [scene.subjects(0), scene.subjects(1)],
      [[scene.site.hosts[0]!.host], ["searchNamesPerSecond"]],
    );
  });

  it("says nothing of hosts that are being worked at, where the site wants that", async () => {
    const [host] = scene.site.hosts;
    scene.site.hosts = [{ ...host!, options: { ...host!.options, maintenance: true } }];
    await scene.start({ silentHosts: ["maintenance"] });
    scene.happens("server.lost", `${host!.host}:9`, { host: host!.host });
    scene.happens("server.lost", LOST, { host: "10.99.0.1" });
    await scene.site.clock.advance(MINUTE);
    await scene.receiver.until(1);
    assert.deepEqual(scene.subjects(0), [LOST]);
  });

  it("takes nothing for over before the stores have been loaded", async () => {
    scene.site.ready = false;
    scene.site.inventory.server = () => undefined;
    await scene.start();
    scene.happens("server.lost", LOST, { host: "10.7.0.2" });
    await scene.site.clock.advance(10 * MINUTE);
    await scene.receiver.until(1);
    assert.deepEqual(scene.subjects(0), [LOST]);
    assert.equal(scene.receiver.received.length, 1);
  });

  it("sends nothing in a dry run, and writes what it would have sent into the log", async () => {
    const host = await scene.start({ dryRun: true });
    scene.happens("server.lost", LOST, { host: "10.7.0.2" });
    await scene.site.clock.advance(MINUTE);
    assert.deepEqual(scene.receiver.received, []);
    const { message, fields } = host.lines[0]!;
    assert.equal(message, "would be sent");
    assert.match(
      JSON.stringify(fields),
      /"destination":"hook","title":"\[Test site\] servers: 1 began"/,
    );
  });

  it("goes on when the clock is set back", async () => {
    await scene.start();
    await scene.site.clock.advance(MINUTE);
    scene.site.clock.set(-HOUR);
    scene.happens("server.lost", LOST, { host: "10.7.0.2" });
    await scene.site.clock.advance(MINUTE);
    await scene.receiver.until(1);
    assert.deepEqual(scene.subjects(0), [LOST]);
  });

  it("is safe to stop before start and twice, and leaves no timer", async () => {
    await scene.start();
    await scene.stop();
    await scene.stop();
    assert.equal(scene.site.clock.pending, 0);
    const { instance } = createInstance(alerts, {}, { ...scene.site, http: undefined });
    await instance.stop();
  });

  it("refuses a configuration that makes no sense, and never shows secrets in the reason", () => {
    const destinations = [{ name: "hook", kind: "webhook", url: "not an address: secret" }];
    assert.throws(
      () => createInstance(alerts, { destinations }, { ...scene.site }),
      ({ message }: Error) => /destination hook/.test(message) && !message.includes("secret"),
    );
  });

  describe("over HTTP", () => {
    let url: string;
    beforeEach(async () => {
      url = await scene.serve();
    });
    const get = async (path: string, headers: Readonly<Record<string, string>> = {}) => {
      const answer = await send(url, path, { headers });
      return { status: answer.status, body: JSON.parse(answer.body) };
    };

    it("shows what is open and how destinations are, without their addresses", async () => {
      await scene.start();
      scene.happens("server.lost", LOST, { host: "10.7.0.2" });
      await scene.site.clock.advance(SECOND);
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
      scene.site.events = [
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
      await scene.start({ rules });
      const { status, body } = await get("/alerts/dry-run");
      assert.equal(status, 200);
      const titles = body.notifications.map((each: { title: string }) => each.title);
      assert.deepEqual(titles, ["[Test site] hosts: 1 began", "[Test site] hosts: 1 is over"]);
      assert.deepEqual(
        [body.events, body.isWhole, body.total, body.perDestination, body.notReplayed],
        [102, true, 2, { hook: 2 }, ["wall"]],
      );
      assert.deepEqual(scene.receiver.received, []);
    });

    it("refuses times that are none, and those who may not ask", async () => {
      scene.site.access.tokens.set("viewer-token", { name: "v", role: "viewer" });
      scene.site.access.tokens.set("operator-token", { name: "o", role: "operator" });
      const as = (name: string) => ({ authorization: `Bearer ${name}-token` });
      await scene.start();
      assert.equal((await get("/alerts", as("viewer"))).status, 200);
      assert.equal((await get("/alerts/dry-run", as("viewer"))).status, 403);
      assert.equal((await get("/alerts/dry-run?from=yesterday", as("operator"))).status, 400);
      const ask = "/alerts/dry-run?from=2025-12-30T00:00:00Z&to=2025-12-31T00:00:00Z";
      const { body } = await get(ask, as("operator"));
      assert.equal(body.from, "2025-12-30T00:00:00.000Z");
      scene.site.history = undefined;
      await scene.stop();
      await scene.start();
      assert.equal((await get("/alerts/dry-run", as("operator"))).status, 501);
    });
  });
});
