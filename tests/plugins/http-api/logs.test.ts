/** The operators' log, and the events that it is made of, over HTTP. */
import assert from "node:assert/strict";
import { ApiScene } from "./api-scene.js";
import { event, HOSTILE, NOW } from "./fake-site.js";
import { APP } from "./fake-views.js";

const by = { who: "loopback" };

const scene = new ApiScene();
const { start, stop, ask, refused } = scene;

describe("the operators' log", () => {
  beforeEach(start);
  afterEach(stop);

  it("tells of each entry who did it and whether somebody has to acknowledge it", async () => {
    scene.site.events = [
      { ...event(4), log: "pending", host: "10.7.0.9", app: APP, text: HOSTILE },
      { ...event(3), log: "acknowledged", acknowledgedAt: NOW - 500, acknowledgedBy: "loopback" },
      { ...event(2), log: "noted", type: "operator.noted", evidence: { who: HOSTILE } },
    ];
    const { items } = (await ask("GET", "/logs")).json;
    assert.equal(items[0].text, HOSTILE);
    assert.equal(items[2].who, HOSTILE);
    type Entry = Readonly<Record<string, unknown>>;
    const shown = (field: string) => items.map((entry: Entry) => entry[field]);
    assert.deepEqual(shown("id"), [event(4).id, event(3).id, event(2).id]);
    assert.deepEqual(shown("needsAcknowledgement"), [true, true, false]);
    assert.deepEqual(shown("acknowledged"), [false, true, false]);
    assert.deepEqual(shown("acknowledgedAt"), [null, "2025-12-31T23:59:59.500Z", null]);
    assert.deepEqual(shown("acknowledgedBy"), [null, "loopback", null]);
    assert.deepEqual(shown("host"), ["10.7.0.9", null, null]);
    assert.deepEqual(shown("hostName"), ["console.site.example", null, null]);
    assert.deepEqual(shown("app"), [APP, null, null]);
    assert.deepEqual(shown("who"), [null, null, HOSTILE]);
  });

  it("and the events are found by any address of a host", async () => {
    for (const list of ["logs", "events"]) await ask("GET", `/${list}?host=10.8.0.1`);
    await ask("GET", "/events?host=10.9.9.9");
    assert.deepEqual(
      scene.site.eventQueries.map(({ host }) => host),
      ["10.7.0.1", "10.7.0.1", "10.9.9.9"],
    );
  });

  it("asks the history for what is in it, in the states and the time that are wanted", async () => {
    await ask("GET", "/logs");
    await ask("GET", "/logs?state=pending&host=10.7.0.1&from=2026-01-01T00:00:00Z&limit=7");
    assert.deepEqual(scene.site.eventQueries, [
      { limit: 50, log: ["noted", "pending", "acknowledged"] },
      { limit: 7, log: ["pending"], host: "10.7.0.1", from: NOW },
    ]);
  });

  it("goes on from page to page", async () => {
    const first = (await ask("GET", "/logs?limit=1")).json;
    const second = (await ask("GET", `/logs?limit=1&cursor=${first.next}`)).json;
    assert.deepEqual([first.items[0].id, second.items[0].id], [event(2).id, event(1).id]);
  });

  it("refuses filters that are none", async () => {
    await refused("GET", "/logs?state=forgotten", "state");
    await refused("GET", "/logs?host=ioc", "host");
    await refused("GET", "/logs?from=yesterday", "from");
    await refused("GET", "/logs?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "from");
  });

  it("takes notes, of a host by its address or name, and of the whole site", async () => {
    const { json } = await ask("POST", "/logs", {
      text: `two\nlines ${HOSTILE}`,
      host: "ioc-one",
      pending: true,
      why: "handover",
    });
    assert.deepEqual(
      [json.text, json.host, json.who, json.needsAcknowledgement],
      [`two\nlines ${HOSTILE}`, "10.7.0.1", "loopback", true],
    );
    await ask("POST", "/logs", { text: "x" });
    assert.deepEqual(scene.site.changes, [
      [
        "note",
        { text: `two\nlines ${HOSTILE}`, pending: true, host: "10.7.0.1" },
        { ...by, why: "handover" },
      ],
      ["note", { text: "x" }, by],
    ]);
  });

  it("takes no note without text, too long, with control characters, or of nobody", async () => {
    await refused("POST", "/logs", "text", {});
    await refused("POST", "/logs", "text", { text: "" });
    await refused("POST", "/logs", "text", { text: "x".repeat(2001) });
    await refused("POST", "/logs", "text", { text: "bell \u0007" });
    await refused("POST", "/logs", "host", { text: "x", host: "<b>" });
    await refused("POST", "/logs", "pending", { text: "x", pending: "no" });
    await refused("POST", "/logs", "who", { text: "x", who: "somebody else" });
    assert.equal((await ask("POST", "/logs", { text: "x", host: "10.7.0.99" })).status, 404);
    assert.deepEqual(scene.site.changes, []);
  });

  it("acknowledges some entries, those of a host, or all", async () => {
    const ids = ["9007199254740993", event(1).id];
    for (const body of [{ ids }, { host: "10.8.0.1" }, { all: true, why: "shift over" }]) {
      assert.deepEqual((await ask("POST", "/logs/acknowledge", body)).json, { acknowledged: 2 });
    }
    assert.deepEqual(scene.site.changes, [
      ["acknowledge", { ids }, by],
      ["acknowledge", { host: "10.7.0.1" }, by],
      ["acknowledge", { all: true }, { ...by, why: "shift over" }],
    ]);
  });

  it("answers a change once the lists show it, and after two seconds at the latest", async () => {
    let written: () => void = () => undefined;
    scene.site.settled = () =>
      new Promise((resolve) => {
        written = resolve;
      });
    const changes = [
      ["POST", "/logs", { text: "x" }],
      ["POST", "/logs/acknowledge", { all: true }],
      ["POST", "/logs/forget", { ids: ["1"] }],
      ["DELETE", "/hosts/10.7.0.1", undefined],
    ] as const;
    for (const [method, path, body] of changes) {
      for (const finish of [() => written(), () => scene.site.clock.advance(2000)]) {
        const done = scene.site.changes.length + 1;
        let isAnswered = false;
        const answer = ask(method, path, body).finally(() => {
          isAnswered = true;
        });
        while (scene.site.changes.length < done) await new Promise(setImmediate);
        await scene.site.clock.advance(1900);
        assert.equal(isAnswered, false);
        await finish();
        assert.equal((await answer).status, 200);
      }
    }
  });

  it("acknowledges nothing when it is not clear what is meant", async () => {
    await refused("POST", "/logs/acknowledge", "body", {});
    await refused("POST", "/logs/acknowledge", "body", { all: true, ids: ["1"] });
    await refused("POST", "/logs/acknowledge", "body", { host: "ioc-one", all: true });
    await refused("POST", "/logs/acknowledge", "all", { all: false });
    await refused("POST", "/logs/acknowledge", "ids", { ids: [] });
    await refused("POST", "/logs/acknowledge", "ids", { ids: [1] });
    await refused("POST", "/logs/acknowledge", "ids", { ids: ["1' OR 1=1"] });
    assert.equal((await ask("POST", "/logs/acknowledge", { host: "nobody" })).status, 404);
    assert.deepEqual(scene.site.changes, []);
  });

  it("gives up entries by their ids, and only so", async () => {
    assert.deepEqual((await ask("POST", "/logs/forget", { ids: ["1", "2"] })).json, {
      forgotten: 2,
    });
    await refused("POST", "/logs/forget", "ids", {});
    await refused("POST", "/logs/forget", "all", { ids: ["1"], all: true });
    const many = Array.from({ length: 10_001 }, (_, i) => String(i));
    await refused("POST", "/logs/forget", "ids", { ids: many });
    assert.deepEqual(scene.site.changes, [["forgetLogs", ["1", "2"], by]]);
  });
});

describe("events", () => {
  beforeEach(start);
  afterEach(stop);

  it("are asked for by application, and tell theirs and their place in the log", async () => {
    scene.site.events = [
      { ...event(1), app: APP, log: "acknowledged", acknowledgedBy: "loopback" },
    ];
    const { items } = (await ask("GET", `/events?app=${APP}`)).json;
    assert.deepEqual(scene.site.eventQueries, [{ limit: 50, app: APP }]);
    assert.deepEqual(
      [items[0].app, items[0].log, items[0].acknowledged, items[0].acknowledgedBy],
      [APP, "acknowledged", true, "loopback"],
    );
    await refused("GET", "/events?app=1", "app");
  });

  it("and entries of the log are those of a host, by whichever of its addresses", async () => {
    for (const list of ["events", "logs"]) {
      await ask("GET", `/${list}?host=10.8.0.1`);
      await ask("GET", `/${list}?host=10.9.9.9`);
    }
    assert.deepEqual(
      scene.site.eventQueries.map(({ host }) => host),
      ["10.7.0.1", "10.9.9.9", "10.7.0.1", "10.9.9.9"],
    );
  });
});
