import assert from "node:assert/strict";
import fc from "fast-check";
import { START, WatchedInventory } from "../inventory/inventory-site.js";
import { namesOf, SECOND, type Source, searches, USUAL, withReports } from "./search-scene.js";

const USUAL_SECONDS = 90;
const FLOOD_SECONDS = 14;
const CALM_SECONDS = 16;

describe("searches that come up to a second late, in bursts", () => {
  it("make the same storms as their capture does, and are told within ten seconds", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2500, max: 6000 }),
        fc.nat(999),
        fc.integer({ min: 50, max: 999 }),
        (perSecond, phaseMs, burstMs) => {
          const flood: Source = { perSecond, names: namesOf("flood", 700) };
          const onset = START + USUAL_SECONDS * SECOND + phaseMs;
          const end = START + (USUAL_SECONDS + FLOOD_SECONDS + CALM_SECONDS) * SECOND;
          const sent = [
            ...searches([USUAL], START, end),
            ...searches([flood], onset, onset + FLOOD_SECONDS * SECOND),
          ].sort((a, b) => a.at - b.at);
          const all = withReports(sent, START, end);
          const [live, replayed] = [new WatchedInventory(), new WatchedInventory()];
          let next = 0;
          let toldAt = Number.POSITIVE_INFINITY;
          for (let clock = START; clock <= end + 2 * SECOND; clock += 50) {
            // What tcpdump has in its buffer comes all together.
            const come = clock - ((clock - START) % burstMs);
            for (; next < all.length && all[next]!.at <= come; next++) live.fold(all[next]!);
            live.advance(clock);
            if (live.storm() !== null) toldAt = Math.min(toldAt, clock);
          }
          for (const each of all) replayed.fold(each);
          replayed.advance(end + 2 * SECOND);
          assert.deepEqual(live.events, replayed.events);
          assert.deepEqual(
            live.events.filter(({ type }) => type.startsWith("storm.")).map(({ type }) => type),
            ["storm.started", "storm.ended"],
          );
          assert.ok(toldAt - onset <= 10 * SECOND, `${toldAt - onset} ms after its onset`);
        },
      ),
      { numRuns: 12 },
    );
  }).timeout(120_000);
});
