import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { encodeDatagram } from "epics-ca";
import { pcap } from "./support/captures.js";
import { ethernet, udpPacket } from "./support/frames.js";
import { createSniffer, type SnifferUnderTest } from "./support/sniffer.js";

const SEARCH = udpPacket(
  { from: "10.7.0.5:40001", to: "10.7.255.255:5064" },
  encodeDatagram([{ type: "search", name: "A:one", cid: 1, replyFlag: 5, minorVersion: 13 }]),
);

/**
 * A stand-in for tcpdump that writes the capture given as hex, answers SIGUSR1 with `drops`, and then does what its
 * behaviour says.
 */
const TCPDUMP = `
const [behaviour, hex, drops] = process.argv.slice(2);
if (behaviour === "refuse") {
  console.error("tcpdump: eth0: You don't have permission to perform this capture on that device");
  process.exit(1);
}
process.on("SIGUSR1", () => console.error("tcpdump: 1 packet captured, 1 packet received by filter, " + drops + " packets dropped by kernel"));
console.error("tcpdump: listening on eth0, link-type EN10MB (Ethernet), snapshot length 262144 bytes");
process.stdout.write(Buffer.from(hex, "hex"), () => {
  if (behaviour === "end") {
    console.error("tcpdump: pcap_loop: The interface disappeared");
    process.exit(1);
  }
});
if (behaviour === "stay") setInterval(() => {}, 1000);
`;

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    assert.ok(tries < 1500, `never true: ${condition}`);
    await sleep(10);
  }
}

interface Report {
  readonly sees: boolean;
  readonly dropped: { readonly kernel: number };
}

describe("tcpdump as a source", () => {
  let folder: string;
  let script: string;
  let sniffer: SnifferUnderTest;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-sniffer-capture-"));
    script = join(folder, "tcpdump.cjs");
    writeFileSync(script, TCPDUMP);
  });
  after(() => rmSync(folder, { recursive: true }));
  afterEach(() => sniffer.instance.stop());

  function create(
    behaviour: string,
    { file = pcap([{ at: 0, frame: ethernet(SEARCH) }]), drops = 0 } = {},
  ): void {
    const command = [process.execPath, script, behaviour, file.toString("hex"), String(drops)];
    sniffer = createSniffer({ source: "capture", interfaces: ["eth0"], capture: { command } });
  }

  function lastReport(): Report {
    return sniffer.ofType("sensor").at(-1) as Report;
  }

  it("shows what it captures, and sees", async () => {
    create("stay");
    await sniffer.instance.start();
    await until(() => sniffer.ofType("search").length === 1);
    assert.equal(lastReport().sees, false, "nothing had been heard when it started");
    await sniffer.clock.advance(1000);
    assert.equal(sniffer.host.statuses.at(-1), "ok");
  });

  it("is asked each second for what the kernel dropped", async () => {
    create("stay", { drops: 17 });
    await sniffer.instance.start();
    for (let second = 0; lastReport().dropped.kernel !== 17; second++) {
      assert.ok(second < 100, "it was never told");
      await sniffer.clock.advance(1000);
      await sleep(50);
    }
  });

  it("that may not capture is an error which says what to do", async () => {
    create("refuse");
    await assert.rejects(sniffer.instance.start(), /permission.*CAP_NET_RAW/s);
  });

  it("that is not there is an error which says so", async () => {
    sniffer = createSniffer({ source: "capture", capture: { command: ["/no/such/tcpdump"] } });
    await assert.rejects(sniffer.instance.start(), /\/no\/such\/tcpdump.*ENOENT/s);
  });

  it("may be stopped before it has begun", async () => {
    create("stay");
    const started = sniffer.instance.start();
    const outcome = assert.rejects(started, /was stopped/);
    await sniffer.instance.stop();
    await outcome;
  });

  it("that ends is started again, later each time, and nothing is seen meanwhile", async () => {
    create("end");
    await sniffer.instance.start();
    await until(() => sniffer.host.statuses.at(-1)!.startsWith("degraded"));
    assert.equal(sniffer.ofType("search").length, 1);
    assert.match(sniffer.host.statuses.at(-1)!, /The interface disappeared/);
    await sniffer.clock.advance(999);
    assert.equal(sniffer.ofType("search").length, 1);
    await sniffer.clock.advance(1);
    await until(() => sniffer.ofType("search").length === 2);
    await until(() => sniffer.host.statuses.at(-1)!.startsWith("degraded"));
    await sniffer.clock.advance(1999);
    assert.equal(sniffer.ofType("search").length, 2);
    await sniffer.clock.advance(1);
    await until(() => sniffer.ofType("search").length === 3);
  });

  it("whose output is no capture is ended, and started again", async () => {
    create("stay", { file: Buffer.from("no capture at all") });
    await sniffer.instance.start();
    await until(() => sniffer.host.statuses.at(-1)!.startsWith("degraded"));
    assert.match(sniffer.host.statuses.at(-1)!, /neither pcap nor pcapng/);
  });
});
