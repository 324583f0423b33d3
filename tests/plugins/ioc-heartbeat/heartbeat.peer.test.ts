/** ioc-heartbeat on a network of hosts that send heartbeats, one of them with a real IOC. */
import assert from "node:assert/strict";
import { formatIpv4, type HeartbeatSeen, parseIpv4 } from "pvmon";
import {
  EpicsSoftIoc,
  HeartbeatSender,
  type HeartbeatSenderOptions,
  type Host,
  Network,
  Program,
  waitFor,
} from "../../peers/index.js";
import { Watched } from "./support/watched.js";

const EVERYBODY = "255.255.255.255";
const DATABASE = `record(ai, "HBT:ai") { field(VAL, "3") }`;
/** What is sent as often as this test likes; the site's programs wait longer. */
const QUICK = { timeoutMs: 200, datagramsPerSecond: 1000, datagramsPerSecondPerIoc: 100 };

function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}:pv${String(i).padStart(5, "0")}`);
}

/** The most that passed in any second. */
function busiestSecond(times: readonly number[]): number {
  return Math.max(
    ...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length),
  );
}

describe("ioc-heartbeat on a network of senders", function () {
  this.timeout(90_000);
  let network: Network;
  let pvmon: Host;
  const senders: HeartbeatSender[] = [];
  const watchers: Watched[] = [];

  before(async () => {
    network = Network.create({ hosts: 5 });
    pvmon = network.host(1);
    // Hosts of a site have a default route; without one nothing leads to 255.255.255.255.
    for (const host of network.hosts)
      await host.run(["ip", "route", "add", "default", "dev", "eth0"]);
  });
  afterEach(async () => {
    await Promise.all([...senders, ...watchers].map((one) => one.stop()));
    senders.length = 0;
    watchers.length = 0;
  });
  after(() => network.removeNow());

  async function send(host: number, options: HeartbeatSenderOptions): Promise<HeartbeatSender> {
    const sender = await HeartbeatSender.start(network.host(host), { period: 0.5, ...options });
    senders.push(sender);
    return sender;
  }

  async function watch(config: object, servers: readonly string[] = []): Promise<Watched> {
    const watched = await Watched.start(pvmon, config, servers);
    watchers.push(watched);
    return watched;
  }

  function from(host: number): number {
    return parseIpv4(network.host(host).address)!;
  }

  it("hears all three versions over both forms of broadcast, and sends nothing unless it is told to", async () => {
    const capture = await pvmon.capture(`udp and src host ${pvmon.address}`);
    const watched = await watch({});
    const common = { img: "./bin/linux-x86_64/x", stcmd: "st.cmd", names: 30 };
    const directory = String.raw`/iocApps/"old"\x`;
    const [first] = [
      await send(2, {
        ...common,
        version: "1.1",
        to: EVERYBODY,
        sp: 5064,
        pid: 77,
        cwd: directory,
      }),
      await send(3, { ...common, version: "2.0", to: EVERYBODY, sp: 5070 }),
      await send(4, { ...common, version: "3.0", to: network.broadcast, sp: 40_000, cwd: "/py" }),
    ];
    const heard: HeartbeatSeen[] = [];
    for (const host of [2, 3, 4]) {
      await watched.next(
        "heartbeat",
        ({ source, sequence }) => source === from(host) && sequence >= 3,
      );
      heard.push(await watched.next("heartbeat", ({ source }) => source === from(host)));
    }
    assert.deepEqual(
      heard.map(({ version, serverPort, servesCa }) => [version, serverPort, servesCa]),
      [
        ["1.1", 5064, true],
        ["2.0", 5070, true],
        ["3.0", 40_000, false],
      ],
    );
    const { at, hostTimeAt, sequence, upSeconds, ...rest } = heard[0]!;
    assert.deepEqual(rest, {
      type: "heartbeat",
      source: from(2),
      port: first!.port,
      version: "1.1",
      serverPort: 5064,
      servesCa: true,
      pid: 77,
      image: "./bin/linux-x86_64/x",
      command: "st.cmd",
      directory,
    });
    assert.deepEqual([sequence, upSeconds], [1, 0]);
    assert.ok(Math.abs(at - hostTimeAt!) < 2000);
    const report = await watched.next("sensor", ({ packets }) => packets >= 9);
    assert.deepEqual([report.sensor, report.sees], ["ioc-heartbeat/0.0.0.0:5066", true]);
    assert.equal((await capture.stop()).packets, 0);
  });

  it("is blind while its networks are down, and hears on when they are up again", async () => {
    const watched = await watch({});
    await send(2, { version: "3.0", to: network.broadcast });
    await watched.next("heartbeat");
    await pvmon.run(["ip", "link", "set", "eth0", "down"]);
    const report = await watched.next("sensor", ({ sees }) => !sees);
    assert.equal(report.reason, "every network interface is down");
    const heard = watched.observations("heartbeat").at(-1)!.sequence;
    await pvmon.run(["ip", "link", "set", "eth0", "up"]);
    await pvmon.run(["ip", "route", "replace", "default", "dev", "eth0"]);
    await watched.next("heartbeat", ({ sequence }) => sequence > heard);
    await watched.next("sensor", ({ sees, at }) => sees && at > report.at);
  });

  it("reads the lists of several applications to the end while replies are lost, wrong and garbage", async () => {
    const watched = await watch({ requests: { enabled: true, ...QUICK } });
    await send(2, { names: 105, prefix: "A", lose: 3, sp: 5064 });
    await send(2, { names: 57, prefix: "B", wrong: 2, sp: 5065 });
    await send(3, { names: 41, prefix: "C", lose: 2, wrong: 3, version: "1.1" });
    await send(4, { names: 0, version: "2.0" });
    const third = await send(5, { version: "3.0", to: network.broadcast });
    for (const [host, serverPort, prefix, count] of [
      [2, 5064, "A", 105],
      [2, 5065, "B", 57],
      [3, 5064, "C", 41],
      [4, 5064, "none", 0],
    ] as const) {
      const list = await watched.next(
        "pvList",
        (one) => one.source === from(host) && one.serverPort === serverPort,
      );
      assert.deepEqual([list.names, list.complete], [names(prefix, count), true]);
    }
    const counters = await watched.counters();
    assert.equal(counters.pv_lists_complete_total, 4);
    assert.ok(counters.requests_repeated_total! > 10);
    assert.ok(counters.unexpected_replies_total! > 10);
    assert.deepEqual(third.commands, [], "version 3.0 has no PVs to list");
  });

  it("reads a list again when the application has restarted, also in the middle of it", async () => {
    const slow = { ...QUICK, datagramsPerSecondPerIoc: 5 };
    const watched = await watch({
      requests: { enabled: true, ...slow },
      pvLists: { minSeconds: 1 },
    });
    const sender = await send(2, { names: 60, prefix: "A" });
    await waitFor("the third page", () => sender.commands.includes("@list 20"), 20_000);
    sender.set("prefix", "B");
    sender.restart();
    const list = await watched.next("pvList");
    assert.deepEqual([list.names, list.complete], [names("B", 60), true]);
    assert.equal(sender.commands.filter((one) => one === "@list 0").length, 2);
    sender.set("names", 3);
    sender.restart();
    const again = await watched.next("pvList", (one) => one.names.length === 3);
    assert.deepEqual([again.names, again.complete], [names("B", 3), true]);
  });

  it("gives an application up that never answered, after three tries", async () => {
    const requests = { enabled: true, ...QUICK, timeoutMs: 50, tries: 6 };
    const watched = await watch({ requests });
    const sender = await send(2, { names: 60, lose: 1, version: "1.1" });
    const isOver = async () => (await watched.counters()).pv_lists_unanswered_total === 1;
    await waitFor("it has given up", isOver, 20_000);
    assert.deepEqual(sender.commands, Array(3).fill("@list 0"));
    assert.deepEqual(watched.observations("pvList"), []);
  });

  it("keeps to its budget in all and for each application, with the counter of the latest heartbeat", async () => {
    const requests = {
      enabled: true,
      datagramsPerSecond: 20,
      datagramsPerSecondPerIoc: 6,
      atOnce: 4,
    };
    const capture = await pvmon.capture(`udp and src host ${pvmon.address}`);
    const watched = await watch({ requests });
    const asked: HeartbeatSender[] = [];
    for (const host of [2, 3, 4, 5])
      asked.push(await send(host, { names: 300, prefix: `H${host}` }));
    const isOver = async () => (await watched.counters()).pv_lists_complete_total === 4;
    await waitFor("four lists", isOver, 40_000);
    const sent = (await watched.counters()).requests_sent_total!;
    assert.ok(sent >= 4 * 30);
    assert.equal((await capture.stop()).packets, sent, "every datagram is counted");
    // A pause of the system lets 0.2 s of the rate be made up for.
    const all = busiestSecond(await capture.times());
    assert.ok(all <= 1 + 20 * 1.2, `${all} in a second`);
    for (const [i, sender] of asked.entries()) {
      const one = busiestSecond(await capture.times(`dst host ${network.host(i + 2).address}`));
      assert.ok(one <= 1 + 6 * 1.2, `${one} to one application in a second`);
      assert.ok(!sender.commands.some((command) => command.startsWith("@refused")));
    }
  });

  describe("with a real IOC and what else runs on its host", () => {
    let ioc: EpicsSoftIoc;
    let procServ: Program;
    let long: Program;
    let servers: string[];
    let words: string[];

    before(async () => {
      const host = network.host(2);
      ioc = await EpicsSoftIoc.start({ on: host, database: DATABASE });
      servers = [`${host.address}:${ioc.port}`];
      const listen = (port: number) =>
        `require("node:net").createServer().listen(${port}, "0.0.0.0", () => console.log("@up"))`;
      const named = `cd /tmp; exec -a /usr/bin/procServ "$@"`;
      words = [process.execPath, "-e", listen(4051), "--", "-n", "my ioc", "4051"];
      procServ = new Program(host, ["bash", "-c", named, "bash", ...words]);
      long = new Program(host, [process.execPath, "-e", `${listen(4052)} //${"x".repeat(900)}`]);
      await Promise.all([procServ.line(/@up/, 10_000), long.line(/@up/, 10_000)]);
    });
    after(async () => {
      procServ.kill();
      long.kill();
      await ioc.stop();
    });

    it("says which process has the IOC's port, and which are procServ's, from a monitor that runs as root", async () => {
      const mute = await send(2, { sp: ioc.port, pid: ioc.pid, img: "softIoc", stcmd: "st.cmd" });
      const monitor = await send(2, {
        sp: 5099,
        img: "./bin/linux-x86_64/LinuxMonitor",
        stcmd: `it's "quoted"`,
        overlong: 800,
        lose: 7,
        wrong: 5,
      });
      const watched = await watch({ requests: { enabled: true, ...QUICK } }, servers);
      const beat = await watched.next("heartbeat", ({ serverPort }) => serverPort === ioc.port);
      const map = await watched.next("processMap");
      assert.equal(formatIpv4(map.host), network.host(2).address);
      assert.equal(map.complete, true);
      const holder = map.processes.find(({ listens }) => listens.includes(ioc.port));
      assert.equal(holder?.pid, ioc.pid);
      assert.equal(holder.pid, beat.pid);
      assert.match(holder.commandLine, /python -u \S+soft_ioc\.py \S+0\.txt$/);
      assert.equal(holder.directory, process.cwd());
      assert.ok(holder.sockets.includes(5064), "its UDP port for searches");
      const proc = map.processes.find(({ listens }) => listens.includes(4051));
      assert.equal(proc?.pid, procServ.pid);
      assert.equal(proc.commandLine, `/usr/bin/procServ -e ${words.slice(2).join(" ")}`);
      assert.equal(proc.directory, "/tmp");
      const overlong = map.processes.find(({ listens }) => listens.includes(4052));
      assert.deepEqual([overlong?.pid, overlong?.commandLine], [long.pid, ""]);
      const ofMaps = (sender: HeartbeatSender) =>
        sender.commands.filter((command) => command.startsWith("@netstat"));
      assert.ok(ofMaps(monitor).length > 10);
      assert.deepEqual(ofMaps(mute), []);
    });

    it("reads the map again later when somebody else has made the sender look again meanwhile", async () => {
      const requests = { enabled: true, ...QUICK, datagramsPerSecondPerIoc: 12 };
      const watched = await watch({ requests, processMaps: { minSeconds: 1 } }, servers);
      const sender = await send(2, { sp: 5099, img: "LinuxMonitor" });
      await waitFor("the fifth line", () => sender.commands.includes("@netstat 4"), 20_000);
      sender.look();
      const [first, second] = [
        await watched.next("processMap"),
        await watched.next("processMap", ({ complete }) => complete),
      ];
      assert.equal(first.complete, false);
      assert.ok(second.processes.some(({ pid }) => pid === ioc.pid));
      const beginnings = sender.commands.filter((command) => command === "@netstat 0");
      assert.equal(beginnings.length, 2);
    });
  });
});
