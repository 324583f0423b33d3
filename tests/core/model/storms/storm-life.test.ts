/** Storms from where they are told of to where they are over, with what may come between: blindness, restarts, other clients. */
import assert from "node:assert/strict";
import type { PvmonEvent } from "../../../../core/model/event.js";
import { type Rates, StormWatch, USUAL_CLIENT } from "./storm-watch.js";

const HOUR = 3600;
const [FLOODER, OTHER] = [2, 3];

const calm = (): Rates => ({ [USUAL_CLIENT]: 200 });
const flood = (): Rates => ({ ...calm(), [FLOODER]: 5000 });

/** One in which a storm has lasted for 20 s. */
function inStorm(): StormWatch {
  const watch = new StormWatch();
  watch.pass(120, calm);
  watch.pass(20, flood);
  assert.deepEqual(watch.types, ["storm.started"]);
  return watch;
}

/** What a run after it gets from a store. */
function eventsOf({ events }: StormWatch): PvmonEvent[] {
  return events.map((event, n) => ({ ...event, id: String(n) }));
}

/** Its two stores have the same. */
function nextRun(before: StormWatch, seconds: number): StormWatch {
  const watch = new StormWatch();
  watch.now = before.now + seconds * 1000;
  const events = eventsOf(before);
  for (const event of [...events, ...events]) watch.storms.restore(event);
  return watch;
}

describe("the life of a search storm", () => {
  it("is as long as it was seen, when nobody looked right after it was told of", () => {
    const watch = new StormWatch();
    watch.pass(120, calm);
    watch.pass(8, flood);
    watch.now += 60_000;
    watch.pass(2, calm);
    assert.equal(watch.events[1]?.evidence.lengthSeconds, 7);
  });

  it("has counted its names from the beginning", () => {
    const watch = new StormWatch();
    watch.pass(120, calm);
    watch.pass(8, flood);
    assert.equal(watch.storms.findings()[0]?.count, 7 * 5200);
    watch.pass(1, flood);
    assert.equal(watch.storms.findings()[0]?.count, 8 * 5200);
  });

  it("goes on through blindness, and ends where it was seen last when that goes on for minutes", () => {
    const watch = inStorm();
    watch.pass(200, () => ({}), true);
    watch.pass(5, flood);
    assert.deepEqual(watch.types, ["storm.started"]);
    watch.pass(HOUR, () => ({}), true);
    assert.equal(watch.storms.current(), null);
    assert.match(watch.events[1]?.text ?? "", /cannot be seen any longer, after 4 min/);
    watch.pass(HOUR, calm);
    assert.equal(watch.events.length, 2);
  });

  it("after a day's pause of pvmon neither goes on nor is usual", () => {
    const watch = nextRun(inStorm(), 30 * HOUR);
    assert.notEqual(watch.storms.current(), null);
    watch.pass(15, calm);
    assert.deepEqual(watch.types, ["storm.ended"]);
    assert.match(watch.events[0]?.text ?? "", /was over when pvmon looked again, with/);
    assert.equal(watch.events[0]?.evidence.lengthSeconds, undefined);
  });

  it("goes on after a pause of any length, if it does", () => {
    const watch = nextRun(inStorm(), 30 * HOUR);
    watch.pass(60, flood);
    assert.deepEqual(watch.types, []);
    watch.pass(15, calm);
    assert.match(watch.events[0]?.text ?? "", /is over, after 30 h/);
  });

  it("goes on when its store comes late", () => {
    const before = inStorm();
    const watch = new StormWatch();
    watch.now = before.now;
    watch.pass(5, flood);
    for (const event of eventsOf(before)) watch.storms.restore(event);
    assert.equal(watch.storms.current()?.client, "0.0.0.2");
    watch.pass(30, flood);
    assert.deepEqual(watch.types, []);
    for (const event of eventsOf(before)) watch.storms.restore(event);
    watch.pass(30, flood);
    assert.deepEqual(watch.types, [], "and another store has it too");
    watch.pass(15, calm);
    assert.deepEqual(watch.types, ["storm.ended"]);
  });

  it("ends when its store comes late and another storm lasts", () => {
    const before = inStorm();
    const watch = new StormWatch();
    watch.now = before.now + HOUR * 1000;
    watch.pass(120, calm);
    watch.pass(20, () => ({ ...calm(), [OTHER]: 5000 }));
    for (const event of eventsOf(before)) watch.storms.restore(event);
    watch.pass(5, () => ({ ...calm(), [OTHER]: 5000 }));
    assert.deepEqual(
      watch.events.map(({ type, client }) => [type, client]),
      [
        ["storm.started", "0.0.0.3"],
        ["storm.ended", "0.0.0.2"],
      ],
    );
    assert.equal(watch.storms.current()?.client, "0.0.0.3");
  });

  it("is not taken back from what is no number", () => {
    const [event] = eventsOf(inStorm());
    for (const odd of ["Infinity", Number.POSITIVE_INFINITY, "x", -1, null]) {
      const evidence = { ...event!.evidence, usualNamesPerSecond: odd };
      const watch = new StormWatch();
      watch.storms.restore({ ...event!, evidence });
      const isTaken = watch.storms.current() !== null;
      assert.equal(isTaken, odd === null, String(odd));
    }
  });

  it("of a few clients that stop while many go on is followed by one of many", () => {
    const watch = new StormWatch();
    watch.pass(120, calm);
    watch.pass(30, () => ({ ...flood(), [OTHER]: 5000 }));
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [100 + n, 120]));
    watch.pass(20, () => ({ ...calm(), ...many }));
    assert.deepEqual(
      watch.events.map(({ type, subject }) => [type, subject]),
      [
        ["storm.started", "network"],
        ["storm.ended", "network"],
        ["storm.started", "network"],
      ],
    );
    assert.match(watch.events[0]?.text ?? "", /^2 clients flood .* 0\.0\.0\.2 .* 0\.0\.0\.3 /);
    assert.match(watch.events[2]?.text ?? "", /^many clients at once flood /);
  });

  it("of another client says what that one asks for", () => {
    const watch = new StormWatch(() => "neverAnswered");
    watch.pass(120, calm);
    watch.pass(20, () => ({ ...calm(), [FLOODER]: { names: 5000, of: 70 } }));
    watch.pass(20, () => ({ ...calm(), [OTHER]: { names: 5000, of: 90 } }));
    const started = watch.events.filter(({ type }) => type === "storm.started");
    assert.deepEqual(
      started.map(({ client, evidence }) => [client, evidence.names]),
      [
        ["0.0.0.2", 70],
        ["0.0.0.3", 90],
      ],
    );
  });

  it("is told of a client that was not told of late, though two others have used up what may be", () => {
    const watch = inStorm();
    for (let n = 0; n < 100; n++) {
      watch.pass(15, () => ({ ...calm(), [n % 2 === 0 ? FLOODER : OTHER]: 5000 }));
      watch.pass(15, calm);
    }
    assert.ok(watch.events.length < 80, `${watch.events.length} of 200`);
    watch.pass(15, () => ({ ...calm(), 9: 5000 }));
    assert.equal(watch.events.at(-1)?.client, "0.0.0.9");
  });
});
