/** A pvmon under load for a while, with either way of listening; `npm run bench soak` does the same for an hour. */
import assert from "node:assert/strict";
import type { ProcessSample } from "./soak/process-samples.js";
import { NAMES_PER_SECOND, type Reckoning, SoakedSite } from "./soak/soaked-site.js";

const SOAK_MS = 60_000;
const SAMPLE_MS = 2000;
/** Connections that are open in the moment of one sample and not of another. */
const HANDLES_MARGIN = 5;
/** In the second half of the time, of what is no garbage: 5 MB of events and traffic to remember. A leak of 0.5 MB/s makes it 20. */
const MAX_GROWTH_MEGABYTES = 12;

for (const source of ["sockets", "capture"] as const) {
  describe(`pvmon with source: ${source} at ${NAMES_PER_SECOND} names/s`, function () {
    this.timeout(SOAK_MS + 120_000);
    let site: SoakedSite;
    let reckoning: Reckoning;
    const heldMegabytes: number[] = [];

    before(async () => {
      site = await SoakedSite.start(source);
      for (let half = 0; half < 2; half++) {
        await site.soak(SOAK_MS / 2, SAMPLE_MS);
        heldMegabytes.push((await site.look()).heldMegabytes);
      }
      reckoning = await site.reckon();
    });
    after(() => site?.stop());

    const atMost = (figure: (sample: ProcessSample) => number) => {
      const { samples } = site;
      const half = samples.length >> 1;
      const most = (some: readonly ProcessSample[]) => Math.max(...some.map(figure));
      return { before: most(samples.slice(0, half)), after: most(samples.slice(half)) };
    };

    it("counts every datagram and every name that was sent, or says that it was dropped", () => {
      const { searches, names } = reckoning;
      const namesOfEach = names.sent / searches.sent;
      assert.ok(names.sent >= (NAMES_PER_SECOND * SOAK_MS) / 1000, `only ${names.sent} names`);
      assert.ok(searches.folded <= searches.sent, JSON.stringify(searches));
      assert.ok(searches.folded + searches.dropped >= searches.sent, JSON.stringify(searches));
      assert.equal(names.folded, searches.folded * namesOfEach);
    });

    it("counts every search datagram that it sends, and every question", () => {
      const { datagrams, circuits } = reckoning;
      assert.ok(datagrams.seen > 100 && circuits.seen > 0, JSON.stringify(reckoning));
      assert.equal(datagrams.counted, datagrams.seen);
      assert.equal(circuits.counted, circuits.seen);
    });

    it("holds no more handles and threads than before", () => {
      const handles = atMost((sample) => sample.handles);
      assert.ok(handles.after <= handles.before + HANDLES_MARGIN, JSON.stringify(handles));
      const threads = atMost((sample) => sample.threads);
      assert.ok(threads.after <= threads.before, JSON.stringify(threads));
    });

    it("holds hardly more memory at the end than half-way, and lets nothing pile up before its store", () => {
      const [before = 0, after = 0] = heldMegabytes;
      assert.ok(after - before < MAX_GROWTH_MEGABYTES, `${before} MB, then ${after} MB`);
      const waiting = site.samples.at(-1)!.outboxRecords;
      assert.ok(waiting < NAMES_PER_SECOND * 10, `${waiting} records wait`);
    });
  });
}
