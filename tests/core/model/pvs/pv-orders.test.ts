import assert from "node:assert/strict";
import fc from "fast-check";
import { type Page, PV_SORTS, type PvItem, type PvQuery } from "../../../../core/model/views.js";
import { query, seen, siteOf } from "./pv-queries.js";
import { CLIENT, START, WatchedPvs } from "./pv-site.js";

const BY_NAME = { sort: "name", order: "asc" } as const;
const BY_REQUESTS = { sort: "requests", order: "desc" } as const;
/** Beyond those that are found without an order. */
const FAR = 1000;

const namesOf = ({ items }: Page<PvItem>): string[] => items.map(({ name }) => name);

type Scan = Generator<undefined, Page<PvItem>>;

function end(scan: Scan): { readonly page: Page<PvItem>; readonly steps: number } {
  for (let steps = 1; ; steps++) {
    const step = scan.next();
    if (step.done === true) return { page: step.value, steps };
  }
}

/** With names enough for orders, and a clock that only tests turn. */
class Site {
  now = START;
  readonly pvs = new WatchedPvs();
  readonly names: readonly string[];

  constructor(count: number) {
    this.names = Array.from({ length: count }, (_, n) => `SR:PS${String(n).padStart(6, "0")}`);
    for (let n = 0; n < count; n += 1000) this.pvs.ask(n, this.names.slice(n, n + 1000));
  }

  scan(offset: number, also: Partial<PvQuery> = {}): Scan {
    const wanted = { ...BY_NAME, limit: 2, offset, ...also };
    return this.pvs.page(wanted, undefined, () => this.now);
  }

  /** The order is begun, and not made yet. */
  begun(offset: number): Scan {
    const scan = this.scan(offset);
    for (let step = 0; step < 3; step++) assert.equal(scan.next().done, false);
    return scan;
  }

  page(offset: number, also: Partial<PvQuery> = {}): Page<PvItem> {
    return end(this.scan(offset, also)).page;
  }

  /** What is done behind those who wait. */
  prepare(): number {
    let steps = 1;
    for (const prepare = this.pvs.preparePages(); prepare.next().done !== true; steps++);
    return steps;
  }

  forget(name: string): void {
    this.pvs.forget(this.pvs.idOf(name), this.now);
  }
}

describe("pages of PVs by their offset", () => {
  it("are together what the pages by cursor are", () => {
    fc.assert(
      fc.property(
        fc.array(seen, { maxLength: 30 }),
        query,
        fc.integer({ min: 1, max: 7 }),
        fc.boolean(),
        (all, wanted, limit, isKept) => {
          const pvs = siteOf(all);
          // Without an order, and with one.
          if (isKept) pvs.list({ ...wanted, limit: 1, offset: FAR });
          const byCursor = pvs.list(wanted);
          const listed: PvItem[] = [];
          for (let offset = 0; offset < byCursor.total + 2 * limit; offset += limit) {
            const page = pvs.list({ ...wanted, limit, offset });
            assert.equal(page.total, byCursor.total);
            assert.equal(page.next, null);
            listed.push(...page.items);
          }
          assert.deepEqual(listed, byCursor.items);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("are what is found by cursor too, while the order is kept, each PV once whatever becomes of the others", () => {
    const change = fc.record({ pick: fc.nat(), forget: fc.boolean(), add: seen });
    fc.assert(
      fc.property(
        fc.uniqueArray(seen, { selector: ({ name }) => name, minLength: 1 }),
        fc.array(change),
        query,
        fc.integer({ min: 1, max: 5 }),
        (all, changes, wanted, limit) => {
          const pvs = siteOf(all);
          const before = namesOf(pvs.list(wanted));
          const touched = new Set<string>();
          pvs.list({ ...wanted, limit: 1, offset: FAR });
          const shown: string[] = [];
          let cursor: string | null | undefined;
          for (let number = 0; cursor !== null; number++) {
            const page = pvs.list({ ...wanted, limit, ...(cursor !== undefined && { cursor }) });
            shown.push(...namesOf(page));
            cursor = page.next;
            const { pick, forget, add } = changes[number] ?? {};
            if (add === undefined || pick === undefined) continue;
            const { name } = forget ? all[pick % all.length]! : add;
            touched.add(name);
            if (!forget) pvs.ask(10 + number, [name]);
            else if (pvs.idOf(name) >= 0) pvs.forget(pvs.idOf(name), START);
          }
          const untouched = (name: string): boolean => !touched.has(name);
          assert.deepEqual(shown.filter(untouched), before.filter(untouched));
          assert.equal(new Set(shown).size, shown.length);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("are those of very many PVs, in every order", () => {
    const site = new Site(30_000);
    for (let n = 0; n < 8; n++) {
      site.pvs.ask(n % 7, site.names.slice(n * 40, 20_000 + n), { client: CLIENT + (n % 3) });
    }
    site.forget("SR:PS000007");
    for (const sort of PV_SORTS) {
      for (const order of ["asc", "desc"] as const) {
        const listed: string[] = [];
        for (let offset = 0; offset < 30_000; offset += 1000) {
          listed.push(...namesOf(site.page(offset, { sort, order, limit: 1000 })));
        }
        const byCursor: string[] = [];
        let cursor: string | null | undefined;
        while (cursor !== null) {
          const page = site.pvs.list({ sort, order, ...(cursor !== undefined && { cursor }) });
          byCursor.push(...namesOf(page));
          cursor = page.next;
        }
        assert.deepEqual(listed, byCursor, `${sort} ${order}`);
      }
    }
  });

  it("come at once after the first one, and show new names within some seconds", () => {
    const site = new Site(20_000);
    assert.ok(end(site.scan(10_000)).steps > 5);
    const { page, steps } = end(site.scan(19_999));
    assert.equal(steps, 1);
    assert.deepEqual(namesOf(page), ["SR:PS019999"]);
    site.pvs.ask(1, ["A:NEW"]);
    site.now += 7000;
    assert.equal(site.page(19_999).total, 20_000);
    site.now += 9000;
    assert.deepEqual(namesOf(site.page(20_000)), ["SR:PS019999"]);
  });

  it("find a fresh order when they are asked for again and again, which is made behind them", () => {
    const site = new Site(20_000);
    site.page(10_000);
    site.now += 3000;
    site.pvs.ask(1, ["A:NEW"]);
    const old = end(site.scan(10_000));
    assert.deepEqual([old.steps, old.page.total], [1, 20_000]);
    site.prepare();
    site.now += 4000;
    const fresh = end(site.scan(10_000));
    assert.deepEqual([fresh.steps, namesOf(fresh.page)[0]], [1, "SR:PS009999"]);
  });

  it("keep nobody waiting who refreshes every five seconds or so, and are never older than two refreshes", () => {
    for (const jitterMs of [0, 20, 500]) {
      const site = new Site(9000);
      site.page(FAR, BY_REQUESTS);
      for (let refresh = 1; refresh <= 20; refresh++) {
        site.pvs.ask(1, [`A:NEW${refresh}`]);
        site.now += 5000 + (refresh % 2 === 0 ? jitterMs : -jitterMs);
        const { page, steps } = end(site.scan(FAR, BY_REQUESTS));
        assert.equal(steps, 1, `refresh ${refresh} with ${jitterMs} ms`);
        assert.ok(page.total >= 9000 + refresh - 1);
        site.prepare();
      }
    }
  });

  it("keep nobody waiting while they are made anew for long, whatever else is asked for meanwhile", () => {
    const site = new Site(9000);
    site.page(FAR, BY_REQUESTS);
    site.prepare();
    site.now += 5000;
    site.page(FAR, BY_REQUESTS);
    const steps = site.prepare();
    const totals: number[] = [];
    let prepare = site.pvs.preparePages();
    for (let refresh = 1; refresh <= 20; refresh++) {
      site.pvs.ask(1, [`A:NEW${refresh}`]);
      site.now += 5000;
      const answer = end(site.scan(FAR, BY_REQUESTS));
      assert.equal(answer.steps, 1, `refresh ${refresh}`);
      totals.push(answer.page.total);
      site.page(FAR, { match: `${refresh}` });
      for (let step = 0; step < steps / 3; step++) {
        if (prepare.next().done === true) prepare = site.pvs.preparePages();
      }
      site.page(FAR, { sort: "lastSeen", match: `${refresh}` });
    }
    assert.ok(totals[1] === 9000 && new Set(totals).size >= 6, `${totals}`);
  });

  it("are made anew before those who ask when nothing did that behind them for half a minute", () => {
    const site = new Site(20_000);
    site.page(FAR);
    site.pvs.ask(1, ["A:NEW"]);
    const totals: number[] = [];
    for (let refresh = 1; refresh <= 6; refresh++) {
      site.now += 5000;
      totals.push(site.page(FAR).total);
    }
    assert.deepEqual(totals, [...Array(5).fill(20_000), 20_001]);
  });

  it("are not made anew behind nobody", () => {
    const site = new Site(20_000);
    site.page(10_000);
    site.now += 2000;
    site.page(10_000);
    site.prepare();
    site.pvs.ask(1, ["A:NEW"]);
    assert.equal(site.page(10_000).total, 20_000);
    site.now += 2000;
    assert.equal(site.prepare(), 1);
  });

  it("leave out what was forgotten at any step of making their order anew", () => {
    for (let steps = 1, isOver = false; !isOver; steps += 7) {
      const site = new Site(9000);
      site.page(FAR, { sort: "requests" });
      site.now += 3000;
      site.page(FAR, { sort: "requests" });
      const prepare = site.pvs.preparePages();
      for (let step = 0; step < steps && !isOver; step++) isOver = prepare.next().done === true;
      site.forget("SR:PS001000");
      site.pvs.ask(1, ["ZZ:NEW"]);
      while (prepare.next().done !== true);
      const page = site.page(FAR, { sort: "requests" });
      assert.equal(namesOf(page).includes("ZZ:NEW"), false);
      const around = site.page(FAR - 1, { sort: "requests", limit: 3 });
      assert.ok(["SR:PS000999", "SR:PS001001"].includes(namesOf(around)[0]!));
      assert.deepEqual(
        namesOf(site.page(FAR, { sort: "requests", limit: 1000 })).filter(
          (name, n, all) => n > 0 && name <= all[n - 1]!,
        ),
        [],
      );
    }
  });

  it("of the beginning are found without an order, and new names are on them at once", () => {
    const site = new Site(20_000);
    site.page(0);
    site.pvs.ask(1, ["A:NEW"]);
    assert.deepEqual(namesOf(site.page(0)), ["A:NEW", "SR:PS000000"]);
  });

  it("share one order when they are asked for at the same time, or by name up and down", () => {
    const site = new Site(50_000);
    const alone = end(new Site(50_000).scan(FAR)).steps;
    const scans = [FAR, 2 * FAR, 3 * FAR].map((offset) => site.scan(offset));
    let steps = 0;
    const firsts: string[] = [];
    while (firsts.length < scans.length) {
      for (const scan of scans) {
        const step = scan.next();
        steps++;
        if (step.done === true && step.value !== undefined) firsts.push(namesOf(step.value)[0]!);
      }
    }
    assert.ok(steps < alone + 10, "the work is done once");
    assert.deepEqual(firsts.sort(), ["SR:PS001000", "SR:PS002000", "SR:PS003000"]);
    const down = end(site.scan(48_000, { order: "desc" }));
    assert.equal(down.steps, 1);
    assert.deepEqual(namesOf(down.page), ["SR:PS001999", "SR:PS001998"]);
  });

  it("go on when whoever began the order has gone", () => {
    const site = new Site(20_000);
    site.begun(FAR);
    assert.deepEqual(namesOf(site.page(FAR)), ["SR:PS001000", "SR:PS001001"]);
  });

  it("do not go on with an order that was given up long ago", () => {
    const site = new Site(20_000);
    site.begun(FAR);
    for (let n = 0; n < 5000; n++) site.pvs.ask(1, [`A:NEW${n}`]);
    site.now += 9000;
    assert.equal(site.page(FAR).total, 25_000);
  });

  it("leave out what was forgotten since, though its id has a new name by now", () => {
    const site = new Site(20_000);
    const scan = site.begun(FAR);
    site.forget("SR:PS001000");
    site.pvs.ask(1, ["ZZ:NEW"]);
    assert.deepEqual(namesOf(end(scan).page), ["SR:PS001001", "SR:PS001002"]);
    assert.deepEqual(namesOf(site.page(19_998)), ["SR:PS019999"]);
    site.forget("SR:PS002000");
    site.pvs.ask(1, ["ZZ:NEWER"]);
    assert.deepEqual(namesOf(site.page(1999)), ["SR:PS002001"]);
    site.now += 9000;
    assert.deepEqual(namesOf(site.page(19_998)), ["ZZ:NEW", "ZZ:NEWER"]);
  });

  it("are right when so much is forgotten that the order is made anew", () => {
    const site = new Site(30_000);
    const scan = site.begun(FAR);
    for (const name of site.names.slice(0, 25_000)) site.forget(name);
    const { page } = end(scan);
    assert.equal(page.total, 5000);
    assert.deepEqual(namesOf(page), ["SR:PS026000", "SR:PS026001"]);
  });

  it("keep some orders, not all that were ever asked for", () => {
    const site = new Site(20_000);
    const views = Array.from(
      { length: 12 },
      (_, n) => ({ sort: "requests", match: `${n}` }) as const,
    );
    for (const view of views) site.page(FAR, view);
    assert.equal(end(site.scan(FAR, views.at(-1))).steps, 1);
    assert.equal(end(site.scan(FAR, views.at(-5))).steps, 1);
    assert.ok(end(site.scan(FAR, views[0])).steps > 5);
  });

  it("of other filters, sorts and tests are not mixed up", () => {
    const site = new Site(5000);
    const has = (part: string) => (name: string) => name.includes(part);
    const [one, two] = [has("1"), has("2")];
    const totalOf = (also: Partial<PvQuery>) => site.page(FAR, also).total;
    for (let round = 0; round < 2; round++) {
      assert.equal(totalOf({ match: "SR:PS0001*" }), 100);
      assert.equal(totalOf({ match: "SR:PS0002?5" }), 10);
      assert.equal(totalOf({ accept: one }), totalOf({ match: "1" }));
      assert.equal(totalOf({ accept: two, match: "1" }), totalOf({ accept: one, match: "2" }));
      assert.equal(totalOf({ states: ["online"] }), 0);
      assert.equal(totalOf({ states: ["unverified", "online"] }), 5000);
      assert.equal(totalOf({ host: "nobody" }), 0);
    }
  });
});
