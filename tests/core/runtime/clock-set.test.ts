/** What becomes of a running site when somebody sets the machine's clock, or the machine is suspended. */
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

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const OLD = { ip: 0x0a070001, port: 5064 };
const YOUNG = { ip: 0x0a070002, port: 5064 };
/** It does not count its beacons. */
const ANCIENT = { ip: 0x0a070003, port: 5064 };
const NAMES = ["SR:OLD", "SR:YOUNG"];
/** What the sensors say of themselves is meant to be told. */
const EXPECTED: readonly EventType[] = ["sensor.blind", "sensor.sees"];

class Site {
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

async function settled(): Promise<Site> {
  const site = new Site();
  await site.clock.advance(10 * MINUTE);
  site.inventory.events.length = 0;
  return site;
}

function areSane(site: Site): void {
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

function hasRates({ inventory }: Site): void {
  const { searchNamesPerSecond } = inventory.rates();
  assert.ok(Math.abs(searchNamesPerSecond - 2) < 0.5, `${searchNamesPerSecond} names a second`);
}

const JUMPS: readonly (readonly [string, readonly number[]])[] = [
  ["an hour ahead", [HOUR]],
  ["an hour back", [-HOUR]],
  ["an hour ahead, and back again", [HOUR, -HOUR]],
  ["an hour back, and ahead again", [-HOUR, HOUR]],
  ["a day ahead, and back in two steps", [24 * HOUR, -HOUR, -23 * HOUR]],
  ["ten seconds back", [-10 * SECOND]],
  ["ten seconds ahead", [10 * SECOND]],
];

describe("a clock that is set", () => {
  for (const [how, jumps] of JUMPS) {
    for (const pauseMs of [2 * MINUTE, 3 * SECOND]) {
      it(`${how}, with ${pauseMs / SECOND} s between, is no news of any server, application or PV`, async () => {
        const site = await settled();
        for (const byMs of jumps) {
          site.clock.set(byMs);
          await site.clock.advance(pauseMs);
        }
        await site.clock.advance(5 * MINUTE);
        assert.deepEqual(site.told(), []);
        assert.equal(site.inventory.blind(), false);
        assert.deepEqual(
          site.inventory
            .listServers({ limit: 9 })
            .items.map(({ state, restarts }) => [state, restarts]),
          [
            ["alive", 0],
            ["alive", 0],
            ["alive", 0],
          ],
        );
        areSane(site);
        hasRates(site);
      });
    }

    it(`${how}, does not hide the loss of a server`, async () => {
      const site = await settled();
      for (const byMs of jumps) {
        site.clock.set(byMs);
        await site.clock.advance(5 * SECOND);
      }
      site.kill(YOUNG);
      const at = site.clock.now();
      // Its three periods, and the time that the sensor has to see everything again.
      await site.clock.advance(3 * 15 * SECOND + 30 * SECOND);
      assert.deepEqual(
        site.told().filter((told) => told.startsWith("server.")),
        ["server.lost 10.7.0.2:5064"],
      );
      const lost = site.inventory.events.find(({ type }) => type === "server.lost")!;
      assert.ok(lost.at > at && lost.at <= site.clock.now());
      await site.clock.advance(2 * MINUTE);
      assert.deepEqual(site.told().filter((told) => told.startsWith("app.")).length, 1);
      assert.equal(site.inventory.pv("SR:OLD")?.state, "online");
      areSane(site);
    });
  }

  it("is told, and why", async () => {
    for (const [byMs, reason] of [
      [-HOUR, /the clock was set back by 3600\.0 s/],
      [HOUR, /the clock jumped ahead by 3600\.0 s/],
    ] as const) {
      const site = await settled();
      site.clock.set(byMs);
      await site.clock.advance(SECOND);
      const [event] = site.inventory.events;
      assert.equal(event?.type, "sensor.blind");
      assert.match(event?.text ?? "", reason);
      assert.equal(site.warnings.length, 1);
    }
  });

  it("shows in the first observation after it already, before the next second", async () => {
    for (const byMs of [HOUR, -HOUR]) {
      const site = await settled();
      await site.clock.advance(14 * SECOND + 500);
      site.clock.set(byMs);
      site.beacon(OLD);
      site.beacon(ANCIENT);
      await site.clock.advance(2 * MINUTE);
      assert.deepEqual(site.told(), []);
      areSane(site);
    }
  });

  it("back is not set ahead again by what was seen before it and comes after it", async () => {
    const site = await settled();
    const before = site.clock.now();
    site.clock.set(-HOUR);
    site.emit(searchSeen(before, NAMES));
    await site.clock.advance(SECOND);
    areSane(site);
    site.emit(searchSeen(before, NAMES));
    await site.clock.advance(MINUTE);
    areSane(site);
    hasRates(site);
  });

  it("back says nothing of PVs that were asked for or answered before", async () => {
    const site = await settled();
    site.emit(searchSeen(site.clock.now(), ["SR:NEW"]));
    site.clock.set(-HOUR);
    for (let count = 0; count < 5; count++) {
      site.emit(searchSeen(site.clock.now() + count, ["SR:NEW"]));
    }
    assert.equal(site.inventory.pv("SR:NEW")?.state, "unverified");
    site.kill(YOUNG);
    for (let count = 0; count < 10; count++) {
      await site.clock.advance(10 * SECOND);
      site.emit(answer(site.clock.now(), NAMES[1]!, OLD));
    }
    assert.deepEqual(
      site.told().filter((told) => told.startsWith("pv.")),
      ["pv.moved SR:YOUNG"],
    );
  });

  it("starts a new minute of traffic", async () => {
    const site = await settled();
    site.clock.set(-HOUR);
    await site.clock.advance(3 * MINUTE);
    const now = site.clock.now();
    const minutes = site.inventory.history.filter(
      (row) => row.kind === "traffic" && row.series === "searchNames" && row.minuteAt <= now,
    );
    assert.ok(minutes.length >= 2);
  });

  it("finds a server that was started again meanwhile", async () => {
    for (const byMs of [HOUR, -HOUR]) {
      const site = await settled();
      site.clock.set(byMs);
      site.kill(OLD);
      for (const sequence of [0, 1, 2, 3]) {
        await site.clock.advance(20);
        site.emit(beacon(site.clock.now(), sequence, OLD));
      }
      await site.clock.advance(SECOND);
      assert.deepEqual(
        site.told().filter((told) => told.startsWith("server.")),
        ["server.restarted 10.7.0.1:5064"],
      );
      areSane(site);
    }
  });
});

describe("a machine that was suspended", () => {
  it("goes on with servers that went on meanwhile, or were started again", async () => {
    const site = await settled();
    site.kill(OLD);
    site.kill(YOUNG);
    // Its monotonic clock stood still.
    site.clock.set(HOUR);
    const hour = HOUR / (15 * SECOND);
    for (let beat = 0; beat < 8; beat++) {
      await site.clock.advance(15 * SECOND);
      site.emit(beacon(site.clock.now(), 5000 + 41 + hour + beat, OLD));
      site.emit(beacon(site.clock.now(), 30 + beat, YOUNG));
    }
    assert.deepEqual(
      site.told().filter((told) => told.startsWith("server.")),
      ["server.restarted 10.7.0.2:5064"],
    );
  });
});

describe("a pvmon that stood still", () => {
  for (const stallMs of [6 * SECOND, MINUTE, 10 * MINUTE]) {
    it(`for ${stallMs / SECOND} s makes nothing of reading at once all that came meanwhile`, async () => {
      const site = await settled();
      const before = site.inventory.server("10.7.0.1:5064");
      site.stall(stallMs);
      await site.clock.advance(5 * MINUTE);
      assert.deepEqual(site.told(), []);
      const after = site.inventory.server("10.7.0.1:5064");
      assert.equal(after?.periodMs, before?.periodMs);
      const shiftMs = after!.startedAt!.at - before!.startedAt!.at;
      assert.ok(Math.abs(shiftMs) <= SECOND, `the start moved by ${shiftMs} ms`);
      areSane(site);
    });
  }
});
