/** The `ip` of iproute2, which makes networks. */
import { execFileSync } from "node:child_process";

const TIMEOUT_MS = 10_000;

/** Runs it and gives what it printed. */
export function ip(...args: string[]): string {
  try {
    return execFileSync("ip", args, { encoding: "utf8", timeout: TIMEOUT_MS, stdio: "pipe" });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${why} (tests with networks run by \`npm test\`, or as root)`);
  }
}
