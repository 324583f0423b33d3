/** Memory of a pvmon that takes up many names at once, each asked for by two clients, until all of them are stored. */
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { HttpPlace, peakMegabytes, waitFor } from "../tests/peers/index.js";
import { PvmonProcess } from "../tests/site/pvmon-process.js";
import { type Benchmark, GROWTH, MILLION } from "./benchmark.js";
import { writeSearchCapture } from "./replay-capture.js";

/** Millions of names take minutes, on a machine that does other things too far more. */
const STORED_MS = 3_600_000;
const REQUESTERS = 2;
const SITE = `name: Many names
detectors:
  - use: ca-sniffer
    config: { source: file, file: { path: PATH/searches.pcap } }
spool: { folder: PATH/spool }
stores:
  - use: sqlite-store
    config: { path: PATH/pvmon.sqlite }
outputs:
  - use: http-api
  - use: web-ui
`;

/** How many PVs have been stored. */
function storedIn(folder: string): number {
  const database = new Sqlite(join(folder, "pvmon.sqlite"), { readonly: true });
  try {
    return database.prepare("SELECT count(*) FROM pv").pluck().get() as number;
  } finally {
    database.close();
  }
}

export default {
  name: "memory",
  what: "resident memory of pvmon at its peak, two requesters for each name, all stored in SQLite",
  sizes: GROWTH,
  async run({ names }) {
    const pvmon = new PvmonProcess(new HttpPlace([], {}), SITE);
    try {
      const tries = { tries: REQUESTERS, requesters: REQUESTERS };
      await writeSearchCapture(join(pvmon.folder, "searches.pcap"), names, tries);
      await pvmon.start();
      const isStored = async (): Promise<boolean> => {
        const { counts, outboxes } = await pvmon.get<{
          counts: { pvs: { total: number } };
          outboxes: readonly { records: number; history: number }[];
        }>("/api/v1/status");
        const [outbox] = outboxes;
        if (counts.pvs.total < names || outbox?.records !== 0 || outbox.history !== 0) return false;
        return storedIn(pvmon.folder) === names;
      };
      await waitFor("all names are stored", isStored, STORED_MS);
      return {
        figure: peakMegabytes(pvmon.pid),
        unit: "MB",
        goals: [
          { atMost: 450, unit: "MB" },
          { atMost: 1800, unit: "MB", names: 5 * MILLION },
        ],
      };
    } finally {
      await pvmon.kill();
      pvmon.remove();
    }
  },
} satisfies Benchmark;
