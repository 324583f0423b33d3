/** Hosts over HTTP: found by what people call them, filtered, and changed only as asked. */
import assert from "node:assert/strict";
import { FakeSite, HOSTILE, type RunningApi, startApi } from "./fake-site.js";
import { sendJson } from "./requests.js";

const by = { who: "loopback" };

describe("hosts", () => {
  let site: FakeSite;
  let api: RunningApi;
  beforeEach(async () => {
    site = new FakeSite();
    api = await startApi(site);
  });
  afterEach(() => api.stop());

  const ask = (method: string, path: string, body?: unknown) =>
    sendJson(api.url, method, `/api/v1/hosts${path}`, body);
  const listed = async (query: string): Promise<readonly string[]> => {
    const { status, json } = await ask("GET", query);
    assert.equal(status, 200, JSON.stringify(json));
    return json.items.map(({ host }: { host: string }) => host);
  };

  it("are filtered by group, state and text, alone and together", async () => {
    for (const [query, hosts] of [
      ["", ["10.7.0.3", "10.7.0.1", "10.7.0.2"]],
      ["?group=active", ["10.7.0.1", "10.7.0.2"]],
      ["?state=error", ["10.7.0.2"]],
      ["?state=error,unknown", ["10.7.0.3", "10.7.0.2"]],
      ["?state=maintenance", []],
      ["?match=VACUUM", ["10.7.0.2"]],
      ["?match=site.example", ["10.7.0.1", "10.7.0.2"]],
      ["?match=10.8.", ["10.7.0.1"]],
      ["?match=caf%C3%A9", ["10.7.0.1"]],
      ["?match=%3Cimg%20src", ["10.7.0.1"]],
      ["?match=ioc&state=error&group=all", ["10.7.0.2"]],
      ["?match=ioc&state=error&group=g1", []],
    ] as const) {
      assert.deepEqual(await listed(query), hosts, query);
    }
  });

  it("come in pages that count all that match", async () => {
    const first = (await ask("GET", "?match=ioc&limit=1")).json;
    assert.deepEqual([first.items[0].host, first.total], ["10.7.0.1", 2]);
    const query = `?match=ioc&limit=1&cursor=${encodeURIComponent(first.next)}`;
    const second = (await ask("GET", query)).json;
    assert.deepEqual([second.items[0].host, second.total, second.next], ["10.7.0.2", 2, null]);
    const other = await ask("GET", `?match=x&cursor=${encodeURIComponent(first.next)}`);
    assert.equal(other.json.error.parameter, "cursor");
  });

  it("are found by any address, by name, and by the beginning of the name that is unique", async () => {
    for (const name of ["10.7.0.1", "10.8.0.1", "IOC-one.site.example", "ioc-one"]) {
      assert.equal((await ask("GET", `/${name}`)).json.host, "10.7.0.1", name);
    }
    const [, one] = site.hosts;
    site.hosts.push({ ...one!, host: "10.9.0.1", addresses: ["10.9.0.1"], name: "ioc-one.other" });
    assert.equal((await ask("GET", "/ioc-one")).status, 404);
    assert.equal((await ask("GET", "/ioc-one.other")).json.host, "10.9.0.1");
  });

  it("keep whatever bytes their texts have", async () => {
    const { json } = await ask("GET", "/10.7.0.1");
    assert.equal(json.description, HOSTILE);
    assert.equal(json.apps[0].command, HOSTILE);
    assert.equal(json.health.values.MACHINE, HOSTILE);
    assert.equal(json.health.at, "2025-12-31T23:59:58.000Z");
  });

  it("that are not known are not found, and nothing is done to them", async () => {
    for (const [method, path, body] of [
      ["GET", "/10.7.0.99"],
      ["GET", "/nobody"],
      ["GET", "/nobody/ports/1"],
      ["PATCH", "/10.7.0.99", { description: "x" }],
      ["DELETE", "/nobody"],
    ] as const) {
      const { status, json } = await ask(method, path, body);
      assert.deepEqual([status, json.error.code], [404, "notFound"], `${method} ${path}`);
    }
    assert.deepEqual(site.changes, []);
  });

  it("are refused when their name or a filter is none", async () => {
    for (const [path, parameter] of [
      ["/10.7.0.256", "host"],
      ["/%3Cscript%3E", "host"],
      ["/caf%C3%A9", "host"],
      ["/a%00b", "host"],
      [`/${"x".repeat(254)}`, "host"],
      ["/10.7.0.1/ports/0", "port"],
      ["/10.7.0.1/ports/65536", "port"],
      ["/10.7.0.1/ports/5064x", "port"],
      ["?state=green", "state"],
      ["?group=nobody", "group"],
      ["?match=", "match"],
      ["?match=%00", "match"],
      [`?match=${"x".repeat(201)}`, "match"],
    ] as const) {
      const { status, json } = await ask("GET", path);
      assert.deepEqual([status, json.error.parameter], [400, parameter], path);
    }
  });

  it("are changed by the given fields only, in the name of who asked", async () => {
    const change = { description: `line\n${HOSTILE}`, options: { maintenance: true } };
    const { status, json } = await ask("PATCH", "/10.8.0.1", { ...change, why: "new pump" });
    assert.equal(status, 200);
    assert.equal(json.description, change.description);
    assert.equal(json.options.maintenance, true);
    await ask("PATCH", "/ioc-two", { expectedApps: null, expectedPorts: [5064, 5070] });
    assert.deepEqual(site.changes, [
      ["setHost", "10.7.0.1", change, { ...by, why: "new pump" }],
      ["setHost", "10.7.0.2", { expectedApps: null, expectedPorts: [5064, 5070] }, by],
    ]);
  });

  it("are changed by the ports that are expected too and those that are not any more", async () => {
    // 5070 is expected.
    await ask("PATCH", "/10.7.0.1", { addExpectedPorts: [5064, 5070], removeExpectedPorts: [1] });
    await ask("PATCH", "/10.7.0.1", { removeExpectedPorts: [5070, 5064] });
    assert.deepEqual(
      site.changes.map(([, , fields]) => fields),
      [{ expectedPorts: [5070, 5064] }, { expectedPorts: [] }],
    );
  });

  it("are not changed by a request with a mistake", async () => {
    for (const [body, parameter] of [
      [{}, "body"],
      [{ why: "nothing to do" }, "body"],
      [{ description: 5 }, "description"],
      [{ description: "x".repeat(2001) }, "description"],
      [{ description: "a\0b" }, "description"],
      [{ description: "\ud800" }, "description"],
      [{ options: { hidden: "yes" } }, "options.hidden"],
      [{ options: { asleep: true } }, "asleep"],
      [{ expectedPorts: [0] }, "expectedPorts"],
      [{ expectedPorts: [5064, 5064] }, "expectedPorts"],
      [{ expectedPorts: [5064], addExpectedPorts: [5065] }, "expectedPorts"],
      [{ removeExpectedPorts: [0] }, "removeExpectedPorts"],
      [{ expectedApps: -1 }, "expectedApps"],
      [{ expectedApps: 1.5 }, "expectedApps"],
      [{ colour: "green" }, "colour"],
      [{ description: "x", why: "y".repeat(501) }, "why"],
    ] as const) {
      const { status, json } = await ask("PATCH", "/10.7.0.1", body);
      assert.deepEqual([status, json.error.parameter], [400, parameter], JSON.stringify(body));
    }
    assert.deepEqual(site.changes, []);
  });

  it("are forgotten with the reason that was given", async () => {
    const { json } = await ask("DELETE", "/ioc-one?why=scrapped%20%26%20gone");
    assert.deepEqual(json, { forgotten: ["10.7.0.1"] });
    assert.deepEqual(site.changes, [["forgetHost", "10.7.0.1", { ...by, why: "scrapped & gone" }]]);
  });

  it("tell which process holds a port", async () => {
    for (const host of ["10.7.0.1", "ioc-one"]) {
      const { json } = await ask("GET", `/${host}/ports/41234`);
      assert.deepEqual([json.pid, json.commandLine], [99, HOSTILE]);
    }
    assert.equal((await ask("GET", "/10.7.0.1/ports/41235")).json.error.code, "notFound");
  });
});

describe("a server", () => {
  it("is forgotten, and one that is not known is not found", async () => {
    const site = new FakeSite();
    const api = await startApi(site);
    try {
      const path = "/api/v1/servers/10.7.0.1:5064";
      assert.equal((await sendJson(api.url, "GET", path)).json.app.command, HOSTILE);
      assert.equal((await sendJson(api.url, "DELETE", path)).status, 200);
      assert.deepEqual(site.changes, [["forgetServer", "10.7.0.1:5064", by]]);
      const other = await sendJson(api.url, "DELETE", "/api/v1/servers/10.7.0.1:9");
      assert.equal(other.status, 404);
    } finally {
      await api.stop();
    }
  });
});
