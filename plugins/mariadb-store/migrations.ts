/** The schema, as numbered steps that are never edited once released; the table `pvmon_schema` says which are done. */
import type { Connection } from "mariadb";

/** Up to MariaDB's longest name, in any letters. */
const KEY = "VARCHAR(500) NOT NULL";
const SHORT = "VARCHAR(64) NOT NULL";

/**
 * Times are UTC ms. `pv.record` holds all of a PV, packed by `pvmon/sql-store`, since a million rows of many columns take
 * seconds to read; the columns before it are copies for people. `track`, `evidence`, `fields`, `options`, `expected_ports`,
 * `hosts`, `readings` and `heartbeat` are JSON. `traffic.step_ms` is the width of the interval that starts at `at`; `total`
 * is the sum over its `minutes` minutes. A fact holds from `begins` up to, not including, `ends`; null: it still does.
 * MariaDB commits every statement of these at once, so each has to be one that may come again.
 */
export const MIGRATIONS: readonly (readonly string[])[] = [
  [
    `CREATE TABLE IF NOT EXISTS pv (
       name VARBINARY(499) PRIMARY KEY, state ${SHORT}, requests BIGINT NOT NULL, first_seen BIGINT NOT NULL,
       last_requested BIGINT NOT NULL, last_seen BIGINT NOT NULL, record BLOB NOT NULL)`,
    `CREATE TABLE IF NOT EXISTS server (
       server ${SHORT} PRIMARY KEY, state ${SHORT}, first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL,
       track MEDIUMTEXT NOT NULL)`,
    `CREATE TABLE IF NOT EXISTS client (
       client INT UNSIGNED PRIMARY KEY, first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL, searches BIGINT NOT NULL,
       datagrams BIGINT NOT NULL, INDEX (last_seen))`,
    `CREATE TABLE IF NOT EXISTS host (
       host ${SHORT} PRIMARY KEY, first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL, description MEDIUMTEXT NOT NULL,
       options MEDIUMTEXT NOT NULL, expected_ports MEDIUMTEXT NOT NULL, expected_apps BIGINT)`,
    `CREATE TABLE IF NOT EXISTS app (
       app ${SHORT} PRIMARY KEY, host ${SHORT}, command MEDIUMTEXT NOT NULL, directory MEDIUMTEXT NOT NULL,
       command_line MEDIUMTEXT, name MEDIUMTEXT, critical ${SHORT}, first_seen BIGINT NOT NULL,
       last_seen BIGINT NOT NULL, port INT, heartbeat MEDIUMTEXT NOT NULL)`,
    `CREATE TABLE IF NOT EXISTS host_group (
       id ${KEY} PRIMARY KEY, name MEDIUMTEXT NOT NULL, hosts MEDIUMTEXT NOT NULL)`,
    `CREATE TABLE IF NOT EXISTS metrics (
       source ${KEY} PRIMARY KEY, host ${SHORT}, at BIGINT NOT NULL, readings MEDIUMTEXT NOT NULL,
       clock_offset_seconds DOUBLE, up_seconds DOUBLE)`,
    `CREATE TABLE IF NOT EXISTS event (
       id BIGINT PRIMARY KEY, at BIGINT NOT NULL, type ${SHORT}, severity ${SHORT}, subject VARCHAR(1000) NOT NULL,
       text MEDIUMTEXT NOT NULL, evidence MEDIUMTEXT NOT NULL, host VARCHAR(64), server VARCHAR(64), client VARCHAR(64),
       pv VARCHAR(500), app VARCHAR(64), log VARCHAR(64), acknowledged_at BIGINT, acknowledged_by MEDIUMTEXT,
       INDEX (at), INDEX (type, at), INDEX (severity, at), INDEX (host, at, log), INDEX (server, at), INDEX (client, at), INDEX (pv, at),
       INDEX (app, at), INDEX (log, at))`,
    `CREATE TABLE IF NOT EXISTS traffic (
       step_ms BIGINT NOT NULL, at BIGINT NOT NULL, series VARCHAR(510) NOT NULL, total DOUBLE NOT NULL,
       minutes BIGINT NOT NULL, PRIMARY KEY (step_ms, at, series))`,
    `CREATE TABLE IF NOT EXISTS fact (
       fact VARCHAR(20) NOT NULL, subject ${KEY}, value VARCHAR(100) NOT NULL, begins BIGINT NOT NULL, ends BIGINT,
       PRIMARY KEY (fact, subject, value, begins), INDEX (fact, begins), INDEX (fact, ends), INDEX (ends))`,
    // A unique index over whole texts is one over their hashes.
    `CREATE TABLE IF NOT EXISTS site_fact (
       subject MEDIUMTEXT NOT NULL, name MEDIUMTEXT NOT NULL, at BIGINT NOT NULL, fields MEDIUMTEXT NOT NULL,
       UNIQUE (subject, name))`,
  ],
];

/** Names differ in case, in accents and in spaces at their end. */
export const CHARACTERS = "CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin";

const VERSION_TABLE = `CREATE TABLE IF NOT EXISTS pvmon_schema (
  version INT PRIMARY KEY, done_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP)`;

/**
 * How many steps are done; 0 when the database is empty.
 * @throws Error when the database belongs to another program or to a newer pvmon, which knows more than `known`.
 */
export async function schemaVersion(
  connection: Connection,
  database: string,
  known = MIGRATIONS.length,
): Promise<number> {
  const tables = await connection.execute<[string][]>(
    "SELECT table_name FROM information_schema.tables WHERE table_schema = ?",
    [database],
  );
  const isOurs = tables.some(([name]) => name === "pvmon_schema");
  if (!isOurs && tables.length > 0) {
    throw new Error(`the database ${database} is another program's: choose another one`);
  }
  if (!isOurs) return 0;
  const [row] = await connection.query<[number | null][]>("SELECT max(version) FROM pvmon_schema");
  const version = row?.[0] ?? 0;
  if (version > known) {
    throw new Error(
      `the database ${database} was written by a newer pvmon (schema ${version}, this one knows ${known}): update pvmon or choose another database`,
    );
  }
  return version;
}

/**
 * Brings the schema up to date.
 * @param steps all there are, of which those that were not done yet are done
 * @throws Error as {@link schemaVersion}.
 */
export async function migrate(
  connection: Connection,
  database: string,
  steps: readonly (readonly string[])[] = MIGRATIONS,
): Promise<void> {
  const version = await schemaVersion(connection, database, steps.length);
  if (version === 0) await run(connection, VERSION_TABLE);
  for (const [index, statements] of steps.slice(version).entries()) {
    for (const statement of statements) await run(connection, statement);
    await connection.execute("INSERT INTO pvmon_schema (version) VALUES (?)", [
      version + index + 1,
    ]);
  }
}

/** A new table is made as all are, whatever the server's defaults. */
async function run(connection: Connection, statement: string): Promise<void> {
  const isTable = statement.startsWith("CREATE TABLE");
  const made = isTable ? ` ENGINE = InnoDB ROW_FORMAT = DYNAMIC ${CHARACTERS}` : "";
  await connection.query(`${statement}${made}`);
}
