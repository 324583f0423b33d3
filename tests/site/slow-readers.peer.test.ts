/** Readers that ask for much and take nothing: what waits for them is bounded, and nobody else notices them. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { EpicsSoftIoc, Network, Program, startSearches, waitFor } from "../peers/index.js";
import { heldMegabytes, heldMemoryEnvironment } from "./held-memory.js";
import { PvmonProcess, URL_BASE } from "./pvmon-process.js";

const SITE = `
name: slow readers
log: { format: json }
detectors:
  - use: ca-sniffer
stores:
  - use: sqlite-store
    config: { path: PATH/pvmon.sqlite }
outputs:
  - use: http-api
    config: { streamBufferBytes: 65536 }
`;
const PATIENCE_MS = 60_000;
const NAMES = 180_000;
/** As many downloads as one address may have at one time. */
const READERS = 2;
const BUSY = 503;
/** For a few pages of each list; the lists whole would be five times as much. */
const MAX_GROWTH_MEGABYTES = 16;

/** Asks, reads the head of the answer and nothing more; says when the connection has ended. */
const READER = `
  import { request } from "node:http";
  const [url] = process.argv.slice(1);
  request(url, { agent: false }, (answer) => {
    console.log("asked " + answer.statusCode);
    answer.pause();
    answer.on("error", () => console.log("cut off"));
    process.stdin.on("data", () => answer.resume());
  }).on("error", () => console.log("cut off")).end();`;

describe("readers that do not read", function () {
  this.timeout(240_000);
  let network: Network;
  let pvmon: PvmonProcess;

  before(async () => {
    network = Network.create({ hosts: 2 });
    pvmon = new PvmonProcess(network.host(1), SITE);
    await pvmon.start({ environment: heldMemoryEnvironment });
    const total = async () => Number((await pvmon.get("/api/v1/pvs?limit=1")).total);
    // As clients do, again and again: on a busy machine the kernel drops some.
    while ((await total()) < NAMES) await searchAll();
  });
  after(async () => {
    await pvmon?.stop();
    pvmon?.remove();
    network?.removeNow();
  });

  const searchAll = async (): Promise<void> => {
    const searches = startSearches(network.host(2), {
      broadcast: network.broadcast,
      names: [{ prefix: "slow:" }],
      from: 0,
      to: NAMES,
      perDatagram: 60,
      datagramsAtOnce: 1,
      everyMs: 1,
    });
    await searches.end(PATIENCE_MS);
  };
  const reader = async (path: string): Promise<Program> => {
    const command = [process.execPath, "--input-type=module", "--eval", READER];
    const program = new Program(network.host(1), [...command, URL_BASE + path]);
    await program.line(/^asked 200/, PATIENCE_MS);
    return program;
  };

  it("of whole lists keep nothing in memory but what the kernel holds, others are answered, and soon they have no place any more", async () => {
    const page = (await pvmon.text("/api/v1/pvs?limit=1000")).body.length;
    const wholeMegabytes = (page * NAMES) / 1000 / 1e6;
    const before = await heldMegabytes(pvmon);
    const readers: Program[] = [];
    for (let n = 0; n < READERS; n++) readers.push(await reader("/api/v1/pvs?download=json"));
    await sleep(3000);
    const grownBy = (await heldMegabytes(pvmon)) - before;
    assert.ok(READERS * wholeMegabytes > 4 * MAX_GROWTH_MEGABYTES, `${wholeMegabytes} MB each`);
    assert.ok(grownBy < MAX_GROWTH_MEGABYTES, `${grownBy} MB more`);
    assert.equal((await pvmon.get("/api/v1/pvs?limit=1")).total, NAMES);
    assert.equal((await pvmon.ask("/api/v1/pvs?download=json")).status, BUSY);
    const freed = async () =>
      (await pvmon.text("/api/v1/pvs?match=slow:000001&download=csv")).status === 200;
    await waitFor("there is a place for another one", freed, 2 * PATIENCE_MS);
    const cut = () => pvmon.counter("http-api", "downloads_cut_total");
    await waitFor("all are broken off", async () => (await cut()) === READERS, PATIENCE_MS);
    for (const program of readers) {
      program.write("read");
      await program.line(/^cut off/, PATIENCE_MS);
      program.kill();
    }
  });

  it("of the stream are cut off when too much waits for them, and counted, while others hear everything", async () => {
    const stuck = await reader("/api/v1/stream?topics=events");
    const { address } = network.host(2);
    const ioc = await EpicsSoftIoc.start({
      on: network.host(2),
      database: 'record(ai, "A:one") {}',
    });
    const isHost = async () => (await pvmon.list("/api/v1/hosts")).length === 1;
    await waitFor("there is a host to be described", isHost, PATIENCE_MS);
    let changes = 0;
    const cut = async (): Promise<boolean> => {
      const descriptions = Array.from({ length: 50 }, () => `${changes++} ${"x".repeat(1900)}`);
      for (const description of descriptions)
        await pvmon.patch(`/api/v1/hosts/${address}`, { description });
      return (await pvmon.counter("http-api", "stream_clients_cut_total")) > 0;
    };
    await waitFor("the reader that does not read is cut off", cut, 2 * PATIENCE_MS);
    stuck.write("read");
    await stuck.line(/^cut off/, PATIENCE_MS);
    const told = await pvmon.list("/api/v1/events?type=operator.changed");
    assert.equal(told.length, changes);
    stuck.kill();
    await ioc.stop();
  });
});
