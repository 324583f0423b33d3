/** Any application behind any network that loses, doubles and delays: one event per restart, none otherwise. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { LATE_MS } from "../../../../core/model/lateness.js";
import type { HeartbeatSeen } from "../../../../core/model/observation.js";
import { BEGIN, heartbeatSeen, MINUTE, SECOND, WatchedApps } from "./app-site.js";

/** One run of an application, from its start until it dies; ms after {@link BEGIN}. */
interface Life {
  readonly startMs: number;
  readonly endMs: number;
  readonly periodMs: number;
  /** C senders: the first after a period, with 1. Python senders: the first after a second, with 0. */
  readonly kind: "c" | "python";
  readonly pid: number | null;
}

interface Passage {
  readonly lost: boolean;
  readonly delayMs: number;
  readonly copiesMs: readonly number[];
}

function heartbeatsOf({ startMs, endMs, periodMs, kind, pid }: Life): HeartbeatSeen[] {
  const sent: HeartbeatSeen[] = [];
  const firstMs = kind === "c" ? periodMs : SECOND;
  const firstSequence = kind === "c" ? 1 : 0;
  for (let index = 0; startMs + firstMs + index * periodMs < endMs; index++) {
    const ms = startMs + firstMs + index * periodMs;
    const upSeconds = Math.floor((ms - startMs) / SECOND);
    sent.push(heartbeatSeen(ms, { sequence: firstSequence + index, upSeconds, pid }));
  }
  return sent;
}

/** Never loses more than two in a row. */
function throughNetwork(
  sent: readonly HeartbeatSeen[],
  passages: readonly Passage[],
): HeartbeatSeen[] {
  let lostInRow = 0;
  const arrived = sent.flatMap((heartbeat, index) => {
    const { lost, delayMs, copiesMs } = passages[index % passages.length]!;
    lostInRow = lost && lostInRow < 2 ? lostInRow + 1 : 0;
    if (lostInRow > 0) return [];
    return [0, ...copiesMs].map((copyMs) => ({
      ...heartbeat,
      at: heartbeat.at + delayMs + copyMs,
    }));
  });
  return arrived.sort((a, b) => a.at - b.at);
}

const passage = (maxDelayMs: number): fc.Arbitrary<Passage> =>
  fc.record({
    lost: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.boolean()),
    delayMs: fc.oneof(fc.constant(0), fc.nat(Math.min(50, maxDelayMs)), fc.nat(maxDelayMs)),
    copiesMs: fc.array(fc.nat(20), { maxLength: 2 }),
  });
/** Delays of heartbeats in turn, ms; undefined for one that is lost. */
function delays(...each: readonly (number | undefined)[]): Passage[] {
  return each.map((delayMs = 0, index) => ({
    lost: each[index] === undefined,
    delayMs,
    copiesMs: [],
  }));
}
/** Where two late ones in a row make the first intervals that agree too short, and the long ones seem to fit it no more. */
const MISLEADING: readonly Passage[][] = [
  delays(undefined, 534, 0, undefined),
  delays(undefined, 586, 0, 431, 0, 0, 888, 0, undefined),
  delays(689, 20, 0, 786, 0, undefined, undefined),
  delays(undefined, undefined, 874, 0, 0, 751, 53),
];
const network = (maxDelayMs = LATE_MS - 100) =>
  fc.array(passage(maxDelayMs), { minLength: 1, maxLength: 40 });
const kind = fc.constantFrom("c" as const, "python" as const);
const periodMs = fc.constantFrom(5 * SECOND, 30 * SECOND, 60 * SECOND);
const pids = fc.constantFrom("none" as const, "always one" as const, "new" as const);

function pidOf(of: "none" | "always one" | "new", life: number): number | null {
  if (of === "none") return null;
  return of === "always one" ? 1 : 1000 + life;
}

describe("the heartbeat watch behind a bad network", () => {
  it("sees each restart exactly once", () => {
    const lives = fc
      .tuple(
        kind,
        // Longer than what is assumed of one that is not measured, and losses could make it vanish before that.
        fc.constantFrom(5 * SECOND, 30 * SECOND),
        pids,
        fc.array(
          fc.record({
            // Heard at least twice, whatever is lost.
            periods: fc.integer({ min: 8, max: 14 }),
            downMs: fc.integer({ min: 3 * SECOND, max: 5 * MINUTE }),
          }),
          { minLength: 1, maxLength: 4 },
        ),
      )
      .map(([of, period, pid, parts]) => {
        let startMs = 7;
        return parts.map(({ periods, downMs }, index): Life => {
          const endMs = startMs + periods * period + 500;
          const life = { startMs, endMs, periodMs: period, kind: of, pid: pidOf(pid, index) };
          startMs = endMs + downMs;
          return life;
        });
      });
    fc.assert(
      fc.property(lives, network(), (all, passages) => {
        const site = new WatchedApps();
        site.feed(...throughNetwork(all.flatMap(heartbeatsOf), passages));
        assert.equal(site.count("app.restarted"), all.length - 1);
        assert.equal(site.count("app.started") + site.count("app.discovered"), 1);
        assert.equal(site.apps.heartbeatView(site.only().id)?.restarts, all.length - 1);
      }),
      { numRuns: 1_000 },
    );
  });

  it("says nothing of an application of which fewer than three heartbeats in a row are missing", () => {
    fc.assert(
      fc.property(kind, periodMs, pids, network(SECOND), (of, period, pid, bad) => {
        const endMs = 60 * period;
        const life = { startMs: 7, endMs, periodMs: period, kind: of, pid: pidOf(pid, 0) };
        const sent = heartbeatsOf(life);
        // Until its period is measured it is given 30 s: let the first ones through.
        const gently = bad.map((each) => ({ ...each, lost: false }));
        const site = new WatchedApps();
        site.feed(
          ...throughNetwork(sent.slice(0, 8), gently),
          ...throughNetwork(sent.slice(8), bad),
        );
        assert.equal(site.events.length, 1, site.types().join());
      }),
      { numRuns: 500, examples: MISLEADING.map((bad) => ["c", 5 * SECOND, "none", bad]) },
    );
  });

  it("tells a loss and a return for each pause, and no restart", () => {
    const pause = fc.integer({ min: 5, max: 50 });
    fc.assert(
      fc.property(kind, periodMs, pids, pause, network(50), (of, period, pid, gap, bad) => {
        const endMs = 120 * period;
        const sent = heartbeatsOf({
          startMs: 7,
          endMs,
          periodMs: period,
          kind: of,
          pid: pidOf(pid, 0),
        });
        const gently = bad.map((each) => ({ ...each, lost: false }));
        const unheard = [...sent.slice(0, 20), ...sent.slice(20 + gap)];
        const site = new WatchedApps().feed(...throughNetwork(unheard, gently));
        assert.deepEqual(site.types().slice(1), ["app.lost", "app.returned"]);
        const dated = site.event("app.lost").at - (sent[19]!.at + 3 * period);
        assert.ok(Math.abs(dated) <= 200, `${dated} ms off`);
      }),
      { numRuns: 200 },
    );
  });

  it("says the same when its seconds pass before heartbeats are delivered", () => {
    const down = fc.integer({ min: 3 * SECOND, max: 5 * MINUTE });
    const delivery = fc.integer({ min: 50, max: SECOND });
    fc.assert(
      fc.property(
        kind,
        periodMs,
        pids,
        down,
        delivery,
        network(),
        (of, period, pid, downMs, deliveryMs, bad) => {
          const first = {
            startMs: 7,
            endMs: 12 * period,
            periodMs: period,
            kind: of,
            pid: pidOf(pid, 0),
          };
          const startMs = first.endMs + downMs;
          const second = { ...first, startMs, endMs: startMs + 12 * period, pid: pidOf(pid, 1) };
          const arrived = throughNetwork([first, second].flatMap(heartbeatsOf), bad);
          const end = BEGIN + second.endMs + 5 * MINUTE;
          const byData = new WatchedApps().feed(...arrived).advance(end);
          const live = new WatchedApps();
          for (let at = BEGIN, next = 0; at <= end; at += deliveryMs) {
            live.advance(at);
            while (next < arrived.length && arrived[next]!.at <= at) {
              live.apps.heartbeat(arrived[next]!);
              next++;
            }
          }
          live.advance(end);
          assert.deepEqual(live.events, byData.events);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("never throws, and never has more than it may, whatever the numbers and texts", () => {
    const number = fc.oneof(fc.nat(), fc.double(), fc.constantFrom(0, 1, 2 ** 32, -1, 1e300));
    const heartbeat = fc.record({
      ms: fc.nat(10 * MINUTE),
      source: fc.nat(0xffff_ffff),
      sequence: number,
      upSeconds: number,
      serverPort: fc.oneof(fc.nat(0xffff), number),
      servesCa: fc.boolean(),
      hostTimeAt: fc.option(number),
      pid: fc.option(number),
      image: fc.string({ unit: "binary" }),
      command: fc.string({ unit: "binary", maxLength: 1_500 }),
      directory: fc.constantFrom("/a", "/b"),
    });
    fc.assert(
      fc.property(fc.array(heartbeat, { maxLength: 30 }), (all) => {
        const site = new WatchedApps({ maxApps: 10 });
        for (const { ms, ...also } of all.sort((a, b) => a.ms - b.ms)) {
          site.feed(heartbeatSeen(ms, also));
        }
        assert.ok(site.all().length <= 10);
        JSON.stringify([site.all(), site.apps.listHeartbeats({ limit: 1000 }), site.rows()]);
        const restored = new WatchedApps({}, site.rows());
        assert.equal(restored.all().length, site.all().length);
      }),
      { numRuns: 50 },
    );
  });
});
