import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { FakeClock, RecordingHost } from "pvmon/testkit";
import { DownloadPlaces } from "../../../plugins/http-api/download-places.js";

const MINUTE_MS = 60_000;
const [ANNA, BERT, CARL] = ["10.0.0.1", "10.0.0.2", "10.0.0.3"] as const;

/** An answer whose reader does what the test says. */
class Reader extends EventEmitter {
  readonly socket = { bytesWritten: 0 };
  writableNeedDrain = false;
  destroyed = false;

  destroy(): this {
    this.destroyed = true;
    this.emit("close");
    return this;
  }
}

describe("the places for downloads", () => {
  const scene = () => {
    const clock = new FakeClock();
    const host = new RecordingHost("http-api");
    const places = new DownloadPlaces(clock, host);
    const admit = (address: string): Reader => {
      const reader = new Reader();
      places.admit(reader as never, address);
      return reader;
    };
    return { clock, host, admit };
  };
  const busy = { code: "busy" };

  it("are never all one address's, nor one network's", () => {
    const { admit } = scene();
    const first = admit(ANNA);
    admit(ANNA);
    assert.throws(() => admit(ANNA), { ...busy, message: /from this address/ });
    admit("2001:db8::1");
    admit("2001:db8::2");
    assert.throws(() => admit("2001:db8::3"), busy);
    assert.throws(() => admit(CARL), { ...busy, message: /^too many downloads at one time/ });
    first.destroy();
    admit(CARL);
    assert.throws(() => admit(BERT), busy);
  });

  it("are given back once, also by an answer that was closed before", () => {
    const { admit } = scene();
    for (let n = 0; n < 10; n++) admit(ANNA).emit("close");
    const { admit: another } = scene();
    another(ANNA).destroy().emit("close");
    for (const address of [ANNA, ANNA, BERT, BERT]) another(address);
    assert.throws(() => another(CARL), busy);
  });

  it("are taken from a reader that takes nothing for a minute, which is counted", async () => {
    const { clock, host, admit } = scene();
    const reader = admit(ANNA);
    reader.writableNeedDrain = true;
    await clock.advance(59_000);
    assert.ok(!reader.destroyed);
    await clock.advance(2000);
    assert.ok(reader.destroyed);
    await clock.advance(MINUTE_MS);
    assert.equal(host.counters.get("downloads_cut_total"), 1);
  });

  it("are taken from one that takes less than 32 kB/s, later", async () => {
    const { clock, host, admit } = scene();
    const readers = [16_000, 32_000, 34_000].map((bytesPerSecond, n) => {
      const reader = admit([ANNA, BERT, CARL][n] ?? "");
      reader.writableNeedDrain = true;
      clock.every(1000, () => {
        reader.socket.bytesWritten += bytesPerSecond;
      });
      return reader;
    });
    const destroyed = (): readonly boolean[] => readers.map((reader) => reader.destroyed);
    await clock.advance(1.5 * MINUTE_MS);
    assert.deepEqual(destroyed(), [false, false, false]);
    await clock.advance(MINUTE_MS);
    assert.deepEqual(destroyed(), [true, false, false]);
    await clock.advance(60 * MINUTE_MS);
    assert.deepEqual(destroyed(), [true, true, false]);
    assert.equal(host.counters.get("downloads_cut_total"), 2);
  });

  it("are not taken from one that takes as much in large steps, as the kernel shows it", async () => {
    const { clock, admit } = scene();
    const reader = admit(ANNA);
    reader.writableNeedDrain = true;
    clock.every(36_000, () => {
      reader.socket.bytesWritten += 1_200_000;
    });
    await clock.advance(60 * MINUTE_MS);
    assert.ok(!reader.destroyed);
  });

  it("are not taken from one that waits for a list that is slow itself", async () => {
    const { clock, admit } = scene();
    const reader = admit(ANNA);
    await clock.advance(10 * MINUTE_MS);
    assert.ok(!reader.destroyed);
  });
});
