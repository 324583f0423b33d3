/**
 * Names that nobody has asked for before, as after a power cut or with a broken client: how fast they are taken up, and the
 * longest that one datagram holds up everything else while tables grow; beside a Map of the same names, which grows in one go.
 */
import { Inventory } from "../core/model/inventory/inventory.js";
import { type Benchmark, GROWTH, MILLION } from "./benchmark.js";
import { inOrder, searchDatagrams } from "./datagrams.js";
import { Player } from "./player.js";
import { nameOf } from "./replay-capture.js";

const WARM_UP_NAMES = 100_000;

interface Growth {
  readonly seconds: number;
  readonly longestPauseMs: number;
}

/** @param steps of which the longest is looked for */
function timed(steps: number, step: (index: number) => void): Growth {
  const begin = performance.now();
  let longestPauseMs = 0;
  for (let index = 0, before = begin; index < steps; index++) {
    step(index);
    const now = performance.now();
    longestPauseMs = Math.max(longestPauseMs, now - before);
    before = now;
  }
  return { seconds: (performance.now() - begin) / 1000, longestPauseMs };
}

function grown(names: number): Growth {
  const datagrams = searchDatagrams(names);
  const order = inOrder(datagrams.count);
  const inventory = new Inventory({}, { event() {}, history() {} });
  const player = new Player(inventory, datagrams);
  const growth = timed(order.length, (index) => player.play(order[index]!));
  const { total } = inventory.counts().pvs;
  if (total !== names) throw new Error(`${names} names played, ${total} in the inventory`);
  return growth;
}

const rounded = (ms: number): number => Math.round(ms * 100) / 100;

export default {
  name: "growing",
  what: "search names/s folded from memory into an empty inventory, every name new",
  sizes: GROWTH,
  run({ names }) {
    grown(WARM_UP_NAMES);
    const { seconds, longestPauseMs } = grown(names);
    const map = new Map<string, object>();
    const all = Array.from({ length: names }, (_, number) => nameOf(number));
    const peer = timed(names, (index) => map.set(all[index]!, { count: 1 }));
    const pause = {
      of: "longestPauseMs",
      what: "longest pause while tables grow",
      atMost: 50,
      unit: "ms",
    };
    return {
      figure: Math.round(names / seconds),
      unit: "names/s",
      goals: [pause, { ...pause, names: 5 * MILLION }],
      peer: { name: "a Map of strings that are there", figure: Math.round(names / peer.seconds) },
      also: {
        longestPauseMs: rounded(longestPauseMs),
        peerLongestPauseMs: rounded(peer.longestPauseMs),
      },
    };
  },
} satisfies Benchmark;
