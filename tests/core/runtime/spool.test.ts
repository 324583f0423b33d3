import assert from "node:assert/strict";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { HistoryRow } from "../../../core/model/row.js";
import { Spool, type SpoolOptions } from "../../../core/runtime/spool.js";
import { encodeLine } from "../../../core/runtime/spool-line.js";
import { eventRow, pvServer, trafficRow } from "../../../core/testkit/index.js";

const MEGABYTE = 1e6;

describe("a spool", () => {
  let folder = "";
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), "pvmon-spool-")), "deep", "store");
  });
  afterEach(async () => {
    for (const spool of made.splice(0)) await spool.close();
    rmSync(join(folder, "../.."), { recursive: true, force: true });
  });

  const made: Spool[] = [];
  const make = (maxBytes = MEGABYTE, options: Partial<SpoolOptions> = {}): Spool => {
    const spool = new Spool({ folder, maxBytes, ...options });
    made.push(spool);
    return spool;
  };
  const rows = (from: number, to: number): HistoryRow[] =>
    Array.from({ length: to - from }, (_, n) => trafficRow((from + n) * 60_000, from + n));
  const values = (found: readonly HistoryRow[]): number[] =>
    found.flatMap((row) => (row.kind === "traffic" ? [row.value] : []));
  const all = async (spool: Spool): Promise<readonly HistoryRow[]> => {
    await spool.open();
    return (await spool.peek(1_000_000)).rows;
  };
  const segments = (): string[] =>
    readdirSync(folder)
      .filter((name) => name.endsWith(".rows"))
      .sort();

  it("gives every kind of row back as it was, in order", async () => {
    const name = Uint8Array.from({ length: 255 }, (_, n) => n + 1);
    const kinds: HistoryRow[] = [
      eventRow(1, { text: "line\nbreak \u00e9\u{1f600}", evidence: { names: ["a"], last: null } }),
      trafficRow(60_000, 0.1),
      pvServer("x", "10.7.0.2:5064", 5),
      { kind: "site", subject: "host", name: "a", at: 1, fields: { rack: "R1", spare: null } },
      { kind: "pvForgotten", name },
      { kind: "forgotten", of: "group", key: "1" },
    ];
    const spool = make();
    await spool.append(kinds);
    const found = await all(spool);
    assert.deepEqual(
      found.map((row) =>
        row.kind === "pvForgotten" ? { ...row, name: Uint8Array.from(row.name) } : row,
      ),
      kinds,
    );
    await spool.close();
  });

  it("makes nothing on the disk until there is something to keep", async () => {
    const spool = make();
    assert.deepEqual(await all(spool), []);
    assert.ok(!existsSync(folder));
  });

  it("leaves nothing on the disk when all has been read", async () => {
    const spool = make();
    await spool.append(rows(0, 10));
    const { place } = await spool.peek(100);
    await spool.append(rows(10, 12));
    await spool.release(place);
    const rest = await spool.peek(100);
    assert.deepEqual(values(rest.rows), [10, 11]);
    await spool.release(rest.place);
    assert.deepEqual([spool.length, spool.bytes, readdirSync(folder)], [0, 0, []]);
  });

  it("drops the oldest files above its size, and counts their rows", async () => {
    const spool = make(20_000);
    for (let n = 0; n < 100; n++) {
      await spool.append(rows(n * 10, n * 10 + 10));
      const onDisk = segments().reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
      assert.ok(onDisk <= 20_000, `${onDisk} bytes`);
    }
    const found = values(await all(spool));
    assert.equal(found.length + spool.dropped, 1000);
    assert.ok(found.length > 100 && spool.dropped > 100);
    assert.deepEqual(found, values(rows(1000 - found.length, 1000)));
    await spool.close();
  });

  it("has no more on the disk than it may, however many rows come at one time", async () => {
    const spool = make(20_000);
    const many = rows(0, 2000);
    let kept = 0;
    while (kept < many.length) {
      kept += await spool.append(many.slice(kept));
      assert.ok(spool.bytes <= 20_000, `${spool.bytes}`);
    }
    const found = values(await all(spool));
    assert.equal(found.length + spool.dropped, many.length);
    assert.deepEqual(found, values(many.slice(-found.length)));
    await spool.close();
  });

  it("goes on when what was being read was dropped in the meantime", async () => {
    const spool = make(20_000);
    await spool.append(rows(0, 50));
    const { place } = await spool.peek(20);
    for (let n = 1; n < 10; n++) await spool.append(rows(n * 50, n * 50 + 50));
    const before = values(await all(spool));
    await spool.release(place);
    assert.deepEqual(values(await all(spool)), before);
    await spool.close();
  });

  it("skips a line that was damaged, and no other", async () => {
    const spool = make();
    await spool.append(rows(0, 10));
    await spool.close();
    const path = join(folder, segments()[0] ?? "");
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    const found = values(await all(make()));
    assert.equal(found.length, 9);
    assert.deepEqual(
      found,
      values(rows(0, 10)).filter((value) => found.includes(value)),
    );
  });

  it("does not write over what another process is keeping there", async () => {
    const spool = make();
    await spool.open();
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "000000000001.rows"), "");
    await assert.rejects(spool.append(rows(0, 1)), /EEXIST/);
  });

  it("keeps what it has when something cannot be written, and goes on when it can", async () => {
    const spool = make();
    await spool.append(rows(0, 3));
    rmSync(folder, { recursive: true });
    writeFileSync(folder, "in the way");
    await spool.close();
    await assert.rejects(spool.append(rows(3, 4)), /EEXIST|ENOTDIR/);
    rmSync(folder);
    const again = make();
    await again.append(rows(4, 5));
    assert.deepEqual(values(await all(again)), [4]);
    await again.close();
  });

  it("says so when its folder cannot be read, and tries again", async () => {
    if (process.getuid?.() === 0) {
      // Root may read everything; a file in the way is as bad.
      mkdirSync(join(folder, ".."), { recursive: true });
      writeFileSync(folder, "");
    } else {
      mkdirSync(folder, { recursive: true });
      chmodSync(folder, 0);
    }
    const spool = make();
    await assert.rejects(spool.open(), /ENOTDIR|EACCES/);
    if (statSync(folder).isDirectory()) chmodSync(folder, 0o755);
    else rmSync(folder);
    await spool.append(rows(0, 1));
    assert.deepEqual(values(await all(spool)), [0]);
    await spool.close();
  });

  it("loses nothing that was kept, and invents nothing, whenever it is killed", async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ append: fc.integer({ min: 1, max: 40 }) }) },
      { weight: 3, arbitrary: fc.record({ take: fc.integer({ min: 1, max: 60 }) }) },
      // Killed while it was writing: some bytes of the next rows have got to the file.
      { weight: 2, arbitrary: fc.record({ crash: fc.double({ min: 0, max: 1, noNaN: true }) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (script) => {
        rmSync(folder, { recursive: true, force: true });
        // Files of about 30 rows, never full.
        const small = { segmentBytes: 2500 };
        let spool = make(MEGABYTE, small);
        let kept: number[] = [];
        let next = 0;
        // A process writes to no file that one before it has left.
        let hasWritten = false;
        for (const action of script) {
          if ("append" in action) {
            hasWritten = true;
            const count = await spool.append(rows(next, next + action.append));
            kept.push(...values(rows(next, next + count)));
            next += count;
          } else if ("take" in action) {
            const { rows: found, place } = await spool.peek(action.take);
            assert.deepEqual(values(found), kept.slice(0, action.take));
            await spool.release(place);
            kept = kept.slice(found.length);
          } else {
            await spool.close();
            const last = existsSync(folder) ? segments().at(-1) : undefined;
            if (last !== undefined && hasWritten) {
              const torn = Buffer.concat(rows(next, next + 3).map(encodeLine));
              appendFileSync(join(folder, last), torn.subarray(0, torn.length * action.crash));
            }
            hasWritten = false;
            spool = make(MEGABYTE, small);
            const found = values(await all(spool));
            // Whole lines that nobody was told of may be there too.
            const more = found.slice(kept.length);
            assert.deepEqual(found.slice(0, kept.length), kept);
            assert.deepEqual(more, values(rows(next, next + more.length)));
            kept = found;
            next += more.length;
          }
          assert.equal(spool.length, kept.length);
        }
        assert.deepEqual(values(await all(spool)), kept);
        await spool.close();
      }),
      { numRuns: 60 },
    );
  });

  it("reads a file that was cut at any byte up to the last whole line", async () => {
    const spool = make();
    await spool.append(rows(0, 6));
    await spool.close();
    const path = join(folder, segments()[0] ?? "");
    const bytes = readFileSync(path);
    for (let length = bytes.length; length >= 0; length--) {
      truncateSync(path, length);
      const cut = make();
      const found = values(await all(cut));
      const whole = bytes.subarray(0, length).toString().split("\n").length - 1;
      assert.deepEqual(found, values(rows(0, whole)));
      await cut.close();
      writeFileSync(path, bytes.subarray(0, length));
    }
  });
});
