/** Whether the server takes the user, and the user may do what pvmon does there. Nothing is made or changed. */
import { type Connection, createConnection } from "mariadb";
import type { Examination, Finding } from "pvmon";
import type { Config } from "./config.js";
import { connectionOptions } from "./connection.js";
import { MIGRATIONS, schemaVersion } from "./migrations.js";
import { lockName } from "./session.js";
import { codeOf, inWords } from "./words.js";

/** Rows with what is known of a busy server take a megabyte; MariaDB's own default is sixteen. */
const PACKET_BYTES = 4 * 1024 * 1024;
const NEEDED = ["SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "INDEX", "DROP"];

const PRIVILEGES = `SELECT privilege_type FROM information_schema.user_privileges WHERE grantee IN (:grantees)
  UNION SELECT privilege_type FROM information_schema.schema_privileges
    WHERE grantee IN (:grantees) AND :database LIKE table_schema`;

export async function diagnose({
  config,
  signal,
  runningPid,
}: Examination<Config>): Promise<readonly Finding[]> {
  let connection: Connection;
  try {
    connection = await createConnection(connectionOptions(config));
  } catch (error) {
    return [unreachable(config, error)];
  }
  // The question that is under way, or the next, says it; without a listener it would end the process.
  connection.on("error", () => undefined);
  const end = (): void => connection.destroy();
  signal.addEventListener("abort", end, { once: true });
  try {
    const server = { subject: "server", state: "ok" as const, saw: connection.serverVersion() };
    return [
      server,
      await privilegesFinding(connection, config),
      await packetFinding(connection),
      await databaseFinding(connection, config),
      await lockFinding(connection, config, runningPid),
    ];
  } catch (error) {
    throw inWords(error);
  } finally {
    signal.removeEventListener("abort", end);
    await connection.end().catch(end);
  }
}

function unreachable({ host, port, socket, user, database }: Config, error: unknown): Finding {
  const where = socket ?? `${host}:${port}`;
  const todo = /ACCESS_DENIED/.test(codeOf(error))
    ? `as root of the server: CREATE USER '${user}'@'%' IDENTIFIED BY '<password>'; GRANT ALL ON \`${database}\`.* TO '${user}'@'%'; and its password in the site file`
    : `see that the server runs and is reached: mariadb-admin ping ${socket === undefined ? `--host=${host} --port=${port}` : `--socket=${socket}`}`;
  return { subject: "server", state: "failed", saw: `${where}: ${inWords(error).message}`, todo };
}

async function privilegesFinding(
  connection: Connection,
  { user, database }: Config,
): Promise<Finding> {
  const subject = "privileges";
  const [own] = await connection.query<[string][]>("SELECT CURRENT_USER()");
  const roles = await connection.query<[string | null][]>(
    "SELECT role_name FROM information_schema.enabled_roles WHERE role_name IS NOT NULL",
  );
  const grantees = [quoted(own?.[0] ?? ""), ...roles.map(([role]) => `'${role}'@''`)];
  const rows = await connection.query<[string][]>(
    { sql: PRIVILEGES, namedPlaceholders: true },
    { grantees, database },
  );
  const granted = new Set(rows.map(([privilege]) => privilege));
  const missing = NEEDED.filter((privilege) => !granted.has(privilege));
  if (missing.length === 0) return { subject, state: "ok", saw: `${user} has all on ${database}` };
  return {
    subject,
    state: "failed",
    saw: `${own?.[0]} lacks ${missing.join(", ")} on ${database}`,
    todo: `as root of the server: GRANT ALL ON \`${database}\`.* TO ${quoted(own?.[0] ?? "")}`,
  };
}

/** `pvmon@%` as the tables of privileges have it. */
function quoted(account: string): string {
  const at = account.lastIndexOf("@");
  return `'${account.slice(0, at)}'@'${account.slice(at + 1)}'`;
}

async function packetFinding(connection: Connection): Promise<Finding> {
  const subject = "max_allowed_packet";
  const [row] = await connection.query<[number][]>("SELECT @@global.max_allowed_packet");
  const bytes = Number(row?.[0]);
  const saw = `${bytes} bytes`;
  if (bytes >= PACKET_BYTES) return { subject, state: "ok", saw };
  const todo = `max_allowed_packet=16M in the server's [mariadb], or: SET GLOBAL max_allowed_packet=16777216`;
  return { subject, state: "warning", saw: `${saw}: longer rows are refused`, todo };
}

async function databaseFinding(connection: Connection, { database }: Config): Promise<Finding> {
  const subject = "database";
  try {
    await connection.query(`USE \`${database}\``);
  } catch (error) {
    if (codeOf(error) === "ER_BAD_DB_ERROR") {
      return { subject, state: "ok", saw: `${database} will be made` };
    }
    const saw = inWords(error).message;
    return { subject, state: "failed", saw, todo: "give the user its privileges: see above" };
  }
  try {
    const version = await schemaVersion(connection, database);
    const later =
      version === MIGRATIONS.length ? "" : `, brought to ${MIGRATIONS.length} by the next start`;
    return { subject, state: "ok", saw: `${database}, schema ${version}${later}` };
  } catch (error) {
    const saw = inWords(error).message;
    return { subject, state: "failed", saw, todo: "update pvmon, or name another database" };
  }
}

async function lockFinding(
  connection: Connection,
  { database }: Config,
  runningPid: number | undefined,
): Promise<Finding> {
  const subject = "use";
  const [row] = await connection.execute<[number | null][]>("SELECT IS_USED_LOCK(?)", [
    lockName(database),
  ]);
  if (row?.[0] === null) return { subject, state: "ok", saw: "no pvmon uses it now" };
  if (runningPid !== undefined) {
    return { subject, state: "ok", saw: `this site uses it, process ${runningPid}` };
  }
  return {
    subject,
    state: "failed",
    saw: "another pvmon uses it, or one whose process this user does not see",
    todo: "stop that one, or name another database",
  };
}
