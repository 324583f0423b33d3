/**
 * Steps of a schema that was released are never edited: databases that have done one do not do it again. The upgrade tests make old
 * databases of today's steps, and would not notice.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { CHARACTERS, MIGRATIONS as MARIADB } from "../../plugins/mariadb-store/migrations.js";
import { MIGRATIONS as SQLITE } from "../../plugins/sqlite-store/migrations.js";

interface Schema {
  /** The statements of each step. */
  readonly steps: readonly (readonly string[])[];
  /** Of each step: SHA-256, the first 16 digits. */
  readonly sums: readonly string[];
}

const SCHEMAS: Readonly<Record<string, Schema>> = {
  "sqlite-store": {
    steps: SQLITE.map((step) => [step]),
    sums: ["840dfe7fd1bc0c36", "d6ca1ce0b51ab57b"],
  },
  "mariadb-store": {
    // Every table of them is made with these.
    steps: MARIADB.map((step) => [...step, CHARACTERS]),
    sums: ["00d374c680dcbcd9"],
  },
};

function sumOf(statements: readonly string[]): string {
  return createHash("sha256").update(statements.join(";\n")).digest("hex").slice(0, 16);
}

describe("the schema of", () => {
  for (const [store, { steps, sums }] of Object.entries(SCHEMAS)) {
    it(`${store} has every step as it was released`, () => {
      for (const [index, sum] of sums.entries()) {
        const step = steps[index];
        assert.ok(
          step !== undefined && sumOf(step) === sum,
          `step ${index + 1} in plugins/${store}/migrations.ts is not what it was: databases that have done it would never get the change; leave it as it was, and add a step at the end`,
        );
      }
      const added = steps.slice(sums.length).map(sumOf);
      assert.deepEqual(added, [], "a step was added: put its sum at the end of `sums` here");
    });
  }
});
