/** A copy of the database as of one moment, whoever writes to it meanwhile. */
import { existsSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import Sqlite from "better-sqlite3";
import type { BackupOrder } from "pvmon";
import type { Config } from "./config.js";
import { schemaVersion } from "./migrations.js";

/** Under another name until it is whole, checked and on the disk. */
export async function backup({ config: { path }, to }: BackupOrder<Config>): Promise<void> {
  if (!existsSync(path)) throw new Error(`${path} is not there: nothing has been stored yet`);
  const draft = `${to}.part`;
  await rm(draft, { force: true });
  try {
    copy(path, draft);
    check(draft);
    const file = await open(draft, "r");
    await file.sync().finally(() => file.close());
    await rename(draft, to);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** One read of the whole: it begins anew for no write, as the copying of pages would, and leaves out what is empty. */
function copy(path: string, to: string): void {
  const database = new Sqlite(path, { readonly: true, fileMustExist: true, timeout: 10_000 });
  try {
    schemaVersion(database, path);
    database.prepare("VACUUM INTO ?").run(to);
  } finally {
    database.close();
  }
}

function check(path: string): void {
  const database = new Sqlite(path, { readonly: true });
  try {
    const found = database.pragma("quick_check(1)", { simple: true });
    if (found !== "ok") throw new Error(`the copy is not sound: ${String(found)}`);
  } finally {
    database.close();
  }
}
