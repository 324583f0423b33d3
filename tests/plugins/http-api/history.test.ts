/** Questions to the history, over HTTP: how many events, what differs, who asked most. */
import assert from "node:assert/strict";
import { HistoryError } from "pvmon";
import { ApiScene } from "./api-scene.js";
import { HOSTILE, NOW } from "./fake-site.js";
import { APP } from "./fake-views.js";

const HOUR_MS = 3_600_000;

const scene = new ApiScene();
const { start, stop, ask, refused } = scene;

describe("counts of events", () => {
  beforeEach(start);
  afterEach(stop);

  it("are told by step, by severity and by type, of what the list of events takes too", async () => {
    const filters = `type=server.lost,pv.lost&severity=alarm&host=10.8.0.1&server=10.7.0.1:5064&client=10.7.0.9&pv=SYS:a&app=${APP}`;
    const span = "from=2025-12-31T00:00:00Z&to=2025-12-31T12:00:00Z&step=900";
    const { json } = await ask("GET", `/events/counts?${span}&${filters}`);
    assert.deepEqual(json, {
      from: "2025-12-31T00:00:00.000Z",
      to: "2025-12-31T12:00:00.000Z",
      stepMs: 900_000,
      total: 3,
      points: [{ at: "2025-12-31T00:00:00.000Z", info: 1, warning: 0, alarm: 2 }],
      types: [{ type: "server.lost", count: 3 }],
    });
    await ask("GET", `/events?${filters}`);
    const [counted] = scene.site.countsQueries;
    const [{ limit, ...listed } = {}] = scene.site.eventQueries;
    assert.deepEqual(counted, {
      from: NOW - 24 * HOUR_MS,
      to: NOW - 12 * HOUR_MS,
      stepMs: 900_000,
      ...listed,
    });
    assert.deepEqual(listed, {
      types: ["server.lost", "pv.lost"],
      severity: "alarm",
      host: "10.7.0.1",
      server: "10.7.0.1:5064",
      client: "10.7.0.9",
      pv: "SYS:a",
      app: APP,
    });
  });

  it("are those of the last hour by the minute, unless something else is wanted", async () => {
    for (const query of ["", "?range=1d", "?range=2y", "?range=1d&step=87"]) {
      assert.equal((await ask("GET", `/events/counts${query}`)).status, 200);
    }
    assert.deepEqual(
      scene.site.countsQueries.map(({ from, to, stepMs }) => [NOW - from, NOW - to, stepMs / 1000]),
      [
        [HOUR_MS, 0, 60],
        [24 * HOUR_MS, 0, 120],
        [730 * 24 * HOUR_MS, 0, 63_120],
        [24 * HOUR_MS, 0, 87],
      ],
    );
  });

  it("are refused for steps that are none, or too many, and for spans that contradict themselves", async () => {
    for (const step of ["0", "-60", "1.5", "a", ""]) {
      await refused("GET", `/events/counts?step=${step}`, "step");
    }
    await refused("GET", "/events/counts?range=1d&step=86", "step");
    await refused("GET", "/events/counts?range=1d&from=2025-12-31T00:00:00Z", "range");
    await refused("GET", "/events/counts?from=2027-01-01T00:00:00Z", "from");
    await refused("GET", "/events/counts?type=server.lots", "type");
    await refused("GET", "/events/counts?limit=1", "limit");
    assert.deepEqual(scene.site.countsQueries, []);
  });

  it("are missing without a history", async () => {
    scene.site.history = undefined;
    await scene.restart();
    assert.equal((await ask("GET", "/events/counts")).status, 501);
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
    if (scene.site.history !== undefined) scene.site.history.changes = () => Promise.reject(error);
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
    scene.site.history = undefined;
    await scene.restart();
    const { items } = (await ask("GET", "/traffic/top?by=client")).json;
    assert.deepEqual(items, [
      {
        name: "10.7.0.9",
        hostName: "console.site.example",
        requests: 100,
        share: 1,
        state: null,
        invalid: null,
        lastClient: null,
      },
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
    const entry = { name: "SYS:a", hostName: null, requests: 5, share: 0.5 };
    assert.deepEqual(items, [
      { ...entry, state: "online", invalid: false, lastClient: "10.7.0.9" },
    ]);
    scene.site.pvs.delete("SYS:a");
    const forgotten = (await ask("GET", "/traffic/top?by=pv")).json.items;
    const later = (await ask("GET", "/traffic/top?by=pv&range=1d")).json.items;
    assert.deepEqual(later, [{ ...entry, state: null, invalid: null, lastClient: null }]);
    assert.equal(forgotten[0].state, null);
    assert.deepEqual(scene.site.topQueries, [
      { by: "client", limit: 5, from: NOW - HOUR_MS, to: NOW },
      { by: "pv", limit: 50, from: NOW - 2 * 365 * 24 * HOUR_MS, to: NOW },
      { by: "pv", limit: 50, from: NOW - 24 * HOUR_MS, to: NOW },
    ]);
  });

  it("is told between two times", async () => {
    const [from, to] = [NOW - 3 * HOUR_MS, NOW - HOUR_MS];
    const times = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
    await ask("GET", `/traffic/top?by=pv&${times}`);
    await ask("GET", `/traffic/top?by=pv&from=${new Date(from).toISOString()}`);
    assert.deepEqual(scene.site.topQueries, [
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
