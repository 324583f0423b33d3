/** Whether the file can be used: its folder, the driver, whose it is, and of which schema; and when it was copied. Nothing is migrated. */
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import Sqlite from "better-sqlite3";
import type { Examination, Finding } from "pvmon";
import { folderFinding } from "pvmon/diagnosis";
import type { Config } from "./config.js";
import { backupFinding } from "./last-backup.js";
import { SCHEMA_VERSION, schemaVersion } from "./migrations.js";

export async function diagnose({
  config: { path },
  now,
}: Examination<Config>): Promise<readonly Finding[]> {
  const findings = [folderFinding(dirname(path)), driverFinding() ?? fileFinding(path)];
  return existsSync(path) ? [...findings, backupFinding(path, now)] : findings;
}

/** Its native part belongs to one version of Node; undefined when it works. */
function driverFinding(): Finding | undefined {
  try {
    new Sqlite(":memory:").close();
    return undefined;
  } catch (error) {
    const [saw = ""] = String((error as Error).message).split("\n");
    const todo = "install pvmon anew with the Node that runs it, or with another store";
    return { subject: "SQLite", state: "failed", saw, todo };
  }
}

function fileFinding(path: string): Finding {
  const subject = "database";
  if (!existsSync(path)) return { subject, state: "ok", saw: `${path} will be made` };
  let database: Sqlite.Database | undefined;
  try {
    database = new Sqlite(path, { readonly: true, timeout: 2000 });
    const version = schemaVersion(database, path);
    const saw =
      version === SCHEMA_VERSION
        ? `${path}, schema ${version}`
        : `${path}, schema ${version}, brought to ${SCHEMA_VERSION} by the next start`;
    return { subject, state: "ok", saw };
  } catch (error) {
    const saw = (error as Error).message;
    const todo = `see whose it is: ls -l ${path}; restore a copy, or name another path`;
    return { subject, state: "failed", saw: saw.includes(path) ? saw : `${path}: ${saw}`, todo };
  } finally {
    database?.close();
  }
}
