/** What the API says to requests that are wrong. */
import assert from "node:assert/strict";
import { FakeSite, type RunningApi, startApi } from "./fake-site.js";
import { send } from "./requests.js";

describe("a request with a mistake", () => {
  const site = new FakeSite();
  let api: RunningApi;
  before(async () => {
    api = await startApi(site);
  });
  after(() => api.stop());

  async function refused(path: string, status: number, code: string, parameter?: string) {
    const answer = await send(api.url, path);
    const { error = {} } = JSON.parse(answer.body);
    assert.deepEqual([answer.status, error.code, error.parameter], [status, code, parameter], path);
    assert.doesNotMatch(answer.body, /\.js:|node_modules|\\n +at /);
    return error.message as string;
  }

  it("is told the name of an unknown parameter", async () => {
    await refused("/api/v1/pvs?sate=lost", 400, "unknownParameter", "sate");
    await refused("/healthz?deep=1", 400, "unknownParameter", "deep");
    await refused("/api/v1/pvs?__proto__=1", 400, "unknownParameter", "__proto__");
    await refused("/api/v1/pvs?constructor=1", 400, "unknownParameter", "constructor");
  });

  it("is told which value is wrong and what is wanted", async () => {
    const cases: Readonly<Record<string, readonly string[]>> = {
      limit: [
        "limit=0",
        "limit=1001",
        "limit=-1",
        "limit=ten",
        "limit=1.5",
        "limit=",
        "limit=1e999",
        "limit=-1e999",
        "limit=0x10",
      ],
      state: ["state=dead", "state=online,", "state=", "state=online,online"],
      sort: ["sort=size"],
      order: ["order=up"],
      server: ["server=10.7.0.1", "server=ioc:5064", "server=10.7.0.1:0", "server=10.7.0.1:65536"],
      host: ["host=ioc", "host=10.7.0.256"],
      client: ["client=::1"],
      match: ["match=", `match=${"x".repeat(501)}`],
      cursor: ["cursor=", `cursor=${"x".repeat(4097)}`],
    };
    for (const [parameter, queries] of Object.entries(cases)) {
      for (const query of queries) {
        await refused(`/api/v1/pvs?${query}`, 400, "badParameter", parameter);
      }
    }
    assert.match(
      await refused("/api/v1/pvs?sort=size", 400, "badParameter", "sort"),
      /name, requests, lastRequested, lastSeen, firstSeen/,
    );
    assert.match(
      await refused("/api/v1/servers/ioc", 400, "badParameter", "server"),
      /10\.7\.0\.1:5064/,
    );
  });

  it("is refused when a parameter comes twice", async () => {
    await refused("/api/v1/pvs?limit=1&limit=2", 400, "badParameter", "limit");
  });

  it("is refused when its percent-encoding is broken, in the path and in the query", async () => {
    for (const broken of ["%", "%4", "%zz", "%E9", "%C3%28"]) {
      await refused(`/api/v1/pvs/${broken}`, 400, "malformedUrl");
      await refused(`/api/v1/pvs?match=${broken}`, 400, "malformedUrl");
    }
  });

  it("is refused when an expression is wrong, too long, or too big", async () => {
    assert.match(
      await refused("/api/v1/pvs?regex=(a", 400, "badParameter", "regex"),
      /missing closing \)/,
    );
    await refused(`/api/v1/pvs?regex=${"a".repeat(251)}`, 400, "badParameter", "regex");
    await refused("/api/v1/pvs?regex=((a{50}){20}){9}", 400, "badParameter", "regex");
    await refused("/api/v1/pvs?regex=(?!a)b", 400, "badParameter", "regex");
  });

  it("is refused when its times are none, or contradict each other", async () => {
    await refused("/api/v1/events?from=yesterday", 400, "badParameter", "from");
    await refused("/api/v1/events?from=1767225600000", 400, "badParameter", "from");
    await refused("/api/v1/events?to=2026-13-01T00:00:00Z", 400, "badParameter", "to");
    const traffic = "/api/v1/traffic?series=searchNames";
    await refused(`${traffic}&range=3y`, 400, "badParameter", "range");
    await refused(`${traffic}&range=5m`, 400, "badParameter", "range");
    await refused(`${traffic}&range=1h&from=2026-01-01T00:00:00Z`, 400, "badParameter", "range");
    await refused(
      `${traffic}&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z`,
      400,
      "badParameter",
      "from",
    );
  });

  it("is refused when a series is unknown, or none is given", async () => {
    await refused("/api/v1/traffic", 400, "badParameter", "series");
    await refused("/api/v1/traffic?series=cpu", 400, "badParameter", "series");
    await refused("/api/v1/traffic?series=client:me", 400, "badParameter", "series");
    await refused("/api/v1/traffic/top", 400, "badParameter", "by");
  });

  it("gets 404 for a path that is not there, with and without a trailing slash", async () => {
    for (const path of [
      "/api",
      "/api/v1",
      "/api/v1/pvs/",
      "/api/v1/PVS",
      "/x",
      "/api/v1/pvs/a/b",
    ]) {
      await refused(path, 404, "noSuchPath");
    }
  });

  it("gets nothing for what is not known or cannot be, when it is asked for so", async () => {
    const unknown = [
      ...["pvs/SYS:none", "servers/10.7.0.1:1", "servers/none", "hosts/10.7.0.99", "hosts/a%20b"],
      ...["hosts/10.7.0.1/ports/1", "clients/10.7.0.99", "clients/none", "health/none"],
      ...["heartbeats/0000000000000000", "heartbeats/none", "apps/none", "groups/none"],
    ];
    for (const path of unknown) {
      const { status, body } = await send(api.url, `/api/v1/${path}?orNothing=true`);
      assert.deepEqual([status, body], [204, ""], path);
      assert.ok([400, 404].includes((await send(api.url, `/api/v1/${path}`)).status), path);
    }
    assert.equal((await send(api.url, "/api/v1/pvs/SYS:a?orNothing=true")).status, 200);
    await refused("/api/v1/pvs/SYS:none?orNothing=false", 404, "notFound");
    await refused("/api/v1/pvs/SYS:none?orNothing=yes", 400, "badParameter", "orNothing");
    await refused("/api/v1/pvs?orNothing=true", 400, "unknownParameter", "orNothing");
  });

  it("gets 404 for what is not known", async () => {
    await refused("/api/v1/pvs/SYS:none", 404, "notFound");
    await refused("/api/v1/servers/10.7.0.1:1", 404, "notFound");
    await refused("/api/v1/hosts/10.7.0.99", 404, "notFound");
    await refused("/api/v1/clients/10.7.0.99", 404, "notFound");
  });

  it("gets 405 and the methods that are possible, for one that is not", async () => {
    for (const method of ["DELETE", "PUT", "PATCH", "POST", "TRACE", "PROPFIND"]) {
      const answer = await send(api.url, "/api/v1/pvs", { method });
      assert.equal(answer.status, 405, method);
      assert.equal(JSON.parse(answer.body).error.code, "methodNotAllowed");
    }
    const answer = await send(api.url, "/api/v1/pvs/SYS:a/search");
    assert.equal(answer.status, 405);
    assert.equal(answer.headers.allow, "POST");
  });

  it("gets 503 while the state is loaded, or when a required plugin has failed", async () => {
    site.ready = false;
    site.health = "failed";
    await refused("/readyz", 503, "notReady");
    await refused("/healthz", 503, "failed");
    site.ready = true;
    site.health = "ok";
  });

  it("is answered even when the path begins with two slashes, or the URL is absolute", async () => {
    await refused("//api/v1/pvs", 404, "noSuchPath");
    await refused("http://elsewhere/api/v1/pvs", 400, "malformedUrl");
  });
});

describe("other methods", () => {
  let api: RunningApi;
  before(async () => {
    api = await startApi(new FakeSite());
  });
  after(() => api.stop());

  it("HEAD is GET without the body", async () => {
    const answer = await send(api.url, "/api/v1/pvs", { method: "HEAD" });
    const full = await send(api.url, "/api/v1/pvs");
    assert.equal(answer.status, 200);
    assert.equal(answer.body, "");
    assert.equal(answer.headers["content-length"], full.headers["content-length"]);
    assert.equal((await send(api.url, "/api/v1/stream", { method: "HEAD" })).status, 200);
    assert.equal((await send(api.url, "/nothing", { method: "HEAD" })).status, 404);
  });

  it("OPTIONS says what is possible, and lets no other origin in", async () => {
    const answer = await send(api.url, "/api/v1/pvs", {
      method: "OPTIONS",
      headers: { origin: "http://evil.example", "access-control-request-method": "POST" },
    });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.allow, "HEAD, GET");
    assert.equal(answer.headers["access-control-allow-origin"], undefined);
  });
});
