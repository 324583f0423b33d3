/** Every reader of what comes from outside stands its corpus, and some thousand inputs made from it by damage; more by hand: `npm run fuzz`. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { readSeeds } from "./corpus.js";
import { BrokenByInput, fuzz } from "./fuzz.js";
import { Mutator } from "./mutator.js";
import { TARGETS } from "./targets/index.js";

const MUTATIONS = 2000;
/** Of targets that take milliseconds for each input. */
const FEW_MUTATIONS: Readonly<Record<string, number>> = { "site-file": 50 };
const LONG_RUN = 400_000;
/** Tables that grow by doubling move it by a MB or two; 20 bytes kept of each input of the second half would be more. */
const MAX_GROWTH_MEGABYTES = 4;

describe("fuzzing", () => {
  for (const [name, target] of Object.entries(TARGETS)) {
    it(`breaks nothing that reads ${target.what}`, async () => {
      const count = FEW_MUTATIONS[name] ?? MUTATIONS;
      await fuzz(target, { seeds: readSeeds(name), count, seed: 1 });
    });
  }

  it("keeps the memory flat, however many damaged datagrams come", function () {
    this.timeout(120_000);
    const program = fileURLToPath(new URL("index.js", import.meta.url));
    const args = ["--expose-gc", program, "datagram", "--count", String(LONG_RUN)];
    const lines = execFileSync(process.execPath, args, { encoding: "utf8" }).trim().split("\n");
    const [, middle, end] = lines.map((line) => Number(JSON.parse(line).heldMegabytes));
    assert.ok(end! - middle! < MAX_GROWTH_MEGABYTES, lines.join("\n"));
  });

  it("makes the same inputs of the same seeds, and others of another seed", () => {
    const seeds = readSeeds("datagram").map(({ bytes }) => bytes);
    const inputs = (seed: number): string[] => {
      const mutator = new Mutator(seeds, seed);
      return Array.from({ length: 100 }, () => Buffer.from(mutator.next()).toString("hex"));
    };
    assert.deepEqual(inputs(1), inputs(1));
    assert.notDeepEqual(inputs(1), inputs(2));
    assert.ok(new Set(inputs(1)).size > 90);
  });

  it("says which input broke a reader, so that it can be kept", async () => {
    const target = {
      what: "texts without a quote",
      create: () => (input: Uint8Array) => assert.ok(!input.includes(0x22)),
    };
    const seeds = [{ name: "harmless", bytes: Buffer.from("a text") }];
    await assert.rejects(
      fuzz(target, { seeds, count: 10_000, seed: 1 }),
      (error) => error instanceof BrokenByInput && error.input.includes(0x22),
    );
  });
});
