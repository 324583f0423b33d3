/** Applications, heartbeats, hosts' monitors and groups over HTTP. */
import assert from "node:assert/strict";
import { FakeSite, HOSTILE, type RunningApi, startApi } from "./fake-site.js";
import { APP, OTHER_APP } from "./fake-views.js";
import { sendJson } from "./requests.js";

const by = { who: "loopback" };
const UNKNOWN = "0123456789abcdef";

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
  assert.deepEqual([status, json.error.parameter], [400, parameter], `${method} ${path}`);
}

describe("applications", () => {
  beforeEach(start);
  afterEach(stop);

  it("are filtered by host, running and critical, alone and together", async () => {
    for (const [query, ids] of [
      ["", [APP, OTHER_APP]],
      ["?host=10.7.0.2", [OTHER_APP]],
      ["?running=true", [APP]],
      ["?running=false", [OTHER_APP]],
      ["?critical=ignored", [OTHER_APP]],
      ["?critical=critical,ignored", [APP, OTHER_APP]],
      ["?critical=ignored&running=true", []],
    ] as const) {
      const { json } = await ask("GET", `/apps${query}`);
      assert.deepEqual(
        json.items.map(({ id }: { id: string }) => id),
        ids,
        query,
      );
      assert.equal(json.total, ids.length, query);
    }
    for (const [query, parameter] of [
      ["running=1", "running"],
      ["critical=very", "critical"],
      ["host=ioc", "host"],
    ] as const) {
      await refused("GET", `/apps?${query}`, parameter);
    }
  });

  it("have ids that are text, and commands of whatever bytes", async () => {
    const { json } = await ask("GET", `/apps/${APP}`);
    assert.deepEqual([json.id, json.command], [APP, HOSTILE]);
    for (const id of ["1", APP.toUpperCase(), `${APP}0`, "..%2Fapps", "%00"]) {
      await refused("GET", `/apps/${id}`, "id");
    }
  });

  it("are marked and named in the name of who asked", async () => {
    const change = { critical: "notCritical", name: "Vacuum" };
    const { json } = await ask("PATCH", `/apps/${APP}`, { ...change, why: HOSTILE.slice(0, 500) });
    assert.deepEqual([json.critical, json.name], ["notCritical", "Vacuum"]);
    await ask("PATCH", `/apps/${APP}`, { name: null });
    await ask("DELETE", `/apps/${OTHER_APP}?why=test`);
    assert.deepEqual(site.changes, [
      ["setApp", APP, change, { ...by, why: HOSTILE.slice(0, 500) }],
      ["setApp", APP, { name: null }, by],
      ["forgetApp", OTHER_APP, { ...by, why: "test" }],
    ]);
  });

  it("are not changed by a request with a mistake", async () => {
    await refused("PATCH", `/apps/${APP}`, "body", {});
    await refused("PATCH", `/apps/${APP}`, "critical", { critical: true });
    await refused("PATCH", `/apps/${APP}`, "name", { name: "" });
    await refused("PATCH", `/apps/${APP}`, "name", { name: "x".repeat(201) });
    await refused("PATCH", `/apps/${APP}`, "command", { command: "rm" });
    await refused("DELETE", `/apps/${APP}?because=x`, "because");
    assert.deepEqual(site.changes, []);
  });

  it("that are not known are not found", async () => {
    for (const [method, body] of [
      ["GET"],
      ["PATCH", { critical: "critical" }],
      ["DELETE"],
    ] as const) {
      assert.equal((await ask(method, `/apps/${UNKNOWN}`, body)).json.error.code, "notFound");
    }
  });
});

describe("heartbeats", () => {
  beforeEach(start);
  afterEach(stop);

  it("are filtered by host, by being lost and by text", async () => {
    for (const [query, apps] of [
      ["", [APP, OTHER_APP]],
      ["?lost=true", [OTHER_APP]],
      ["?lost=false", [APP]],
      ["?host=10.7.0.2", [OTHER_APP]],
      ["?host=10.7.0.2&lost=false", []],
      ["?match=ST.CMD", [APP]],
      ["?match=one.SITE", [APP]],
      ["?match=5064", [APP]],
      ["?match=%3Cimg%20src&lost=true", []],
    ] as const) {
      const { json } = await ask("GET", `/heartbeats${query}`);
      assert.deepEqual(
        json.items.map(({ app }: { app: string }) => app),
        apps,
        query,
      );
    }
    await refused("GET", "/heartbeats?lost=", "lost");
  });

  it("are shown one by one, with the names that their application lists", async () => {
    const { json } = await ask("GET", `/heartbeats/${APP}`);
    assert.deepEqual([json.clockOffsetSeconds, json.directory], [-2.5, HOSTILE]);
    const first = (await ask("GET", `/heartbeats/${APP}/pvs?limit=2`)).json;
    assert.deepEqual([first.items, first.total], [["SYS:a", "SYS:c"], 3]);
    const rest = (await ask("GET", `/heartbeats/${APP}/pvs?cursor=${first.next}`)).json;
    assert.deepEqual([rest.items, rest.next], [["caf\u00e9 100%\u00ff"], null]);
  });

  it("of unknown applications are not found", async () => {
    for (const path of [UNKNOWN, `${UNKNOWN}/pvs`]) {
      assert.equal((await ask("GET", `/heartbeats/${path}`)).json.error.code, "notFound");
    }
    await refused("GET", "/heartbeats/x/pvs", "app");
  });
});

describe("hosts' monitors", () => {
  beforeEach(start);
  afterEach(stop);

  it("are listed, filtered by being lost and by text, and shown one by one", async () => {
    for (const [query, sources] of [
      ["", ["ioc-one", "ioc-two", "a/b"]],
      ["?lost=true", ["ioc-two"]],
      ["?match=IOC", ["ioc-one", "ioc-two"]],
      ["?match=10.7.0.3", ["a/b"]],
      ["?match=ioc&lost=false", ["ioc-one"]],
      ["?match=nothing", []],
    ] as const) {
      const { items, total } = (await ask("GET", `/health${query}`)).json;
      const found = items.map(({ source }: { source: string }) => source);
      assert.deepEqual([found, total], [sources, sources.length], query);
    }
    assert.equal((await ask("GET", "/health/a%2Fb")).json.host, "10.7.0.3");
    assert.equal((await ask("GET", "/health/nobody")).status, 404);
    await refused("GET", "/health/%E2%82%AC", "source");
  });

  it("are read now, and answer what they then say", async () => {
    const { status, json } = await ask("POST", "/health/a%2Fb/read");
    assert.deepEqual([status, json.source], [200, "a/b"]);
    assert.deepEqual(site.probed, ["health a/b"]);
  });

  it("are not read when nobody knows them", async () => {
    assert.equal((await ask("POST", "/health/nobody/read")).status, 404);
    assert.deepEqual(site.probed, []);
  });

  it("say why they could not be read", async () => {
    site.probes.run = async () => [
      { name: "ioc-one", answers: [], tries: 0, waitedMs: 0, error: "its budget is used up" },
    ];
    const { status, json } = await ask("POST", "/health/ioc-one/read");
    assert.deepEqual([status, json.error.code], [503, "readingRefused"]);
    assert.equal(json.error.message, "its budget is used up");
  });

  it("are forgotten", async () => {
    assert.deepEqual((await ask("DELETE", "/health/a%2Fb")).json, { forgotten: ["a/b"] });
    assert.equal((await ask("DELETE", "/health/nobody")).status, 404);
    assert.deepEqual(site.changes[0], ["forgetHealth", "a/b", by]);
  });
});

describe("groups of hosts", () => {
  beforeEach(start);
  afterEach(stop);

  it("are listed fixed ones first, in pages", async () => {
    const first = (await ask("GET", "/groups?limit=2")).json;
    assert.deepEqual(
      first.items.map(({ id }: { id: string }) => id),
      ["active", "all"],
    );
    const { items } = (await ask("GET", `/groups?limit=2&cursor=${first.next}`)).json;
    assert.deepEqual(items, [await ask("GET", "/groups/g1").then(({ json }) => json)]);
  });

  it("are made, renamed, filled and deleted in the name of who asked", async () => {
    const name = HOSTILE.slice(0, 100);
    const made = await ask("POST", "/groups", { name, hosts: ["10.7.0.1"], why: "sector 4" });
    assert.deepEqual(made.json, { id: "g2", name, fixed: false, hosts: ["10.7.0.1"] });
    await ask("POST", "/groups", { name: "Empty" });
    await ask("PATCH", "/groups/g1", { name: "New", hosts: [] });
    await ask("DELETE", "/groups/g1?why=old");
    assert.deepEqual(site.changes, [
      ["createGroup", name, ["10.7.0.1"], { ...by, why: "sector 4" }],
      ["createGroup", "Empty", [], by],
      ["setGroup", "g1", { name: "New", hosts: [] }, by],
      ["deleteGroup", "g1", { ...by, why: "old" }],
    ]);
  });

  it("take members in and give them up without saying who else is in them", async () => {
    const { hosts } = (await ask("GET", "/groups/g1")).json;
    assert.deepEqual(hosts, ["10.7.0.1"]);
    await ask("PATCH", "/groups/g1", { add: ["10.7.0.2", "10.7.0.1"] });
    await ask("PATCH", "/groups/g1", { add: ["10.7.0.3"], remove: ["10.7.0.1", "10.7.9.9"] });
    await ask("PATCH", "/groups/g1", { name: "New", remove: ["10.7.0.1"], why: "moved" });
    assert.deepEqual(site.changes, [
      ["setGroup", "g1", { hosts: ["10.7.0.1", "10.7.0.2"] }, by],
      ["setGroup", "g1", { hosts: ["10.7.0.3"] }, by],
      ["setGroup", "g1", { name: "New", hosts: [] }, { ...by, why: "moved" }],
    ]);
  });

  it("are refused a name that is taken, and changes to fixed ones", async () => {
    for (const [method, path, body] of [
      ["POST", "/groups", { name: "All" }],
      ["PATCH", "/groups/all", { hosts: [] }],
      ["PATCH", "/groups/all", { add: ["10.7.0.1"] }],
      ["DELETE", "/groups/all"],
    ] as const) {
      const { status, json } = await ask(method, path, body);
      assert.deepEqual([status, json.error.code], [409, "operationRefused"], `${method} ${path}`);
      assert.match(json.error.message, /group/);
    }
    assert.deepEqual(site.changes, []);
  });

  it("are not changed by a request with a mistake", async () => {
    await refused("POST", "/groups", "name", {});
    await refused("POST", "/groups", "name", { name: "" });
    await refused("POST", "/groups", "name", { name: "x".repeat(101) });
    await refused("POST", "/groups", "name", { name: "a\u0000b" });
    await refused("POST", "/groups", "hosts", { name: "a", hosts: ["ioc"] });
    await refused("POST", "/groups", "hosts", { name: "a", hosts: ["10.7.0.1", "10.7.0.1"] });
    await refused("PATCH", "/groups/g1", "body", { why: "nothing" });
    await refused("PATCH", "/groups/g1", "fixed", { fixed: true });
    await refused("PATCH", "/groups/g1", "hosts", { hosts: [], add: ["10.7.0.1"] });
    await refused("PATCH", "/groups/g1", "add", { add: ["ioc"] });
    assert.deepEqual(site.changes, []);
  });

  it("that are not known are not found", async () => {
    for (const [method, body] of [["GET"], ["PATCH", { name: "x" }], ["DELETE"]] as const) {
      assert.equal((await ask(method, "/groups/%2e%2e%2fx", body)).json.error.code, "notFound");
      assert.equal((await ask(method, "/groups/nobody", body)).status, 404);
    }
  });
});
