import assert from "node:assert/strict";
import { FakeClock } from "pvmon/testkit";
import { Senders } from "../../../plugins/ioc-heartbeat/senders.js";
import { heartbeat } from "./support/simulated-sender.js";

const HOST = 0x0a070001;

describe("the senders of heartbeats", () => {
  let clock: FakeClock;
  let senders: Senders;
  beforeEach(() => {
    clock = new FakeClock();
    senders = new Senders(clock);
  });

  function hear(changes: object = {}, ip = HOST, port = 40_000) {
    return senders.heard(heartbeat(changes), { ip, port });
  }

  it("are told apart by host and server port, and one that restarts stays the same", () => {
    assert.equal(hear()?.news, "first");
    assert.equal(hear({ serverPort: 5070 })?.news, "first");
    assert.equal(hear({}, HOST + 1)?.news, "first");
    assert.equal(hear({ sequence: 11 })?.news, undefined);
    assert.equal(hear({ sequence: 11 })?.news, undefined);
    assert.equal(hear({ sequence: 9 })?.news, "restarted");
    const again = hear({ sequence: 12, pid: 78 }, HOST, 40_007);
    assert.equal(again?.news, "restarted");
    const { sender } = again;
    assert.deepEqual([sender.incarnation, sender.port, sender.heartbeat.sequence], [2, 40_007, 12]);
    assert.equal(senders.size, 3);
  });

  it("are no more than can be kept, where those that have been silent for an hour make room", async () => {
    for (let i = 0; i < 20_000; i++) assert.ok(hear({}, HOST + i));
    assert.equal(hear({}, HOST + 20_000), undefined);
    await clock.advance(3_600_001);
    assert.ok(hear({}, HOST), "known ones go on");
    assert.ok(hear({}, HOST + 20_000));
    assert.equal(senders.size, 2);
  });
});
