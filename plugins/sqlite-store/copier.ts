/** Entry of the process that copies a database: only a process can be ended in the midst of it, since a copy is one call of SQLite. */
import Sqlite from "better-sqlite3";
import { schemaVersion } from "./migrations.js";
import type { Outcome } from "./protocol.js";

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

const [, , path = "", to = ""] = process.argv;
let outcome: Outcome;
try {
  copy(path, to);
  check(to);
  outcome = { result: null };
} catch (error) {
  outcome = { error: error instanceof Error ? error.message : String(error) };
}
process.send?.(outcome);
