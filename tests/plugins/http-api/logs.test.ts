/** The operators' log, and other questions to the history, over HTTP. */
import assert from "node:assert/strict";
import { HistoryError } from "pvmon";
import { event, FakeSite, HOSTILE, NOW, type RunningApi, startApi } from "./fake-site.js";
import { APP } from "./fake-views.js";
import { sendJson } from "./requests.js";

const by = { who: "loopback" };
const HOUR_MS = 3_600_000;

let site: FakeSite;
let api: RunningApi;
async function start(): Promise<void> {
  site = new FakeSite();
  api = await startApi(site);
}
const stop = () => api.stop();
const ask = (method: string, path: string, body?: unknown) =>
  sendJson(api.url, method, `/api/v1${path}`, body);

async function refused(method: string, path: string, parameter: string, body?: unknown) {
  const { status, json } = await ask(method, path, body);
  assert.deepEqual(
    [status, json.error.parameter],
    [400, parameter],
    `${method} ${path} ${JSON.stringify(body)}`,
  );
}

describe("the operators' log", () => {
  beforeEach(start);
  afterEach(stop);

  it("tells of each entry who did it and whether somebody has to acknowledge it", async () => {
    site.events = [
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
      site.eventQueries.map(({ host }) => host),
      ["10.7.0.1", "10.7.0.1", "10.9.9.9"],
    );
  });

  it("asks the history for what is in it, in the states and the time that are wanted", async () => {
    await ask("GET", "/logs");
    await ask("GET", "/logs?state=pending&host=10.7.0.1&from=2026-01-01T00:00:00Z&limit=7");
    assert.deepEqual(site.eventQueries, [
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
    assert.deepEqual(site.changes, [
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
    assert.deepEqual(site.changes, []);
  });

  it("acknowledges some entries, those of a host, or all", async () => {
    const ids = ["9007199254740993", event(1).id];
    for (const body of [{ ids }, { host: "10.8.0.1" }, { all: true, why: "shift over" }]) {
      assert.deepEqual((await ask("POST", "/logs/acknowledge", body)).json, { acknowledged: 2 });
    }
    assert.deepEqual(site.changes, [
      ["acknowledge", { ids }, by],
      ["acknowledge", { host: "10.7.0.1" }, by],
      ["acknowledge", { all: true }, { ...by, why: "shift over" }],
    ]);
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
    assert.deepEqual(site.changes, []);
  });

  it("gives up entries by their ids, and only so", async () => {
    assert.deepEqual((await ask("POST", "/logs/forget", { ids: ["1", "2"] })).json, {
      forgotten: 2,
    });
    await refused("POST", "/logs/forget", "ids", {});
    await refused("POST", "/logs/forget", "all", { ids: ["1"], all: true });
    const many = Array.from({ length: 10_001 }, (_, i) => String(i));
    await refused("POST", "/logs/forget", "ids", { ids: many });
    assert.deepEqual(site.changes, [["forgetLogs", ["1", "2"], by]]);
  });
});

describe("events", () => {
  beforeEach(start);
  afterEach(stop);

  it("are asked for by application, and tell theirs and their place in the log", async () => {
    site.events = [{ ...event(1), app: APP, log: "acknowledged", acknowledgedBy: "loopback" }];
    const { items } = (await ask("GET", `/events?app=${APP}`)).json;
    assert.deepEqual(site.eventQueries, [{ limit: 50, app: APP }]);
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
      site.eventQueries.map(({ host }) => host),
      ["10.7.0.1", "10.9.9.9", "10.7.0.1", "10.9.9.9"],
    );
  });
});

describe("what differs between two instants", () => {
  beforeEach(start);
  afterEach(stop);

  it("is told for two times, or for a span up to now", async () => {
    const path = "/changes?from=2025-12-01T00:00:00Z&to=2025-12-02T00:00:00Z";
    const { json } = await ask("GET", path);
    assert.deepEqual(
      [json.from, json.to],
      ["2025-12-01T00:00:00.000Z", "2025-12-02T00:00:00.000Z"],
    );
    assert.equal(json.pvs.moved.items[0].subject, HOSTILE);
    const day = (await ask("GET", "/changes?range=1d")).json;
    assert.deepEqual([day.from, day.to], ["2025-12-31T00:00:00.000Z", "2026-01-01T00:00:00.000Z"]);
  });

  it("is refused for times that contradict each other", async () => {
    await refused("GET", "/changes?from=2026-01-01T00:00:00Z&to=2025-01-01T00:00:00Z", "from");
    await refused("GET", "/changes?from=2025-01-01T00:00:00Z&range=1d", "range");
    await refused("GET", "/changes?range=3y", "range");
    await refused("GET", "/changes?limit=1001", "limit");
  });
});

describe("a history that cannot be read now", () => {
  beforeEach(start);
  afterEach(stop);

  const fails = async (error: Error) => {
    if (site.history !== undefined) site.history.changes = () => Promise.reject(error);
    const { status, json } = await ask("GET", "/changes?range=1y");
    return [status, json.error.code, json.error.message];
  };

  it("is said to take too long, or to be busy, with what to do", async () => {
    const tooLong = new HistoryError("HISTORY_TIMEOUT", "ask for a shorter span of time");
    assert.deepEqual(await fails(tooLong), [504, "timeout", "ask for a shorter span of time"]);
    const busy = new HistoryError("HISTORY_BUSY", "try again later");
    assert.deepEqual(await fails(busy), [503, "busy", "try again later"]);
  });
});

describe("who asked most", () => {
  beforeEach(start);
  afterEach(stop);

  it("is told of the latest requests without a history, with the names of clients", async () => {
    site.history = undefined;
    await api.stop();
    api = await startApi(site);
    const { items } = (await ask("GET", "/traffic/top?by=client")).json;
    assert.deepEqual(items, [
      { name: "10.7.0.9", hostName: "console.site.example", requests: 100, share: 1 },
    ]);
    assert.equal((await ask("GET", "/traffic/top?by=client&range=1d")).status, 501);
    const { status, json } = await ask("GET", "/changes?range=1d");
    assert.equal(status, 501);
    assert.match(json.error.message, /sqlite-store or mariadb-store/);
    assert.equal((await ask("GET", "/logs")).status, 501);
  });

  it("is told of an hour to two years by the history", async () => {
    await ask("GET", "/traffic/top?by=client&range=1h&limit=5");
    const { items } = (await ask("GET", "/traffic/top?by=pv&range=2y")).json;
    assert.deepEqual(items, [{ name: "SYS:a", hostName: null, requests: 5, share: 0.5 }]);
    assert.deepEqual(site.topQueries, [
      { by: "client", limit: 5, from: NOW - HOUR_MS, to: NOW },
      { by: "pv", limit: 50, from: NOW - 2 * 365 * 24 * HOUR_MS, to: NOW },
    ]);
  });

  it("is told between two times", async () => {
    const [from, to] = [NOW - 3 * HOUR_MS, NOW - HOUR_MS];
    const times = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
    await ask("GET", `/traffic/top?by=pv&${times}`);
    await ask("GET", `/traffic/top?by=pv&from=${new Date(from).toISOString()}`);
    assert.deepEqual(site.topQueries, [
      { by: "pv", limit: 50, from, to },
      { by: "pv", limit: 50, from, to: NOW },
    ]);
    await refused("GET", `/traffic/top?by=pv&range=1h&${times}`, "range");
    await refused("GET", `/traffic/top?by=pv&to=${new Date(to).toISOString()}`, "to");
  });

  it("is refused for other spans", async () => {
    for (const range of ["", "3y", "0h", "1m", "newest"]) {
      await refused("GET", `/traffic/top?by=pv&range=${range}`, "range");
    }
  });
});
