/** Errors of the server and of the way to it, as people say them. */
import { SqlError } from "mariadb";
import { RowRefusedError } from "pvmon";

/** By the code that MariaDB or the operating system gives. */
const WORDS: Readonly<Record<string, string>> = {
  ER_ACCESS_DENIED_ERROR: "the server refuses the user or the password",
  ER_ACCESS_DENIED_NO_PASSWORD_ERROR: "the server refuses the user or the password",
  ER_DBACCESS_DENIED_ERROR: "the user may not use the database",
  ER_TABLEACCESS_DENIED_ERROR: "the user may not use the tables",
  ER_SPECIFIC_ACCESS_DENIED_ERROR: "the user lacks a privilege",
  ER_HOST_NOT_PRIVILEGED: "the server takes no connections from this machine",
  ER_CON_COUNT_ERROR: "the server has too many connections",
  ER_SERVER_SHUTDOWN: "the server is being stopped",
  ER_CONNECTION_KILLED: "the server has closed the connection",
  ER_RECORD_FILE_FULL: "the database is full",
  ER_DISK_FULL: "the server's disk is full",
  ER_ERROR_ON_WRITE: "the server cannot write to its disk",
  ER_OPTION_PREVENTS_STATEMENT: "the server is read-only",
  ER_READ_ONLY_MODE: "the server is read-only",
  ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: "the server is read-only",
  ER_LOCK_WAIT_TIMEOUT: "another connection holds a lock on the tables",
  ER_LOCK_DEADLOCK: "another connection was in the way",
  ER_STATEMENT_TIMEOUT: "the server took too long",
  ER_CONNECTION_TIMEOUT: "the server does not answer",
  ER_SOCKET_TIMEOUT: "the server does not answer",
  ER_SOCKET_UNEXPECTED_CLOSE: "the server has closed the connection",
  ER_SOCKET_BAD_PORT: "the server's port is none",
  ER_CONNECTION_ALREADY_CLOSED: "the connection is closed",
  ER_CMD_CONNECTION_CLOSED: "the connection is closed",
  ER_SERVER_SSL_REQUIRED: "the server has no TLS",
  ECONNREFUSED: "the server cannot be reached: nothing listens there",
  ENOENT: "the server cannot be reached: it has no such socket",
  EACCES: "the server's socket may not be used",
  EHOSTUNREACH: "the server cannot be reached",
  ENETUNREACH: "the server cannot be reached",
  ETIMEDOUT: "the server does not answer",
  ECONNRESET: "the server has closed the connection",
  EPIPE: "the server has closed the connection",
  ENOTFOUND: "the server's name is unknown",
  EAI_AGAIN: "the server's name cannot be looked up",
};

/** What comes of a value: a column does not take it, or the server a statement as long as it makes it. */
const OF_ROW = new Set([
  "ER_BAD_NULL_ERROR",
  "ER_CONSTRAINT_FAILED",
  "ER_DATA_OUT_OF_RANGE",
  "ER_DATA_TOO_LONG",
  "ER_INVALID_CHARACTER_STRING",
  "ER_MAX_ALLOWED_PACKET",
  "ER_NET_PACKET_TOO_LARGE",
  "ER_PARAMETER_UNDEFINED",
  "ER_TRUNCATED_WRONG_VALUE",
  "ER_TRUNCATED_WRONG_VALUE_FOR_FIELD",
  "ER_WARN_DATA_OUT_OF_RANGE",
  "WARN_DATA_TRUNCATED",
]);

/** The disk's own error numbers, in texts of the server such as `Errcode: 28 "No space left on device"`. */
const FULL = /errcode: 28\b|No space left on device|Disk full/i;

/** The error in words, with the server's own text; the error itself is its cause. */
export function inWords(error: unknown): Error {
  const found = causeOf(error);
  const text = found instanceof SqlError ? (found.sqlMessage ?? found.message) : found.message;
  const code = codeOf(found);
  const words = FULL.test(text) ? "the server's disk is full" : WORDS[code];
  // Of some, the first line has all; the next ones repeat the statement.
  const [first = ""] = text.split("\n");
  const said = words === undefined ? first : `${words} (${first})`;
  if (OF_ROW.has(code)) return new RowRefusedError(said, { cause: error });
  return new Error(said, { cause: error });
}

/** What comes of the connection itself: no more can be done on it. */
export function isFatal(error: unknown): boolean {
  return !(error instanceof SqlError) || error.fatal;
}

export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "";
}

/** A pool that could not connect says so of itself; why is in the cause. */
export function causeOf(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  return error.cause instanceof Error && /POOL|GET_CONNECTION|SOCKET_/.test(codeOf(error))
    ? causeOf(error.cause)
    : error;
}
