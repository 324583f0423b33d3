/**
 * The hot path in memory: scan and fold of distinct names, the same datagrams again and again as clients repeat them, and
 * in another order than at first; beside the straightforward way to count them, a string and an object per name in a Map.
 */
import { decodeDatagram, SearchScan } from "epics-ca";
import { Inventory } from "../core/model/inventory/inventory.js";
import type { SearchSeen } from "../core/model/observation.js";
import { type Benchmark, medianRate, residentMegabytes } from "./benchmark.js";
import {
  clientOf,
  DATAGRAMS_PER_MS,
  type Datagrams,
  NAMES_PER_DATAGRAM,
  searchDatagrams,
  shuffled,
} from "./datagrams.js";

const RUNS = 7;
const PEER_RUNS = 3;
const STARTED_AT = Date.UTC(2026, 0, 1);

/** Plays datagrams into an inventory as a detector does: one reused observation, the arrays of one scan. */
class Player {
  readonly #scan = new SearchScan();
  readonly #seen: SearchSeen;
  #played = 0;

  constructor(
    readonly inventory: Inventory,
    readonly datagrams: Datagrams,
  ) {
    this.#seen = {
      type: "searchSeen",
      at: STARTED_AT,
      client: 0,
      port: 40_000,
      source: "client",
      transport: "udp",
      minorVersion: 0,
      sequence: -1,
      bytes: datagrams.bytes,
      count: 0,
      starts: this.#scan.starts,
      ends: this.#scan.ends,
    };
  }

  play(datagram: number): void {
    const { offsets, bytes } = this.datagrams;
    const scan = this.#scan;
    const seen = this.#seen;
    seen.count = scan.scan(bytes, offsets[datagram]!, offsets[datagram + 1]! - offsets[datagram]!);
    seen.at = STARTED_AT + Math.floor(this.#played++ / DATAGRAMS_PER_MS);
    seen.client = clientOf(datagram);
    seen.minorVersion = scan.minorVersion;
    seen.sequence = scan.sequence;
    this.inventory.fold(seen);
  }

  /** Every datagram once, in this order. */
  playAll(order: Uint32Array): void {
    for (let index = 0; index < order.length; index++) this.play(order[index]!);
  }
}

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
  run({ names }) {
    const datagrams = searchDatagrams(names);
    const inOrder = Uint32Array.from({ length: datagrams.count }, (_, index) => index);
    const mixed = shuffled(datagrams.count);
    const emptyMegabytes = residentMegabytes();

    const inventory = new Inventory({}, { event() {}, history() {} });
    const player = new Player(inventory, datagrams);
    const forget = {
      pvs() {},
      server() {},
      client() {},
      host() {},
      app() {},
      group() {},
      health() {},
    };
    const firstPass = medianRate(1, names, () => player.playAll(inOrder));
    const figure = medianRate(RUNS, names, () => player.playAll(inOrder));
    const mixedFigure = medianRate(RUNS, names, () => player.playAll(mixed));
    inventory.drainDirty(forget);
    const inventoryMegabytes = residentMegabytes() - emptyMegabytes;
    const { total } = inventory.counts().pvs;
    if (total !== names) throw new Error(`${names} names played, ${total} in the inventory`);

    const counts = new Map<string, Counted>();
    countInMap(counts, datagrams, inOrder);
    const peer = medianRate(PEER_RUNS, names, () => countInMap(counts, datagrams, inOrder));
    const peerMegabytes = residentMegabytes() - emptyMegabytes - inventoryMegabytes;
    return {
      figure,
      unit: "names/s",
      peer: { name: "decodeDatagram into a Map of strings and objects", figure: peer },
      also: {
        firstPassNamesPerSecond: firstPass,
        mixedOrderNamesPerSecond: mixedFigure,
        namesPerDatagram: NAMES_PER_DATAGRAM,
        inventoryMegabytes,
        peerMegabytes,
      },
    };
  },
} satisfies Benchmark;
