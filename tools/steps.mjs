/** What the steps of tools/ share: where the repository is, how to say something, run something and give up. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));

export function say(text) {
  console.log(`prepare: ${text}`);
}

/** Ends the process with one line that says why. */
export function fail(text) {
  console.error(text);
  process.exit(1);
}

/** Runs a command in the repository, its output shown; `task` is what failed if it fails. */
export function run(task, command, args, environment = {}) {
  const { status, signal, error } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...environment },
  });
  if (status === 0) return;
  const why = error?.message ?? (signal === null ? `exit code ${status}` : signal);
  fail(`prepare: ${task} failed (${why}): ${[command, ...args].join(" ")}`);
}

/** Whether a command runs and says that all is well; nothing is shown. */
export function succeeds(command, ...args) {
  return spawnSync(command, args, { cwd: ROOT, stdio: "ignore" }).status === 0;
}

/** npm as the one that runs us, or the one on the PATH: a program and its arguments. */
export function npm(...args) {
  const cli = process.env.npm_execpath;
  return cli?.endsWith(".js") ? [process.execPath, [cli, ...args]] : ["npm", args];
}
