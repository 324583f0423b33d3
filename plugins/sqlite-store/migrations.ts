/** The schema, as numbered steps that are never edited once released: `PRAGMA user_version` says how many are done. */
import type { Database } from "better-sqlite3";

/** "PVMn": marks the file as ours, for `file(1)` and for a clear error on somebody else's database. */
const APPLICATION_ID = 0x50564d6e;

/**
 * Times are UTC ms. `pv.record` holds all of a PV, packed by `pvmon/sql-store`, since a million rows of many columns take
 * seconds to read; the columns before it are copies for people. `track`, `evidence`, `fields`, `options`, `expected_ports`,
 * `hosts`, `readings` and `heartbeat` are JSON. `traffic.step_ms` is the width of the interval that starts at `at`; `total`
 * is the sum over its `minutes` minutes. A fact holds from `begins` up to, not including, `ends`; null: it still does.
 */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE pv (
     name BLOB PRIMARY KEY, state TEXT NOT NULL, requests INTEGER NOT NULL, first_seen INTEGER NOT NULL,
     last_requested INTEGER NOT NULL, last_seen INTEGER NOT NULL, record BLOB NOT NULL) WITHOUT ROWID;
   CREATE TABLE server (
     server TEXT PRIMARY KEY, state TEXT NOT NULL, first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
     track TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE client (
     client INTEGER PRIMARY KEY, first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
     searches INTEGER NOT NULL, datagrams INTEGER NOT NULL);
   CREATE TABLE event (
     id INTEGER PRIMARY KEY, at INTEGER NOT NULL, type TEXT NOT NULL, severity TEXT NOT NULL, subject TEXT NOT NULL,
     text TEXT NOT NULL, evidence TEXT NOT NULL, host TEXT, server TEXT, client TEXT, pv TEXT);
   CREATE INDEX event_at ON event (at);
   CREATE INDEX event_type ON event (type);
   CREATE INDEX event_host ON event (host) WHERE host IS NOT NULL;
   CREATE INDEX event_server ON event (server) WHERE server IS NOT NULL;
   CREATE INDEX event_client ON event (client) WHERE client IS NOT NULL;
   CREATE INDEX event_pv ON event (pv) WHERE pv IS NOT NULL;
   CREATE TABLE traffic (
     step_ms INTEGER NOT NULL, at INTEGER NOT NULL, series TEXT NOT NULL, total REAL NOT NULL, minutes INTEGER NOT NULL,
     PRIMARY KEY (step_ms, at, series)) WITHOUT ROWID;
   CREATE TABLE site_fact (
     subject TEXT NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL, fields TEXT NOT NULL,
     PRIMARY KEY (subject, name)) WITHOUT ROWID;`,
  // Every index of events but that of ids ends with the time, and has the id in it: both questions are answered from it alone.
  `CREATE TABLE host (
     host TEXT PRIMARY KEY, first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, description TEXT NOT NULL,
     options TEXT NOT NULL, expected_ports TEXT NOT NULL, expected_apps INTEGER) WITHOUT ROWID;
   CREATE TABLE app (
     app TEXT PRIMARY KEY, host TEXT NOT NULL, command TEXT NOT NULL, directory TEXT NOT NULL, command_line TEXT,
     name TEXT, critical TEXT NOT NULL, first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, port INTEGER,
     heartbeat TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE host_group (id TEXT PRIMARY KEY, name TEXT NOT NULL, hosts TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE metrics (
     source TEXT PRIMARY KEY, host TEXT NOT NULL, at INTEGER NOT NULL, readings TEXT NOT NULL,
     clock_offset_seconds REAL, up_seconds REAL) WITHOUT ROWID;
   CREATE TABLE fact (
     fact TEXT NOT NULL, subject TEXT NOT NULL, value TEXT NOT NULL, begins INTEGER NOT NULL, ends INTEGER,
     PRIMARY KEY (fact, subject, value, begins)) WITHOUT ROWID;
   CREATE INDEX fact_begins ON fact (fact, begins);
   CREATE INDEX fact_ends ON fact (fact, ends) WHERE ends IS NOT NULL;
   ALTER TABLE event ADD COLUMN app TEXT;
   ALTER TABLE event ADD COLUMN log TEXT;
   ALTER TABLE event ADD COLUMN acknowledged_at INTEGER;
   ALTER TABLE event ADD COLUMN acknowledged_by TEXT;
   DROP INDEX event_type;
   DROP INDEX event_host;
   DROP INDEX event_server;
   DROP INDEX event_client;
   DROP INDEX event_pv;
   CREATE INDEX event_type ON event (type, at);
   CREATE INDEX event_severity ON event (severity, at);
   CREATE INDEX event_host ON event (host, at, log) WHERE host IS NOT NULL;
   CREATE INDEX event_server ON event (server, at) WHERE server IS NOT NULL;
   CREATE INDEX event_client ON event (client, at) WHERE client IS NOT NULL;
   CREATE INDEX event_pv ON event (pv, at) WHERE pv IS NOT NULL;
   CREATE INDEX event_app ON event (app, at) WHERE app IS NOT NULL;
   CREATE INDEX event_log ON event (log, at) WHERE log IS NOT NULL;`,
];

/** What a database of this pvmon has. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/**
 * How many steps are done; 0 when the file is new.
 * @throws Error when the file belongs to another program or to a newer pvmon.
 */
export function schemaVersion(database: Database, path: string): number {
  const version = Number(database.pragma("user_version", { simple: true }));
  const owner = Number(database.pragma("application_id", { simple: true }));
  const tables = database.prepare("SELECT count(*) FROM sqlite_master").pluck().get();
  if (owner !== APPLICATION_ID && (owner !== 0 || version !== 0 || tables !== 0)) {
    throw new Error(`${path} is the database of another program: choose another path`);
  }
  if (version > MIGRATIONS.length) {
    throw new Error(
      `${path} was written by a newer pvmon (schema ${version}, this one knows ${MIGRATIONS.length}): update pvmon or choose another path`,
    );
  }
  return version;
}

/**
 * Brings the schema up to date, each step whole or not at all.
 * @param steps all there are, of which those that were not done yet are done
 * @throws Error as {@link schemaVersion}.
 */
export function migrate(
  database: Database,
  path: string,
  steps: readonly string[] = MIGRATIONS,
): void {
  const version = schemaVersion(database, path);
  steps.slice(version).forEach((sql, index) => {
    database.transaction(() => {
      database.exec(sql);
      database.pragma(`application_id = ${APPLICATION_ID}`);
      database.pragma(`user_version = ${version + index + 1}`);
    })();
  });
}
