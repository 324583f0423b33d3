/** MariaDB has a program of its own for copies, which may well be on another machine than pvmon. */
import type { BackupOrder } from "pvmon";
import type { Config } from "./config.js";

export async function backup({ config, to }: BackupOrder<Config>): Promise<void> {
  const { host, port, socket, user, database } = config;
  const way = socket === undefined ? `--host=${host} --port=${port}` : `--socket=${socket}`;
  throw new Error(
    `a MariaDB is copied by its own program, also while pvmon runs: mariadb-dump --single-transaction ${way} --user=${user} --password ${database} > ${to}`,
  );
}
