/** The paths of PV Monitor's cainfo server: the same lines and values, and no way to make pvmon send more than it may. */
import assert from "node:assert/strict";
import { cainfoLines } from "../../../plugins/http-api/channel-text.js";
import { FakeSite, pv, type RunningApi, startApi } from "./fake-site.js";
import { send } from "./requests.js";

const ELSEWHERE = "http://ops.example.org";

let site: FakeSite;
let api: RunningApi;
async function start(): Promise<void> {
  site = new FakeSite();
  api = await startApi(site, { channelInfoPerSecond: 2, allowedOrigins: [ELSEWHERE] });
}
const stop = () => api.stop();
const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  send(api.url, path, { headers });

describe("cainfo", () => {
  beforeEach(start);
  afterEach(stop);

  it("is the program's lines, of each owner of a duplicate", async () => {
    const block = (port: string, address: string) => [
      "SYS:a",
      "    State:            connected",
      `    Host:             ${address}:${port}`,
      "    Access:           read, no write",
      "    Native data type: DBF_DOUBLE",
      "    Request type:     DBR_DOUBLE",
      "    Element count:    2",
    ];
    const lines = [...block("5064", "ioc.site.example"), ...block("5064", "ioc.site.example")];
    const answer = await get("/cainfo/SYS:a");
    assert.deepEqual(JSON.parse(answer.body), lines);
    assert.match(answer.headers["content-type"] ?? "", /^application\/json/);
    assert.deepEqual(site.asked, ["SYS:a 10.7.0.1:5064", "SYS:a 10.7.0.2:5064"]);
  });

  it("of any other PV asks its latest owner only", async () => {
    site.pvs.set("SYS:b", { ...pv("SYS:b"), duplicate: false, duplicates: [] });
    assert.equal(JSON.parse((await get("/cainfo/SYS:b")).body).length, 7);
    assert.deepEqual(site.asked, ["SYS:b 10.7.0.1:5064"]);
  });

  it("of a channel without circuit is what the program prints when its time is up", () => {
    for (const state of ["refused", "unreachable", "timeout"] as const) {
      const info = { name: "SYS:a", server: "10.7.0.1:5064", host: "ioc", state, timeMs: 1 };
      assert.deepEqual(cainfoLines(info), [
        "SYS:a",
        "    State:            never connected",
        "    Host:             <disconnected>",
        "    Access:           no read, no write",
        "    Native data type: TYPENOTCONN",
        "    Request type:     DBR_invalid",
        "    Element count:    0",
      ]);
    }
  });
});

describe("caget", () => {
  beforeEach(start);
  afterEach(stop);

  it("is the value as plain text, whatever it is", async () => {
    for (const [value, body] of [
      [1.5, "1.5"],
      ["closed", "closed"],
      ["", ""],
      [[1.5, "NaN", 3], "1.5 NaN 3"],
      [[], ""],
      ["<script>alert('caf\u00e9')</script>", "<script>alert('caf\u00e9')</script>"],
      ["EPICS\n\u0000", "EPICS\n\u0000"],
      ["x".repeat(100_000), "x".repeat(100_000)],
    ] as const) {
      site.value = value;
      await site.clock.advance(6000);
      const answer = await get("/caget/SYS:a");
      assert.deepEqual([answer.status, answer.body], [200, body]);
      assert.equal(answer.headers["content-type"], "text/plain; charset=utf-8");
      assert.equal(answer.headers["x-content-type-options"], "nosniff");
    }
    assert.ok(site.asked.every((asked) => asked === "SYS:a 10.7.0.1:5064"));
  });

  it("begins with EPICS and has a status when there is no value, and says why", async () => {
    site.value = undefined;
    for (const [channel, status, body] of [
      [{ state: "timeout" }, 504, "EPICS timeout: no answer from 10.7.0.1:5064"],
      [
        { state: "unreachable", reason: "no route" },
        504,
        "EPICS timeout: no answer from 10.7.0.1:5064: no route",
      ],
      [{ state: "refused" }, 404, "EPICS notFound: 10.7.0.1:5064 does not have this PV"],
      [
        { state: "connected", reason: "no read access" },
        502,
        "EPICS noValue: 10.7.0.1:5064 gave no value: no read access",
      ],
    ] as const) {
      site.channel = channel;
      await site.clock.advance(6000);
      const answer = await get("/caget/SYS:a");
      assert.deepEqual([answer.status, answer.body], [status, body]);
      assert.equal(answer.headers["content-type"], "text/plain; charset=utf-8");
    }
  });

  it("begins with EPICS for every other error too", async () => {
    site.pvs.set("SYS:new", { ...pv("SYS:new"), server: null, servers: [], duplicates: [] });
    for (const [path, status, body] of [
      ["/caget/SYS:none", 404, /^EPICS notFound: no such PV/],
      ["/caget/SYS:new", 404, /^EPICS notFound: no server/],
      ["/caget/%E2%82%AC", 400, /^EPICS badParameter: pv: must be a PV name/],
      [`/caget/${"x".repeat(500)}`, 400, /^EPICS badParameter/],
      ["/caget/%zz", 400, /^EPICS malformedUrl/],
      ["/caget/a/b/c", 404, /^EPICS noSuchPath/],
      ["/caget/SYS:a?timeout=9", 400, /^EPICS unknownParameter/],
    ] as const) {
      const answer = await get(path);
      assert.equal(answer.status, status, path);
      assert.match(answer.body, body, path);
    }
    assert.deepEqual(site.asked, []);
  });

  it("says what is missing in the site file", async () => {
    await stop();
    site.channelInfo = undefined;
    api = await startApi(site);
    const answer = await get("/caget/SYS:a");
    assert.equal(answer.status, 501);
    assert.match(answer.body, /^EPICS serviceMissing: .*cainfo under probes:/);
  });
});

describe("cainfo and caget", () => {
  beforeEach(start);
  afterEach(stop);

  it("find a PV by its percent-encoded name, with slashes as %2F", async () => {
    for (const name of ["a/b/c", "caf\u00e9 100%\u00ff"]) {
      const lines = JSON.parse((await get(`/cainfo/${encodeURIComponent(name)}`)).body);
      assert.equal(lines[0], name);
      assert.equal((await get(`/caget/${encodeURIComponent(name)}`)).status, 200);
      await site.clock.advance(6000);
    }
  });

  it("ask no more often than channel info may, all three together", async () => {
    assert.equal((await get("/cainfo/SYS:a")).status, 200);
    assert.equal((await get("/caget/SYS:a")).status, 200);
    const refused = await get("/caget/a%2Fb%2Fc");
    assert.equal(refused.status, 429);
    assert.match(refused.body, /^EPICS tooManyRequests/);
    assert.equal(refused.headers["retry-after"], "1");
    assert.equal((await get("/api/v1/pvs/a%2Fb%2Fc/channel-info")).status, 429);
    assert.equal((await get("/cainfo/SYS:a")).status, 200);
  });

  it("may be asked from pages of the configured origins, which can read errors too", async () => {
    for (const path of ["/cainfo/SYS:a", "/caget/SYS:a", "/caget/SYS:none"]) {
      const answer = await get(path, { origin: ELSEWHERE, "sec-fetch-site": "cross-site" });
      assert.equal(answer.headers["access-control-allow-origin"], ELSEWHERE, path);
      assert.equal(answer.headers["access-control-allow-credentials"], undefined);
      assert.match(answer.headers.vary ?? "", /Origin/);
    }
    assert.notDeepEqual(site.asked, []);
  });

  it("send nothing for pages of other origins, however their browsers ask", async () => {
    for (const headers of [
      { origin: "http://evil.example" },
      { origin: `${ELSEWHERE}.evil.example` },
      { origin: `${ELSEWHERE}:8080` },
      { origin: "null" },
      { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" },
    ]) {
      const options = headers as Readonly<Record<string, string>>;
      for (const path of ["/cainfo/SYS:a", "/caget/SYS:a"]) {
        const answer = await get(path, options);
        assert.equal(answer.status, 403, JSON.stringify(headers));
        assert.equal(answer.headers["access-control-allow-origin"], undefined);
        assert.match(answer.headers.vary ?? "", /Origin/);
      }
    }
    assert.deepEqual(site.asked, []);
  });

  it("are all that is open to the configured origins, and only to plain GETs", async () => {
    const headers = { origin: ELSEWHERE };
    for (const path of ["/api/v1/pvs/SYS:a/channel-info", "/api/v1/pvs"]) {
      const answer = await get(path, headers);
      assert.equal(answer.headers["access-control-allow-origin"], undefined, path);
    }
    for (const method of ["OPTIONS", "POST", "PUT"]) {
      const answer = await send(api.url, "/caget/SYS:a", { method, headers });
      assert.equal(answer.headers["access-control-allow-origin"], undefined, method);
      assert.equal(answer.headers["access-control-allow-methods"], undefined, method);
    }
    assert.deepEqual(site.asked, []);
  });

  it("cannot be taken by a mounted page", () => {
    for (const path of ["/cainfo", "/caget/x"]) {
      assert.throws(() => api.http.mount(path, () => undefined), /keeps/);
    }
  });
});
