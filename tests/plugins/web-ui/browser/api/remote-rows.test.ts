import assert from "node:assert/strict";
import { mock } from "node:test";
import { Problem } from "../../../../../plugins/web-ui/browser/api/problem.js";
import { RemoteRows } from "../../../../../plugins/web-ui/browser/api/remote-rows.js";
import type { Page } from "../../../../../plugins/web-ui/browser/api/types.js";

interface Asked {
  readonly offset: number;
  readonly limit: number;
  answer(page: Page<string> | Error): Promise<void>;
}

/** Rows whose questions the test answers one by one. */
function scene() {
  const asked: Asked[] = [];
  let changes = 0;
  const rows = new RemoteRows<string>(
    (part) =>
      new Promise((resolve, reject) => {
        asked.push({
          ...part,
          answer: async (page) => {
            if (page instanceof Error) reject(page);
            else resolve(page);
            await new Promise(setImmediate);
          },
        });
      }),
    () => {
      changes += 1;
    },
  );
  return { rows, asked, changes: () => changes };
}

/** Rows `prefix0`, `prefix1` … from an offset. */
function page(total: number, { offset, limit }: Asked, prefix = "row"): Page<string> {
  const count = Math.max(0, Math.min(limit, total - offset));
  const items = Array.from({ length: count }, (_, index) => `${prefix}${offset + index}`);
  return { items, total, next: null };
}

/** As long as somebody has to stay somewhere. */
const passed = () => mock.timers.tick(150);

describe("rows of a long list", () => {
  beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
  afterEach(() => mock.timers.reset());

  const opened = async (total = 100_000) => {
    const made = scene();
    made.rows.show(0, 30);
    await made.asked[0]!.answer(page(total, made.asked[0]!));
    return made;
  };

  it("are not known at first, then those that are looked at", async () => {
    const { rows, asked, changes } = scene();
    assert.equal(rows.total, undefined);
    rows.show(0, 30);
    assert.equal(asked.length, 1);
    await asked[0]!.answer(page(100_000, asked[0]!));
    assert.equal(rows.total, 100_000);
    assert.equal(rows.get(29), "row29");
    assert.equal(rows.get(5000), undefined);
    assert.equal(changes(), 1);
  });

  it("are not asked for where somebody only passes by", async () => {
    const { rows, asked } = await opened();
    for (let first = 0; first <= 50_000; first += 1000) rows.show(first, 30);
    passed();
    assert.deepEqual(
      asked.slice(1).map(({ offset }) => offset),
      [50_000],
    );
  });

  it("are as new as the latest refresh, also when an older answer was under way", async () => {
    const { rows, asked } = await opened();
    rows.refresh();
    rows.refresh();
    assert.equal(asked.length, 2);
    await asked[1]!.answer(page(100_000, asked[1]!, "old"));
    assert.equal(asked.length, 3);
    await asked[2]!.answer(page(100_000, asked[2]!, "new"));
    assert.equal(rows.get(0), "new0");
    assert.equal(asked.length, 3);
  });

  it("are forgotten out of sight when others have moved them", async () => {
    const { rows, asked } = await opened();
    rows.show(1000, 30);
    passed();
    await asked[1]!.answer(page(100_001, asked[1]!));
    assert.equal(rows.get(1000), "row1000");
    assert.equal(rows.get(0), undefined);
  });

  it("stay when they could not be renewed, and say why", async () => {
    const { rows, asked } = await opened();
    rows.refresh();
    await asked[1]!.answer(new Problem("no answer", 0, "noAnswer"));
    assert.equal(rows.problem?.message, "no answer");
    assert.equal(rows.get(0), "row0");
    rows.refresh();
    await asked[2]!.answer(page(100_000, asked[2]!));
    assert.equal(rows.problem, undefined);
  });

  it("are taken away from whoever may not see them any more", async () => {
    const { rows, asked } = await opened();
    rows.refresh();
    await asked[1]!.answer(new Problem("log in", 401, "logInRequired"));
    assert.equal(rows.total, undefined);
    assert.equal(rows.get(0), undefined);
  });

  it("are kept up to a bound", async () => {
    const { rows, asked } = await opened();
    for (let part = 1; part <= 70; part++) {
      rows.show(part * 200, 30);
      passed();
      const last = asked.at(-1)!;
      await last.answer(page(100_000, last));
    }
    assert.equal(rows.get(70 * 200), "row14000");
    assert.equal(rows.get(60 * 200), "row12000");
    assert.equal(rows.get(0), undefined);
  });

  it("ask and tell nothing once they are stopped", async () => {
    const { rows, asked, changes } = await opened();
    rows.refresh();
    rows.refresh();
    rows.stop();
    const before = changes();
    await asked[1]!.answer(page(100_000, asked[1]!, "late"));
    rows.show(1000, 30);
    passed();
    assert.equal(changes(), before);
    assert.equal(asked.length, 2);
    assert.equal(rows.get(0), "row0");
  });
});
