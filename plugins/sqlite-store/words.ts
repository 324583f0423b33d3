/** Errors of SQLite, as people say them: those that come of the disk are told with the file, which SQLite leaves out. */
import Sqlite from "better-sqlite3";

/** A full disk, also where SQLite came to its end while it made the index of its log longer. */
const NO_ROOM = /^SQLITE_(FULL|IOERR_SHMSIZE)$/;

/** @param file undefined before it is known */
export function inWords(error: unknown, file: string | undefined): string {
  if (!(error instanceof Error)) return String(error);
  if (!(error instanceof Sqlite.SqliteError) || file === undefined) return error.message;
  if (NO_ROOM.test(error.code)) return `no room on the disk of ${file} (${error.message})`;
  return error.code.startsWith("SQLITE_IOERR") ? `${file}: ${error.message}` : error.message;
}
