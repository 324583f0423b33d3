/** `pvmon doctor` on machines where something is wrong: ports, interfaces, folders, rights, buffers, the database server. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Host,
  Mariadb,
  Network,
  type Program,
  startRepeater,
  unprivileged,
} from "../peers/index.js";
import { ip } from "../peers/ip.js";
import { MAIN, PvmonProcess } from "./pvmon-process.js";

/** What programs send, and not the kernel of a new network by itself. */
const ASKING = "udp or tcp or arp";

interface Found {
  readonly of: string;
  readonly subject: string;
  readonly state: string;
  readonly saw: string;
  readonly todo?: string;
}

describe("pvmon doctor", function () {
  this.timeout(120_000);
  let folder: string;
  let network: Network;
  let host: Host;
  let program: Program | undefined;

  before(() => {
    network = Network.create({ hosts: 2 });
    host = network.host(1);
  });
  after(() => network?.removeNow());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-doctor-"));
    // For those who are not root.
    chmodSync(folder, 0o755);
  });
  afterEach(async () => {
    program?.kill();
    program = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  async function doctor(site: string, before: readonly string[] = []): Promise<readonly Found[]> {
    const path = site.includes("\n") ? join(folder, "site.yml") : site;
    if (site.includes("\n")) writeFileSync(path, site);
    const command = [...before, process.execPath, MAIN, "doctor", "--json", "--config", path];
    const { lines, errors } = await host.spawn(command).end(60_000);
    assert.ok(lines.length > 0, errors.join("\n"));
    return JSON.parse(lines.join("\n"));
  }
  const about = (all: readonly Found[], subject: string): Found => {
    const found = all.find((one) => one.subject === subject);
    assert.ok(found, `nothing about ${subject}: ${JSON.stringify(all, null, 1)}`);
    return found;
  };
  const sniffer = (config: string): string =>
    `detectors: [{ use: ca-sniffer, config: ${config} }]\n`;

  it("finds nothing wrong where all is well, and sends nothing", async () => {
    const [wire, loopback] = [await host.capture(ASKING), await host.capture(ASKING, "lo")];
    const all = await doctor(`stores: [{ use: sqlite-store }]
detectors: [{ use: ca-sniffer, config: { interfaces: [eth0] } }, { use: ioc-heartbeat }]
outputs: [{ use: http-api }]
`);
    assert.deepEqual(
      all.filter(({ state }) => state === "failed"),
      [],
    );
    assert.equal(about(all, "interface eth0").saw, `${host.address}/24`);
    assert.equal(about(all, `UDP ${host.broadcast}:5064`).saw, "free");
    assert.equal((await wire.stop()).packets, 0);
    assert.equal((await loopback.stop()).packets, 0);
  });

  it("tells a repeater that keeps the beacon port from a program that keeps the search port", async () => {
    program = host.spawn(["python3", "-uc", HOLDING, "5064", "5065"]);
    await program.line(/held/, 10_000);
    const all = await doctor(sniffer("{ interfaces: [eth0] }"));
    const search = about(all, `UDP ${host.broadcast}:5064`);
    assert.equal(search.state, "failed");
    assert.match(search.saw, new RegExp(`^held by \\S*python3\\S* \\(process ${program.pid}\\)`));
    const beacons = about(all, `UDP ${host.broadcast}:5065`);
    assert.equal(beacons.state, "warning");
    assert.match(beacons.saw, /if it is a CA repeater, beacons come through it/);
  });

  it("takes a repeater that shares its port for no obstacle", async () => {
    program = await startRepeater(host);
    const beacons = about(
      await doctor(sniffer("{ interfaces: [eth0] }")),
      `UDP ${host.broadcast}:5065`,
    );
    assert.ok(beacons.state !== "failed", JSON.stringify(beacons));
    assert.match(beacons.saw, /ca_repeater/);
  });

  it("says that an interface is missing or down, and that buffers are small", async () => {
    ip("-n", host.name, "link", "add", "eth5", "type", "veth", "peer", "name", "eth6");
    const options = "{ interfaces: [eth5, eth9], sockets: { receiveBufferBytes: 1073741824 } }";
    const all = await doctor(sniffer(options));
    assert.match(about(all, "interface eth9").saw, /not there; there are .*eth5/);
    const down = about(all, "interface eth5");
    assert.deepEqual([down.state, /down or has no IPv4/.test(down.saw)], ["failed", true]);
    const buffers = about(all, "receive buffers");
    assert.equal(buffers.state, "warning");
    assert.match(buffers.todo ?? "", /net\.core\.rmem_max=1073741824/);
  });

  it("says what an unprivileged user may not: write to a folder, capture", async () => {
    mkdirSync(join(folder, "root"), { mode: 0o555 });
    const site = `spool: { folder: ${folder}/root/spool }
stores: [{ use: sqlite-store, config: { path: ${folder}/root/pvmon.sqlite } }]
${sniffer("{ source: capture, interfaces: [eth0] }")}`;
    const all = await doctor(site, unprivileged());
    const store = all.find(({ of, subject }) => of === "sqlite-store" && subject === "folder");
    assert.deepEqual([store?.state, /may not write/.test(store?.saw ?? "")], ["failed", true]);
    assert.match(store?.todo ?? "", /^sudo install --directory --owner=\S+ --mode=750/);
    assert.match(
      about(all, "right to capture").todo ?? "",
      /setcap cap_net_raw|AmbientCapabilities/,
    );
    chmodSync(join(folder, "root"), 0o777);
    const right = await doctor(site, unprivileged("net_raw"));
    assert.deepEqual(
      right.filter(({ state }) => state === "failed"),
      [],
    );
    assert.match(about(right, "right to capture").saw, /ambient capability/);
  });

  it("says that a folder is read-only, and that a disk is full", async () => {
    for (const [options, saw] of [
      ["ro,size=4m", /is read-only/],
      ["size=4m", /only 0\.0 GB free/],
    ] as const) {
      execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder]);
      try {
        const path = join(tmpdir(), `doctor-${process.pid}.yml`);
        writeFileSync(
          path,
          `stores: [{ use: sqlite-store, config: { path: ${folder}/x.sqlite } }]\n`,
        );
        const all = await doctor(path).finally(() => rmSync(path));
        const found = all.find(({ of }) => of === "sqlite-store");
        assert.match(found?.saw ?? "", saw);
        assert.notEqual(found?.todo, undefined);
      } finally {
        execFileSync("umount", [folder]);
      }
    }
  });

  it("knows the site that runs already, and says who else has its ports", async () => {
    const pvmon = new PvmonProcess(
      host,
      `stores: [{ use: sqlite-store, config: { path: PATH/x.sqlite } }]
detectors: [{ use: ca-sniffer, config: { interfaces: [eth0] } }]
outputs: [{ use: http-api }]
`,
    );
    try {
      await pvmon.start();
      const own = await doctor(pvmon.site);
      assert.deepEqual(
        own.filter(({ state }) => state === "failed"),
        [],
      );
      assert.match(about(own, "TCP 127.0.0.1:5073").saw, /^this site has it, process \d+$/);
      const other = await doctor("outputs: [{ use: http-api }]\n");
      assert.match(
        about(other, "TCP 127.0.0.1:5073").saw,
        /^held by \S*node \S*main\.js \(process \d+\)/,
      );
    } finally {
      pvmon.remove();
    }
  });

  it("knows a site that runs with a right that whoever asks has not, and closes its descriptors to them", async () => {
    const site = join(folder, "site.yml");
    writeFileSync(
      site,
      `detectors: [{ use: ca-sniffer, config: { source: capture, interfaces: [eth0] } }]
outputs: [{ use: http-api }]
spool: { folder: ${tmpdir()}/spool }
`,
    );
    program = host.spawn([...unprivileged("net_raw"), process.execPath, MAIN, "--config", site]);
    await program.line(/pvmon watches/, 30_000);
    const all = await doctor(site, unprivileged());
    const failed = all.filter(({ state }) => state === "failed");
    assert.deepEqual(failed, []);
    assert.match(about(all, "right to capture").saw, /process \d+, which runs this site/);
    assert.match(about(all, "TCP 127.0.0.1:5073").saw, /^this site has it/);
  });

  it("says what is wrong with the database server", async () => {
    const server = await Mariadb.create({ arguments: ["--max-allowed-packet=1M"] });
    // The server is reached by its socket from everywhere on this machine.
    const store = (user: string, password: string): string =>
      `stores: [{ use: mariadb-store, config: { socket: ${server.socket}, user: ${user}, password: ${password} } }]\n`;
    try {
      await server.query("CREATE USER pvmon@localhost IDENTIFIED BY 'right-one'");
      const wrong = about(await doctor(store("pvmon", "wrong-one")), "server");
      assert.match(wrong.saw, /refuses the user or the password/);
      assert.match(wrong.todo ?? "", /CREATE USER 'pvmon'/);
      const poor = await doctor(store("pvmon", "right-one"));
      assert.match(
        about(poor, "privileges").todo ?? "",
        /GRANT ALL ON `pvmon`\.\* TO 'pvmon'@'localhost'/,
      );
      assert.equal(about(poor, "max_allowed_packet").state, "warning");
      await server.query("GRANT ALL ON `pvmon`.* TO pvmon@localhost");
      const rich = await doctor(store("pvmon", "right-one"));
      assert.deepEqual(
        rich.filter(({ state }) => state === "failed"),
        [],
      );
      assert.equal(about(rich, "database").saw, "pvmon will be made");
      assert.ok(!JSON.stringify([wrong, poor, rich]).includes("right-one"));
      await server.stop();
      const gone = about(await doctor(store("pvmon", "right-one")), "server");
      assert.match(gone.saw, /cannot be reached/);
      assert.match(gone.todo ?? "", /mariadb-admin ping --socket=/);
    } finally {
      await server.remove();
    }
  });
});

/** Keeps UDP ports to itself. */
const HOLDING = `
import socket, sys, time
held = []
for port in sys.argv[1:]:
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.bind(("", int(port)))
    held.append(one)
print("held")
time.sleep(600)
`;
