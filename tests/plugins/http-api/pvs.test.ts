/** PVs over HTTP: whatever bytes their names have. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { FakeSite, pv, type RunningApi, startApi } from "./fake-site.js";
import { send } from "./requests.js";

const latin1Name = fc
  .array(fc.integer({ min: 1, max: 255 }), { minLength: 1, maxLength: 60 })
  .map((bytes) => String.fromCharCode(...bytes));

describe("a PV", () => {
  const site = new FakeSite();
  let api: RunningApi;
  before(async () => {
    api = await startApi(site);
  });
  after(() => api.stop());

  it("is found by its percent-encoded name, whatever bytes it has", async () => {
    await fc.assert(
      fc.asyncProperty(latin1Name, async (name) => {
        site.pvs.set(name, pv(name));
        // "." and ".." cannot be written in a path.
        const path = `/api/v1/pvs/${encodeURIComponent(name)}`;
        const answer = await send(api.url, path);
        assert.equal(answer.status, 200);
        assert.equal(JSON.parse(answer.body).name, name);
      }),
      { numRuns: 100 },
    );
  });

  it("with slashes in its name can be searched and asked for channel info too", async () => {
    const name = encodeURIComponent("a/b/c");
    const search = await send(api.url, `/api/v1/pvs/${name}/search`, { method: "POST" });
    assert.deepEqual(JSON.parse(search.body).answered, [
      { server: "10.7.0.1:5064", afterMs: 1.25 },
    ]);
    const info = await send(api.url, `/api/v1/pvs/${name}/channel-info`);
    assert.deepEqual(
      JSON.parse(info.body).items.map(({ name }: { name: string }) => name),
      ["a/b/c", "a/b/c"],
    );
  });

  it("tells whose heartbeat lists it, and which start-up files mention it", async () => {
    const get = async (name: string) =>
      JSON.parse((await send(api.url, `/api/v1/pvs/${encodeURIComponent(name)}`)).body);
    const { heartbeat, startupFiles } = await get("SYS:a");
    assert.deepEqual(heartbeat, { app: "00ffee0000c0ffee", host: "10.7.0.1", port: 5064 });
    assert.deepEqual(startupFiles, ["/ioc/one/st.cmd"]);
    assert.deepEqual((await get("a/b/c")).startupFiles, []);
  });

  it("has null for start-up files when no plugin knows any", async () => {
    const other = new FakeSite();
    other.startupFiles = undefined;
    const without = await startApi(other);
    try {
      const { body } = await send(without.url, "/api/v1/pvs/SYS:a");
      assert.equal(JSON.parse(body).startupFiles, null);
    } finally {
      await without.stop();
    }
  });

  it("may be called like a part of a path", async () => {
    for (const name of ["forget", "search", "channel-info"]) {
      site.pvs.set(name, pv(name));
      assert.equal(JSON.parse((await send(api.url, `/api/v1/pvs/${name}`)).body).name, name);
    }
  });

  it("cannot have a name that no bytes make, or one of 500 bytes", async () => {
    for (const name of ["\u0100", "日本", "x".repeat(500)]) {
      const answer = await send(api.url, `/api/v1/pvs/${encodeURIComponent(name)}`);
      assert.equal(answer.status, 400);
      assert.equal(JSON.parse(answer.body).error.parameter, "name");
    }
  });

  it("with markup or SQL in its name is text like any other", async () => {
    const name = `<script>'; DROP TABLE pv;--`;
    const answer = await send(api.url, `/api/v1/pvs/${encodeURIComponent(name)}`);
    assert.equal(JSON.parse(answer.body).name, name);
    assert.match(answer.headers["content-type"] ?? "", /^application\/json/);
    assert.equal(answer.headers["x-content-type-options"], "nosniff");
  });
});

describe("the list of PVs", () => {
  const site = new FakeSite();
  let api: RunningApi;
  before(async () => {
    api = await startApi(site);
  });
  after(() => api.stop());

  async function query(text: string): Promise<Readonly<Record<string, unknown>>> {
    const answer = await send(api.url, `/api/v1/pvs${text}`);
    assert.equal(answer.status, 200, answer.body);
    const { accept, ...rest } = site.pvQueries.pop() ?? {};
    return rest;
  }

  it("is asked with the documented defaults", async () => {
    assert.deepEqual(await query(""), { limit: 50, sort: "name", order: "asc" });
  });

  it("passes every filter on", async () => {
    assert.deepEqual(
      await query(
        "?match=SYS%3A*&state=lost,invalid&server=10.7.0.1:5064&host=10.7.0.1&client=10.7.0.9&sort=requests&order=desc&limit=1000",
      ),
      {
        match: "SYS:*",
        states: ["lost", "invalid"],
        server: "10.7.0.1:5064",
        host: "10.7.0.1",
        client: "10.7.0.9",
        sort: "requests",
        order: "desc",
        limit: 1000,
      },
    );
  });

  it("takes a + in the query for a space, and %2B for a +", async () => {
    assert.equal((await query("?match=a+b%2Bc")).match, "a b+c");
  });

  it("finds expressions anywhere in a name, in linear time", async () => {
    const answer = await send(
      api.url,
      `/api/v1/pvs?regex=${encodeURIComponent("^[a-z](/[a-z])+$")}`,
    );
    assert.deepEqual(
      JSON.parse(answer.body).items.map(({ name }: { name: string }) => name),
      ["a/b/c"],
    );
    site.pvs.set("a".repeat(499), pv("a".repeat(499)));
    const evil = await send(api.url, `/api/v1/pvs?regex=${encodeURIComponent("^(a|a)*(a+)+$x")}`);
    assert.equal(JSON.parse(evil.body).total, 0);
  });

  it("says busy when too many walk over all names, and goes on when they are done", async () => {
    const list = site.inventory.listPvs;
    let finish: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    site.inventory.listPvs = async (query) => {
      await held;
      return list(query);
    };
    try {
      let refused = 0;
      const asked = Array.from({ length: 4 + 128 + 28 }, async () => {
        const answer = await send(api.url, "/api/v1/pvs");
        if (answer.status !== 503) return answer.status;
        assert.equal(JSON.parse(answer.body).error.code, "busy");
        assert.equal(answer.headers["retry-after"], "1");
        refused += 1;
        if (refused === 28) finish();
        return answer.status;
      });
      const statuses = await Promise.all(asked);
      assert.equal(statuses.filter((status) => status === 200).length, 4 + 128);
    } finally {
      site.inventory.listPvs = list;
    }
  });
});

describe("forgetting PVs", () => {
  const site = new FakeSite();
  let api: RunningApi;
  before(async () => {
    api = await startApi(site);
  });
  after(() => api.stop());

  const forget = (body: string, headers: Readonly<Record<string, string>> = {}) =>
    send(api.url, "/api/v1/pvs/forget", {
      method: "POST",
      body,
      headers: { "content-type": "application/json", ...headers },
    });

  it("answers which were there, and says who did it and why", async () => {
    const answer = await forget(JSON.stringify({ names: ["SYS:a", "none"], why: "test" }));
    assert.deepEqual(JSON.parse(answer.body), { forgotten: ["SYS:a"] });
    assert.deepEqual(site.forgotten.pop(), {
      names: ["SYS:a", "none"],
      who: "loopback",
      why: "test",
    });
  });

  it("takes 10,000 names of any length and not one more", async () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `${i}`.padEnd(499, "\u00ff"));
    assert.equal((await forget(JSON.stringify({ names }))).status, 200);
    assert.equal(site.forgotten.pop()?.names.length, 10_000);
    const answer = await forget(JSON.stringify({ names: [...names, "one more"] }));
    assert.equal(answer.status, 400);
    assert.equal(JSON.parse(answer.body).error.parameter, "names");
  });

  it("refuses bodies that are not what is described", async () => {
    const cases: readonly (readonly [string, number, string, string | undefined])[] = [
      ["{", 400, "malformedBody", undefined],
      ["[]", 400, "badParameter", "body"],
      ["null", 400, "badParameter", "body"],
      ["5", 400, "badParameter", "body"],
      ['""', 400, "badParameter", "body"],
      [" ", 400, "malformedBody", undefined],
      ["{}", 400, "badParameter", "names"],
      ['{"names":[]}', 400, "badParameter", "names"],
      ['{"names":[""]}', 400, "badParameter", "names"],
      ['{"names":[5]}', 400, "badParameter", "names"],
      ['{"names":["a",null]}', 400, "badParameter", "names"],
      ['{"names":"SYS:a"}', 400, "badParameter", "names"],
      ['{"names":["a"],"all":true}', 400, "unknownParameter", "all"],
      ['{"__proto__":{"names":["a"]}}', 400, "malformedBody", undefined],
      ["", 400, "badParameter", "names"],
    ];
    for (const [body, status, code, parameter] of cases) {
      const answer = await forget(body);
      const { error } = JSON.parse(answer.body);
      assert.deepEqual(
        [answer.status, error.code, error.parameter],
        [status, code, parameter],
        body,
      );
    }
    assert.equal(site.forgotten.length, 0);
  });

  it("refuses a body that is too large, and one that is not JSON", async () => {
    const large = await forget(JSON.stringify({ names: ["x".repeat(13_000_000)] }));
    assert.equal(JSON.parse(large.body).error.code, "bodyTooLarge");
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
      const answer = await forget('{"names":["SYS:a"]}', { "content-type": type });
      assert.equal(answer.status, 415);
    }
    assert.equal(site.forgotten.length, 0);
  });
});
