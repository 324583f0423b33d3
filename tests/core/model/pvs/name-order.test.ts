import assert from "node:assert/strict";
import fc from "fast-check";
import { IdSet } from "../../../../core/model/inventory/id-set.js";
import { NameOrder } from "../../../../core/model/pvs/name-order.js";
import { PvTable } from "../../../../core/model/pvs/pv-table.js";
import { bytesOf } from "./pv-site.js";

function end<T>(steps: Generator<undefined, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

class Site {
  readonly table = new PvTable({});
  readonly order = new NameOrder(this.table);
  readonly known = new Set<string>();

  add(name: string): void {
    this.table.names.internOne(name, 0);
    this.known.add(name);
  }

  forget(name: string): void {
    if (!this.known.delete(name)) return;
    const id = this.table.names.idOf(name);
    this.order.forget(id);
    this.table.forget(id);
  }

  textsOf(ids: Iterable<number>): string[] {
    return Array.from(ids, (id) => this.table.names.textOf(id));
  }

  /** Those that have a rank, in the order of these. */
  ranked(): string[] {
    const { ranks } = this.order;
    const ids = Array.from(this.known, (name) => this.table.names.idOf(name));
    return this.textsOf(ids.filter((id) => ranks[id]).sort((a, b) => ranks[a]! - ranks[b]!));
  }

  read(): string[] {
    end(this.order.update());
    return this.textsOf(end(this.order.idsOf(undefined)));
  }
}

const name = fc.string({
  unit: fc.constantFrom("A", "b", ":", "\xff", "\0"),
  minLength: 1,
  maxLength: 4,
});
const change = fc.oneof(
  fc.record({ what: fc.constant("add" as const), name }),
  fc.record({ what: fc.constant("forget" as const), name }),
  fc.record({ what: fc.constant("step" as const) }),
  fc.record({ what: fc.constant("read" as const) }),
);

describe("the order of all names", () => {
  it("is what sorting them gives, whatever comes and goes while it is brought up to date", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 4, arbitrary: change }, change), { maxLength: 150 }),
        (changes) => {
          const site = new Site();
          let steps = site.order.update();
          for (const each of changes) {
            if (each.what === "add") site.add(each.name);
            else if (each.what === "forget") site.forget(each.name);
            else if (each.what === "read") assert.deepEqual(site.read(), [...site.known].sort());
            else if (steps.next().done === true) steps = site.order.update();
          }
          assert.deepEqual(site.read(), [...site.known].sort());
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("gives ranks that are in the order of the names, whatever comes and goes while they are given", () => {
    const changes = fc.oneof(change, fc.record({ what: fc.constant("rank" as const) }));
    fc.assert(
      fc.property(fc.array(changes, { maxLength: 150 }), (all) => {
        const site = new Site();
        let steps = site.order.rank();
        for (const each of all) {
          if (each.what === "add") site.add(each.name);
          else if (each.what === "forget") site.forget(each.name);
          else if (each.what === "read") site.read();
          else if (each.what === "rank") end(site.order.rank());
          else if (steps.next().done === true) steps = site.order.rank();
          assert.deepEqual(site.ranked(), [...site.ranked()].sort());
        }
        end(site.order.rank());
        assert.ok(site.ranked().length * 16 >= site.known.size * 15);
      }),
      { numRuns: 300 },
    );
  });

  it("gives none to an id that becomes another name's at any step of ranking very many", () => {
    for (let steps = 0, isOver = false; !isOver; steps++) {
      const site = new Site();
      for (let n = 0; n < 40_000; n++) site.add(`SR:${String(n).padStart(6, "0")}`);
      site.read();
      const rank = site.order.rank();
      for (let step = 0; step <= steps && !isOver; step++) isOver = rank.next().done === true;
      for (let n = 0; n < 40_000; n += 4000) {
        site.forget(`SR:${String(n).padStart(6, "0")}`);
        site.add(`Z:${n}`);
      }
      end(rank);
      assert.deepEqual(site.ranked(), [...site.ranked()].sort(), `after ${steps} steps`);
    }
  });

  it("is right with very many names, of which some are new and some forgotten", () => {
    const site = new Site();
    for (let n = 0; n < 100_000; n++) site.add(`SR:${(n * 7919) % 100_000}`);
    assert.deepEqual(site.read(), [...site.known].sort());
    for (let n = 0; n < 3000; n++) {
      site.forget(`SR:${n * 31}`);
      site.add(`SR:${n * 29}:NEW`);
    }
    assert.deepEqual(site.read(), [...site.known].sort());
  });

  it("is right when ids become those of other names at any step of bringing it up to date", () => {
    for (let steps = 0, isOver = false; !isOver; steps++) {
      const site = new Site();
      for (let n = 0; n < 300; n++) site.add(`SR:${n}`);
      site.read();
      for (let n = 0; n < 300; n++) site.add(`SR:${n}:NEW`);
      const update = site.order.update();
      for (let step = 0; step <= steps && !isOver; step++) isOver = update.next().done === true;
      for (let n = 0; n < 300; n += 3) {
        site.forget(`SR:${n}`);
        site.forget(`SR:${n + 1}:NEW`);
        site.add(n % 2 === 0 ? `A:${n}` : `Z:${n}`);
        site.add(n % 2 === 0 ? `Z:${n}` : `A:${n}`);
      }
      assert.deepEqual(site.read(), [...site.known].sort(), `after ${steps} steps`);
    }
  });

  it("is made the next time when that failed, without those that were forgotten meanwhile", () => {
    const site = new Site();
    for (const each of ["C", "B", "A"]) site.add(each);
    const { names } = site.table;
    const { memoryOf } = names;
    for (let round = 0; round < 2; round++) {
      names.memoryOf = () => {
        throw new RangeError("no memory");
      };
      assert.throws(() => site.read(), RangeError);
      names.memoryOf = memoryOf;
      site.forget("B");
      assert.deepEqual(site.read(), ["A", "C"]);
      site.add("B");
    }
  });

  it("is brought up to date in a few steps where making it takes many", () => {
    const site = new Site();
    const count = () => {
      let steps = 0;
      for (const update = site.order.update(); update.next().done !== true; ) steps++;
      return steps;
    };
    for (let n = 0; n < 50_000; n++) site.add(`SR:${(n * 7919) % 50_000}`);
    const first = count();
    site.add("SR:NEW");
    const second = count();
    assert.ok(second * 5 < first, `${second} steps after ${first}`);
    assert.equal(count(), 0);
  });

  it("is read from any name on, up and down, without those that are not wanted", () => {
    fc.assert(
      fc.property(
        fc.array(name),
        fc.array(name),
        fc.option(name, { nil: undefined }),
        fc.boolean(),
        fc.integer({ min: 1, max: 5 }),
        (added, forgotten, after, isDown, limit) => {
          const site = new Site();
          for (const each of added) site.add(each);
          end(site.order.update());
          for (const each of forgotten) site.forget(each);
          const wanted = (text: string): boolean => text.includes("A");
          const rest = [...site.known].sort().filter(wanted);
          if (isDown) rest.reverse();
          const isLater = (text: string): boolean =>
            after === undefined || (isDown ? text < after : text > after);
          const { ids, last } = site.order.some(
            after === undefined ? undefined : bytesOf(after),
            isDown,
            limit,
            (id) => wanted(site.table.names.textOf(id)),
          );
          const expected = rest.filter(isLater).slice(0, limit);
          assert.deepEqual(site.textsOf(ids), expected);
          if (ids.length === limit) assert.deepEqual(last, bytesOf(expected.at(-1)!));
          else assert.equal(last, undefined);
        },
      ),
    );
  });

  it("is copied for some of them", () => {
    const site = new Site();
    for (const each of ["C", "B", "A", "D"]) site.add(each);
    end(site.order.update());
    const some = new IdSet(["D", "A"].map((each) => site.table.names.idOf(each)));
    assert.deepEqual(site.textsOf(end(site.order.idsOf(some))), ["A", "D"]);
  });
});
