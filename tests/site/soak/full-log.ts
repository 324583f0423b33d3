/** The database of a pvmon that has run for months: its operators' log has more entries than pvmon remembers. */
import { LOG_STATE_OF } from "../../../core/model/log/journal.js";
import { createInstance, eventRow, FakeClock } from "../../../core/testkit/index.js";
import sqliteStore from "../../../plugins/sqlite-store/index.js";
import { waitFor } from "../../peers/index.js";
import type { PvmonProcess } from "../pvmon-process.js";

/** What a journal remembers: so many that are pending, and so many others. */
const PENDING = 10_000;
const OTHERS = 10_000;
const ENTRIES_PER_WRITE = 1000;
/** Two months of them, the last before this run. */
const EVERY_MS = 240_000;
const TYPE = "server.restarted";

/**
 * Writes pending entries, all that a start reads, as many as pvmon remembers of any kind. With its first event pvmon acknowledges
 * those that are too many to be pending, and has as many others as it remembers.
 * @param path of a file for `sqlite-store`
 * @param hosts that they are about, by turns
 */
export async function fillLog(path: string, hosts: readonly string[]): Promise<void> {
  const { instance: store } = createInstance(sqliteStore, { path }, { clock: new FakeClock() });
  const firstAt = Date.now() - (PENDING + OTHERS) * EVERY_MS;
  await store.start();
  for (let n = 0; n < PENDING + OTHERS; n += ENTRIES_PER_WRITE) {
    const entries = Array.from({ length: ENTRIES_PER_WRITE }, (_, index) => {
      const host = hosts[(n + index) % hosts.length]!;
      return entry(firstAt + (n + index) * EVERY_MS, host);
    });
    await store.write(entries, new AbortController().signal);
  }
  await store.stop();
}

/** Until it has acknowledged as many as were too many, which it can only when it had read them all. */
export async function logIsFull(pvmon: PvmonProcess): Promise<void> {
  const count = async (state: string): Promise<number> =>
    Number((await pvmon.get(`/api/v1/logs?limit=1&state=${state}`)).total);
  const isFull = async () =>
    (await count("acknowledged")) >= OTHERS && (await count("pending")) >= PENDING;
  await waitFor("the log is full", isFull, 60_000);
}

/** As a pvmon of the soaked site tells it. */
function entry(at: number, host: string): ReturnType<typeof eventRow> {
  const server = `${host}:5064`;
  return eventRow(0, {
    id: String(at * 1000),
    at,
    type: TYPE,
    severity: "warning",
    subject: server,
    text: `server ${server} restarted`,
    evidence: {
      previousSequence: 110,
      previousBeaconAt: at - 5000,
      sequence: 0,
      lastBeaconAt: at + 1000,
      lostAt: null,
      watched: true,
      restarts: 1,
    },
    host,
    server,
    log: LOG_STATE_OF[TYPE]!,
  });
}
