/** A pvmon that is started again: seconds until it serves all that its store remembers, and what memory that takes at most. */
import { HttpPlace, peakMegabytes } from "../tests/peers/index.js";
import { PvmonProcess } from "../tests/site/pvmon-process.js";
import { type Benchmark, GROWTH, MILLION } from "./benchmark.js";
import { fill, type Medium, mariadb, sqlite } from "./media.js";

const STARTS = 3;
const START_TIMEOUT_MS = 300_000;
/** A site starts it without what tests need. */
const AS_INSTALLED: readonly string[] = [];

function siteFile(store: string): string {
  return `name: A start
detectors:
  - use: ca-sniffer
spool: { folder: PATH/spool }
stores:
  - ${store}
outputs:
  - use: http-api
  - use: web-ui
`;
}

interface Start {
  readonly seconds: number;
  readonly megabytes: number;
}

async function started(pvmon: PvmonProcess, names: number): Promise<Start> {
  const begin = performance.now();
  await pvmon.start({ timeoutMs: START_TIMEOUT_MS, nodeOptions: AS_INSTALLED });
  const seconds = Math.round(performance.now() - begin) / 1000;
  const { items, total } = await pvmon.get("/api/v1/pvs?limit=1");
  if (total !== names) throw new Error(`${names} PVs stored, ${total} listed: ${items}`);
  const megabytes = peakMegabytes(pvmon.pid);
  await pvmon.stop();
  return { seconds, megabytes };
}

/** @param atMost seconds with a million names */
function restartBenchmark(
  name: string,
  from: string,
  atMost: number,
  open: () => Medium | Promise<Medium>,
): Benchmark {
  return {
    name,
    what: `seconds from the start of the process to the first answers, all PVs stored in ${from}`,
    sizes: GROWTH,
    async run({ names }) {
      const medium = await open();
      const pvmon = new PvmonProcess(new HttpPlace([], {}), siteFile(medium.entry));
      try {
        await fill(medium.create(), names);
        // The first one after an installation, which finds nothing in the caches of the machine.
        await started(pvmon, names);
        const starts: Start[] = [];
        while (starts.length < STARTS) starts.push(await started(pvmon, names));
        starts.sort((a, b) => a.seconds - b.seconds);
        const memory = { of: "peakMegabytes", what: "resident memory at its peak", unit: "MB" };
        return {
          figure: starts[STARTS >> 1]!.seconds,
          unit: "s",
          goals: [
            { atMost, unit: "s" },
            { ...memory, atMost: 450 },
            { ...memory, atMost: 1800, names: 5 * MILLION },
          ],
          also: { peakMegabytes: Math.max(...starts.map(({ megabytes }) => megabytes)) },
        };
      } finally {
        await pvmon.kill();
        pvmon.remove();
        await medium.remove();
      }
    },
  };
}

export const restartMariadb = restartBenchmark("restart-mariadb", "MariaDB", 6, mariadb);

export default restartBenchmark("restart", "SQLite", 3, sqlite);
