/** What a crash costs: seconds of counters, never the database. What a stop costs: nothing. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { Network, Program } from "../peers/index.js";
import { PvmonProcess } from "./pvmon-process.js";

const site = `
name: crash
log: { format: json }
detectors:
  - use: ca-sniffer
stores:
  - use: sqlite-store
    config: { path: PATH/pvmon.sqlite }
outputs:
  - use: http-api
`;

/** Sends numbered searches, 200 datagrams of 20 names a second, and says how many names have left. */
const SENDER = `
  import { createSocket } from "node:dgram";
  import { encodeDatagram } from "epics-ca";
  const [broadcast, ...bounds] = process.argv.slice(1);
  const [from, to] = bounds.map(Number);
  const socket = createSocket("udp4");
  socket.bind(0, () => {
    socket.setBroadcast(true);
    let n = from;
    const timer = setInterval(() => {
      for (let k = 0; k < 4 && n < to; k++, n += 20) {
        const searches = Array.from({ length: 20 }, (_, i) => ({
          type: "search", name: "crash:" + String(n + i).padStart(6, "0"), cid: n + i, replyFlag: 5, minorVersion: 13,
        }));
        socket.send(encodeDatagram([{ type: "version", priority: 0, minorVersion: 13 }, ...searches]), 5064, broadcast);
      }
      console.log("sent " + n);
      if (n >= to) { clearInterval(timer); socket.close(); }
    }, 20);
  });`;

describe("pvmon under load", function () {
  this.timeout(120_000);
  let network: Network;
  let pvmon: PvmonProcess;

  before(() => {
    network = Network.create({ hosts: 2 });
  });
  after(() => network?.removeNow());
  beforeEach(() => {
    pvmon = new PvmonProcess(network.host(1), site);
  });
  afterEach(() => pvmon.remove());

  const send = (from: number, to: number): Program =>
    new Program(network.host(2), [
      process.execPath,
      "--input-type=module",
      "--eval",
      SENDER,
      network.broadcast,
      String(from),
      String(to),
    ]);
  const sent = (program: Program): number => Number(program.lines.at(-1)?.split(" ")[1] ?? 0);
  const total = async () => (await pvmon.get("/api/v1/pvs?limit=1")).total as number;
  const integrity = () => {
    const database = new Sqlite(`${pvmon.folder}/pvmon.sqlite`);
    const answer = database.pragma("integrity_check", { simple: true });
    database.close();
    return answer;
  };

  it("loses at most five seconds when it is killed, and starts again clean", async () => {
    for (let round = 0; round < 3; round++) {
      await pvmon.start();
      const before = await total();
      const sender = send(round * 100_000, round * 100_000 + 100_000);
      await sleep(6000 + 700 * round);
      const fiveSecondsAgo = sent(sender) - round * 100_000;
      await sleep(5000);
      await pvmon.kill();
      sender.kill();
      await sender.end(5000);
      assert.equal(integrity(), "ok");
      await pvmon.start();
      const kept = (await total()) - before;
      assert.ok(fiveSecondsAgo > 10_000, `only ${fiveSecondsAgo} names were sent`);
      assert.ok(
        kept >= fiveSecondsAgo,
        `${kept} names kept of ${fiveSecondsAgo} sent five seconds before`,
      );
      await pvmon.stop();
    }
  });

  it("loses nothing when it is stopped", async () => {
    await pvmon.start();
    const sender = send(0, 20_000);
    await sender.end(30_000);
    await sleep(200);
    const counted = await pvmon.get("/api/v1/clients");
    assert.equal(await total(), 20_000);
    await pvmon.stop();
    await pvmon.start();
    assert.equal(await total(), 20_000);
    const again = await pvmon.get("/api/v1/clients");
    const searches = (answer: object) =>
      (answer as { items: { searches: number }[] }).items.map((item) => item.searches);
    assert.deepEqual(searches(again), searches(counted));
    const { requests } = await pvmon.get("/api/v1/pvs/crash:019999");
    assert.equal(requests, 1);
  });
});
