/** A copy of the database as of one moment, whoever writes to it meanwhile. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import type { BackupOrder } from "pvmon";
import type { Config } from "./config.js";
import { noteBackup } from "./last-backup.js";
import type { Outcome } from "./protocol.js";

/** Under another name until it is whole, checked and on the disk. */
export async function backup({ config, to, now, signal }: BackupOrder<Config>): Promise<void> {
  const { path } = config;
  if (!existsSync(path)) throw new Error(`${path} is not there: nothing has been stored yet`);
  const draft = `${to}.part`;
  await make(draft, "a copy is being made, or one was broken off; if none is, delete it");
  try {
    await copy(path, draft, signal);
    const file = await open(draft, "r");
    await file.sync().finally(() => file.close());
    // What came there meanwhile stays: only our own file, still empty, is replaced.
    await make(to, "it has come there meanwhile");
    await rename(draft, to);
    await noteBackup(path, { at: now, to });
  } catch (error) {
    // What SQLite keeps beside a file that it writes stays where it was ended in the midst of that.
    for (const file of [draft, `${draft}-journal`]) await rm(file, { force: true });
    throw error;
  }
}

/** For nobody else to read: everything is in it. */
async function make(path: string, meaning: string): Promise<void> {
  try {
    await (await open(path, "wx", 0o600)).close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new Error(`${path} is there: ${meaning}`);
  }
}

async function copy(path: string, draft: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const child = fork(new URL("./copier.js", import.meta.url), [path, draft], {
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  let outcome: Outcome | undefined;
  child.on("message", (message: Outcome) => {
    outcome = message;
  });
  const end = (): boolean => child.kill("SIGKILL");
  signal.addEventListener("abort", end);
  try {
    const [code, killedBy] = await once(child, "close");
    signal.throwIfAborted();
    if (outcome === undefined) throw new Error(`its process has ended (${killedBy ?? code})`);
    if ("error" in outcome) throw new Error(outcome.error);
  } finally {
    signal.removeEventListener("abort", end);
  }
}
