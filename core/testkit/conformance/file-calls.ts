/** Calls of node:fs and node:child_process that block: no hook of Node's tells of them, so they are wrapped for a moment. */
import childProcess from "node:child_process";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

type Members = Record<string, unknown>;

/** Runs `work`, which has to be synchronous, and answers which blocking calls it made: `readFileSync`. */
export function blockingCallsOf(work: () => void): readonly string[] {
  const calls: string[] = [];
  const restores = [fs, childProcess].flatMap((module) =>
    wrap(module as unknown as Members, calls),
  );
  syncBuiltinESMExports();
  try {
    work();
  } finally {
    for (const restore of restores) restore();
    syncBuiltinESMExports();
  }
  return calls;
}

function wrap(module: Members, calls: string[]): (() => void)[] {
  return Object.entries(module).flatMap(([name, call]) => {
    if (!name.endsWith("Sync") || typeof call !== "function") return [];
    module[name] = function (this: unknown, ...args: unknown[]): unknown {
      calls.push(name);
      return Reflect.apply(call, this, args);
    };
    return [
      () => {
        module[name] = call;
      },
    ];
  });
}
