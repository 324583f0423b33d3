/** Questions to the control network: bounded, shared, and honest about what is missing. */
import assert from "node:assert/strict";
import { FakeClock } from "pvmon/testkit";
import { ConcurrencyLimit, RateLimit } from "../../../plugins/http-api/limits.js";
import { FakeSite, noProbes, type RunningApi, startApi } from "./fake-site.js";
import { send } from "./requests.js";

const INFO = "/api/v1/pvs/SYS:a/channel-info";
const SEARCH = "/api/v1/pvs/SYS:a/search";

describe("channel info", () => {
  let site: FakeSite;
  let api: RunningApi;
  beforeEach(async () => {
    site = new FakeSite();
    api = await startApi(site, { channelInfoPerSecond: 2 });
  });
  afterEach(() => api.stop());

  const ask = async (path = INFO) => {
    const { status, body } = await send(api.url, path);
    return { status, ...JSON.parse(body) };
  };

  it("is asked of each server that the PV is known to have", async () => {
    const { items } = await ask();
    assert.deepEqual(
      items.map(({ server }: { server: string }) => server),
      ["10.7.0.1:5064", "10.7.0.2:5064"],
    );
    assert.equal(items[0].value, undefined);
    assert.deepEqual((await ask(`${INFO}?value=true`)).items[0].value, [1.5, "NaN"]);
  });

  it("is asked once for all who want it within five seconds, and then anew", async () => {
    await Promise.all([ask(), ask(), ask()]);
    assert.equal(site.asked.length, 2);
    await site.clock.advance(4900);
    await ask();
    assert.equal(site.asked.length, 2);
    await site.clock.advance(200);
    await ask();
    assert.equal(site.asked.length, 4);
  });

  it("is not asked more often than the site allows", async () => {
    const names = ["SYS:a", "a%2Fb%2Fc", encodeURIComponent(`<script>'; DROP TABLE pv;--`)];
    const answers = [];
    for (const name of names) answers.push(await ask(`/api/v1/pvs/${name}/channel-info`));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 429],
    );
    assert.equal(answers[2].error.code, "tooManyRequests");
    await site.clock.advance(500);
    assert.equal((await ask(`/api/v1/pvs/${names[2]}/channel-info`)).status, 200);
  });

  it("of an unknown PV asks nobody", async () => {
    assert.equal((await ask("/api/v1/pvs/SYS:none/channel-info")).status, 404);
    assert.deepEqual(site.asked, []);
  });

  it("that failed is not kept", async () => {
    const info = site.channelInfo?.info;
    assert.ok(site.channelInfo && info);
    site.channelInfo.info = () => Promise.reject(new Error("a bug"));
    const failed = await ask();
    assert.deepEqual([failed.status, failed.error.code], [500, "internal"]);
    assert.doesNotMatch(JSON.stringify(failed), /a bug/);
    assert.ok(api.host.lines.some(({ level }) => level === "error"));
    site.channelInfo.info = info;
    assert.equal((await ask()).status, 200);
  });
});

describe("a search", () => {
  it("says so when the probe could not ask", async () => {
    const site = new FakeSite();
    site.probes = {
      purposes: () => ["search"],
      run: async () => [
        { name: "SYS:a", answers: [], tries: 0, waitedMs: 0, error: "no network to search on" },
      ],
    };
    const api = await startApi(site);
    try {
      const answer = await send(api.url, SEARCH, { method: "POST" });
      assert.equal(answer.status, 503);
      assert.deepEqual(JSON.parse(answer.body).error, {
        code: "searchRefused",
        message: "no network to search on",
      });
    } finally {
      await api.stop();
    }
  });

  it("ends when whoever asked has gone", async () => {
    const site = new FakeSite();
    const ended = new Promise<void>((resolve) => {
      site.probes = {
        purposes: () => ["search"],
        run: (_purpose, _targets, signal) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener("abort", () => {
              resolve();
              reject(signal.reason);
            });
            gone.abort();
          }),
      };
    });
    const gone = new AbortController();
    const api = await startApi(site);
    try {
      await assert.rejects(fetch(`${api.url}${SEARCH}`, { method: "POST", signal: gone.signal }));
      await ended;
      assert.deepEqual(
        api.host.lines.filter(({ level }) => level === "error"),
        [],
      );
    } finally {
      await api.stop();
    }
  });
});

describe("what no plugin provides", () => {
  it("is answered 501, with what to add to the site file", async () => {
    const site = new FakeSite();
    site.history = undefined;
    site.channelInfo = undefined;
    site.probes = noProbes;
    const api = await startApi(site);
    try {
      for (const [method, path, section] of [
        ["POST", SEARCH, "probes:"],
        ["GET", INFO, "cainfo under probes:"],
        ["GET", "/api/v1/events", "sqlite-store or mariadb-store under stores:"],
        [
          "GET",
          "/api/v1/traffic?series=searchNames",
          "sqlite-store or mariadb-store under stores:",
        ],
      ] as const) {
        const answer = await send(api.url, path, { method });
        const { error } = JSON.parse(answer.body);
        assert.deepEqual([answer.status, error.code], [501, "serviceMissing"], path);
        assert.ok(error.message.includes(section), error.message);
      }
    } finally {
      await api.stop();
    }
  });
});

describe("a limit of so many at one time", () => {
  it("runs the waiting in order, and goes on after failures", async () => {
    const limit = new ConcurrencyLimit("tasks", 1, 2);
    const done: number[] = [];
    const task = (n: number) => async () => {
      done.push(n);
      if (n === 1) throw new Error("failed");
    };
    const results = await Promise.allSettled([1, 2, 3, 4].map((n) => limit.run(task(n))));
    assert.deepEqual(
      results.map(({ status }) => status),
      ["rejected", "fulfilled", "fulfilled", "rejected"],
    );
    await limit.run(task(5));
    assert.deepEqual(done, [1, 2, 3, 5]);
  });
});

describe("a limit of so many a second", () => {
  it("gives a second's worth at once, then as time goes by, and saves up no more", async () => {
    const clock = new FakeClock();
    const limit = new RateLimit(clock, "tasks", 2);
    const taken = (): number => {
      for (let n = 0; ; n++) {
        try {
          limit.take();
        } catch {
          return n;
        }
      }
    };
    assert.equal(taken(), 2);
    await clock.advance(499);
    assert.equal(taken(), 0);
    await clock.advance(1);
    assert.equal(taken(), 1);
    await clock.advance(60_000);
    assert.equal(taken(), 2);
  });
});
