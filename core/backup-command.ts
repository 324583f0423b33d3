/** `pvmon backup`: a copy of what a store has, as of one moment. */
import type { Command } from "commander";
import { backUp } from "./backup.js";
import type { Terminal } from "./cli.js";
import { ENDING_SIGNALS } from "./run.js";

const NOTES = `
It may be made while pvmon runs. To go back to a copy of SQLite: stop pvmon, delete pvmon.sqlite-wal and pvmon.sqlite-shm,
which belong to the old database, put the copy in the place of pvmon.sqlite, start pvmon.
Beside it keep the site file, the users file (access.users) and the files that hold passwords.

Example:
  pvmon backup /backup/pvmon-$(date +%F).sqlite --config /etc/pvmon/site.yml`;

interface Options {
  readonly config?: string;
  readonly store?: string;
}

/** Adds it to the program. */
export function addBackupCommand(pvmon: Command, terminal: Terminal): void {
  pvmon
    .command("backup <file>")
    .description("copy what a store has into a new file, also while pvmon runs")
    .option("-c, --config <site.yml>", "the site file")
    .option("--store <id>", "which store, where the site has several")
    .addHelpText("after", NOTES)
    .action(async (to: string, _options: Options, command: Command) => {
      const { config, store } = command.optsWithGlobals<Options>();
      if (config === undefined) {
        command.error("error: say of which site: pvmon backup <file> --config site.yml");
      }
      await untilSignal((signal) => backUp({ site: config as string, to, store }, signal));
      await terminal.out(`copied to ${to}\n`);
    });
}

/** A second one ends the process at once. */
async function untilSignal(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const broken = new AbortController();
  const breakOff = (name: NodeJS.Signals): void => broken.abort(new Error(`broken off by ${name}`));
  for (const name of ENDING_SIGNALS) process.once(name, breakOff);
  try {
    await work(broken.signal);
  } finally {
    for (const name of ENDING_SIGNALS) process.off(name, breakOff);
  }
}
