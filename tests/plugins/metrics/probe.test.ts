/** `/probe`: one PV asked over TCP, within its budget, and by nobody unless the site wants it. */
import assert from "node:assert/strict";
import { FakeSite } from "../http-api/fake-site.js";
import { type Scene, seriesOf, startScene } from "./scene.js";

describe("a probe of a PV", () => {
  let scene: Scene;
  let site: FakeSite;
  const start = async (probe: object = {}): Promise<void> => {
    scene = await startScene({ probe: { enabled: true, role: "viewer", ...probe } }, site);
  };
  beforeEach(() => {
    site = new FakeSite();
  });
  afterEach(() => scene.stop());
  const probe = async (name: string): Promise<ReadonlyMap<string, number>> =>
    seriesOf((await scene.get(`/probe?pv=${encodeURIComponent(name)}`)).body);

  it("succeeds when its server has the channel", async () => {
    await start();
    const series = await probe("SYS:a");
    assert.equal(series.get("probe_success"), 1);
    assert.equal(series.get('pvmon_probe_outcome{outcome="connected"}'), 1);
    assert.ok(series.has("probe_duration_seconds"));
    assert.deepEqual(site.asked, ["SYS:a 10.7.0.1:5064"]);
  });

  it("fails when the server does not have it, and says so", async () => {
    site.channel = { state: "refused" };
    await start();
    const series = await probe("SYS:a");
    assert.equal(series.get("probe_success"), 0);
    assert.equal(series.get('pvmon_probe_outcome{outcome="refused"}'), 1);
  });

  it("of a PV without a server fails, and nobody is asked", async () => {
    await start();
    const series = await probe("SYS:unheardOf");
    assert.equal(series.get("probe_success"), 0);
    assert.equal(series.get('pvmon_probe_outcome{outcome="unknown"}'), 1);
    assert.deepEqual(site.asked, []);
  });

  it("beyond the budget is refused, and asks nobody", async () => {
    await start({ perSecond: 2 });
    assert.equal((await scene.get("/probe?pv=SYS:a")).status, 200);
    const refused = await scene.get("/probe?pv=SYS:a");
    assert.deepEqual([refused.status, refused.headers["retry-after"]], [429, "1"]);
    assert.equal(site.asked.length, 1);
    assert.equal(scene.host.counters.get("probes_refused_total"), 1);
    await site.clock.advance(500);
    assert.equal((await scene.get("/probe?pv=SYS:a")).status, 200);
  });

  it("that takes too long has failed", async () => {
    let begun: () => void = () => undefined;
    const asking = new Promise<void>((resolve) => {
      begun = resolve;
    });
    site.channelInfo = {
      info: (_target, { signal }) => {
        begun();
        return new Promise((_resolve, reject) =>
          signal.addEventListener("abort", () => reject(signal.reason)),
        );
      },
    };
    await start({ timeoutSeconds: 5 });
    const series = probe("SYS:a");
    await asking;
    await site.clock.advance(5000);
    assert.equal((await series).get('pvmon_probe_outcome{outcome="timeout"}'), 1);
    assert.equal((await series).get("probe_duration_seconds"), 5);
  });

  it("needs a name, and the role operator unless the site says otherwise", async () => {
    scene = await startScene({ probe: { enabled: true } }, site);
    site.access.loopback = null;
    assert.equal((await scene.get("/probe?pv=SYS:a")).status, 401);
    site.access.loopback = "operator";
    assert.equal((await scene.get("/probe?pv=SYS:a")).status, 200);
    assert.equal((await scene.get("/probe")).status, 400);
    assert.equal((await scene.get(`/probe?pv=${"x".repeat(501)}`)).status, 400);
  });

  it("cannot be had without a plugin that asks", async () => {
    await start();
    site.channelInfo = undefined;
    await assert.rejects(
      startScene({ probe: { enabled: true } }, site),
      /add cainfo under probes:/,
    );
  });
});
