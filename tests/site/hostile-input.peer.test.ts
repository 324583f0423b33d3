/** What becomes of a running pvmon when the network, or a capture of it, is full of damage and malice: it counts, shows text as text, and goes on. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readSeeds } from "../fuzz/corpus.js";
import { Mutator } from "../fuzz/mutator.js";
import { HeartbeatSender, Network, waitFor } from "../peers/index.js";
import { pcap } from "../plugins/ca-sniffer/support/captures.js";
import { ethernet, udpPacket } from "../plugins/ca-sniffer/support/frames.js";
import { heldMegabytes, heldMemoryEnvironment } from "./held-memory.js";
import { type Item, PvmonProcess, replay } from "./pvmon-process.js";
import { HOSTILE_HEARTBEAT } from "./web/hostile.js";

const SENDER = fileURLToPath(new URL("hostile-sender.js", import.meta.url));
const DATAGRAMS = 20_000;
const PATIENCE_MS = 60_000;
/** Of memory, between the second and the third time that all of it came. */
const MAX_GROWTH_MEGABYTES = 20;
const MUTATED_CAPTURES = 12;

const SITE = `
name: hostile
log: { format: json }
inventory: { maxNames: 20000, maxServers: 500, maxClients: 500, maxHosts: 500, maxApps: 500 }
detectors:
  - use: ca-sniffer
  - use: ioc-heartbeat
    config: { requests: { enabled: true } }
stores:
  - use: sqlite-store
    config: { path: PATH/pvmon.sqlite }
outputs:
  - use: http-api
`;
const REPLAY = "name: replay\ndetectors:\n  - use: ca-sniffer\n    config: { source: file }\n";

describe("pvmon on a network that means harm", function () {
  this.timeout(240_000);
  let network: Network;
  let pvmon: PvmonProcess;

  before(async () => {
    network = Network.create({ hosts: 2 });
    // Heartbeats go to 255.255.255.255, which needs a route.
    for (const host of network.hosts)
      await host.run(["ip", "route", "add", "default", "dev", "eth0"]);
    pvmon = new PvmonProcess(network.host(1), SITE);
    await pvmon.start({ environment: heldMemoryEnvironment });
  });
  after(async () => {
    await pvmon?.stop();
    pvmon?.remove();
    network?.removeNow();
  });

  const sensors = async (): Promise<readonly Item[]> =>
    (await pvmon.get("/api/v1/status")).sensors as readonly Item[];
  /** Datagrams that arrived, or that the kernel says it dropped. */
  const arrived = async (): Promise<number> =>
    (await sensors()).reduce((sum, { packets, dropped }) => {
      return sum + Number(packets) + Number((dropped as Item).kernel);
    }, 0);
  const attack = async (): Promise<void> => {
    const before = await arrived();
    const command = [process.execPath, SENDER, network.broadcast, String(DATAGRAMS)];
    await network.host(2).run(command, PATIENCE_MS);
    // Some are larger than a datagram can be to the kernel, or are refused by it.
    const all = async (): Promise<boolean> => (await arrived()) - before >= 0.95 * DATAGRAMS;
    await waitFor("the datagrams have arrived", all, PATIENCE_MS);
  };

  it("counts what is damaged by its reason, and keeps its memory", async () => {
    await attack();
    await attack();
    const before = await heldMegabytes(pvmon);
    await attack();
    const grownBy = (await heldMegabytes(pvmon)) - before;
    assert.ok(grownBy < MAX_GROWTH_MEGABYTES, `${grownBy} MB more`);
    const reasons = (await sensors()).flatMap(({ decodeErrors }) =>
      Object.keys(decodeErrors as Item),
    );
    for (const reason of ["truncated header", "unknown command", "not JSON", "bad sequence"]) {
      assert.ok(reasons.includes(reason), `${reason} is not among ${reasons.join()}`);
    }
    const { plugins, metrics } = await pvmon.get("/api/v1/status");
    for (const { id, status, reason } of plugins as readonly Item[])
      assert.equal(status, "ok", `${id}: ${reason}`);
    const failures = (metrics as readonly Item[]).filter(({ name }) =>
      /_failed_total|tick_failures/.test(String(name)),
    );
    for (const { plugin, name, value } of failures) assert.equal(value, 0, `${plugin} ${name}`);
  });

  it("answers every list of what came of it", async () => {
    for (const list of ["pvs", "servers", "clients", "hosts", "apps", "heartbeats", "events"]) {
      const items = await pvmon.list(`/api/v1/${list}`);
      if (list !== "apps") assert.ok(items.length > 0, list);
    }
  });

  it("shows SQL and markup in every field of a heartbeat as the text that it is, from the store too", async () => {
    const fields = { ...HOSTILE_HEARTBEAT, cwd: "/x'); DROP TABLE app; --<script>" };
    const sender = await HeartbeatSender.start(network.host(2), {
      version: "2.0",
      period: 1,
      sp: 5999,
      names: 3,
      ...fields,
    });
    const shown = async (): Promise<Item | undefined> =>
      (await pvmon.list("/api/v1/heartbeats")).find(({ port }) => port === 5999);
    const { img: image, stcmd: command, cwd: directory, prefix } = fields;
    const isShown = async (): Promise<boolean> => {
      const found = await shown();
      return found !== undefined && found.pvs === 3;
    };
    await waitFor("the heartbeat and its PVs are shown", isShown, PATIENCE_MS);
    const texts = ({ image, command, directory }: Item) => ({ image, command, directory });
    assert.deepEqual(texts((await shown())!), { image, command, directory });
    await sender.stop();
    await pvmon.stop();
    await pvmon.start();
    assert.deepEqual(texts((await shown())!), { image, command, directory });
    const listed = await pvmon.list(`/api/v1/pvs?match=${encodeURIComponent(prefix)}`);
    assert.ok(listed.length >= 3, JSON.stringify(listed));
  });

  it("reads captures as far as they go, cut off, damaged or centuries apart", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pvmon-hostile-"));
    const file = join(folder, "capture");
    const told = async (bytes: Uint8Array): Promise<string> => {
      writeFileSync(file, bytes);
      return await replay(file, REPLAY).then(
        ({ servers = [] }) => `${servers.length} servers`,
        (error: Error) => error.message,
      );
    };
    try {
      const beacon = readSeeds("datagram").find(({ name }) => name === "beacon")!.bytes;
      const ends = { from: "10.7.0.9:40001", to: "10.7.255.255:5065" };
      const frame = ethernet(udpPacket(ends, beacon));
      const apart = pcap([1, 0xffff_fffe].map((seconds) => ({ at: seconds * 1000, frame })));
      assert.equal(await told(apart), "1 servers");
      assert.equal(await told(apart.subarray(0, apart.length - 10)), "1 servers");
      assert.match(await told(Buffer.from("%PDF-1.7 and so on")), /neither pcap nor pcapng/);
      const seeds = readSeeds("capture").map(({ bytes }) => bytes.subarray(1));
      const mutator = new Mutator(seeds, 1);
      for (let n = 0; n < MUTATED_CAPTURES; n++) {
        assert.match(
          await told(mutator.next()),
          /^\d+ servers$|failed \(1\): \/\S+capture: [^\n]+$/,
        );
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
