/** Where the peers are, seen from compiled tests. */
import { existsSync } from "node:fs";
import { ROOT } from "../core/repository.js";

const PYTHON = `${ROOT}.peers/python/bin/python`;

/** The command that runs one of our Python scripts with EPICS Base and caproto at hand. */
export function pythonCommand(script: string, ...args: string[]): string[] {
  if (!existsSync(PYTHON)) {
    throw new Error(`${PYTHON} is missing; run: node tools/prepare.mjs peers`);
  }
  return [PYTHON, "-u", `${ROOT}tests/peers/python/${script}`, ...args];
}
