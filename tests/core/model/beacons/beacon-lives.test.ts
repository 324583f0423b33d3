/** Servers over long times: whose counter wraps, which do not count at all, and with a pvmon that is itself restarted. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { endpointKey } from "../../../../core/model/address.js";
import type { EventType } from "../../../../core/model/event.js";
import {
  BEGIN,
  beaconsOf,
  type Life,
  type Passage,
  SERVER_IP,
  type SentBeacon,
  throughNetwork,
  WatchedSite,
} from "./beacon-simulation.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const KEY = endpointKey(SERVER_IP, 5064);

const network = (maxDelayMs: number) =>
  fc.array(
    fc.record({
      lost: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.boolean()),
      delayMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: maxDelayMs })),
      copiesMs: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 40 },
  );
const lossless = (passages: readonly Passage[]) =>
  passages.map((passage) => ({ ...passage, lost: false }));
const counting = fc.constantFrom("rsrv" as const, "caproto" as const);
const periodMs = fc
  .tuple(fc.constantFrom(5_000, 15_000, 30_000), fc.integer({ min: 0, max: 100 }))
  .map(([period, driftMs]) => period + driftMs);
/** Long enough for the period to be known. */
const upMs = fc.integer({ min: 5 * MINUTE, max: 15 * MINUTE });
const downMs = fc.integer({ min: 3 * SECOND, max: 5 * MINUTE });
const parts = fc.array(fc.record({ upMs, downMs }), { minLength: 1, maxLength: 4 });

function livesOf(
  lives: readonly { readonly upMs: number; readonly downMs: number }[],
  also: Pick<Life, "periodMs" | "counter">,
): Life[] {
  let startAt = BEGIN + 7;
  return lives.map(({ upMs, downMs }) => {
    const life = { ...also, startAt, endAt: startAt + upMs };
    startAt += upMs + downMs;
    return life;
  });
}

/** What a life in its middle sends: no ramp, and its counter as far as it has got. */
function midLife(life: Life, firstSequence: number): SentBeacon[] {
  const before = 2 * MINUTE;
  return beaconsOf({ ...life, startAt: life.startAt - before, firstSequence }).filter(
    ({ at }) => at >= life.startAt,
  );
}

interface Absence {
  readonly from: number;
  readonly to: number;
}

/** A pvmon that is not there now and then, and goes on with what it stored. */
function watchedWith(absences: readonly Absence[], arrived: readonly SentBeacon[]) {
  const events: WatchedSite["events"] = [];
  let site = new WatchedSite();
  let left = arrived;
  for (const { from, to } of absences) {
    site.feed(left.filter(({ at }) => at < from));
    site.advance(from);
    events.push(...site.events);
    const row = site.servers.row(KEY);
    site = new WatchedSite({}, to);
    if (row !== undefined) site.servers.restore(JSON.parse(JSON.stringify(row)));
    left = left.filter(({ at }) => at >= to);
  }
  site.feed(left);
  events.push(...site.events);
  const count = (type: EventType) => events.filter((event) => event.type === type).length;
  return { site, events, count };
}

/** `startAt` of absences one after the other. */
const absences = fc
  .array(
    fc.record({
      afterMs: fc.integer({ min: MINUTE, max: 12 * MINUTE }),
      lengthMs: fc.integer({ min: 0, max: 12 * MINUTE }),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((all) => {
    let at = BEGIN;
    return all.map(({ afterMs, lengthMs }): Absence => {
      const from = at + afterMs;
      at = from + lengthMs;
      return { from, to: at };
    });
  });

describe("a server whose counter wraps", () => {
  it("is restarted as often as it was, and not by the wrap", () => {
    const beforeWrap = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(
        counting,
        periodMs,
        parts,
        beforeWrap,
        network(500),
        (counter, period, all, before, passages) => {
          const [first, ...rest] = livesOf(all, { periodMs: period, counter });
          assert.ok(first);
          const wrapping = midLife(first, 2 ** 32 - before);
          // A ramp from 0 that begins where the wrap has just led is that of a server that goes on.
          const last = wrapping.at(-1)?.sequence ?? 0;
          fc.pre(last > 20 && last < 2 ** 32 - 20);
          const sent = [...wrapping, ...rest.flatMap(beaconsOf)];
          const arrived = [
            ...throughNetwork(sent.slice(0, 20), lossless(passages)),
            ...throughNetwork(sent.slice(20), passages),
          ];
          const site = new WatchedSite().feed(arrived.sort((a, b) => a.at - b.at));
          assert.equal(site.count("server.restarted"), rest.length);
          assert.equal(site.count("server.resumed"), 0);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("an ancient server that always sends 0", () => {
  it("is there as long as fewer than three beacons in a row are missing, and never said to restart", () => {
    fc.assert(
      fc.property(periodMs, upMs, network(500), (period, up, passages) => {
        const [life] = livesOf([{ upMs: up, downMs: 0 }], { periodMs: period, counter: "none" });
        assert.ok(life);
        const sent = beaconsOf(life);
        const site = new WatchedSite().feed([
          ...throughNetwork(sent.slice(0, 20), lossless(passages)),
          ...throughNetwork(sent.slice(20), passages),
        ]);
        assert.deepEqual(site.types(), ["server.discovered"]);
        assert.equal(site.servers.view(KEY, 0)?.startedAt, null);
      }),
      { numRuns: 500 },
    );
  });

  it("is lost and returns when it was away for longer, over restarts of pvmon too", () => {
    fc.assert(
      fc.property(
        periodMs,
        parts,
        network(500),
        fc.boolean(),
        (period, all, passages, isRestarted) => {
          const apart = all.map(({ upMs }) => ({
            upMs,
            downMs: 6 * Math.max(period, 15 * SECOND),
          }));
          const lives = livesOf(apart, { periodMs: period, counter: "none" });
          const arrived = throughNetwork(lives.flatMap(beaconsOf), lossless(passages));
          const from = BEGIN + 4 * MINUTE;
          const { count } = watchedWith(
            isRestarted ? [{ from, to: from + period / 2 }] : [],
            arrived,
          );
          assert.equal(count("server.lost"), lives.length - 1);
          assert.equal(count("server.returned"), lives.length - 1);
          assert.equal(count("server.restarted"), 0);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("servers while pvmon comes and goes", () => {
  it("are not said to restart, start or pause because of that", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("rsrv" as const, "caproto" as const, "none" as const),
        periodMs,
        fc.option(fc.constantFrom(2 ** 32 - 30, 2 ** 32 - 90, 1000), { nil: undefined }),
        absences,
        network(500),
        (counter, period, firstSequence, away, passages) => {
          const life = {
            startAt: BEGIN + 7,
            endAt: BEGIN + 60 * MINUTE,
            periodMs: period,
            counter,
          };
          const sent = firstSequence === undefined ? beaconsOf(life) : midLife(life, firstSequence);
          const arrived = throughNetwork(sent, lossless(passages));
          const { events, site } = watchedWith(away, arrived);
          assert.deepEqual(
            events.slice(1).map(({ type }) => type),
            [],
          );
          assert.equal(site.servers.stateOf(KEY), "alive");
        },
      ),
      { numRuns: 500 },
    );
  });

  it("are found to have restarted, each as often as pvmon can know, with the time within its error", () => {
    fc.assert(
      fc.property(
        counting,
        periodMs,
        parts,
        absences,
        network(50),
        (counter, period, all, away, passages) => {
          const lives = livesOf(all, { periodMs: period, counter });
          const arrived = throughNetwork(lives.flatMap(beaconsOf), passages);
          const isSeen = (at: number) => !away.some(({ from, to }) => at >= from && at < to);
          const seen = lives.map((life) => {
            const own = arrived.filter(
              ({ at }) => at >= life.startAt && at < life.endAt && isSeen(at),
            );
            return new Set(own.map(({ sequence }) => sequence)).size;
          });
          // One that is hardly seen is not known well enough to be told from the next one.
          fc.pre(seen.every((count) => count === 0 || count >= 20));
          // One that has got just as far as a predecessor had may as well have been paused.
          for (const { from, to } of away) {
            const back = arrived.find(({ at }) => at >= to)?.sequence ?? 0;
            for (const { endAt } of lives) {
              const until = Math.min(from, endAt);
              const last = arrived.findLast(({ at }) => at < until && isSeen(at))?.sequence ?? 0;
              fc.pre(back < last || back > last + 8);
            }
          }
          const known = lives.filter((_life, index) => seen[index]! > 0);
          const { count, site } = watchedWith(away, arrived);
          assert.equal(count("server.restarted"), known.length - 1);
          const last = known.at(-1);
          const started = site.servers.view(KEY, 0)?.startedAt;
          assert.ok(last !== undefined && started);
          const offMs = Math.abs(started.at - last.startAt);
          assert.ok(
            offMs <= started.errorSeconds * SECOND + SECOND,
            `${offMs} ${started.errorSeconds}`,
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});
