/** How many passwords somebody may try. */
import assert from "node:assert/strict";
import { FakeClock } from "pvmon/testkit";
import { ApiError } from "../../../plugins/http-api/errors.js";
import { LogInLimits } from "../../../plugins/http-api/log-in-limits.js";
import { Browser, codeOf, PASSWORD } from "./browser.js";
import { FakeSite, startApi } from "./fake-site.js";

describe("log-ins that fail", () => {
  let clock: FakeClock;
  let limits: LogInLimits;
  beforeEach(() => {
    clock = new FakeClock();
    limits = new LogInLimits(clock);
  });

  /** Seconds to wait; 0 when the attempt was let through. */
  function attempt(name: string, address: string): number {
    try {
      limits.begin(name, address);
      return 0;
    } catch (error) {
      assert.ok(error instanceof ApiError && error.code === "tooManyRequests");
      return error.retryAfterSeconds ?? 0;
    }
  }

  /** Waits as long as it has to before each attempt, and answers how long that was. */
  async function waits(
    attempts: number,
    who: (attempt: number) => readonly [name: string, address: string],
  ): Promise<number[]> {
    const waited: number[] = [];
    for (let i = 0; i < attempts; i++) {
      const [name, address] = who(i);
      const seconds = attempt(name, address);
      if (seconds > 0) {
        await clock.advance(seconds * 1000);
        assert.equal(attempt(name, address), 0);
      }
      // Those of all together are another matter.
      await clock.advance(300);
      waited.push(seconds);
    }
    return waited;
  }

  it("of one address wait longer each time, up to five minutes, whatever the names", async () => {
    const waited = await waits(16, (i) => [`name${i}`, "10.7.0.9"]);
    assert.deepEqual(waited, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
  });

  it("in one name wait longer each time, up to half a minute, whatever the addresses", async () => {
    const waited = await waits(13, (i) => ["anna", `10.7.0.${i}`]);
    assert.deepEqual(waited, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 30, 30, 30]);
  });

  it("of addresses of one /64 are of one", async () => {
    const waited = await waits(7, (i) => [`name${i}`, `2001:db8:0:1:${i}::1`]);
    assert.deepEqual(waited.slice(5), [1, 2]);
    assert.equal(attempt("other", "2001:db8:0:2::1"), 0);
  });

  it("are five a second at most, from everywhere together", async () => {
    const letThrough = (): number =>
      Array.from({ length: 50 }, (_, i) => attempt(`name${i}`, `10.7.1.${i}`)).filter(
        (seconds) => seconds === 0,
      ).length;
    assert.equal(letThrough(), 5);
    await clock.advance(1000);
    assert.equal(letThrough(), 5);
  });

  it("cannot be many at one time before the first of them has failed", async () => {
    for (let i = 0; i < 5; i++) assert.equal(attempt("anna", "10.7.0.9"), 0);
    assert.equal(attempt("anna", "10.7.0.9"), 1);
  });

  it("are forgotten for a name that logs in, and for its address only what that cost", async () => {
    for (let i = 0; i < 4; i++) assert.equal(attempt("anna", "10.7.0.9"), 0);
    await clock.advance(1000);
    assert.equal(attempt("anna", "10.7.0.9"), 0);
    limits.succeeded("anna", "10.7.0.9");
    assert.equal(attempt("anna", "10.7.0.9"), 0);
    assert.equal(attempt("anna", "10.7.0.9"), 1);
    assert.equal(attempt("anna", "10.7.0.8"), 0);
  });

  it("are none when pvmon was too busy to look at them", async () => {
    for (let i = 0; i < 12; i++) {
      assert.equal(attempt("anna", "10.7.0.9"), 0);
      limits.undo("anna", "10.7.0.9");
      await clock.advance(300);
    }
    assert.equal(limits.size, 0);
  });

  it("are forgotten after a quarter of an hour without any", async () => {
    await waits(8, () => ["anna", "10.7.0.9"]);
    await clock.advance(900_000);
    assert.deepEqual(await waits(5, () => ["anna", "10.7.0.9"]), [0, 0, 0, 0, 0]);
  });

  it("are remembered of 10,000 names and addresses at most", () => {
    for (let i = 0; i < 11_000; i++) {
      clock.stall(200);
      attempt(`name${i}`, `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
    }
    assert.ok(limits.size <= 20_000, String(limits.size));
  });

  it("are answered 429 with the time to wait, counted, and not compared", async () => {
    const site = new FakeSite();
    site.access.users.set("anna", { role: "operator", password: PASSWORD });
    const api = await startApi(site);
    try {
      const browser = new Browser(api.url);
      for (let i = 0; i < 5; i++) {
        assert.equal((await browser.logIn("anna", "wrong horse")).status, 401);
        await site.clock.advance(200);
      }
      await site.clock.advance(1000);
      assert.equal((await browser.logIn("anna", "wrong horse")).status, 401);
      const compared = site.access.comparisons;
      const answer = await browser.logIn("anna");
      assert.deepEqual([answer.status, codeOf(answer)], [429, "tooManyRequests"]);
      assert.equal(answer.headers["retry-after"], "2");
      assert.equal(site.access.comparisons, compared);
      assert.equal(api.host.counters.get("log_ins_limited_total"), 1);
      assert.equal(api.host.counters.get("log_ins_failed_total"), 6);
      await site.clock.advance(2000);
      assert.equal((await browser.logIn("anna")).status, 200);
    } finally {
      await api.stop();
    }
  });
});
