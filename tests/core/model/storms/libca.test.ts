/** What clients of libca do when nobody answers them is no storm. */
import assert from "node:assert/strict";
import { LIBCA_NAMES_PER_SECOND } from "../../../../core/model/storms/storm-onset.js";
import { ANOMALY_TIMER, type LibcaClient, libcaSearches } from "./libca.js";
import { type Rates, StormWatch, USUAL_CLIENT } from "./storm-watch.js";

/** Its address; the others follow. */
const FIRST = 2;

/** Numbers in [0, 1) that are the same each time. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

describe("clients of libca", () => {
  const SECONDS = 150;
  /** It is not called a storm before a minute is over, nor at all when it is over by then. */
  function areNoStorm(clients: readonly LibcaClient[], seed: number): void {
    const random = randomFrom(seed);
    const asked = clients.map((client) => libcaSearches(client, SECONDS, random));
    const total = (second: number) => asked.reduce((sum, one) => sum + one[second]!, 0);
    const watch = new StormWatch();
    watch.pass(120, () => ({ [USUAL_CLIENT]: 100 }));
    const rate = (second: number): Rates => ({
      [USUAL_CLIENT]: 100,
      ...Object.fromEntries(asked.map((one, n) => [FIRST + n, one[second]!])),
    });
    watch.pass(60, rate);
    assert.deepEqual(watch.types, [], "within a minute");
    const isOver = (total(60) + total(61) + total(62)) / 3 < 500;
    watch.pass(SECONDS - 60, (second) => rate(second + 60));
    if (isOver) assert.deepEqual(watch.types, []);
  }

  for (const [what, clients] of [
    ...[3000, 5000, 10_000, 20_000, 30_000, 40_000, 45_000, 50_000].map(
      (dead): [string, LibcaClient[]] => [`one with ${dead} dead names`, [{ dead }]],
    ),
    ["an archiver of 50,000 PVs, most of them served", [{ dead: 6000, served: 44_000 }]],
    ...[
      [1000, 5],
      [400, 25],
      [300, 100],
    ].map(([count, dead]): [string, LibcaClient[]] => [
      `${count} with ${dead} dead names each, after a beacon anomaly`,
      Array.from({ length: count! }, () => ({ dead: dead!, timer: ANOMALY_TIMER })),
    ]),
  ] as const) {
    it(`make no storm before a minute is over: ${what}`, () => {
      for (let seed = 1; seed <= 3; seed++) areNoStorm(clients, seed);
    }).timeout(60_000);
  }

  it("ask for no more than the pace that a storm has to exceed", () => {
    const most = Math.max(...libcaSearches({ dead: 50_000 }, 60, randomFrom(1)));
    assert.ok(most > 1400 && most < LIBCA_NAMES_PER_SECOND, `${most} names/s`);
  });
});
