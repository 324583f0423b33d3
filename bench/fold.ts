/**
 * The hot path in memory: scan and fold of distinct names, the same datagrams again and again as clients repeat them, and
 * in another order than at first; beside the straightforward way to count them, a string and an object per name in a Map.
 */
import { decodeDatagram } from "epics-ca";
import { Inventory } from "../core/model/inventory/inventory.js";
import { type Benchmark, GROWTH, medianRate } from "./benchmark.js";
import {
  clientOf,
  type Datagrams,
  inOrder,
  NAMES_PER_DATAGRAM,
  searchDatagrams,
  shuffled,
} from "./datagrams.js";
import { Player } from "./player.js";

const RUNS = 7;
const PEER_RUNS = 3;

interface Counted {
  count: number;
  lastAt: number;
  client: number;
}

function countInMap(counts: Map<string, Counted>, datagrams: Datagrams, order: Uint32Array): void {
  const { bytes, offsets } = datagrams;
  for (const datagram of order) {
    const client = clientOf(datagram);
    const { messages } = decodeDatagram(bytes.subarray(offsets[datagram]!, offsets[datagram + 1]!));
    for (const message of messages) {
      if (message.type !== "search") continue;
      const counted = counts.get(message.name);
      if (counted === undefined) counts.set(message.name, { count: 1, lastAt: datagram, client });
      else {
        counted.count++;
        counted.lastAt = datagram;
        counted.client = client;
      }
    }
  }
}

export default {
  name: "fold",
  what: "search names/s scanned and folded from memory, distinct names that are known already",
  sizes: GROWTH,
  run({ names }) {
    const datagrams = searchDatagrams(names);
    const order = inOrder(datagrams.count);
    const mixed = shuffled(datagrams.count);
    const inventory = new Inventory({}, { event() {}, history() {} });
    const player = new Player(inventory, datagrams);
    player.playAll(order);
    const figure = medianRate(RUNS, names, () => player.playAll(order));
    const mixedFigure = medianRate(RUNS, names, () => player.playAll(mixed));
    const { total } = inventory.counts().pvs;
    if (total !== names) throw new Error(`${names} names played, ${total} in the inventory`);

    const counts = new Map<string, Counted>();
    countInMap(counts, datagrams, order);
    const peer = medianRate(PEER_RUNS, names, () => countInMap(counts, datagrams, order));
    const atLeast = 4_500_000;
    return {
      figure,
      unit: "names/s",
      goals: [
        { atLeast, unit: "names/s" },
        {
          of: "mixedOrderNamesPerSecond",
          what: "in another order than at first",
          atLeast,
          unit: "names/s",
        },
      ],
      peer: { name: "decodeDatagram into a Map of strings and objects", figure: peer },
      also: { mixedOrderNamesPerSecond: mixedFigure, namesPerDatagram: NAMES_PER_DATAGRAM },
    };
  },
} satisfies Benchmark;
