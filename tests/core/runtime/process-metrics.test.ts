import assert from "node:assert/strict";
import type { ProcessSample } from "../../../core/model/traffic/traffic.js";
import { Metrics } from "../../../core/runtime/metrics.js";
import { ProcessMetrics } from "../../../core/runtime/process-metrics.js";
import { FakeClock } from "../../../core/testkit/index.js";

/** Uses up that much processor time. */
function work(ms: number): void {
  const before = process.cpuUsage();
  for (let used = 0; used < ms * 1000; ) {
    const { user, system } = process.cpuUsage(before);
    used = user + system;
  }
}

describe("figures of the process itself", () => {
  it("samples memory, and the processor time since the sample before, at the start and every 10 s until it is stopped", async () => {
    const clock = new FakeClock();
    const metrics = new Metrics();
    const samples: ProcessSample[] = [];
    const figures = new ProcessMetrics(metrics.of("pvmon"), clock, (sample) =>
      samples.push(sample),
    );
    figures.start();
    work(60);
    await clock.advance(10_000);
    await clock.advance(10_000);
    figures.stop();
    await clock.advance(60_000);

    assert.equal(samples.length, 3);
    const [first, busy, idle] = samples;
    assert.ok(first !== undefined && busy !== undefined && idle !== undefined);
    assert.ok(first.processCpu > 0, "since the process began");
    assert.ok(busy.processRss > 1e6, "bytes, not megabytes");
    assert.ok(busy.processCpu >= 0.006 && busy.processCpu < 1, String(busy.processCpu));
    assert.ok(idle.processCpu < busy.processCpu, "what was told before does not count again");
    const shown = metrics.samples().find(({ name }) => name === "cpu_share");
    assert.equal(shown?.value, idle.processCpu);
  });
});
