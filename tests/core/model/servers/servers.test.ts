/** Servers as the inventory sees them: events, states, rows, anomalies and hosts. */
import assert from "node:assert/strict";
import { endpointKey, parseIpv4 } from "../../../../core/model/address.js";
import type { ServerRow } from "../../../../core/model/row.js";
import {
  BEGIN,
  beaconsOf,
  type Life,
  NOTHING_KNOWN,
  SERVER,
  SERVER_IP,
  WatchedSite,
} from "../beacons/beacon-simulation.js";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const KEY = endpointKey(SERVER_IP, 5064);
const ip = (text: string) => parseIpv4(text) ?? 0;

function life(part: Partial<Life> = {}): Life {
  return { startAt: BEGIN, endAt: BEGIN + 5 * MINUTE, periodMs: 15_000, counter: "rsrv", ...part };
}
/** Long up: no ramp. */
const midLife = (part: Partial<Life> = {}) =>
  beaconsOf(life({ startAt: BEGIN - 60 * MINUTE, ...part })).filter(({ at }) => at >= BEGIN);

describe("servers", () => {
  it("one first seen in mid-life is discovered, with its start reckoned from the counter", () => {
    const site = new WatchedSite().feed(midLife().slice(0, 1));
    assert.deepEqual(site.types(), ["server.discovered"]);
    const started = site.servers.view(KEY, 3)?.startedAt;
    assert.equal(started?.source, "counter");
    assert.ok(
      Math.abs((started?.at ?? 0) - BEGIN + 60 * MINUTE) <= (started?.errorSeconds ?? 0) * SECOND,
    );
    assert.equal(site.servers.view(KEY, 3)?.pvs, 3);
  });

  it("is lost once three periods have passed, and its PVs are told", () => {
    const site = new WatchedSite().feed(beaconsOf(life()));
    const lastBeaconAt = site.servers.view(KEY, 0)?.lastBeaconAt ?? 0;
    site.advance(lastBeaconAt + 45 * SECOND);
    assert.equal(site.servers.stateOf(KEY), "alive");
    site.advance(lastBeaconAt + 49 * SECOND);
    assert.equal(site.event("server.lost").at, lastBeaconAt + 45 * SECOND);
    assert.deepEqual(site.states.at(-1), {
      key: KEY,
      state: "lost",
      at: lastBeaconAt + 45 * SECOND,
    });
    assert.deepEqual(site.servers.counts(), { alive: 0, lost: 1 });
  });

  it("returns without a restart when only the network was away", () => {
    const beacons = midLife({ endAt: BEGIN + 20 * MINUTE });
    const site = new WatchedSite().feed(
      beacons.filter(({ at }) => at < BEGIN + 3 * MINUTE || at > BEGIN + 9 * MINUTE),
    );
    assert.deepEqual(site.types(), ["server.discovered", "server.lost", "server.returned"]);
    assert.equal(site.servers.stateOf(KEY), "alive");
  });

  it("brings its PVs back when it answers a search although its beacons are missing", () => {
    const site = new WatchedSite().feed(beaconsOf(life()));
    site.advance(BEGIN + 10 * MINUTE);
    site.servers.answered({ ip: SERVER_IP, port: 5064 }, 13, BEGIN + 10 * MINUTE);
    assert.deepEqual(site.types(), ["server.started", "server.lost", "server.returned"]);
    assert.equal(site.states.at(-1)?.state, "alive");
  });

  it("is unknown while it only answers, and discovered when no beacon follows", () => {
    const site = new WatchedSite();
    const server = { ip: SERVER_IP, port: 5064 };
    site.servers.channel({
      type: "channel",
      at: BEGIN,
      name: "a:pv",
      server,
      asker: "seen",
      outcome: "unreachable",
    });
    assert.equal(site.servers.stateOf(KEY), undefined);
    site.servers.answered(server, 13, BEGIN);
    site.advance(BEGIN + 20 * SECOND);
    assert.deepEqual([site.servers.stateOf(KEY), site.events.length], ["unknown", 0]);
    site.advance(BEGIN + 20 * MINUTE);
    assert.deepEqual([site.servers.stateOf(KEY), site.types()], ["unknown", ["server.discovered"]]);
  });

  it("that answers just before its first beacon is started, and nothing else", () => {
    const site = new WatchedSite();
    site.servers.answered({ ip: SERVER_IP, port: 5064 }, 13, BEGIN);
    site.feed(beaconsOf(life({ startAt: BEGIN + 20 })));
    assert.deepEqual(site.types(), ["server.started"]);
  });

  it("a restart of one that was lost is one event", () => {
    const second = life({ startAt: BEGIN + 20 * MINUTE, endAt: BEGIN + 25 * MINUTE });
    const site = new WatchedSite().feed([...beaconsOf(life()), ...beaconsOf(second)]);
    assert.deepEqual(site.types(), ["server.started", "server.lost", "server.restarted"]);
    assert.equal(site.servers.restartedAt(KEY), second.startAt);
    assert.equal(site.event("server.restarted").evidence.watched, true);
  });

  it("nothing is lost while blind, nor before it was watched for three periods again", () => {
    const site = new WatchedSite().feed(beaconsOf(life()));
    site.blind = true;
    site.advance(BEGIN + 60 * MINUTE);
    site.blind = false;
    site.advance(BEGIN + 60 * MINUTE + 45 * SECOND);
    assert.deepEqual(site.types(), ["server.started"]);
    site.advance(BEGIN + 61 * MINUTE);
    assert.deepEqual(site.types(), ["server.started", "server.lost"]);
  });

  it("beacon port 0 is the default port", () => {
    const site = new WatchedSite().feed([{ at: BEGIN, sequence: 900, port: 0 }]);
    assert.equal(site.servers.view(KEY, 0)?.server, SERVER);
  });

  it("two servers with one identity are an anomaly and one alarm, closed when it is over", () => {
    const a = midLife({ endAt: BEGIN + 5 * MINUTE });
    const b = midLife({ startAt: BEGIN - 600 * MINUTE - 7_000, endAt: BEGIN + 3 * MINUTE });
    const both = [...a, ...b].sort((x, y) => x.at - y.at);
    const site = new WatchedSite().feed(both.filter(({ at }) => at > BEGIN));
    const types = site.types().filter((type) => type !== "server.discovered");
    assert.deepEqual(types, ["server.duplicateIdentity", "anomaly.closed"]);
    assert.equal(site.servers.stateOf(KEY), "alive");
  });
});

describe("servers over a restart of pvmon", () => {
  const stored = (until = BEGIN + 5 * MINUTE): ServerRow => {
    const row = new WatchedSite().feed(beaconsOf(life({ endAt: until }))).servers.row(KEY);
    assert.ok(row);
    return JSON.parse(JSON.stringify(row));
  };
  const later = (minutes: number, row = stored()) => {
    const site = new WatchedSite({}, BEGIN + minutes * MINUTE);
    site.servers.restore(row);
    return site;
  };

  it("keep period, start and restarts, without an event or a dirty mark", () => {
    const site = later(10);
    assert.deepEqual([site.events, site.dirty.size], [[], 0]);
    assert.equal(site.servers.view(KEY, 0)?.periodMs, 15_000);
    assert.deepEqual(site.servers.view(KEY, 0)?.startedAt, {
      at: BEGIN,
      errorSeconds: 0.1,
      source: "observed",
    });
  });

  it("that restarted meanwhile are found by their counter", () => {
    const site = later(60);
    site.feed(
      beaconsOf(life({ startAt: BEGIN + 50 * MINUTE, endAt: BEGIN + 70 * MINUTE })).filter(
        ({ at }) => at > BEGIN + 60 * MINUTE,
      ),
    );
    assert.deepEqual(site.types(), ["server.restarted"]);
    const { at, evidence } = site.event("server.restarted");
    assert.equal(evidence.watched, false);
    assert.ok(Math.abs(at - BEGIN - 50 * MINUTE) < SECOND);
  });

  it("that ran on are as they were", () => {
    const site = later(60);
    site.feed(
      beaconsOf(life({ endAt: BEGIN + 70 * MINUTE })).filter(({ at }) => at > BEGIN + 60 * MINUTE),
    );
    assert.deepEqual(site.types(), []);
  });

  it("that went away meanwhile are lost three periods after watching began", () => {
    const site = later(60);
    site.advance(BEGIN + 62 * MINUTE);
    assert.equal(site.event("server.lost").at, BEGIN + 60 * MINUTE + 45 * SECOND);
  });

  it("leave rows out that make no sense", () => {
    const row = stored();
    for (const bad of [
      { ...row, server: "nobody" },
      { ...row, state: "happy" },
      { ...row, track: {} },
      { ...row, track: { ...row.track, sequence: "7" } },
    ]) {
      assert.equal(later(10, bad).servers.stateOf(KEY), undefined);
    }
  });
});

describe("strange beacons", () => {
  const beacon = { at: BEGIN, sequence: 900 };

  it("an address field that names another host is an anomaly of the server that sent it", () => {
    const site = new WatchedSite().feed([{ ...beacon, address: ip("10.7.0.9") }]);
    assert.equal(site.servers.view(KEY, 0)?.anomalies[0]?.type, "addressMismatch");
    assert.deepEqual([...site.servers.hosts()], [SERVER_IP]);
    site.advance(BEGIN + 10 * MINUTE);
    assert.deepEqual(site.servers.view(KEY, 0)?.anomalies ?? [], []);
    assert.equal(site.servers.anomalies()[0]?.closedAt, BEGIN + MINUTE);
  });

  it("from a repeater on our own host it is the server's address", () => {
    for (const source of [ip("127.0.0.1"), ip("10.7.0.77")]) {
      const site = new WatchedSite({ ownAddresses: [ip("10.7.0.77")] });
      site.feed([{ ...beacon, source, address: SERVER_IP }]);
      assert.equal(site.servers.stateOf(KEY), "alive");
      assert.deepEqual(site.servers.anomalies(), []);
    }
  });

  it("from outside the configured networks are an anomaly and ignored", () => {
    const beaconNetworks = [{ first: ip("10.8.0.0"), last: ip("10.8.255.255") }];
    const site = new WatchedSite({ beaconNetworks }).feed([beacon]);
    assert.equal(site.servers.stateOf(KEY), undefined);
    assert.deepEqual(site.types(), ["anomaly.opened"]);
    assert.equal(site.servers.anomalies()[0]?.subject, "10.7.0.0/24");
  });

  it("forged from thousands of addresses displace no server that is known, nor flood the events", () => {
    const site = new WatchedSite({ maxServers: 500 }).feed(midLife({ endAt: BEGIN + MINUTE }));
    const forged = Array.from({ length: 20_000 }, (_, index) => ({
      at: BEGIN + MINUTE + Math.floor(index / 2_000) * SECOND,
      sequence: 5_000,
      source: ip("10.9.0.0") + index,
    }));
    site.feed(forged);
    assert.equal(site.servers.stateOf(KEY), "alive");
    assert.ok(site.servers.list({ limit: 1 }, NOTHING_KNOWN).total <= 500);
    assert.ok(site.count("server.discovered") < 400, String(site.count("server.discovered")));
    assert.equal(site.servers.anomalies()[0]?.type, "beaconFlood");
    assert.ok(![...site.dirty].some((key) => key !== KEY), "forged servers are not stored");
  });

  it("of new servers find room where barely known ones were lost, but never where others are", () => {
    const site = new WatchedSite({ maxServers: 3 }).feed(beaconsOf(life()));
    const pair = (second: number, last: number) =>
      [0, 1].map((beacon) => ({
        at: BEGIN + (second + 15 * beacon) * SECOND,
        sequence: 700 + beacon,
        source: ip("10.7.0.10") + last,
      }));
    site.feed([...pair(300, 1), ...pair(320, 2), ...pair(336, 3)]);
    assert.equal(site.servers.stateOf(endpointKey(ip("10.7.0.13"), 5064)), undefined);
    site.advance(BEGIN + 10 * MINUTE);
    site.feed(pair(660, 3));
    assert.equal(site.servers.stateOf(endpointKey(ip("10.7.0.13"), 5064)), "alive");
    assert.equal(site.servers.stateOf(KEY), "lost");
  });

  it("of a whole site at once are all announced in the end", () => {
    const site = new WatchedSite();
    for (let second = 0; second < 60; second += 15) {
      const beacons = Array.from({ length: 3_000 }, (_, index) => ({
        at: BEGIN + second * SECOND + Math.floor(index / 201),
        sequence: 800 + second / 15,
        source: SERVER_IP + index,
      }));
      site.feed(beacons);
    }
    site.blind = true;
    site.advance(BEGIN + 5 * MINUTE);
    assert.equal(site.count("server.discovered"), 3_000);
  });
});

describe("hosts", () => {
  const HOST = "10.7.0.1";
  const two = (until: number) =>
    [5064, 40_001]
      .flatMap((port, index) =>
        midLife({ startAt: BEGIN - 90 * MINUTE - index * 4_000, endAt: until }).map((beacon) => ({
          ...beacon,
          port,
        })),
      )
      .sort((a, b) => a.at - b.at);

  it("all servers of which fall silent together are lost, and back with the first", () => {
    const site = new WatchedSite().feed(two(BEGIN + 3 * MINUTE));
    site.advance(BEGIN + 6 * MINUTE);
    assert.equal(site.count("host.lost"), 1);
    assert.deepEqual(site.event("host.lost").evidence.servers, [`${HOST}:5064`, `${HOST}:40001`]);
    site.feed(two(BEGIN + 9 * MINUTE).filter(({ at }) => at > BEGIN + 8 * MINUTE));
    assert.equal(site.count("host.returned"), 1);
    assert.equal(site.count("server.returned"), 2);
  });

  it("with several addresses are lost only with the servers at all of them, and not with one of them alone", () => {
    const other = ip("10.8.0.1");
    const at = (source: number, until: number) => two(until).map((each) => ({ ...each, source }));
    const ordered = (...heard: ReturnType<typeof at>[]) => heard.flat().sort((a, b) => a.at - b.at);
    const cut = new WatchedSite();
    cut.hosts.push([SERVER_IP, other]);
    cut.feed(ordered(at(SERVER_IP, BEGIN + 3 * MINUTE), at(other, BEGIN + 9 * MINUTE)));
    assert.deepEqual([cut.count("server.lost"), cut.count("host.lost")], [2, 0]);
    cut.advance(BEGIN + 12 * MINUTE);
    assert.deepEqual([cut.count("server.lost"), cut.count("host.lost")], [4, 1]);
    const single = new WatchedSite();
    single.hosts.push([SERVER_IP, other]);
    const one = ordered(at(SERVER_IP, BEGIN + 3 * MINUTE), at(other, BEGIN + 3 * MINUTE));
    single.feed(one.filter(({ port }) => port === 5064));
    single.advance(BEGIN + 6 * MINUTE);
    assert.deepEqual([single.count("server.lost"), single.count("host.lost")], [2, 0]);
  });

  it("that still send heartbeats are not lost with all their servers, and so do not come back", () => {
    const silentAt = BEGIN + 3 * MINUTE;
    for (const [heartbeatAt, isLost] of [
      [silentAt + MINUTE, false],
      // One that came before the first beacon was missed says nothing, and nor does an older one.
      [silentAt, true],
      [BEGIN, true],
    ] as const) {
      const site = new WatchedSite().feed(two(silentAt));
      site.heartbeatAt = heartbeatAt;
      site.advance(BEGIN + 6 * MINUTE);
      assert.equal(site.count("server.lost"), 2);
      assert.equal(site.count("host.lost"), Number(isLost));
      site.heartbeatAt = BEGIN + 8 * MINUTE;
      site.feed(two(BEGIN + 9 * MINUTE).filter(({ at }) => at > BEGIN + 8 * MINUTE));
      assert.equal(site.count("server.returned"), 2);
      assert.equal(site.count("host.returned"), Number(isLost));
    }
  });

  it("are seen with the second beacon of a server, or its first answer, and with each one after", () => {
    const [first, second, third] = midLife();
    assert.ok(first && second && third);
    const site = new WatchedSite().feed([first]);
    assert.deepEqual([...site.seen], []);
    site.feed([second, third]);
    site.servers.answered({ ip: ip("10.7.0.2"), port: 5064 }, 13, third.at);
    assert.deepEqual(
      [...site.seen],
      [
        [SERVER_IP, third.at],
        [ip("10.7.0.2"), third.at],
      ],
    );
  });

  it("with one server are not lost twice", () => {
    const site = new WatchedSite().feed(beaconsOf(life()));
    site.advance(BEGIN + 10 * MINUTE);
    assert.deepEqual(site.types(), ["server.started", "server.lost"]);
  });

  it("and servers come in pages by address, whose cursors outlive changes", () => {
    const site = new WatchedSite().feed(two(BEGIN + MINUTE));
    const first = site.servers.list(
      { limit: 1 },
      { ...NOTHING_KNOWN, pvsOf: (key) => (key === KEY ? 7 : 0) },
    );
    assert.deepEqual([first.items[0]?.server, first.items[0]?.pvs, first.total], [SERVER, 7, 2]);
    site.feed([{ at: BEGIN + MINUTE, sequence: 700, source: ip("10.1.0.1") }]);
    const second = site.servers.list({ limit: 1, cursor: first.next ?? "" }, NOTHING_KNOWN);
    assert.deepEqual([second.items[0]?.server, second.next], [`${HOST}:40001`, null]);
    assert.equal(site.servers.list({ limit: 9, states: ["lost"] }, NOTHING_KNOWN).total, 0);
    assert.equal(site.servers.list({ limit: 9, addresses: ["10.1.0.1"] }, NOTHING_KNOWN).total, 1);
  });

  it("come in the order of what others know of them, those of which nothing is known last in either order", () => {
    const site = new WatchedSite();
    for (const last of [1, 2, 3]) {
      site.feed([{ at: BEGIN + last, sequence: 700, source: ip(`10.1.0.${last}`) }]);
    }
    const commands = new Map([
      [endpointKey(ip("10.1.0.1"), 5064), "ioc10.cmd"],
      [endpointKey(ip("10.1.0.3"), 5064), "ioc9.cmd"],
    ]);
    const lookup = { ...NOTHING_KNOWN, applicationOf: (key: number) => commands.get(key) ?? null };
    const hosts = (query: object) =>
      site.servers
        .list({ limit: 9, sort: "app", ...query }, lookup)
        .items.map(({ host }) => host.slice(-1));
    assert.deepEqual(hosts({}), ["3", "1", "2"]);
    assert.deepEqual(hosts({ order: "desc" }), ["1", "3", "2"]);
    assert.deepEqual(hosts({ offset: 1 }), ["1", "2"]);
    assert.deepEqual(hosts({ offset: 1, limit: 1 }), ["1"]);
    assert.deepEqual(hosts({ offset: 3 }), []);
  });
});
