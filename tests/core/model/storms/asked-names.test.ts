import assert from "node:assert/strict";
import { AskedNames, type NameFindings } from "../../../../core/model/storms/asked-names.js";
import { stormStarted } from "../../../../core/model/storms/storm-event.js";
import type { PvState } from "../../../../core/model/views.js";
import { searchSeen } from "../inventory/inventory-site.js";

const CLIENT = 2;

interface Named {
  readonly nameOf: (id: number) => string;
  readonly stateOf: (id: number) => PvState;
}

const site = (stateOf: (id: number) => PvState, nameOf = (id: number) => `n${id}`): Named => ({
  nameOf,
  stateOf,
});

/** Ids 0 to `names` - 1 in turn, thirty in a datagram, each 5 ms. */
function asked(names: number, requests: number): AskedNames {
  const all = new AskedNames(CLIENT, 0, 4000);
  for (let first = 0, at = 0; first < requests; first += 30, at += 5) {
    const ids = Uint32Array.from(
      { length: Math.min(30, requests - first) },
      (_, n) => (first + n) % names,
    );
    all.count({ ...searchSeen(at, [], { client: CLIENT, sequence: -1 }), count: ids.length }, ids);
  }
  return all;
}

function textOf(found: NameFindings): string {
  const top = [{ client: CLIENT, names: 6000, port: null }];
  const asking = {
    busy: { asking: 1, top },
    counted: { names: 6000, datagrams: 200 },
    sole: CLIENT,
    isFast: true,
  };
  const count = { seconds: 1, names: 6000, datagrams: 200, peak: 6000 };
  const facts = { at: 0, count, usual: { names: 1, datagrams: 1 }, asking, found };
  return stormStarted(facts, { hostName: () => null, portHolder: () => undefined }).text;
}

describe("names that are asked for in a storm", () => {
  it("are said to be more only when others were still asked for after all that are counted", () => {
    const few = asked(3, 24_000).findings(site(() => "neverAnswered"));
    assert.deepEqual([few.names, few.isWhole], [3, true]);
    assert.match(textOf(few), /it asks for 3 names again and again, which nobody serves/);
    const many = asked(23_000, 23_000).findings(site(() => "neverAnswered"));
    assert.equal(many.isWhole, false);
    assert.ok(many.seconds < 4 && many.seconds > 3);
    assert.match(textOf(many), /it asks for more than 20\d\d\d names, which nobody serves/);
  });

  it("are told for what they are, with examples of that", () => {
    const mixed = (id: number): PvState => {
      if (id % 10 < 4) return "online";
      return id % 10 < 8 ? "neverAnswered" : "unverified";
    };
    const text = (stateOf: (id: number) => PvState) =>
      textOf(asked(100, 100).findings(site(stateOf)));
    assert.match(text(mixed), /for 100 names, 40 % of which are served, as "n4", "n5" and "n6"/);
    assert.match(
      text((id) => (id < 98 ? "online" : "lost")),
      /most of which are served, as "n0"/,
    );
    assert.match(
      text(() => "unverified"),
      /for 100 names, of which no server is known, as "n0"/,
    );
    assert.match(
      text((id) => (id < 30 ? "online" : "lost")),
      /which nobody serves, as "n30"/,
    );
  });

  it("have to be served again, when they were and are not", () => {
    const lost = textOf(asked(100, 100).findings(site(() => "lost")));
    assert.match(lost, /bring back what served these names, or stop the client on 0\.0\.0\.2$/);
    const never = textOf(asked(100, 100).findings(site(() => "neverAnswered")));
    assert.match(never, /; stop or mend the client on 0\.0\.0\.2$/);
  });

  it("are marked off in the sentence, and long ones cut between characters", () => {
    const name = (id: number) => (id === 0 ? 'a, b and "c"' : `${"x".repeat(59)}😀y`);
    const text = textOf(asked(2, 2).findings(site(() => "lost", name)));
    assert.ok(text.includes(`as "a, b and \\"c\\"" and "${"x".repeat(59)}😀…"; `), text);
  });

  it("are counted once when a datagram comes again by another way, but not when its number comes again later", () => {
    const counted = (ats: readonly number[]) => {
      const all = new AskedNames(undefined, 0, 4000);
      const ids = Uint32Array.of(1, 2);
      for (const at of ats) {
        const seen = searchSeen(at, [], { client: CLIENT, port: 7, sequence: 9 });
        all.count({ ...seen, count: 2 }, ids);
      }
      return all.findings(site(() => "online")).timesEach;
    };
    assert.equal(counted([100, 100, 130]), 1);
    assert.equal(counted([100, 1100, 2100]), 3);
  });

  it("are all counted of a client that numbers all its datagrams alike", () => {
    const all = new AskedNames(undefined, 0, 4000);
    for (let id = 0; id < 90; id += 3) {
      const seen = searchSeen(id, [], { client: CLIENT, port: 7, sequence: 0 });
      all.count({ ...seen, count: 3 }, Uint32Array.of(id, id + 1, id + 2));
    }
    assert.equal(all.findings(site(() => "online")).names, 90);
  });
});
