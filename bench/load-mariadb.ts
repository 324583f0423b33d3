/** The same start as in load.ts, from MariaDB on this machine. */
export { loadMariadb as default } from "./load.js";
