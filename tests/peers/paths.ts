/** Where the peers are, seen from compiled tests. */
import { existsSync } from "node:fs";
import { ROOT } from "../core/repository.js";

/** The command that runs one of our Python scripts with EPICS Base and caproto at hand. */
export function pythonCommand(script: string, ...args: string[]): string[] {
  return [prepared("python/bin/python"), "-u", `${ROOT}tests/peers/python/${script}`, ...args];
}

/** Chromium, or a browser made of it. */
export function browserProgram(): string {
  return prepared("chromium");
}

function prepared(program: string): string {
  const path = `${ROOT}.peers/${program}`;
  if (existsSync(path)) return path;
  throw new Error(`${path} is missing; run: node tools/prepare.mjs peers`);
}
