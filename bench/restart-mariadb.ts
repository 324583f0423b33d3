/** The same start as in restart.ts, from MariaDB on this machine. */
export { restartMariadb as default } from "./restart.js";
