/** The deleting of history that is too old, in pieces that hold up no write for long. */
import type { Connection } from "mariadb";
import { DAY_MS, type KeepDays, STEPS } from "pvmon/sql-store";

const MOST_ROWS = 10_000;
/** More than any site has: addresses that were only ever forged must not fill the disk. */
const MAX_CLIENTS = 100_000;

interface Deletion {
  readonly affectedRows: number;
}

/** Answers whether there is more to delete. */
export async function purge(
  connection: Connection,
  keepDays: KeepDays,
  now: number,
): Promise<boolean> {
  const deletions: readonly (readonly [sql: string, before: number])[] = [
    ["DELETE FROM event WHERE at < ? ORDER BY at LIMIT ?", now - keepDays.events * DAY_MS],
    ["DELETE FROM fact WHERE ends < ? ORDER BY ends LIMIT ?", now - keepDays.facts * DAY_MS],
    ...STEPS.map(({ stepMs, keep }): [string, number] => [
      `DELETE FROM traffic WHERE step_ms = ${stepMs} AND at < ? ORDER BY at LIMIT ?`,
      now - keepDays[keep] * DAY_MS,
    ]),
  ];
  let more = false;
  for (const [sql, before] of deletions) {
    const { affectedRows } = await connection.execute<Deletion>(sql, [before, MOST_ROWS]);
    more ||= affectedRows === MOST_ROWS;
  }
  await purgeClients(connection);
  return more;
}

/** Forgets the clients that were not seen for longest, where there are more than can be real. */
async function purgeClients(connection: Connection): Promise<void> {
  const [row] = await connection.query<[number][]>("SELECT count(*) FROM client");
  const surplus = (row?.[0] ?? 0) - MAX_CLIENTS;
  if (surplus <= 0) return;
  const sql = "DELETE FROM client ORDER BY last_seen LIMIT ?";
  await connection.execute(sql, [Math.min(surplus, MOST_ROWS)]);
}
