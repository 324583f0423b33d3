/** The server itself: beginning, ending, mounted pages, and peers that do not speak HTTP. */
import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { createInstance } from "pvmon/testkit";
import httpApi from "../../../plugins/http-api/index.js";
import { FakeSite, type RunningApi, startApi } from "./fake-site.js";
import { send, sendBytes } from "./requests.js";

describe("starting", () => {
  it("says which option to change when the port is in use", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;
    try {
      await assert.rejects(startApi(new FakeSite(), { port }), {
        message: new RegExp(`^port ${port} of 127\\.0\\.0\\.1 is in use: .*option "port"`),
      });
    } finally {
      other.close();
    }
  });

  it("says which option to change when the address is not this machine's", async () => {
    await assert.rejects(startApi(new FakeSite(), { host: "203.0.113.1" }), /option "host"/);
  });

  it("tells where it listens only while it does", async () => {
    const api = await startApi(new FakeSite());
    assert.match(api.http.address() ?? "", /^http:\/\/127\.0\.0\.1:\d+$/);
    await api.stop();
    assert.equal(api.http.address(), undefined);
  });

  it("listens at IPv6 addresses too", async () => {
    const api = await startApi(new FakeSite(), { host: "::1" });
    try {
      assert.match(api.url, /^http:\/\/\[::1\]:\d+$/);
      assert.equal((await fetch(`${api.url}/healthz`)).status, 200);
    } finally {
      await api.stop();
    }
  });
});

describe("stopping", () => {
  it("is safe before start, and twice", async () => {
    const { instance } = createInstance(httpApi, { port: 0 }, { ...new FakeSite() });
    await instance.stop();
    await instance.start();
    await instance.stop();
    await instance.stop();
  });

  it("ends connections that are kept alive, and lets requests end that have begun", async () => {
    const site = new FakeSite();
    let finish: () => void = () => undefined;
    const begun = new Promise<void>((began) => {
      const list = site.inventory.listPvs;
      site.inventory.listPvs = async (query) => {
        began();
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
        return list(query);
      };
    });
    const api = await startApi(site);
    assert.equal((await fetch(`${api.url}/healthz`)).status, 200);
    const answer = fetch(`${api.url}/api/v1/pvs`);
    await begun;
    const stopped = api.stop();
    finish();
    assert.equal((await answer).status, 200);
    await stopped;
    await assert.rejects(fetch(`${api.url}/healthz`));
  });

  it("leaves no timer and can be followed by another start", async () => {
    const site = new FakeSite();
    const { instance } = createInstance(httpApi, { port: 0 }, { ...site });
    for (let round = 0; round < 2; round++) {
      await instance.start();
      await instance.stop();
      assert.equal(site.clock.pending, 0);
    }
  });
});

describe("a mounted page", () => {
  let api: RunningApi;
  beforeEach(async () => {
    api = await startApi(new FakeSite());
  });
  afterEach(() => api.stop());

  it("gets the requests at its path and below, until it is unmounted", async () => {
    const unmount = api.http.mount("/metrics", (request, response) => {
      response.end(request.url);
    });
    for (const path of ["/metrics", "/metrics/x?y=1", "/metrics?z"]) {
      const answer = await send(api.url, path);
      assert.deepEqual([answer.status, answer.body], [200, path]);
      assert.equal(answer.headers["x-content-type-options"], "nosniff");
    }
    assert.equal((await send(api.url, "/metricsandmore")).status, 404);
    unmount();
    assert.equal((await send(api.url, "/metrics")).status, 404);
  });

  it("at / gets what nobody else takes, and never the API's paths", async () => {
    api.http.mount("/", (_request, response) => void response.end("page"));
    api.http.mount("/a", (_request, response) => void response.end("a"));
    assert.equal((await send(api.url, "/")).body, "page");
    assert.equal((await send(api.url, "/deep/link")).body, "page");
    assert.equal((await send(api.url, "/a/b")).body, "a");
    assert.equal((await send(api.url, "/healthz")).body, '{"status":"ok"}');
    assert.equal((await send(api.url, "/api/nothing")).status, 404);
  });

  it("cannot take a path that is taken, is the API's, or is none", () => {
    api.http.mount("/ui", () => undefined);
    for (const [path, why] of [
      ["/ui", /another plugin/],
      ["/api", /keeps/],
      ["/api/v1/mine", /keeps/],
      ["/healthz", /keeps/],
      ["ui", /like \/metrics/],
      ["/ui/", /like \/metrics/],
      ["/a b", /like \/metrics/],
      ["", /like \/metrics/],
    ] as const) {
      assert.throws(() => api.http.mount(path, () => undefined), why);
    }
  });

  it("with a role is reached only by those who have it, or a higher one", async () => {
    const site = new FakeSite();
    site.access.anonymous = null;
    site.access.tokens.set("scraper-token", { name: "prometheus", role: "viewer" });
    site.access.tokens.set("operator-token", { name: "anna", role: "operator" });
    const guarded = await startApi(site);
    try {
      const reached: (string | undefined)[] = [];
      const page = (name: string) => (_request: unknown, response: ServerResponse) => {
        reached.push(name);
        response.end(name);
      };
      guarded.http.mount("/metrics", page("metrics"), { role: "viewer" });
      guarded.http.mount("/change", page("change"), { role: "operator" });
      guarded.http.mount("/open", page("open"));
      const ask = async (path: string, token?: string, method = "GET", headers = {}) => {
        const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
        const request = { method, headers: { ...authorization, ...headers } };
        return await send(guarded.url, path, request);
      };
      const refused = await ask("/metrics");
      assert.deepEqual(
        [refused.status, refused.headers["www-authenticate"]],
        [401, 'Bearer realm="pvmon"'],
      );
      assert.match(refused.body, /logInRequired/);
      assert.match((await ask("/metrics", "guessed")).body, /wrongLogIn/);
      assert.equal(guarded.host.counters.get("log_ins_failed_total"), 1);
      assert.equal((await ask("/change", "scraper-token")).status, 403);
      assert.deepEqual(reached, []);
      assert.equal((await ask("/metrics", "scraper-token")).body, "metrics");
      assert.equal((await ask("/metrics/", "operator-token")).body, "metrics");
      assert.equal((await ask("/open")).body, "open");
      const elsewhere = { origin: "http://elsewhere.example" };
      assert.equal((await ask("/change", "operator-token", "POST", elsewhere)).status, 403);
      assert.equal((await ask("/change", "operator-token", "POST")).body, "change");
    } finally {
      await guarded.stop();
    }
  });

  it("that throws, or rejects, spoils only its own answer", async () => {
    api.http.mount("/throws", () => {
      throw new Error("a bug");
    });
    api.http.mount("/rejects", (async () => {
      throw new Error("a bug");
    }) as () => void);
    api.http.mount("/late", (_request, response) => {
      response.write("half");
      throw new Error("a bug");
    });
    for (const path of ["/throws", "/rejects"]) {
      const answer = await send(api.url, path);
      assert.equal(answer.status, 500);
      assert.doesNotMatch(answer.body, /a bug/);
    }
    await assert.rejects(send(api.url, "/late"));
    assert.equal((await send(api.url, "/healthz")).status, 200);
    assert.equal(api.host.lines.filter(({ level }) => level === "error").length, 3);
  });
});

describe("a peer that is no browser", () => {
  let api: RunningApi;
  before(async () => {
    api = await startApi(new FakeSite(), { maxConnections: 20 });
  });
  after(() => api.stop());

  it("gets an error in the usual shape for what is not HTTP", async () => {
    const answer = await sendBytes(api.url, "\u0000\u0000 CA VERSION?\r\n\r\n");
    assert.match(answer, /^HTTP\/1\.1 400 /);
    assert.equal(JSON.parse(answer.split("\r\n\r\n")[1] ?? "").error.code, "malformedRequest");
  });

  it("gets 431 for a URL of 20 kB", async () => {
    const answer = await send(api.url, `/api/v1/pvs?match=${"x".repeat(20_000)}`);
    assert.equal(answer.status, 431);
    assert.equal(JSON.parse(answer.body).error.code, "headersTooLarge");
  });

  it("can ask the server for * and for the oldest HTTP", async () => {
    const star = await sendBytes(
      api.url,
      "OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    );
    assert.match(star, /^HTTP\/1\.1 400 /);
    assert.match(await sendBytes(api.url, "GET /healthz HTTP/1.0\r\n\r\n"), /^HTTP\/1\.1 200 /);
  });

  it("is turned away when there are too many connections", async () => {
    const { hostname, port } = new URL(api.url);
    const { connect } = await import("node:net");
    const sockets = Array.from({ length: 40 }, () => connect(Number(port), hostname));
    for (const socket of sockets) socket.on("error", () => undefined);
    const refused = () => api.host.counters.get("connections_refused_total") ?? 0;
    while (refused() < 20) await new Promise(setImmediate);
    for (const socket of sockets) socket.destroy();
  });
});
