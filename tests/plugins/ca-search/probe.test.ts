/** The probe asked, and of its own accord: what it finds, says and sends. */
import assert from "node:assert/strict";
import type { EventDraft } from "pvmon";
import { createInstance } from "pvmon/testkit";
import caSearch from "../../../plugins/ca-search/index.js";
import { FakeInventory, ofType, ProbeScene } from "./probe-scene.js";

describe("ca-search", () => {
  let scene: ProbeScene;
  beforeEach(() => {
    scene = new ProbeScene();
  });
  afterEach(() => scene.end());

  it("finds a name, reports the server once, and says nothing about what it did not ask", async () => {
    await scene.responder("10.7.0.1", ["a:b"]);
    const { instance, host } = await scene.probe();
    const [found, missing] = await scene.ask(instance, ["a:b", "a:c"]);
    assert.deepEqual(
      found?.answers.map(({ server }) => server),
      ["10.7.0.1:41000"],
    );
    assert.equal(missing?.answers.length, 0);
    assert.equal(missing?.tries, 3);
    assert.deepEqual(
      ofType(host, "answer").map(({ name, asker }) => [name, asker]),
      [["a:b", "own"]],
    );
    assert.deepEqual(
      ofType(host, "unanswered").map(({ name, tries }) => [name, tries]),
      [["a:c", 3]],
    );
  });

  it("collects every server that answers", async () => {
    await scene.responder("10.7.0.1", ["a:b"]);
    await scene.responder("10.7.0.2", ["a:b"]);
    const { instance } = await scene.probe();
    const [outcome] = await scene.ask(instance, ["a:b"]);
    assert.deepEqual(outcome?.answers.map(({ server }) => server).sort(), [
      "10.7.0.1:41000",
      "10.7.0.2:41000",
    ]);
  });

  it("counts every datagram it sends, and sends none unless asked", async () => {
    const { heard } = await scene.responder("10.7.0.1", []);
    const { instance, host } = await scene.probe();
    await scene.clock.advance(60_000);
    assert.equal(host.counters.get("datagrams_sent_total"), undefined);
    await scene.ask(instance, ["a:b"]);
    assert.equal(host.counters.get("datagrams_sent_total"), 3);
    assert.deepEqual([heard.length, scene.network.sent.length], [3, 3]);
  });

  it("announces its own socket, so that its searches are told from those of clients", async () => {
    const { instance, host } = await scene.probe();
    const announced = ofType(host, "ownSocket").map(({ socket, open }) => [socket.ip, open]);
    assert.deepEqual(announced, [
      [0x7f00_0001, true],
      [0x0a07_00c8, true],
    ]);
    await instance.stop();
    assert.equal(ofType(host, "ownSocket").at(-1)?.open, false);
  });

  it("refuses a name that Channel Access cannot carry, and searches the others", async () => {
    await scene.responder("10.7.0.1", ["a:b"]);
    const { instance } = await scene.probe();
    const names = ["", "x".repeat(500), "\u4e2d", "a\u0000b", "a:b"];
    const outcomes = await scene.ask(instance, names);
    assert.deepEqual(
      outcomes.map(({ error }) => error !== undefined),
      [true, true, true, true, false],
    );
    assert.equal(outcomes[4]?.answers.length, 1);
  });

  it("rejects when the caller gives up, and stops sending for it", async () => {
    const { heard } = await scene.responder("10.7.0.1", []);
    const { instance } = await scene.probe({ firstRetryMs: 100, tries: 5 });
    const abort = new AbortController();
    const asked = instance.probe([{ name: "a:b" }], abort.signal);
    await scene.clock.advance(50);
    abort.abort(new Error("no longer"));
    await assert.rejects(asked, /no longer/);
    await scene.clock.advance(60_000);
    assert.equal(heard.length, 1);
  });

  describe("with verification", () => {
    const OWNER = "10.7.0.1:41000";
    const event = (type: EventDraft["type"], server: string): EventDraft => ({
      at: 0,
      type,
      severity: "info",
      subject: server,
      text: "",
      evidence: {},
      server,
    });

    it("searches a server's PVs at once when its beacons say that it restarted", async () => {
      const { heard } = await scene.responder("10.7.0.1", ["a:b"]);
      const inventory = new FakeInventory({ [OWNER]: ["a:b", "a:c"] });
      const { host } = await scene.probe({ verification: { enabled: true } }, inventory);
      inventory.listener?.(event("server.restarted", OWNER));
      await scene.clock.advance(60_000);
      assert.deepEqual(new Set(heard), new Set(["a:b", "a:c"]));
      assert.equal(ofType(host, "answer").length, 1);
      assert.equal(ofType(host, "unanswered").length, 1);
    });

    it("asks everybody for a doubled PV, since only then a silent owner says something", async () => {
      const elsewhere = await scene.responder("10.7.0.9", []);
      const owner = await scene.responder("10.7.0.1", []);
      const inventory = new FakeInventory({ [OWNER]: ["doubled", "single"] });
      const config = { destinations: ["10.7.0.9"], verification: { enabled: true } };
      const { host } = await scene.probe(config, inventory);
      inventory.listener?.(event("server.restarted", OWNER));
      await scene.clock.advance(60_000);
      assert.equal(ofType(host, "unanswered").length, 2);
      assert.deepEqual(new Set(owner.heard), new Set(["single"]));
      assert.deepEqual(new Set(elsewhere.heard), new Set(["doubled", "single"]));
    });

    it("does nothing for an event that puts no PV into doubt", async () => {
      const { heard } = await scene.responder("10.7.0.1", ["a:b"]);
      const inventory = new FakeInventory({ [OWNER]: ["a:b"] });
      await scene.probe({ verification: { enabled: true } }, inventory);
      inventory.listener?.(event("server.paused", OWNER));
      await scene.clock.advance(5000);
      assert.equal(heard.length, 0);
    });

    it("is off unless the site wants it: events then cause no search", async () => {
      const inventory = new FakeInventory();
      await scene.probe({}, inventory);
      assert.equal(inventory.listener, undefined);
    });
  });

  it("stops before it was started, and twice", async () => {
    const services = { inventory: new FakeInventory(), clock: scene.clock, network: scene.own };
    const { instance } = createInstance(caSearch, {}, services);
    await instance.stop();
    await instance.start();
    await instance.stop();
    await instance.stop();
  });
});
