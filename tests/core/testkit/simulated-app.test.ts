import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { type AppPlan, SimulatedSite, type SitePlan } from "pvmon/testkit";
import { ProcessLines } from "../../../plugins/ioc-heartbeat/asking/process-lines.js";
import {
  decodeListPage,
  decodeMapLine,
  encodeRequest,
  LIST_PVS,
  NETSTAT,
} from "../../../plugins/ioc-heartbeat/asking/protocol.js";
import { decodeHeartbeat, type Heartbeat } from "../../../plugins/ioc-heartbeat/heartbeat.js";
import { freePorts, until } from "./site-support.js";

const ADDRESS = "127.1.7.7";
const NAMES = Array.from({ length: 13 }, (_, n) => `A:B:C${n}`);

function appPlan(label: string, version: AppPlan["version"], pid: number): AppPlan {
  return {
    label,
    address: ADDRESS,
    version,
    image: "./bin/linux-x86_64/vac",
    command: "st.cmd",
    directory: `/iocs/${label}`,
    pid,
    port: pid,
    names: version === "3.0" ? [] : NAMES,
    procServPort: 40_000 + pid,
    upMs: 100_000,
  };
}

const plan: SitePlan = {
  iocs: [],
  clients: [],
  hosts: [],
  apps: [appPlan("first", "2.0", 2000), appPlan("old", "1.1", 2001), appPlan("none", null, 2002)],
  duplicates: [],
  absent: [],
};

interface Heard {
  readonly heartbeat: Heartbeat;
  readonly port: number;
}

describe("an application of a simulated site", () => {
  let site: SimulatedSite;
  let listener: Socket;
  let asker: Socket;
  let heard: Heard[];
  let replies: Buffer[];

  beforeEach(async () => {
    const { searchPort, beaconPort, heartbeatPort } = await freePorts();
    site = new SimulatedSite({ plan, searchPort, beaconPort, heartbeatPort, speed: 200 });
    heard = [];
    replies = [];
    listener = createSocket({ type: "udp4", reuseAddr: true });
    listener.on("message", (bytes, { port }) => {
      const heartbeat = decodeHeartbeat(bytes);
      assert.ok(typeof heartbeat === "object", String(heartbeat));
      heard.push({ heartbeat, port });
    });
    listener.bind(heartbeatPort, "127.255.255.255");
    asker = createSocket("udp4");
    asker.on("message", (bytes) => replies.push(bytes));
    asker.bind(0, "127.0.0.1");
    listener.unref();
    asker.unref();
    await Promise.all([once(listener, "listening"), once(asker, "listening")]);
    await site.start();
  });
  afterEach(async () => {
    await site.stop();
    listener.close();
    asker.close();
  });

  const latest = (label: string): Heard | undefined =>
    heard.findLast(({ heartbeat }) => heartbeat.directory === `/iocs/${label}`);
  /** Again and again with the latest counter, since heartbeats go on meanwhile. */
  const ask = async (label: string, command: number, offset: number): Promise<Buffer> => {
    await until(() => latest(label) !== undefined);
    replies = [];
    for (let tries = 0; replies.length === 0; tries++) {
      assert.ok(tries < 200, "no reply");
      const { heartbeat, port } = latest(label)!;
      const request = { command, counter: heartbeat.sequence, offset, handle: 5 };
      asker.send(encodeRequest(request), port, ADDRESS);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return replies[0]!;
  };

  it("sends heartbeats that count, of the life that the plan gives it, and none without a version", async () => {
    await until(() => heard.filter(({ heartbeat }) => heartbeat.pid === 2000).length >= 3);
    const own = heard.filter(({ heartbeat }) => heartbeat.pid === 2000);
    const sequences = own.map(({ heartbeat }) => heartbeat.sequence);
    assert.deepEqual(sequences.slice(0, 3), [4, 5, 6]);
    const [first] = own;
    assert.equal(first?.heartbeat.version, "2.0");
    assert.equal(first?.heartbeat.serverPort, 2000);
    assert.ok((first?.heartbeat.upSeconds ?? 0) >= 100);
    await until(() => latest("old") !== undefined);
    assert.equal(latest("none"), undefined);
  });

  it("begins anew, as another process, when it is started again", async () => {
    await until(() => latest("first") !== undefined);
    await site.app("first").stop();
    const before = heard.length;
    await site.app("first").start();
    const next = () =>
      heard.slice(before).find(({ heartbeat }) => heartbeat.directory === "/iocs/first");
    await until(() => next() !== undefined);
    assert.equal(next()?.heartbeat.sequence, 1);
    assert.notEqual(next()?.heartbeat.pid, 2000);
  });

  it("lists its PVs, ten at a time", async () => {
    const pages = [await ask("first", LIST_PVS, 0), await ask("first", LIST_PVS, 10)];
    const decoded = pages.map(decodeListPage);
    assert.deepEqual(
      decoded.flatMap((page) => page?.names),
      NAMES,
    );
    assert.equal(decoded[0]?.total, NAMES.length);
  });

  it("gives the processes of its host with their ports, as the plugin reads them", async () => {
    const lines = new ProcessLines();
    for (let offset = 0; ; offset++) {
      const { line } = decodeMapLine(await ask("first", NETSTAT, offset))!;
      if (line === "__NONE__") break;
      lines.add(line ?? "");
    }
    const processes = lines.processes();
    assert.deepEqual(
      processes.find(({ pid }) => pid === 2002),
      {
        pid: 2002,
        commandLine: "./bin/linux-x86_64/vac st.cmd",
        directory: "/iocs/none",
        listens: [2002],
        sockets: [],
      },
    );
    assert.ok(processes.some(({ commandLine }) => commandLine.includes("procServ")));
    assert.ok(lines.showsAllUsers());
  });

  it("does not answer a request with the counter of an old heartbeat, nor one that its version does not know", async () => {
    await until(() => latest("old") !== undefined);
    const { heartbeat, port } = latest("old")!;
    const send = (command: number, counter: number) =>
      asker.send(encodeRequest({ command, counter, offset: 0, handle: 1 }), port, ADDRESS);
    for (let n = 0; n < 5; n++) {
      send(LIST_PVS, heartbeat.sequence - 100);
      send(NETSTAT, latest("old")!.heartbeat.sequence);
    }
    // What is asked rightly after them is answered, and nothing else was.
    await ask("old", LIST_PVS, 0);
    assert.ok(replies.every((reply) => decodeListPage(reply)?.handle === 5));
  });
});
