/** What a store's facts have to do; a part of the conformance suite. */
import assert from "node:assert/strict";
import type { Change, ChangeReport, FactRow, HistoryService, Row } from "../../index.js";
import { eventRow, pvServer, ROW_AT } from "../store-rows.js";
import type { It } from "./runner.js";
import type { WithStore } from "./store.js";

const quiet = new AbortController().signal;
const [A, B] = ["10.7.0.2:5064", "10.7.0.3:5064"];
const FROM = ROW_AT;
const TO = ROW_AT + 1000;

/** What differs between FROM and TO. */
const report = (history: HistoryService, limit = 10, from = FROM, to = TO): Promise<ChangeReport> =>
  history.changes({ from, to, limit });

const subjects = ({ items }: { readonly items: readonly Change[] }): readonly string[] =>
  items.map(({ subject }) => subject);

/** Whether the server has the name at each of the instants. */
async function holds(history: HistoryService, instants: readonly number[]): Promise<boolean[]> {
  const answers: boolean[] = [];
  for (const to of instants) {
    const { pvs } = await report(history, 10, 0, to);
    answers.push(pvs.appeared.items.some(({ after }) => after.includes(A ?? "")));
  }
  return answers;
}

const begin = (at: number): FactRow => pvServer("x", A ?? "", at);
const end = (at: number): FactRow => pvServer("x", A ?? "", at, false);

export function changeRules(withStore: WithStore, it: It): void {
  it("says which names appeared, are gone, and moved between two instants, and what they had", () =>
    withStore(async (store, history) => {
      const rows = [
        ...["stays", "goes", "moves", "doubles", "blinks"].map((name) =>
          pvServer(name, A!, FROM - 500),
        ),
        pvServer("goes", A!, FROM + 1, false),
        pvServer("moves", B!, FROM + 2),
        pvServer("moves", A!, FROM + 2, false),
        pvServer("doubles", B!, FROM + 3),
        pvServer("blinks", A!, FROM + 4, false),
        pvServer("blinks", A!, FROM + 5),
        pvServer("appears", B!, FROM + 6),
        pvServer("visits", B!, FROM + 7),
        pvServer("visits", B!, FROM + 8, false),
        pvServer("later", B!, TO + 1),
      ];
      await store.write(rows, quiet);
      const { pvs, servers, apps, from, to } = await report(history);
      assert.deepEqual(pvs.appeared, {
        total: 1,
        items: [{ subject: "appears", before: [], after: [B] }],
      });
      assert.deepEqual(pvs.gone, {
        total: 1,
        items: [{ subject: "goes", before: [A], after: [] }],
      });
      assert.deepEqual(pvs.moved, {
        total: 2,
        items: [
          { subject: "doubles", before: [A], after: [A, B] },
          { subject: "moves", before: [A], after: [B] },
        ],
      });
      assert.deepEqual([from, to], [FROM, TO]);
      assert.deepEqual([servers.appeared.total, servers.gone.total, apps.moved.total], [0, 0, 0]);
    }));

  it("finds the few that differ among many that do not, or much that differs", () =>
    withStore(async (store, history) => {
      const names = Array.from({ length: 400 }, (_, n) => `n${n}`);
      const [first] = names;
      await store.write(
        [
          ...names.map((name) => pvServer(name, A!, FROM - 500)),
          pvServer(first!, A!, FROM + 1, false),
          pvServer(first!, B!, FROM + 2),
        ],
        quiet,
      );
      const few = await report(history);
      assert.deepEqual(few.pvs.moved, {
        total: 1,
        items: [{ subject: first, before: [A], after: [B] }],
      });
      assert.deepEqual([few.pvs.appeared.total, few.pvs.gone.total], [0, 0]);
      const all = await report(history, 1, FROM - 501);
      assert.deepEqual(all.pvs.appeared, {
        total: 400,
        items: [{ subject: first, before: [], after: [B] }],
      });
      assert.deepEqual([all.pvs.gone.total, all.pvs.moved.total], [0, 0]);
    }));

  it("holds a fact from its beginning up to, not including, its end", () =>
    withStore(async (store, history) => {
      await store.write([begin(FROM), end(TO)], quiet);
      assert.deepEqual(await holds(history, [FROM - 1, FROM, TO - 1, TO]), [
        false,
        true,
        true,
        false,
      ]);
    }));

  it("tells servers and applications apart from names", () =>
    withStore(async (store, history) => {
      const up = { kind: "fact", fact: "serverUp", subject: A!, value: "up" } as const;
      const app = { kind: "fact", fact: "serverApp", subject: A! } as const;
      await store.write(
        [
          { ...up, at: FROM - 10, holds: true },
          { ...app, value: "aa", at: FROM - 10, holds: true },
          pvServer("x", A!, FROM - 10),
          { ...up, at: FROM + 10, holds: false },
          { ...up, subject: B!, at: FROM + 10, holds: true },
          { ...app, value: "aa", at: FROM + 20, holds: false },
          { ...app, value: "bb", at: FROM + 20, holds: true },
        ],
        quiet,
      );
      const { pvs, servers, apps } = await report(history);
      assert.deepEqual([subjects(servers.gone), subjects(servers.appeared)], [[A], [B]]);
      assert.deepEqual(apps.moved.items, [{ subject: A, before: ["aa"], after: ["bb"] }]);
      assert.deepEqual([pvs.gone.total, pvs.appeared.total, pvs.moved.total], [0, 0, 0]);
    }));

  it("changes nothing when what holds begins, and when what does not hold ends", () =>
    withStore(async (store, history) => {
      await store.write([end(FROM - 5), begin(FROM), begin(FROM + 100)], quiet);
      assert.deepEqual(await holds(history, [FROM - 1, FROM, FROM + 200]), [false, true, true]);
      await store.write([end(FROM + 300), end(FROM + 400)], quiet);
      assert.deepEqual(await holds(history, [FROM + 299, FROM + 300]), [true, false]);
    }));

  it("does not end a fact before its beginning", () =>
    withStore(async (store, history) => {
      await store.write([begin(FROM + 10), end(FROM + 5)], quiet);
      assert.deepEqual(await holds(history, [FROM + 5, FROM + 10, TO]), [false, true, true]);
    }));

  it("takes a batch of facts twice, in parts too, without a difference", () =>
    withStore(async (store, history) => {
      const batches: readonly (readonly Row[])[] = [
        [begin(FROM), end(FROM + 10), begin(FROM + 20), end(FROM + 30), begin(FROM + 30)],
        [end(FROM + 40), begin(FROM + 40), begin(FROM + 41), end(FROM + 42)],
        [begin(FROM + 50), end(FROM + 50)],
        [begin(FROM + 60)],
      ];
      const at = [0, 9, 10, 19, 20, 29, 30, 39, 40, 41, 42, 50, 59, 60, 61].map((ms) => FROM + ms);
      const expected: boolean[] = [];
      for (const batch of batches) {
        await store.write(batch, quiet);
        const once = await holds(history, at);
        await store.write(batch, quiet);
        await store.write([...batch, ...batch], quiet);
        assert.deepEqual(await holds(history, at), once);
        expected.splice(0, expected.length, ...once);
      }
      assert.deepEqual(
        at.filter((_, n) => expected[n]).map((ms) => ms - FROM),
        [0, 9, 20, 29, 30, 39, 40, 41, 60, 61],
      );
    }));

  it("counts all that differs and lists the first by subject", () =>
    withStore(async (store, history) => {
      const names = Array.from({ length: 30 }, (_, n) => `n${String(n).padStart(2, "0")}`);
      await store.write(
        names.toReversed().map((name) => pvServer(name, A!, FROM + 1)),
        quiet,
      );
      const { pvs } = await report(history, 3);
      assert.deepEqual([pvs.appeared.total, subjects(pvs.appeared)], [30, ["n00", "n01", "n02"]]);
    }));

  it("lists the clients and the duplicates that are new in between", () =>
    withStore(async (store, history) => {
      const client = (ms: number, address: string): Row =>
        eventRow(ms, { type: "client.appeared", subject: address, client: address });
      const duplicate = (ms: number, name: string): Row =>
        eventRow(ms, { type: "pv.duplicated", subject: name, pv: name });
      await store.write(
        [
          ...[
            client(0, "10.7.0.1"),
            client(2, "10.7.0.9"),
            client(1, "10.7.0.3"),
            client(1001, "10.7.0.5"),
          ],
          ...[duplicate(4, "b"), duplicate(5, "a"), duplicate(6, "b"), eventRow(7)],
        ],
        quiet,
      );
      const { newClients, newDuplicates } = await report(history);
      assert.deepEqual(newClients, { total: 2, items: ["10.7.0.3", "10.7.0.9"] });
      assert.deepEqual(newDuplicates, { total: 2, items: ["a", "b"] });
      assert.deepEqual((await report(history, 1)).newDuplicates, { total: 2, items: ["a"] });
    }));
}
