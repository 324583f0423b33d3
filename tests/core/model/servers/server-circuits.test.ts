/** What pvmon's own TCP checks say of servers: hanging, stopped, back, or there without beacons. */
import assert from "node:assert/strict";
import { endpointKey } from "../../../../core/model/address.js";
import type { CircuitOutcome } from "../../../../core/model/observation.js";
import type { ServersOptions } from "../../../../core/model/servers/servers.js";
import {
  BEGIN,
  beaconsOf,
  type Life,
  SERVER,
  SERVER_IP,
  WatchedSite,
} from "../beacons/beacon-simulation.js";
import { answer, beacon, sensorReport, WatchedInventory } from "../inventory/inventory-site.js";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const KEY = endpointKey(SERVER_IP, 5064);
const HOST = "10.7.0.1";

function life(part: Partial<Life> = {}): Life {
  return { startAt: BEGIN, endAt: BEGIN + 5 * MINUTE, periodMs: 15_000, counter: "rsrv", ...part };
}

class CheckedSite extends WatchedSite {
  /** Five minutes of a server, up to its last beacon. */
  static after(part: Partial<Life> = {}, options: ServersOptions = {}): CheckedSite {
    const site = new CheckedSite(options);
    site.feed(beaconsOf(life(part)));
    return site;
  }

  check(at: number, outcome: CircuitOutcome, port = 5064): void {
    this.advance(at);
    const server = { ip: SERVER_IP, port };
    this.servers.circuit({ type: "circuit", at, server, outcome, afterMs: 5_000 });
  }

  get lastBeaconAt(): number {
    return this.servers.view(KEY, 0)?.lastBeaconAt ?? 0;
  }

  get state(): string | undefined {
    return this.servers.stateOf(KEY);
  }

  /** Types of events since the server was announced. */
  since(): string[] {
    return this.types().filter((type) => !["server.started", "server.discovered"].includes(type));
  }
}

describe("a server that hangs", () => {
  it("is unresponsive after two circuits without an answer, once, and its PVs are not lost", () => {
    const site = CheckedSite.after();
    const at = site.lastBeaconAt + 10 * SECOND;
    site.check(site.lastBeaconAt + SECOND, "echoed");
    site.check(at, "unresponsive");
    assert.equal(site.state, "alive");
    for (const second of [5, 10, 15]) site.check(at + second * SECOND, "unresponsive");
    assert.deepEqual([site.state, site.since()], ["unresponsive", ["server.unresponsive"]]);
    const { evidence } = site.event("server.unresponsive");
    assert.equal(evidence.waitedMs, 5_000);
    assert.equal(evidence.lastEchoAt, site.lastBeaconAt + SECOND);
    assert.equal(evidence.lastBeaconAt, site.lastBeaconAt);
    assert.equal(site.states.at(-1)?.state, "unresponsive");
    assert.equal(site.servers.isUp(KEY), true);
  });

  it("is so while its beacons go on, and back with the first echo", () => {
    const site = CheckedSite.after();
    const at = site.lastBeaconAt;
    site.check(at + SECOND, "unresponsive");
    site.check(at + 2 * SECOND, "unresponsive");
    site.feed(beaconsOf(life({ endAt: BEGIN + 8 * MINUTE })).filter((beacon) => beacon.at > at));
    site.servers.answered({ ip: SERVER_IP, port: 5064 }, 13, BEGIN + 8 * MINUTE);
    assert.equal(site.state, "unresponsive");
    site.check(BEGIN + 8 * MINUTE + SECOND, "echoed");
    assert.deepEqual(site.since(), ["server.unresponsive", "server.returned"]);
    const { evidence } = site.event("server.returned");
    assert.deepEqual([evidence.sign, evidence.before], ["echo", "unresponsive"]);
    site.check(BEGIN + 8 * MINUTE + 2 * SECOND, "unresponsive");
    assert.equal(site.state, "alive");
  });

  it("is back when a client is seen to get a channel, and when it restarts", () => {
    const server = { ip: SERVER_IP, port: 5064 };
    const site = CheckedSite.after();
    const at = site.lastBeaconAt;
    const hang = (from: number) => [1, 2].map((n) => site.check(from + n * SECOND, "unresponsive"));
    hang(at);
    const channel = { type: "channel", name: "a", server, asker: "seen" } as const;
    site.servers.channel({ ...channel, at: at + 5 * SECOND, outcome: "created" });
    assert.equal(site.state, "alive");
    hang(at + 5 * SECOND);
    site.feed(beaconsOf(life({ startAt: at + 20 * SECOND, endAt: at + 2 * MINUTE })));
    assert.equal(site.state, "alive");
    assert.deepEqual(site.since(), [
      "server.unresponsive",
      "server.returned",
      "server.unresponsive",
      "server.restarted",
    ]);
  });

  it("is lost when neither beacons nor circuits come any more", () => {
    const site = CheckedSite.after();
    const at = site.lastBeaconAt;
    for (const second of [20, 25, 55, 85]) site.check(at + second * SECOND, "unresponsive");
    assert.deepEqual(site.since(), ["server.unresponsive"]);
    site.advance(at + 10 * MINUTE);
    assert.deepEqual(site.since(), ["server.unresponsive", "server.lost"]);
    assert.equal(site.event("server.lost").at, at + 85 * SECOND + 3 * 30 * SECOND);
  });

  it("is nothing new once it is lost", () => {
    const site = CheckedSite.after();
    site.advance(BEGIN + 10 * MINUTE);
    for (const second of [0, 1, 2])
      site.check(BEGIN + 10 * MINUTE + second * SECOND, "unresponsive");
    assert.deepEqual([site.state, site.since()], ["lost", ["server.lost"]]);
  });
});

describe("a server whose port is refused", () => {
  it("has stopped, by the time its next beacon was due", () => {
    const site = CheckedSite.after();
    const at = site.lastBeaconAt;
    site.check(at + 20 * SECOND, "refused");
    site.advance(at + 5 * MINUTE);
    assert.deepEqual([site.state, site.since()], ["stopped", ["server.stopped"]]);
    const { at: stoppedAt, evidence } = site.event("server.stopped");
    assert.equal(stoppedAt, at + 15 * SECOND);
    assert.deepEqual(
      [evidence.notBeforeAt, evidence.refusedAt, evidence.lastBeaconAt],
      [at, at + 20 * SECOND, at],
    );
    assert.deepEqual(site.states.at(-1), { key: KEY, state: "stopped", at: stoppedAt });
    assert.deepEqual(site.servers.counts(), { alive: 0, lost: 1 });
    assert.equal(site.servers.row(KEY)?.track.lostAt, stoppedAt);
  });

  it("goes on as it was while its beacons are not late", () => {
    const site = CheckedSite.after();
    site.check(site.lastBeaconAt + 18 * SECOND, "refused");
    assert.deepEqual([site.state, site.since()], ["alive", []]);
  });

  it("is not stopped by silence that nobody could hear", () => {
    const site = CheckedSite.after();
    site.blind = true;
    site.check(site.lastBeaconAt + 40 * SECOND, "refused");
    assert.deepEqual([site.state, site.since()], ["alive", []]);
  });

  it("restarts with its next ramp, and returns when it was not gone after all", () => {
    const site = CheckedSite.after();
    const at = site.lastBeaconAt;
    site.check(at + 25 * SECOND, "refused");
    const second = life({ startAt: at + 2 * MINUTE, endAt: at + 4 * MINUTE });
    site.feed(beaconsOf(second));
    assert.deepEqual(site.since(), ["server.stopped", "server.restarted"]);
    assert.equal(site.event("server.restarted").evidence.lostAt, at + 15 * SECOND);

    const other = CheckedSite.after();
    other.check(at + 25 * SECOND, "refused");
    other.feed(
      beaconsOf(life({ endAt: at + 2 * MINUTE })).filter((beacon) => beacon.at > at + 25 * SECOND),
    );
    assert.deepEqual(other.since(), ["server.stopped", "server.returned"]);
    assert.equal(other.state, "alive");
  });

  it("stops even if it never sent us a beacon, and is unknown again when it answers", () => {
    const site = new CheckedSite();
    const server = { ip: SERVER_IP, port: 5064 };
    site.servers.answered(server, 13, BEGIN);
    site.check(BEGIN + MINUTE, "refused");
    assert.equal(site.state, "stopped");
    site.servers.answered(server, 13, BEGIN + 2 * MINUTE);
    site.advance(BEGIN + 20 * MINUTE);
    assert.deepEqual(
      [site.state, site.since()],
      ["unknown", ["server.stopped", "server.returned"]],
    );
  });

  it("says nothing against its host", () => {
    const other = (beacon: { at: number; sequence: number }) => ({ ...beacon, port: 40_001 });
    const site = new CheckedSite();
    const beacons = beaconsOf(life());
    site.feed([...beacons, ...beacons.map(other)].sort((a, b) => a.at - b.at));
    const at = site.lastBeaconAt;
    site.check(at + 20 * SECOND, "refused", 40_001);
    site.advance(at + 5 * MINUTE);
    assert.deepEqual(site.since(), ["server.stopped", "server.lost"]);
  });
});

describe("an echo", () => {
  it("brings a lost server back, which is watched by its echoes from then on", () => {
    const site = CheckedSite.after();
    const at = site.lastBeaconAt;
    for (let minute = 10; minute <= 60; minute += 10) site.check(at + minute * MINUTE, "echoed");
    site.advance(at + 80 * MINUTE);
    assert.deepEqual([site.state, site.since()], ["alive", ["server.lost", "server.returned"]]);
    site.advance(at + 95 * MINUTE);
    assert.equal(site.events.at(-1)?.at, at + 90 * MINUTE);
    assert.match(String(site.events.at(-1)?.text), /no circuit for 3 times the 600\.0 s/);
  });

  it("makes a server known that nobody had heard of; other outcomes do not", () => {
    const site = new CheckedSite();
    for (const outcome of ["refused", "unreachable", "unresponsive"] as const)
      site.check(BEGIN, outcome);
    assert.equal(site.state, undefined);
    site.check(BEGIN, "echoed");
    assert.equal(site.state, "unknown");
  });

  it("is remembered over a restart of pvmon, and so is a state that it ends", () => {
    const site = CheckedSite.after();
    const at = site.lastBeaconAt;
    site.check(at + SECOND, "echoed");
    for (const second of [2, 3]) site.check(at + second * SECOND, "unresponsive");
    const later = new CheckedSite({}, at + MINUTE);
    later.servers.restore(JSON.parse(JSON.stringify(site.servers.row(KEY))));
    assert.deepEqual(
      [later.state, later.servers.row(KEY)],
      ["unresponsive", site.servers.row(KEY)],
    );
    later.check(at + 61 * SECOND, "echoed");
    assert.deepEqual([later.state, later.since()], ["alive", ["server.returned"]]);
  });
});

describe("the PVs of a server", () => {
  it("follow it when it stops and when it is back, and stay as they are while it hangs", () => {
    const inventory = new WatchedInventory();
    const server = { ip: SERVER_IP, port: 5064 };
    const check = (at: number, outcome: CircuitOutcome) =>
      inventory.fold({ type: "circuit", at, server, outcome, afterMs: 10 });
    const sees = (from: number, to: number) => {
      for (let at = from; at < to; at += SECOND) inventory.fold(sensorReport(at));
    };
    sees(BEGIN, BEGIN + 30 * SECOND);
    for (const n of [0, 1, 2]) inventory.fold(beacon(BEGIN + (30 + n) * SECOND, 500 + n, server));
    inventory.fold(answer(BEGIN + 33 * SECOND, "SR:A", server));
    for (const second of [34, 35]) check(BEGIN + second * SECOND, "unresponsive");
    const states = [inventory.pv("SR:A")?.state];
    sees(BEGIN + 36 * SECOND, BEGIN + 60 * SECOND);
    check(BEGIN + 60 * SECOND, "refused");
    states.push(inventory.pv("SR:A")?.state);
    check(BEGIN + 61 * SECOND, "echoed");
    states.push(inventory.pv("SR:A")?.state);
    assert.deepEqual(states, ["online", "lost", "online"]);
    const types = inventory.events.filter(({ log }) => log !== undefined).map(({ type }) => type);
    assert.deepEqual(types, ["server.unresponsive", "server.stopped", "server.returned"]);
    assert.equal(inventory.history.filter((row) => row.kind === "fact").length, 4);
  });
});

describe("a host that does not answer", () => {
  it("is no news of its servers, and evidence once they are lost together", () => {
    const site = new CheckedSite();
    const beacons = beaconsOf(life());
    const ports = [5064, 40_001];
    site.feed(
      ports
        .flatMap((port) => beacons.map((beacon) => ({ ...beacon, port })))
        .sort((a, b) => a.at - b.at),
    );
    const at = site.lastBeaconAt;
    for (const port of ports) site.check(at + 20 * SECOND, "unreachable", port);
    assert.equal(site.state, "alive");
    site.advance(at + MINUTE);
    assert.deepEqual(site.since(), ["server.lost", "server.lost", "host.lost"]);
    assert.deepEqual(site.event("host.lost").evidence.unreachable, [SERVER, `${HOST}:40001`]);
  });
});

describe("that a server is up", () => {
  const told = (site: WatchedSite) =>
    site.facts.map(({ subject, at, holds }) => [subject, at - BEGIN, holds]);

  it("holds from its start to its loss, and again from its restart on", () => {
    const second = life({ startAt: BEGIN + 20 * MINUTE, endAt: BEGIN + 25 * MINUTE });
    const site = new WatchedSite().feed([...beaconsOf(life()), ...beaconsOf(second)]);
    const lostAt = site.event("server.lost").at;
    assert.deepEqual(told(site), [
      [SERVER, 0, true],
      [SERVER, lostAt - BEGIN, false],
      [SERVER, second.startAt - BEGIN, true],
    ]);
    assert.deepEqual(site.facts[0], {
      fact: "serverUp",
      subject: SERVER,
      value: "up",
      at: BEGIN,
      holds: true,
    });
  });

  it("holds from its first beacon once there is a second one, through restarts and hangs", () => {
    const long = beaconsOf(life({ startAt: BEGIN - 60 * MINUTE })).filter(({ at }) => at >= BEGIN);
    const site = new CheckedSite();
    site.feed(long.slice(0, 1));
    assert.deepEqual([site.types(), site.facts], [["server.discovered"], []]);
    const restart = life({ startAt: BEGIN + 5 * MINUTE + 3 * SECOND, endAt: BEGIN + 8 * MINUTE });
    site.feed([...long.slice(1), ...beaconsOf(restart)]);
    for (const second of [1, 2]) site.check(BEGIN + 8 * MINUTE + second * SECOND, "unresponsive");
    assert.deepEqual(told(site), [[SERVER, (long[0]?.at ?? 0) - BEGIN, true]]);
  });

  it("ends when it is forgotten, or stopped as its event says", () => {
    const site = CheckedSite.after();
    site.servers.forget(KEY, BEGIN + 6 * MINUTE);
    assert.deepEqual(told(site).at(-1), [SERVER, 6 * MINUTE, false]);
    assert.equal(site.servers.forget(KEY, BEGIN + 6 * MINUTE), false);
    const other = CheckedSite.after();
    other.check(other.lastBeaconAt + 20 * SECOND, "refused");
    assert.equal(other.facts.at(-1)?.at, other.event("server.stopped").at);
  });
});
