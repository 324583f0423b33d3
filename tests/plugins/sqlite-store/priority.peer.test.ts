/** The thread that writes the database gives way to the rest of pvmon once it has read it, wherever pvmon may say so. */
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { constants, getPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseThread } from "../../../plugins/sqlite-store/thread.js";
import { niceness, Program, unprivileged } from "../../peers/index.js";
import { MAIN } from "../../site/pvmon-process.js";

const HERE = { prefix: [], environment: {} };
const BELOW_NORMAL = constants.priority.PRIORITY_BELOW_NORMAL;
const START_MS = 30_000;
const KEEP_DAYS = { events: 1, facts: 1, minutes: 1, tenMinutes: 1, hours: 1, days: 1 };

describe("the thread of the SQLite store", function () {
  this.timeout(60_000);
  let folder = "";
  let program: Program | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-priority-"));
    // Also for somebody without rights.
    chmodSync(folder, 0o777);
  });
  afterEach(() => {
    program?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Of all its threads, when the store is open. */
  async function nicenessOfPvmon(...before: readonly string[]): Promise<readonly number[]> {
    const site = join(folder, "site.yml");
    const store = "{ use: sqlite-store, config: { path: pvmon.sqlite } }";
    writeFileSync(site, `stores: [${store}]\nspool: { folder: spool }\n`);
    program = new Program(HERE, [...before, process.execPath, MAIN, "--config", site]);
    await program.line(/pvmon watches/, START_MS);
    const found = niceness(program.pid);
    const { code, errors } = await program.stop("SIGTERM");
    assert.equal(code, 0, errors.join("\n"));
    assert.match(errors.join("\n"), /"store":"sqlite-store".*"loaded"/);
    return found;
  }

  it("gives way", async () => {
    const found = await nicenessOfPvmon();
    assert.equal(Math.max(...found), Math.max(getPriority(), BELOW_NORMAL));
  });

  it("does not while a start waits for what it reads", async () => {
    const most = (): number => Math.max(...niceness(process.pid));
    const thread = new DatabaseThread(() => undefined);
    try {
      await thread.call("open", [join(folder, "pvmon.sqlite")]);
      assert.notEqual(await thread.call("load", []), null);
      assert.equal(await thread.call("purge", [KEEP_DAYS, 0]), true);
      assert.equal(most(), getPriority());
      assert.equal(await thread.call("load", []), null);
      assert.equal(most(), Math.max(getPriority(), BELOW_NORMAL));
    } finally {
      await thread.close();
    }
  });

  it("asks for no right that a pvmon has not that gives way as a whole", async () => {
    const found = await nicenessOfPvmon(...unprivileged(), "nice", "-n", "15");
    assert.ok(Math.min(...found) > BELOW_NORMAL, String(found));
  });
});
