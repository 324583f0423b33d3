import assert from "node:assert/strict";
import fc from "fast-check";
import type { NameHash } from "../../../../core/model/names/name-batch.js";
import type { PvRow } from "../../../../core/model/row.js";
import { A, B, C, CLIENT, keyOf, type Server, START, WatchedPvs } from "./pv-site.js";

const NAMES = [
  "SR:BPM1:X",
  "SR:BPM1:Y",
  "bad name",
  "abc",
  "\0\xff\x80",
  "SR:BPM1:X.VAL",
  "x".repeat(499),
];
const SERVERS = [A, B, C];
/** Never more than {@link NAMES}, so that names are refused now and then. */
const MAX_NAMES = 6;

type Step = (pvs: WatchedPvs, naive: NaivePvs, ms: number) => void;

/** What a PV's record holds of its requests and answers, the straightforward way. */
interface NaivePv {
  requests: number;
  readonly firstSeenAt: number;
  /** Latest first. */
  requesters: { client: number; port: number; count: number; lastAt: number }[];
  owners: { server: Server; firstAt: number; lastAt: number }[];
}

class NaivePvs {
  readonly pvs = new Map<string, NaivePv>();
  refused = 0;

  see(name: string, ms: number): NaivePv | undefined {
    const known = this.pvs.get(name);
    if (known !== undefined) return known;
    if (this.pvs.size >= MAX_NAMES) {
      this.refused++;
      return undefined;
    }
    const pv = { requests: 0, firstSeenAt: START + ms, requesters: [], owners: [] };
    this.pvs.set(name, pv);
    return pv;
  }

  ask(name: string, client: number, port: number, ms: number): void {
    const pv = this.see(name, ms);
    if (pv === undefined) return;
    const isIt = (one: { client: number; port: number }) =>
      one.client === client && one.port === port;
    const count = (pv.requesters.find(isIt)?.count ?? 0) + 1;
    const others = pv.requesters.filter((one) => !isIt(one));
    pv.requesters = [{ client, port, count, lastAt: START + ms }, ...others].slice(0, 10);
    pv.requests++;
  }

  answer(name: string, server: Server, ms: number): void {
    const pv = this.see(name, ms);
    if (pv === undefined) return;
    const known = pv.owners.find((one) => one.server === server);
    const firstAt = known?.firstAt ?? START + ms;
    const others = pv.owners.filter((one) => one !== known);
    pv.owners = [{ server, firstAt, lastAt: START + ms }, ...others];
  }
}

const name = fc.constantFrom(...NAMES);
const server = fc.constantFrom(...SERVERS);

const search = fc
  .record({
    names: fc.array(name, { maxLength: 5 }),
    client: fc.integer({ min: CLIENT, max: CLIENT + 3 }),
    port: fc.integer({ min: 1, max: 5 }),
    source: fc.constantFrom("client" as const, "client" as const, "archiver" as const),
  })
  .map(({ names, client, port, source }): Step => {
    return (pvs, naive, ms) => {
      pvs.ask(ms, names, { client, port, source });
      for (const one of names) {
        if (source === "client") naive.ask(one, client, port, ms);
        else naive.see(one, ms);
      }
    };
  });

const answer = fc.tuple(name, server, fc.boolean()).map(([n, s, tcp]): Step => {
  return (pvs, naive, ms) => {
    if (tcp) pvs.tcp(ms, n, s, "created");
    else pvs.answered(ms, n, s);
    naive.answer(n, s, ms);
  };
});

const other = fc.oneof(
  name.map(
    (n): Step =>
      (pvs, _naive, ms) =>
        pvs.silence(ms, n),
  ),
  fc.tuple(name, server).map(
    ([n, s]): Step =>
      (pvs, _naive, ms) =>
        pvs.tcp(ms, n, s, "refused"),
  ),
  server.map(
    (s): Step =>
      (pvs, _naive, ms) =>
        pvs.lose(ms, s),
  ),
  server.map(
    (s): Step =>
      (pvs, _naive, ms) =>
        pvs.bring(ms, s),
  ),
  server.map(
    (s): Step =>
      (pvs, _naive, ms) => {
        pvs.restartedAt.set(keyOf(s), START + ms);
      },
  ),
  name.map(
    (n): Step =>
      (pvs, naive) => {
        const id = pvs.idOf(n);
        assert.equal(id >= 0, naive.pvs.delete(n));
        if (id >= 0) pvs.forget(id, START);
      },
  ),
);

const steps = fc.array(
  fc.record({
    waitMs: fc.oneof(fc.nat(100), fc.nat(10_000), fc.nat(200_000)),
    step: fc.oneof({ weight: 3, arbitrary: search }, { weight: 2, arbitrary: answer }, other),
  }),
  { maxLength: 80 },
);

/** Plays the steps; after each, `check` gets the rows of before and after it. */
function play(
  played: readonly { readonly waitMs: number; readonly step: Step }[],
  check: (pvs: WatchedPvs, naive: NaivePvs, before: Map<number, PvRow>) => void,
  hash?: NameHash,
): WatchedPvs {
  const pvs = new WatchedPvs({ maxNames: MAX_NAMES, seed: 7 }, hash);
  const naive = new NaivePvs();
  let ms = 0;
  for (const { waitMs, step } of played) {
    ms += waitMs;
    const before = pvs.rows();
    pvs.dirtyIds.clear();
    step(pvs, naive, ms);
    check(pvs, naive, before);
  }
  return pvs;
}

describe("whatever is seen of PVs", () => {
  for (const hash of [undefined, () => 0]) {
    it(`is counted and remembered as by the simplest table${hash ? ", though all hashes collide" : ""}`, () => {
      fc.assert(
        fc.property(steps, (played) => {
          const check = (pvs: WatchedPvs, naive: NaivePvs) => {
            assert.equal(pvs.refused, naive.refused);
            assert.equal(pvs.counts().total, naive.pvs.size);
            for (const [n, expected] of naive.pvs) {
              const { requests, firstSeenAt, requesters, owners } = pvs.row(pvs.idOf(n))!;
              assert.deepEqual({ requests, firstSeenAt, requesters, owners }, expected);
            }
          };
          play(played, check, hash);
        }),
      );
    });
  }

  it("marks every row that changes", () => {
    fc.assert(
      fc.property(steps, (played) => {
        play(played, (pvs, _naive, before) => {
          for (const [id, row] of pvs.rows()) {
            if (!pvs.dirtyIds.has(id)) assert.deepEqual(row, before.get(id));
          }
        });
      }),
    );
  });

  it("adds up: counts are those of a recount, servers have the PVs that have them", () => {
    fc.assert(
      fc.property(steps, (played) => {
        play(played, (pvs) => {
          const items = [...pvs.rows().keys()].map((id) => pvs.detail(id));
          const count = (test: (item: (typeof items)[number]) => boolean) =>
            items.filter(test).length;
          assert.deepEqual(pvs.counts(), {
            total: items.length,
            online: count(({ state }) => state === "online"),
            lost: count(({ state }) => state === "lost"),
            neverAnswered: count(({ state }) => state === "neverAnswered"),
            unverified: count(({ state }) => state === "unverified"),
            duplicate: count(({ duplicate }) => duplicate),
            invalid: count(({ invalid }) => invalid),
          });
          for (const { state, servers, duplicate, duplicates } of items) {
            assert.equal(servers.length > 0, state === "online" || state === "lost");
            assert.equal(duplicate, duplicates.length > 1);
          }
          for (const s of SERVERS) {
            const ids = [...pvs.namesOf(keyOf(s))];
            assert.equal(pvs.ownedBy(keyOf(s)), ids.length);
            const text = `10.7.0.${s.ip & 255}:${s.port}`;
            for (const id of ids) assert.ok(pvs.slot(id)?.servers.includes(text));
            const serving = [...pvs.rows().keys()].filter((id) =>
              pvs.slot(id)?.servers.includes(text),
            );
            assert.equal(ids.length, serving.length);
          }
        });
      }),
    );
  });

  it("never loses a PV while a server that serves it is up, unless it is told of that PV alone", () => {
    fc.assert(
      fc.property(steps, (played) => {
        play(played, (pvs) => {
          const up = SERVERS.filter((s) => !pvs.gone.has(keyOf(s)));
          const texts = up.map((s) => `10.7.0.${s.ip & 255}:${s.port}`);
          for (const id of pvs.rows().keys()) {
            const { state, servers, name: n } = pvs.slot(id)!;
            if (state !== "lost" || !servers.some((text) => texts.includes(text))) continue;
            assert.ok(pvs.events.some(({ type, pv }) => type === "pv.lost" && pv === n));
          }
        });
      }),
    );
  });

  it("restores from its rows to the same rows and counts", () => {
    fc.assert(
      fc.property(steps, (played) => {
        const before = play(played, () => undefined);
        const after = new WatchedPvs({ seed: 8 });
        after.restore([...before.rows().values()]);
        assert.deepEqual([...after.rows().values()], [...before.rows().values()]);
        assert.deepEqual(after.counts(), before.counts());
        assert.deepEqual([after.events, after.dirtyIds.size], [[], 0]);
      }),
    );
  });
});

describe("a table of many PVs", () => {
  it("loses none of them while it grows, and some are forgotten and come back", () => {
    const pvs = new WatchedPvs();
    const nameOf = (index: number) => `SR:C${index % 30}:MAGNET${index}:I`;
    const requests = new Map<number, number>();
    for (let round = 0; round < 3; round++) {
      for (let first = 0; first < 60_000; first += 30) {
        const numbers = Array.from({ length: 30 }, (_, index) => first + index);
        pvs.ask(round, numbers.map(nameOf));
        for (const number of numbers) requests.set(number, (requests.get(number) ?? 0) + 1);
        if (first % 90 === 0) {
          pvs.forget(pvs.idOf(nameOf(first)), START);
          requests.delete(first);
        }
      }
    }
    assert.equal(pvs.counts().total, requests.size);
    for (const [number, expected] of requests) {
      assert.equal(pvs.item(pvs.idOf(nameOf(number))).requests, expected);
    }
  });
});
