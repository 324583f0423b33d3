import assert from "node:assert/strict";
import { Feed } from "../../../plugins/ca-search/feed.js";
import type { Targets } from "../../../plugins/ca-search/verification.js";

function* targets(...names: readonly string[]): Targets {
  for (const name of names) yield { name };
}

function taken(feed: Feed, count: number): (string | undefined)[] {
  return Array.from({ length: count }, () => feed.next()?.target?.name);
}

describe("the feed of searches of pvmon's own accord", () => {
  it("takes changed servers before the round", () => {
    const feed = new Feed();
    feed.beginRound(targets("round:1", "round:2"));
    assert.deepEqual(taken(feed, 1), ["round:1"]);
    feed.addChange(targets("changed:1"));
    assert.deepEqual(taken(feed, 3), ["changed:1", "round:2", undefined]);
    assert.ok(feed.empty);
  });

  it("finishes a round before the next begins", () => {
    const feed = new Feed();
    assert.equal(feed.beginRound(targets("one:1", "one:2")), true);
    assert.equal(feed.beginRound(targets("two:1")), false);
    assert.deepEqual(taken(feed, 3), ["one:1", "one:2", undefined]);
    assert.equal(feed.beginRound(targets("two:1")), true);
  });

  it("has an end: changes beyond it are left to the round", () => {
    const feed = new Feed();
    for (let n = 0; n < 1000; n++) assert.equal(feed.addChange(targets(`${n}`)), true);
    assert.equal(feed.addChange(targets("late")), false);
  });
});
