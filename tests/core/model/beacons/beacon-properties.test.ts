/** Any server behind any network that loses, doubles and delays: one event per restart, none otherwise. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { LATE_MS } from "../../../../core/model/lateness.js";
import {
  BEGIN,
  beaconsOf,
  type Life,
  NOTHING_KNOWN,
  type Passage,
  SERVER,
  type SentBeacon,
  throughNetwork,
  WatchedSite,
} from "./beacon-simulation.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

const passage = (maxDelayMs: number): fc.Arbitrary<Passage> =>
  fc.record({
    lost: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.boolean()),
    // Reordered in the ramp, and now and then by as much as a beacon may be late.
    delayMs: fc.oneof(
      fc.constant(0),
      fc.integer({ min: 0, max: Math.min(50, maxDelayMs) }),
      fc.integer({ min: 0, max: maxDelayMs }),
    ),
    copiesMs: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 2 }),
  });
const network = (maxDelayMs = LATE_MS - 100) =>
  fc.array(passage(maxDelayMs), { minLength: 1, maxLength: 40 });
/** Until its period is measured, a server is given the default one: let the first three minutes through. */
const gentle = (passages: readonly Passage[]) =>
  Array.from({ length: 20 }, (_, index) => ({
    ...(passages[index % passages.length] ?? { delayMs: 0, copiesMs: [] }),
    lost: false,
  }));
const throughGently = (sent: readonly SentBeacon[], passages: readonly Passage[]) => [
  ...throughNetwork(sent.slice(0, 20), gentle(passages)),
  ...throughNetwork(sent.slice(20), passages),
];
const counter = fc.constantFrom("rsrv" as const, "caproto" as const);
/** Servers drift: their beacons come a little late each time. */
const periodMs = fc
  .tuple(fc.constantFrom(5_000, 15_000, 30_000), fc.integer({ min: 0, max: 100 }))
  .map(([period, driftMs]) => period + driftMs);

describe("the beacon watch behind a bad network", () => {
  it("sees each restart exactly once", () => {
    const lives = fc
      .tuple(
        counter,
        periodMs,
        fc.array(
          fc.record({
            upMs: fc.integer({ min: 5 * SECOND, max: 8 * MINUTE }),
            downMs: fc.integer({ min: 3 * SECOND, max: 5 * MINUTE }),
          }),
          { minLength: 1, maxLength: 4 },
        ),
      )
      .map(([kind, period, parts]) => {
        let startAt = BEGIN + 7;
        return parts.map(({ upMs, downMs }): Life => {
          const life = { startAt, endAt: startAt + upMs, periodMs: period, counter: kind };
          startAt += upMs + downMs;
          return life;
        });
      });
    fc.assert(
      fc.property(lives, network(), (all, passages) => {
        const site = new WatchedSite();
        site.feed(throughNetwork(all.flatMap(beaconsOf), passages));
        assert.equal(site.count("server.restarted"), all.length - 1);
        assert.equal(site.count("server.started") + site.count("server.discovered"), 1);
        assert.equal(
          site.servers.list({ limit: 1 }, NOTHING_KNOWN).items[0]?.restarts,
          all.length - 1,
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it("says nothing of a server of which fewer than three beacons in a row are missing", () => {
    const firstSequence = fc.oneof(
      fc.nat(2 ** 32 - 1),
      fc.integer({ min: 2 ** 32 - 60, max: 2 ** 32 - 1 }),
    );
    fc.assert(
      fc.property(
        counter,
        periodMs,
        fc.option(firstSequence, { nil: undefined }),
        network(),
        (kind, period, midLife, bad) => {
          // At most a second late: by more than LATE_MS, and the third beacon would be as good as missing.
          const passages = bad.map((each) => ({
            ...each,
            delayMs: Math.min(each.delayMs, period / 10, SECOND),
          }));
          const startAt = midLife === undefined ? BEGIN : BEGIN - 5 * MINUTE;
          const life = { startAt, endAt: BEGIN + 12 * MINUTE, periodMs: period, counter: kind };
          const sent = beaconsOf({ ...life, firstSequence: midLife ?? 0 });
          const site = new WatchedSite();
          site.feed(
            throughGently(
              sent.filter(({ at }) => at >= BEGIN),
              passages,
            ),
          );
          assert.deepEqual(site.types(), [site.types()[0]]);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("sees each pause of a measured server as a pause, whatever its length", () => {
    const pause = fc.record({
      afterMs: fc.integer({ min: 0, max: MINUTE }),
      lengthMs: fc.integer({ min: 3 * SECOND, max: 10 * MINUTE }),
    });
    fc.assert(
      fc.property(
        counter,
        periodMs,
        pause,
        network(50),
        (kind, period, { afterMs, lengthMs }, passages) => {
          const from = BEGIN + 5 * MINUTE + afterMs;
          const to = from + lengthMs;
          const life = { startAt: BEGIN, endAt: to + 10 * MINUTE, periodMs: period, counter: kind };
          const sent = beaconsOf({ ...life, pauses: [{ from, to }] });
          const arrived = throughGently(sent, passages);
          const site = new WatchedSite();
          site.feed(arrived);
          const lastBefore = Math.max(...sent.map(({ at }) => at).filter((at) => at < from));
          // A pause that ends just when the next beacon was due has delayed nothing.
          fc.pre(Math.abs(to - lastBefore - period) > 3 * SECOND || lengthMs > 2 * period);
          assert.equal(site.count("server.resumed"), 1);
          // Before it counts as lost it is a pause in hindsight; with beacons missing as well it may be both.
          const said = [site.count("server.paused"), site.count("server.lost")];
          assert.ok(said.includes(1) && !said.some((count) => count > 1), said.join());
          assert.equal(site.count("server.restarted"), 0);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("dates a loss three measured periods after the last beacon", () => {
    fc.assert(
      fc.property(
        counter,
        periodMs,
        fc.integer({ min: 3 * MINUTE, max: 20 * MINUTE }),
        (kind, period, upMs) => {
          const life = { startAt: BEGIN, endAt: BEGIN + upMs, periodMs: period, counter: kind };
          const sent = beaconsOf(life);
          const site = new WatchedSite();
          site.feed(sent);
          site.advance(BEGIN + upMs + 5 * MINUTE);
          const lastAt = sent.at(-1)?.at ?? 0;
          const { at, server } = site.event("server.lost");
          assert.equal(server, SERVER);
          assert.ok(Math.abs(at - lastAt - 3 * period) <= 2, `${at - lastAt} ms for ${period} ms`);
          assert.equal(site.count("server.lost"), 1);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("says the same when its seconds pass up to a second before beacons are delivered", () => {
    fc.assert(
      fc.property(
        counter,
        periodMs,
        network(),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 10, max: SECOND }),
        (kind, period, passages, downSeconds, deliveryMs) => {
          const first = {
            startAt: BEGIN,
            endAt: BEGIN + 3 * MINUTE,
            periodMs: period,
            counter: kind,
          };
          const startAt = first.endAt + 3 * SECOND + downSeconds * 3 * SECOND;
          const second = { ...first, startAt, endAt: startAt + 3 * MINUTE };
          const arrived = throughNetwork([first, second].flatMap(beaconsOf), passages);
          const end = second.endAt + 5 * MINUTE;
          const byData = new WatchedSite().feed(arrived);
          byData.advance(end);
          const live = new WatchedSite();
          for (let at = BEGIN, next = 0; at <= end; at += deliveryMs) {
            live.advance(at);
            const due = arrived.slice(next).findIndex((beacon) => beacon.at > at);
            const count = due < 0 ? arrived.length - next : due;
            live.feed(arrived.slice(next, next + count));
            next += count;
          }
          live.advance(end);
          assert.deepEqual(live.events, byData.events);
        },
      ),
      { numRuns: 500 },
    );
  });
});
