/** The test runner that a suite runs under: mocha, vitest with globals, or whatever is given, node:test for instance. */
import assert from "node:assert/strict";

export interface Runner {
  describe(title: string, body: () => void): unknown;
  it(title: string, body: () => Promise<void>): unknown;
}

export type It = Runner["it"];

/** What a test's own file gives, or what its runner has made global. */
export function runnerOf(given: Partial<Runner>): Runner {
  const global = globalThis as unknown as Partial<Runner>;
  const { describe = global.describe, it = global.it } = given;
  assert.ok(
    describe !== undefined && it !== undefined,
    "no test runner: give the suite describe and it, as in { describe, it, ... } from node:test",
  );
  return { describe, it };
}
