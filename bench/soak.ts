/**
 * An hour (or `SOAK_MINUTES`) at 5,000 names a second: whether pvmon's memory and handles stay what they are, and whether it counts
 * exactly what was sent to it and what it sent. Once a minute it collects its garbage, for what is left then tells whether it holds
 * on to more and more; in between it is as lazy as it is at a site.
 * It begins as after months, with a full operators' log (20,000 entries): that alone of what is bounded would not be full after an
 * hour, in which IOCs restart 120 times. In the first minute its clients have asked for all of their names, and the latest requests are
 * full, 1,000 of each client and 10,000 of the site; in the first few all PVs have been looked for and have their owners; after
 * twenty each IOC has restarted. SQLite has 16 MB of pages at most. Of traffic the running minute is kept, the rest is the store's.
 */
import { type ProcessSample, slopePerHour } from "../tests/site/soak/process-samples.js";
import { type HeldSample, NAMES_PER_SECOND, SoakedSite } from "../tests/site/soak/soaked-site.js";
import type { Benchmark, Course } from "./benchmark.js";

const MINUTES = Number(process.env.SOAK_MINUTES ?? 60);
const MINUTE_MS = 60_000;
const SAMPLE_MS = 10_000;
/** Caches fill, code is compiled: until then memory grows. */
const WARM_UP_SHARE = 1 / 6;

const none = { atMost: 0, unit: "" } as const;

const tenth = (value: number): number => Math.round(value * 10) / 10;

/** Without the first part of them. */
function warm<Sample>(samples: readonly Sample[]): readonly Sample[] {
  return samples.slice(Math.floor(samples.length * WARM_UP_SHARE));
}

/** What is left of it once garbage is collected, and the most that it had before. */
interface Minute extends HeldSample {
  readonly residentMegabytesAtMost: number;
}

async function oneMinute(site: SoakedSite): Promise<Minute> {
  const before = site.samples.length;
  await site.soak(MINUTE_MS, SAMPLE_MS);
  const residents = site.samples.slice(before).map(({ residentMegabytes }) => residentMegabytes);
  return { ...(await site.look()), residentMegabytesAtMost: Math.max(...residents) };
}

function courseOf(minutes: readonly Minute[]): Course {
  const begin = minutes[0]!.at - MINUTE_MS;
  const line = (figure: (minute: Minute) => number): number[] => minutes.map(figure).map(tenth);
  return {
    minutes: line(({ at }) => (at - begin) / MINUTE_MS),
    lines: {
      "resident memory at most": line((minute) => minute.residentMegabytesAtMost),
      "resident memory without garbage": line((minute) => minute.residentMegabytes),
      "held memory": line((minute) => minute.heldMegabytes),
    },
    unit: "MB",
  };
}

export default {
  name: "soak",
  what: `a pvmon with store, pages, metrics and probes at ${NAMES_PER_SECOND} names/s on a simulated site with restarts`,
  byNameOnly: true,
  async run() {
    const site = await SoakedSite.start("capture", { hasFullLog: true });
    try {
      const minutes: Minute[] = [];
      for (let n = 0; n < MINUTES; n++) minutes.push(await oneMinute(site));
      const { searches, names, datagrams, circuits } = await site.reckon();
      const samples = warm(site.samples);
      const held = warm(minutes);
      const first = samples[0]!;
      const last = samples.at(-1)!;
      const most = (figure: (sample: ProcessSample) => number): number =>
        Math.round(Math.max(...samples.map(figure)));
      const slope = (figure: (sample: ProcessSample) => number): number =>
        tenth(slopePerHour(samples, figure));
      return {
        figure: tenth(slopePerHour(held, ({ residentMegabytes }) => residentMegabytes)),
        unit: "MB/h of resident memory without garbage, after a sixth of the time",
        goals: [
          { atMost: 10, unit: "MB/h" },
          { of: "heldMegabytesPerHour", what: "memory that it holds", atMost: 2, unit: "MB/h" },
          { of: "handlesGrown", what: "handles more than after warm-up", atMost: 5, unit: "" },
          { of: "datagramsUncounted", what: "datagrams neither folded nor counted", ...none },
          { of: "packetsUncounted", what: "packets sent and not counted, or not sent", ...none },
        ],
        also: {
          minutes: MINUTES,
          handlesGrown: most(({ handles }) => handles) - first.handles,
          // The kernel's counters do not tell whose datagrams were dropped: all kinds count.
          datagramsUncounted: Math.max(0, searches.sent - searches.folded - searches.dropped),
          packetsUncounted:
            Math.abs(datagrams.seen - datagrams.counted) +
            Math.abs(circuits.seen - circuits.counted),
          residentMegabytesAtMost: most((sample) => sample.residentMegabytes),
          withGarbageMegabytesPerHour: slope((sample) => sample.residentMegabytes),
          heldMegabytesPerHour: tenth(slopePerHour(held, ({ heldMegabytes }) => heldMegabytes)),
          heldMegabytesAtTheEnd: Math.round(held.at(-1)!.heldMegabytes),
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
        course: courseOf(minutes),
      };
    } finally {
      await site.stop();
    }
  },
} satisfies Benchmark;
