/** A running site on a clock of the test: it is asked for PVs, answers, beacons and beats each second of its network's own time. */
import assert from "node:assert/strict";
import type { EventType } from "../../../core/model/event.js";
import type { Observation } from "../../../core/model/observation.js";
import { Metrics } from "../../../core/runtime/metrics.js";
import { Pipeline } from "../../../core/runtime/pipeline.js";
import { FakeClock } from "../../../core/testkit/index.js";
import {
  answer,
  beacon,
  searchSeen,
  sensorReport,
  WatchedInventory,
} from "../model/inventory/inventory-site.js";

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const OLD = { ip: 0x0a070001, port: 5064 };
export const YOUNG = { ip: 0x0a070002, port: 5064 };
/** It does not count its beacons. */
export const ANCIENT = { ip: 0x0a070003, port: 5064 };
export const NAMES = ["SR:OLD", "SR:YOUNG"];
/** What the sensors say of themselves is meant to be told. */
const EXPECTED: readonly EventType[] = ["sensor.blind", "sensor.sees"];

export class RunningSite {
  readonly clock = new FakeClock();
  readonly inventory = new WatchedInventory();
  readonly warnings: string[] = [];
  readonly #emit: (observation: Observation) => void;
  readonly #silent = new Set<object>();
  #beats = 0;
  #seconds = 0;

  constructor() {
    const pipeline = new Pipeline({
      inventory: this.inventory,
      clock: this.clock,
      log: {
        debug: () => {},
        info: () => {},
        warn: (message) => void this.warnings.push(message),
        error: (message) => assert.fail(message),
      },
      metrics: new Metrics(),
      outboxes: { pressure: 0, drained: async () => undefined },
    });
    const emitter = pipeline.emitter("sniffer", new AbortController().signal);
    this.#emit = (observation) => emitter.emit(observation);
    this.inventory.subscribe(({ type, at }) => {
      const aheadMs = at - this.clock.now();
      assert.ok(aheadMs <= 0, `${type} is ${aheadMs} ms ahead of the clock`);
    });
    pipeline.start();
    this.clock.every(SECOND, () => this.#second());
  }

  kill(server: object): void {
    this.#silent.add(server);
  }

  beacon(server = OLD): void {
    const age = server === OLD ? 5000 : 4;
    this.#emit(beacon(this.clock.now(), server === ANCIENT ? 0 : age + this.#beats, server));
  }

  emit(observation: Observation): void {
    this.#emit(observation);
  }

  /** The network goes on, and the sockets keep what it says. */
  stall(ms: number): void {
    const seconds = ms / SECOND - 1;
    const missed = Math.floor(((this.#seconds % 15) + seconds) / 15);
    this.clock.stall(ms);
    for (let beat = 0; beat < missed; beat++) {
      this.#beats++;
      for (const server of [OLD, YOUNG, ANCIENT]) this.beacon(server);
    }
    this.#seconds += seconds;
  }

  /** What was told since the start apart from what sensors say, once it has settled. */
  told(): string[] {
    return this.inventory.events
      .filter(({ type }) => !EXPECTED.includes(type))
      .map(({ type, subject }) => `${type} ${subject}`);
  }

  #second(): void {
    const at = this.clock.now();
    this.#seconds++;
    this.#emit(sensorReport(at));
    this.#emit(searchSeen(at, NAMES));
    if (this.#seconds % 10 === 5) {
      this.#emit(answer(at, NAMES[0]!, OLD));
      if (!this.#silent.has(YOUNG)) this.#emit(answer(at, NAMES[1]!, YOUNG));
    }
    if (this.#seconds % 30 === 7) this.#heartbeat(at);
    if (this.#seconds % 15 !== 0) return;
    this.#beats++;
    for (const server of [OLD, YOUNG, ANCIENT]) if (!this.#silent.has(server)) this.beacon(server);
  }

  #heartbeat(at: number): void {
    for (const [upSeconds, server] of [[90_000, OLD] as const, [60, YOUNG] as const]) {
      if (this.#silent.has(server)) continue;
      this.#emit({
        type: "heartbeat",
        at,
        source: server.ip,
        port: 40_000,
        version: "2.0",
        sequence: Math.floor((upSeconds + this.#seconds) / 30),
        serverPort: 5064,
        servesCa: true,
        upSeconds: upSeconds + this.#seconds,
        hostTimeAt: null,
        pid: 1,
        image: "softIoc",
        command: "softIoc st.cmd",
        directory: "/iocs",
      });
    }
  }
}

export async function settled(): Promise<RunningSite> {
  const site = new RunningSite();
  await site.clock.advance(10 * MINUTE);
  site.inventory.events.length = 0;
  return site;
}

export function areSane(site: RunningSite): void {
  const now = site.clock.now();
  const { inventory } = site;
  assert.ok(Math.abs(inventory.now - now) <= SECOND, "the time of the model");
  for (const { server, firstSeenAt, lastSeenAt, startedAt } of inventory.listServers({ limit: 9 })
    .items) {
    assert.ok(firstSeenAt <= now && lastSeenAt <= now, server);
    assert.ok(startedAt === null || startedAt.at <= now, server);
  }
  for (const { lastSeenAt } of inventory.listClients({ limit: 9 }).items) {
    assert.ok(lastSeenAt <= now, "clients");
  }
}

export function hasRates({ inventory }: RunningSite): void {
  const { searchNamesPerSecond } = inventory.rates();
  assert.ok(Math.abs(searchNamesPerSecond - 2) < 0.5, `${searchNamesPerSecond} names a second`);
}
