import assert from "node:assert/strict";
import fc from "fast-check";
import { formatIpv4 } from "../../../../core/model/address.js";
import { CursorError } from "../../../../core/model/pages/page.js";
import { PV_SORTS, type PvItem, type PvQuery } from "../../../../core/model/views.js";
import { matches, orderNames, query, seen, siteOf } from "./pv-queries.js";
import { A, CLIENT, START, WatchedPvs } from "./pv-site.js";

function keyOf(item: PvItem, sort: PvQuery["sort"]): number {
  switch (sort) {
    case "name":
      return 0;
    case "requests":
      return item.requests;
    case "lastRequested":
      return item.lastRequestedAt ?? 0;
    case "lastSeen":
      return item.lastSeenAt ?? 0;
    case "firstSeen":
      return item.firstSeenAt;
  }
}

/** Filter and sort of everything, the straightforward way. */
function expected(pvs: WatchedPvs, wanted: Omit<PvQuery, "limit">): string[] {
  const { sort, order, match = "*", accept, states, server, host, client } = wanted;
  const sign = order === "asc" ? 1 : -1;
  return [...pvs.rows().keys()]
    .map((id) => pvs.detail(id))
    .filter((item) => {
      const servers = item.duplicate ? item.duplicates : [item.server];
      return (
        matches(match, item.name) &&
        (accept?.(item.name) ?? true) &&
        (states?.some((state) =>
          state === "duplicate" || state === "invalid" ? item[state] : item.state === state,
        ) ??
          true) &&
        (server === undefined || servers.includes(server)) &&
        (host === undefined || servers.some((one) => one?.split(":")[0] === host)) &&
        (client === undefined || item.clients.some((one) => one.client === client))
      );
    })
    .sort((a, b) => {
      const byName = a.name < b.name ? -1 : 1;
      return sign * (keyOf(a, sort) - keyOf(b, sort)) || (sort === "name" ? sign * byName : byName);
    })
    .map(({ name }) => name);
}

describe("a page of PVs", () => {
  it("and those after it are what filtering and sorting all of them gives", () => {
    fc.assert(
      fc.property(
        fc.array(seen),
        query,
        fc.integer({ min: 1, max: 7 }),
        fc.boolean(),
        (all, wanted, limit, isOrdered) => {
          const pvs = siteOf(all);
          if (isOrdered) orderNames(pvs);
          const names = expected(pvs, wanted);
          const listed: string[] = [];
          let cursor: string | null | undefined;
          while (cursor !== null) {
            const page = pvs.list({ ...wanted, limit, ...(cursor !== undefined && { cursor }) });
            assert.equal(page.total, names.length);
            assert.ok(page.items.length === limit || page.next === null);
            listed.push(...page.items.map(({ name }) => name));
            cursor = page.next;
          }
          assert.deepEqual(listed, names);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("shows every PV that stays as it is exactly once, whatever becomes of the others between pages", () => {
    const change = fc.record({ pick: fc.nat(), forget: fc.boolean(), add: seen });
    fc.assert(
      fc.property(
        fc.uniqueArray(seen, { selector: ({ name }) => name, minLength: 1 }),
        fc.array(change, { minLength: 1 }),
        fc.constantFrom(...PV_SORTS),
        fc.constantFrom("asc" as const, "desc" as const),
        fc.boolean(),
        (all, changes, sort, order, isOrdered) => {
          const pvs = siteOf(all);
          if (isOrdered) orderNames(pvs);
          const untouched = new Set(all.map(({ name }) => name));
          const shown: string[] = [];
          let cursor: string | null | undefined;
          for (let number = 0; cursor !== null; number++) {
            const page = pvs.list({
              sort,
              order,
              limit: 3,
              ...(cursor !== undefined && { cursor }),
            });
            shown.push(...page.items.map(({ name }) => name));
            cursor = page.next;
            const { pick, forget, add } = changes[number % changes.length]!;
            const { name } = forget ? all[pick % all.length]! : add;
            untouched.delete(name);
            if (!forget) pvs.ask(10 + number, [name]);
            else if (pvs.idOf(name) >= 0) pvs.forget(pvs.idOf(name), START);
            assert.ok(number < 200, "it comes to an end");
          }
          for (const name of untouched) {
            assert.equal(shown.filter((one) => one === name).length, 1, name);
          }
        },
      ),
    );
  });

  it("by name comes at once when the names are in order, with what is new", () => {
    const pvs = new WatchedPvs();
    pvs.ask(
      0,
      Array.from({ length: 50_000 }, (_, index) => `PV:${index}`),
    );
    const page = { limit: 2, sort: "name", order: "asc" } as const;
    const stepsOf = (): number => {
      let steps = 0;
      for (const scan = pvs.page(page); scan.next().done !== true; ) steps++;
      return steps;
    };
    assert.ok(stepsOf() > 10);
    orderNames(pvs);
    assert.equal(stepsOf(), 0);
    pvs.ask(1, ["A:NEW", "ZZ:NEW"]);
    pvs.forget(pvs.idOf("PV:0"), START);
    const named = pvs.list(page);
    assert.deepEqual(
      named.items.map(({ name }) => name),
      ["A:NEW", "PV:1"],
    );
    assert.equal(named.total, 50_001);
    assert.deepEqual(
      pvs.list({ ...page, match: "PV:*7777" }).items.map(({ name }) => name),
      ["PV:17777", "PV:27777"],
    );
  });

  it("leaves out a PV that is forgotten during the scan, though its id has a new name by then", () => {
    const pvs = new WatchedPvs();
    pvs.ask(
      0,
      Array.from({ length: 10_000 }, (_, index) => `PV:${index + 10_000}`),
    );
    const scan = pvs.page({ limit: 3, sort: "name", order: "asc" });
    scan.next();
    pvs.forget(pvs.idOf("PV:10001"), START);
    pvs.ask(1, ["ZZ:NEW"]);
    let step = scan.next();
    while (step.done !== true) step = scan.next();
    assert.deepEqual(
      step.value.items.map(({ name }) => name),
      ["PV:10000", "PV:10002"],
    );
    const { items } = pvs.list({ limit: 2, cursor: step.value.next! });
    assert.deepEqual(
      items.map(({ name }) => name),
      ["PV:10003", "PV:10004"],
    );
  });

  it("of very many PVs lets others run now and then", () => {
    const pvs = new WatchedPvs();
    pvs.ask(
      0,
      Array.from({ length: 50_000 }, (_, index) => `PV:${index}`),
    );
    let slices = 0;
    const scan = pvs.page({ limit: 10, sort: "lastRequested", order: "desc" });
    for (let step = scan.next(); step.done !== true; step = scan.next()) slices++;
    assert.ok(slices >= 10 && slices <= 50);
  });

  it("has the PVs of a client whatever its address and whoever else asked for them, before and after a restart", () => {
    const address = fc.oneof(
      fc.nat(30).map((number) => CLIENT + number),
      fc.constantFrom(0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff),
    );
    fc.assert(
      fc.property(
        fc.array(fc.array(address, { maxLength: 14 }), { minLength: 1, maxLength: 20 }),
        address,
        fc.nat(1),
        (all, client, port) => {
          const asked = new WatchedPvs();
          all.forEach((clients, n) => {
            for (const ip of clients) asked.ask(n, [`PV:${n}`], { client: ip, port });
          });
          const rows = [...asked.rows().values()];
          const restarted = new WatchedPvs();
          restarted.restore(rows);
          const lateToLoad = new WatchedPvs();
          all.forEach((_, n) => {
            lateToLoad.ask(all.length, [`PV:${n}`], { client, port: port + n });
          });
          lateToLoad.restore(rows);
          const wanted = formatIpv4(client);
          for (const pvs of [asked, restarted, lateToLoad]) {
            const found = pvs.list({ client: wanted }).items.map(({ name }) => name);
            assert.deepEqual(found, expected(pvs, { sort: "name", order: "asc", client: wanted }));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("has each PV once where times are fractions of milliseconds, by cursor and by offset", () => {
    const pvs = new WatchedPvs();
    const names = Array.from({ length: 20 }, (_, n) => `PV:${(n * 7) % 20}`);
    for (const [n, name] of names.entries()) pvs.ask(n / 8, [name]);
    for (const order of ["asc", "desc"] as const) {
      const sorting = { sort: "lastRequested", order } as const;
      const byOffset = pvs.list({ ...sorting, limit: 20, offset: 0 }).items;
      pvs.list({ ...sorting, limit: 1, offset: 1000 });
      assert.deepEqual(pvs.list({ ...sorting, limit: 20, offset: 0 }).items, byOffset);
      const byCursor: PvItem[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = pvs.list({ ...sorting, limit: 3, ...(cursor && { cursor }) });
        byCursor.push(...page.items);
        cursor = page.next;
      }
      assert.deepEqual(byCursor, byOffset);
      assert.equal(new Set(byCursor.map(({ name }) => name)).size, names.length);
    }
  });

  it("refuses cursors that no page of this sort and order gave", () => {
    const pvs = new WatchedPvs();
    pvs.ask(0, ["SR:A", "SR:B", "SR:C"]);
    const { next } = pvs.list({ limit: 1 });
    assert.ok(next !== null);
    for (const cursor of ["", "x", `${next}z`, `${next}4`, "name_asc_1e9_41", "name_asc_-1_41"]) {
      assert.throws(() => pvs.list({ cursor }), CursorError, cursor);
    }
    assert.throws(() => pvs.list({ cursor: next, order: "desc" }), CursorError);
    assert.throws(() => pvs.list({ cursor: next, sort: "requests" }), RangeError);
    assert.equal(pvs.list({ cursor: next }).items[0]?.name, "SR:B");
  });

  it("tells a name's times as they are, null where there is none", () => {
    const pvs = new WatchedPvs();
    pvs.answered(5, "SR:A", A);
    assert.deepEqual(pvs.list().items, [
      {
        name: "SR:A",
        state: "online",
        duplicate: false,
        invalid: false,
        requests: 0,
        lastRequestedAt: null,
        lastClient: null,
        server: "10.7.0.1:5064",
        lastSeenAt: START + 5,
        firstSeenAt: START + 5,
      },
    ]);
  });
});
