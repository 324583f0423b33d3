/** Questions about changes while facts are written, to a reader that takes its time until the test has written. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { FakeClock } from "pvmon/testkit";
import { StoredHistory } from "../../../plugins/sqlite-store/history.js";
import { migrate } from "../../../plugins/sqlite-store/migrations.js";
import { type Reader, Reading } from "../../../plugins/sqlite-store/reading.js";

const FROM = 1000;
const SPAN = { from: FROM, to: FROM + 1000, limit: 1 };

describe("a question about changes to the SQLite store", () => {
  let folder = "";
  let database: Sqlite.Database;
  let reading: Reading;
  let asked = 0;
  let meanwhile: () => Promise<void>;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-reading-"));
    const path = join(folder, "pvmon.sqlite");
    database = new Sqlite(path);
    migrate(database, path);
    const history = new StoredHistory(path);
    const reader: Reader = {
      isRunning: true,
      ask: async (question) => {
        asked++;
        await meanwhile();
        return history.answer(question);
      },
      end: async () => undefined,
    };
    reading = new Reading(() => reader, new FakeClock(0));
    meanwhile = async () => undefined;
  });
  afterEach(() => {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const appears = (subject: string, at: number): Promise<void> =>
    reading.whileFactsChange(async () => {
      database
        .prepare("INSERT INTO fact VALUES ('pvServer', ?, '10.7.0.1:5064', ?, NULL)")
        .run(subject, at);
    });

  /** How many PVs appeared, and how often that was asked. */
  async function appeared(): Promise<{ total: number; times: number }> {
    asked = 0;
    const { pvs } = await reading.changes(SPAN);
    return { total: pvs.appeared.total, times: asked };
  }

  function writeMeanwhile(subject: string, at: number): void {
    meanwhile = async () => {
      meanwhile = async () => undefined;
      await appears(subject, at);
    };
  }

  it("is asked again where something counted before was used, and facts were written meanwhile", async () => {
    await appears("a", FROM + 10);
    assert.deepEqual(await appeared(), { total: 1, times: 1 });
    writeMeanwhile("b", FROM + 5);
    assert.deepEqual(await appeared(), { total: 2, times: 2 });
  });

  it("is asked once where nothing has been counted yet, whatever is written meanwhile", async () => {
    await appears("a", FROM + 10);
    writeMeanwhile("b", FROM + 5);
    assert.deepEqual(await appeared(), { total: 2, times: 1 });
  });

  it("is asked once where there are older facts, whatever is written meanwhile", async () => {
    await appears("old", FROM - 10);
    for (const [index, subject] of ["a", "b", "c"].entries()) {
      writeMeanwhile(subject, FROM + 10);
      assert.deepEqual(await appeared(), { total: index + 1, times: 1 });
    }
  });

  it("is asked once while facts are written, and uses nothing counted before", async () => {
    await appears("a", FROM + 10);
    await appeared();
    const found = await reading.whileFactsChange(async () => {
      await appears("b", FROM + 5);
      return appeared();
    });
    assert.deepEqual(found, { total: 2, times: 1 });
  });
});
