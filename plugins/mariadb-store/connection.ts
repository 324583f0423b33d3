/** How every connection to the server is made. */
import { readFileSync } from "node:fs";
import type { ConnectionConfig } from "mariadb";
import type { Config } from "./config.js";

export const CONNECT_MS = 5000;
/** A connection that nothing came on is closed by the server after so long, and its lock with it, s. */
export const WAIT_SECONDS = 60;
export const PING_MS = 15_000;
/** Longer than anything but a person holds a lock, s. */
const LOCK_SECONDS = 10;

/** Without the database, which may have to be made. */
export function connectionOptions(config: Config): ConnectionConfig {
  const { host, port, socket, user, password, tls, authorityFile } = config;
  const ca = authorityFile === undefined ? {} : { ca: readFileSync(authorityFile, "utf8") };
  return {
    ...(socket === undefined ? { host, port } : { socketPath: socket }),
    user,
    password,
    ...(tls !== "off" && { ssl: { ...ca, rejectUnauthorized: tls === "verified" } }),
    connectTimeout: CONNECT_MS,
    keepAliveDelay: PING_MS,
    rowsAsArray: true,
    bigIntAsNumber: true,
    decimalAsNumber: true,
    insertIdAsNumber: true,
    checkNumberRange: true,
    // Values stay out of the texts of errors.
    logParam: false,
    sessionVariables: {
      wait_timeout: WAIT_SECONDS,
      lock_wait_timeout: LOCK_SECONDS,
      innodb_lock_wait_timeout: LOCK_SECONDS,
      sql_mode: "STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION",
    },
  };
}
