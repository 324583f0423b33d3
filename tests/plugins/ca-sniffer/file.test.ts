import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { encodeDatagram } from "epics-ca";
import { pcap } from "./support/captures.js";
import { ethernet, udpPacket } from "./support/frames.js";
import { createSniffer } from "./support/sniffer.js";

const AT = Date.UTC(2020, 5, 6);

function searchAt(at: number) {
  const search = {
    type: "search",
    name: `AT:${at - AT}`,
    cid: 1,
    replyFlag: 5,
    minorVersion: 13,
  } as const;
  const ends = { from: "10.7.0.5:40001", to: "10.7.255.255:5064" };
  return { at, frame: ethernet(udpPacket(ends, encodeDatagram([search]))) };
}

describe("a file as a source", () => {
  let folder: string;
  let path: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-sniffer-file-"));
    path = join(folder, "capture.pcap");
    writeFileSync(path, pcap([searchAt(AT), searchAt(AT + 700), searchAt(AT + 5000)]));
  });
  after(() => rmSync(folder, { recursive: true }));

  async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
    for (let tries = 0; !(await condition()); tries++) {
      assert.ok(tries < 1000, `never true: ${condition}`);
      await sleep(10);
    }
  }

  it("is read at once on its own times, and sees nothing after its end", async () => {
    const { instance, clock, ofType } = createSniffer({ source: "file", file: { path } });
    await instance.start();
    await until(() => ofType("search").length === 3);
    assert.deepEqual(
      ofType("search").map((one) => ("at" in one ? one.at : undefined)),
      [AT, AT + 700, AT + 5000],
    );
    const reason = () => (ofType("sensor").at(-1) as { reason?: string }).reason;
    await until(async () => {
      await clock.advance(1000);
      return reason() === "the capture file has ended";
    });
    await instance.stop();
  });

  it("of many megabytes is read in its order, nothing of it twice", async () => {
    const times = Array.from({ length: 20_000 }, (_, n) => AT + n);
    const large = join(folder, "large.pcap");
    writeFileSync(large, pcap(times.map(searchAt)));
    const { instance, ofType } = createSniffer({});
    await instance.replay?.(large, new AbortController().signal);
    assert.deepEqual(
      ofType("search").map((one) => ("at" in one ? one.at : undefined)),
      times,
    );
  });

  it("is played at its own pace as if it happened now", async () => {
    const config = { source: "file", file: { path, speed: "recorded" } };
    const { instance, clock, ofType } = createSniffer(config);
    const begin = clock.now();
    await instance.start();
    await until(() => ofType("search").length === 1);
    const times = () => ofType("search").map((one) => ("at" in one ? Number(one.at) - begin : -1));
    assert.deepEqual(times(), [0]);
    await clock.advance(699);
    assert.deepEqual(times(), [0]);
    await clock.advance(1);
    assert.deepEqual(times(), [0, 700]);
    await clock.advance(4300);
    assert.deepEqual(times(), [0, 700, 5000]);
    await instance.stop();
  });

  it("stops in the middle of a pause", async () => {
    const config = { source: "file", file: { path, speed: "recorded" } };
    const { instance, ofType } = createSniffer(config);
    await instance.start();
    await until(() => ofType("search").length === 1);
    await instance.stop();
    assert.equal(ofType("search").length, 1);
  });

  it("has to be named and readable", async () => {
    await assert.rejects(createSniffer({ source: "file" }).instance.start(), /file\.path/);
    const { instance } = createSniffer({ source: "file", file: { path: join(folder, "none") } });
    await assert.rejects(instance.start(), /none/);
    await instance.stop();
  });
});
