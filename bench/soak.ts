/**
 * An hour (or `SOAK_MINUTES`) at 5,000 names a second: whether pvmon's memory and handles stay what they are, and whether it counts
 * exactly what was sent to it and what it sent.
 */
import { type ProcessSample, slopePerHour } from "../tests/site/soak/process-samples.js";
import { NAMES_PER_SECOND, SoakedSite } from "../tests/site/soak/soaked-site.js";
import type { Benchmark } from "./benchmark.js";

const MINUTES = Number(process.env.SOAK_MINUTES ?? 60);
const SAMPLES_PER_MINUTE = 6;
/** Caches fill, code is compiled: until then memory grows. */
const WARM_UP_SHARE = 1 / 6;

const none = { atMost: 0, unit: "" } as const;

export default {
  name: "soak",
  what: `a pvmon with store, pages, metrics and probes at ${NAMES_PER_SECOND} names/s on a simulated site with restarts`,
  byNameOnly: true,
  async run() {
    const site = await SoakedSite.start("capture");
    try {
      await site.soak(MINUTES * 60_000, 60_000 / SAMPLES_PER_MINUTE);
      const { searches, names, datagrams, circuits } = await site.reckon();
      const warm = site.samples.slice(Math.floor(site.samples.length * WARM_UP_SHARE));
      const first = warm[0]!;
      const last = warm.at(-1)!;
      const most = (figure: (sample: ProcessSample) => number): number =>
        Math.round(Math.max(...warm.map(figure)));
      const slope = (figure: (sample: ProcessSample) => number): number =>
        Math.round(slopePerHour(warm, figure) * 10) / 10;
      return {
        figure: slope(({ residentMegabytes }) => residentMegabytes),
        unit: "MB/h of resident memory, after a sixth of the time",
        goals: [
          { atMost: 10, unit: "MB/h" },
          { of: "handlesGrown", what: "handles more than after warm-up", atMost: 5, unit: "" },
          { of: "datagramsUncounted", what: "datagrams neither folded nor counted", ...none },
          { of: "packetsUncounted", what: "packets sent and not counted, or not sent", ...none },
        ],
        also: {
          minutes: MINUTES,
          handlesGrown: most(({ handles }) => handles) - first.handles,
          datagramsUncounted: Math.abs(searches.sent - searches.folded - searches.dropped),
          packetsUncounted:
            Math.abs(datagrams.seen - datagrams.counted) +
            Math.abs(circuits.seen - circuits.counted),
          residentMegabytesAfterWarmUp: Math.round(first.residentMegabytes),
          residentMegabytesAtTheEnd: Math.round(last.residentMegabytes),
          residentMegabytesAtMost: most((sample) => sample.residentMegabytes),
          heapMegabytesPerHour: slope(({ heapMegabytes }) => heapMegabytes),
          childrenMegabytesPerHour: slope(({ childrenMegabytes }) => childrenMegabytes),
          handlesAfterWarmUp: first.handles,
          handlesAtTheEnd: last.handles,
          handlesAtMost: most(({ handles }) => handles),
          threadsAtMost: most(({ threads }) => threads),
          eventLoopDelayP99MsAtMost: most((sample) => sample.eventLoopDelayP99Ms),
          eventLoopDelayMsAtMost: most((sample) => sample.eventLoopDelayMaxMs),
          databaseMegabytesPerHour: slope(({ databaseMegabytes }) => databaseMegabytes),
          namesSent: names.sent,
          namesFolded: names.folded,
          datagramsSent: searches.sent,
          datagramsFolded: searches.folded,
          datagramsDroppedAndCounted: searches.dropped,
          datagramsOfPvmonCounted: datagrams.counted,
          datagramsOfPvmonSeen: datagrams.seen,
          circuitsOfPvmonCounted: circuits.counted,
          circuitsOfPvmonSeen: circuits.seen,
        },
      };
    } finally {
      await site.stop();
    }
  },
} satisfies Benchmark;
