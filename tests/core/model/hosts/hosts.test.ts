/** Hosts with servers and applications that the test sets as it likes. */
import assert from "node:assert/strict";
import { endpointKey, formatIpv4, type Ipv4, parseIpv4 } from "../../../../core/model/address.js";
import { HostNames } from "../../../../core/model/hosts/host-naming.js";
import { Hosts, type HostsOptions } from "../../../../core/model/hosts/hosts.js";
import { CursorError } from "../../../../core/model/pages/page.js";
import {
  createServerRecord,
  type ServerRecord,
} from "../../../../core/model/servers/server-record.js";
import type { AppView, HostView, ServerState } from "../../../../core/model/views.js";

const START = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;
const [A, B, C] = ["10.7.0.1", "10.7.0.2", "10.7.0.3"].map((text) => parseIpv4(text)!) as [
  Ipv4,
  Ipv4,
  Ipv4,
];
/** The second address of host C. */
const C2 = parseIpv4("10.7.1.3")!;

class Site {
  now = START;
  blind = false;
  readonly servers = new Map<Ipv4, ServerRecord[]>();
  readonly apps = new Map<Ipv4, AppView[]>();
  readonly dirty: string[] = [];
  /** How often the applications of a host were put together. */
  appViews = 0;
  readonly names = new HostNames({ hosts: [{ name: "twin", addresses: [C, C2] }] });
  readonly hosts: Hosts;

  constructor(options: HostsOptions = {}) {
    const { names } = this;
    this.hosts = new Hosts(
      options,
      {
        dirty: (host) => this.dirty.push(formatIpv4(host)),
        groupDirty: (id) => this.dirty.push(`group ${id}`),
        healthDirty: (source) => this.dirty.push(`health ${source}`),
      },
      {
        now: () => this.now,
        blind: () => this.blind,
        primaryOf: (ip) => names.primaryOf(ip),
        addressesOf: (ip) => names.addressesOf(ip),
        nameOf: (ip) => names.nameOf(ip),
        sortKey: (ip) => names.sortKey(ip),
        serversOf: (ip) => this.servers.get(ip) ?? [],
        appsOf: (ip) => {
          this.appViews++;
          return this.apps.get(ip) ?? [];
        },
        briefAppsOf: (ip) => this.apps.get(ip) ?? [],
        procServsOf: () => [{ port: 20_000, commandLine: "procServ" }],
        processMapOf: () => ({ at: START, processes: 7, complete: true }),
        pendingLogs: (host) => (host === "10.7.0.1" ? 3 : 0),
      },
    );
  }

  /** As when a beacon of a server comes. */
  serve(ip: Ipv4, port: number, state: ServerState = "alive"): void {
    const record = createServerRecord(endpointKey(ip, port), ip, port, this.now);
    record.state = state;
    const others = (this.servers.get(ip) ?? []).filter(({ key }) => key !== record.key);
    this.servers.set(ip, [...others, record]);
    this.hosts.seen(ip, this.now);
  }

  /** Everything of an address is seen twice, so that it is no forged datagram. */
  confirm(...addresses: readonly Ipv4[]): void {
    for (const ip of addresses) this.hosts.seen(ip, this.now);
    this.now += 2_000;
    for (const ip of addresses) this.hosts.seen(ip, this.now);
  }

  run(ip: Ipv4, also: Partial<AppView> = {}): void {
    const app: AppView = {
      id: `app${this.apps.get(ip)?.length ?? 0}`,
      host: formatIpv4(ip),
      hostName: null,
      name: null,
      command: "softIoc",
      directory: "/iocs",
      commandLine: null,
      critical: "critical",
      running: true,
      port: null,
      pid: null,
      startedAt: null,
      firstSeenAt: START,
      lastSeenAt: START,
      heartbeat: false,
      ...also,
    };
    this.apps.set(ip, [...(this.apps.get(ip) ?? []), app]);
  }

  read(source: string, ip: Ipv4, values: Record<string, string | number> = {}): void {
    this.hosts.metrics({
      type: "hostMetrics",
      at: this.now,
      source,
      server: { ip, port: 5064 },
      values,
      clockOffsetSeconds: -3,
      upSeconds: 1000,
    });
  }

  view(ip: Ipv4): HostView {
    return this.hosts.view(ip)!;
  }

  shown(group?: string): readonly string[] {
    const query = group === undefined ? {} : { group };
    return this.hosts.list({ limit: 100, ...query }).items.map(({ host }) => host);
  }
}

describe("a host", () => {
  it("is there from the first sign of it, with defaults", () => {
    const site = new Site();
    assert.equal(site.hosts.view(A), undefined);
    site.serve(A, 5064);
    const view = site.view(A);
    assert.deepEqual(
      [view.host, view.addresses, view.name, view.state, view.colour, view.liveness],
      ["10.7.0.1", ["10.7.0.1"], null, "ok", "green", "alive"],
    );
    assert.deepEqual([view.firstSeenAt, view.lastSeenAt], [START, START]);
    assert.deepEqual(
      [view.description, view.expectedPorts, view.expectedApps, view.options.newAppsCritical],
      ["", [], null, true],
    );
    assert.deepEqual([view.pendingLogs, view.procServs.length, view.health], [3, 1, null]);
    assert.deepEqual(view.processMap, { at: START, processes: 7, complete: true });
    assert.equal(site.hosts.size, 1);
  });

  it("of several addresses is one, by any of them", () => {
    const site = new Site();
    site.serve(C, 5070);
    site.serve(C2, 5064);
    assert.deepEqual(site.hosts.view(C2), site.hosts.view(C));
    assert.deepEqual(site.view(C).addresses, ["10.7.0.3", "10.7.1.3"]);
    assert.deepEqual(site.view(C).servers, ["10.7.1.3:5064", "10.7.0.3:5070"]);
    assert.equal(site.hosts.size, 1);
  });

  it("shows ignored applications only while they run, and heartbeats always", () => {
    const site = new Site();
    site.run(A);
    site.run(A, { critical: "ignored", running: false, heartbeat: true });
    site.run(A, { critical: "ignored", running: true });
    site.hosts.seen(A, START);
    assert.deepEqual(
      site.view(A).apps.map(({ id }) => id),
      ["app0", "app2"],
    );
    assert.deepEqual(site.view(A).heartbeats, ["app1"]);
  });

  it("is white while pvmon is blind", () => {
    const site = new Site();
    site.serve(A, 5064);
    site.blind = true;
    assert.deepEqual([site.view(A).state, site.view(A).colour], ["unknown", "white"]);
  });

  it("that one datagram told of lasts as long as what it told of", () => {
    const site = new Site();
    site.serve(A, 5064);
    site.servers.clear();
    assert.deepEqual([site.hosts.view(A), site.hosts.size, site.shown()], [undefined, 0, []]);
    assert.deepEqual(site.dirty, []);
  });

  it("is stored when it is confirmed, and then once a minute while it is seen", () => {
    const site = new Site();
    site.hosts.seen(A, START);
    site.hosts.seen(A, START + 20);
    assert.deepEqual(site.dirty, []);
    site.hosts.seen(A, START + 2_000);
    for (let at = START + 15_000; at <= START + 10 * MINUTE_MS; at += 15_000)
      site.hosts.seen(A, at);
    assert.ok(site.dirty.length >= 8 && site.dirty.length <= 11, String(site.dirty.length));
    assert.equal(site.hosts.row(A)?.lastSeenAt, START + 10 * MINUTE_MS);
  });

  it("is not seen later because of a packet that comes late", () => {
    const site = new Site();
    site.confirm(A);
    site.hosts.seen(A, START + 500);
    assert.equal(site.view(A).lastSeenAt, START + 2_000);
  });

  it("that is forgotten comes back with defaults", () => {
    const site = new Site();
    site.confirm(A, B);
    site.hosts.set(A, { description: "vacuum", options: { hidden: true } });
    const { id } = site.hosts.createGroup("Vacuum", ["10.7.0.1", "10.7.0.2"]);
    assert.equal(site.hosts.forget(A), true);
    assert.equal(site.hosts.forget(A), false);
    assert.deepEqual(site.hosts.group(id)?.hosts, ["10.7.0.2"]);
    assert.equal(site.dirty.at(-1), `group ${id}`);
    site.serve(A, 5064);
    assert.deepEqual([site.view(A).description, site.view(A).options.hidden], ["", false]);
    assert.deepEqual(site.view(A).groups, ["active", "all", "unassigned"]);
  });
});

describe("what operators say of a host", () => {
  it("changes what they name and leaves the rest", () => {
    const site = new Site();
    site.serve(A, 5064);
    assert.equal(
      site.hosts.set(A, { description: "vacuum", expectedPorts: [5070, 5064, 5070] }),
      true,
    );
    assert.equal(site.hosts.set(A, { options: { development: true }, expectedApps: 4 }), true);
    assert.equal(site.hosts.set(A, { options: { newAppsCritical: false } }), true);
    const { description, expectedPorts, expectedApps, options, state } = site.view(A);
    assert.deepEqual(
      [description, expectedPorts, expectedApps, state],
      ["vacuum", [5064, 5070], 4, "development"],
    );
    assert.deepEqual(
      [options.development, options.newAppsCritical, options.hidden],
      [true, false, false],
    );
    assert.deepEqual([site.hosts.newAppsCritical(A), site.hosts.newAppsCritical(B)], [false, true]);
    assert.deepEqual(site.dirty, ["10.7.0.1", "10.7.0.1", "10.7.0.1"]);
    site.hosts.set(A, { expectedApps: null });
    assert.equal(site.view(A).expectedApps, null);
  });

  it("is refused where it cannot be, and nothing is changed then", () => {
    const site = new Site();
    site.serve(A, 5064);
    const changes = [
      { description: "x", expectedPorts: [0] },
      { expectedPorts: [65_536] },
      { expectedPorts: [5064.5] },
      { expectedPorts: Array.from({ length: 1001 }, (_, i) => i + 1) },
      { expectedApps: -1 },
      { expectedApps: Number.NaN },
      { description: "x".repeat(10_001) },
    ];
    for (const change of changes) assert.throws(() => site.hosts.set(A, change), RangeError);
    assert.equal(site.view(A).description, "");
    assert.deepEqual(site.dirty, []);
    assert.equal(site.hosts.set(B, { description: "x" }), false);
  });

  it("keeps the host, whatever was seen of it", () => {
    const site = new Site();
    site.serve(A, 5064);
    site.hosts.set(A, { expectedPorts: [5064] });
    site.servers.clear();
    assert.deepEqual(site.view(A).problems, ["nothing serves port 5064"]);
    assert.equal(site.view(A).colour, "red");
  });

  it("of a port is over once the port is an application's", () => {
    const site = new Site();
    site.serve(C2, 5064);
    site.hosts.set(C, { expectedPorts: [5064, 5070] });
    assert.equal(site.hosts.identified(C2, 5064), true);
    assert.equal(site.hosts.identified(C2, 5064), false);
    assert.equal(site.hosts.identified(A, 5064), false);
    assert.deepEqual(site.view(C).expectedPorts, [5070]);
    assert.deepEqual(site.dirty, ["10.7.0.3", "10.7.0.3"]);
  });

  it("and when the host was seen survives a restart", () => {
    const site = new Site();
    site.confirm(A, B);
    site.hosts.set(A, {
      description: "vacuum",
      options: { maintenance: true },
      expectedPorts: [5064],
      expectedApps: 2,
    });
    const { id } = site.hosts.createGroup("Vacuum", ["10.7.0.1"]);
    site.read("ioc1", A, { LOAD: 0.5 });
    const later = new Site();
    later.now = site.now;
    // Groups and health may come before the hosts in them.
    later.hosts.restore(site.hosts.groupRow(id)!);
    later.hosts.restore(site.hosts.healthRow("ioc1")!);
    later.hosts.restore(site.hosts.row(A)!);
    later.hosts.restore(site.hosts.row(B)!);
    assert.deepEqual(later.hosts.view(A), site.hosts.view(A));
    assert.deepEqual(later.hosts.view(B), site.hosts.view(B));
    assert.deepEqual(later.hosts.groups(), site.hosts.groups());
    assert.deepEqual(later.dirty, []);
  });

  it("is left out of a stored row as far as it makes no sense", () => {
    const site = new Site();
    const { hosts } = site;
    const row = {
      kind: "host" as const,
      host: "10.7.0.1",
      firstSeenAt: START,
      lastSeenAt: START,
      description: "vacuum",
      options: { hidden: "yes" } as never,
      expectedPorts: [5064, -1],
      expectedApps: -7,
    };
    for (const wrong of [{ host: "ioc1" }, { firstSeenAt: Number.NaN }]) {
      hosts.restore({ ...row, ...wrong });
    }
    assert.equal(hosts.size, 0);
    hosts.restore(row);
    const view = site.view(A);
    assert.deepEqual(
      [view.description, view.expectedPorts, view.expectedApps, view.options.hidden],
      ["vacuum", [5064], null, false],
    );
  });

  it("of two addresses comes together when they have become one machine", () => {
    const row = (host: string, description: string, at: number) =>
      ({
        kind: "host",
        host,
        firstSeenAt: at,
        lastSeenAt: at + 1,
        description,
        options: {} as never,
        expectedPorts: [],
        expectedApps: null,
      }) as const;
    const rows = [row("10.7.0.3", "", START + 5), row("10.7.1.3", "second", START)];
    for (const order of [rows, rows.toReversed()]) {
      const site = new Site();
      for (const each of order) site.hosts.restore(each);
      const { description, firstSeenAt, lastSeenAt } = site.view(C);
      assert.deepEqual([description, firstSeenAt, lastSeenAt], ["second", START, START + 6]);
    }
  });
});

describe("the table of hosts", () => {
  it("gives up the oldest of those that nothing confirmed, and never one that an operator set", () => {
    const site = new Site({ maxHosts: 3 });
    site.serve(A, 5064);
    site.hosts.set(A, { description: "vacuum" });
    site.serve(B, 5064);
    site.serve(C, 5064);
    for (let forged = 0; forged < 1000; forged++) {
      site.now += 10;
      site.serve(0x0b000000 + forged, 5064);
    }
    assert.equal(site.hosts.size, 3);
    assert.deepEqual(site.shown(), ["10.7.0.1", "11.0.3.230", "11.0.3.231"]);
  });

  it("gives up hosts that were barely seen and run nothing, then takes no more", () => {
    const site = new Site({ maxHosts: 3 });
    site.confirm(A, B, C);
    site.serve(C, 5064);
    site.hosts.createGroup("Vacuum", ["10.7.0.1"]);
    site.now += MINUTE_MS;
    const next = parseIpv4("10.7.0.9")!;
    site.confirm(next);
    assert.deepEqual(
      site.shown(),
      ["twin", "10.7.0.1", "10.7.0.9"].map((host) => (host === "twin" ? "10.7.0.3" : host)),
    );
    for (let at = 0; at <= 11; at++) {
      site.now += MINUTE_MS;
      site.hosts.seen(next, site.now);
    }
    site.serve(B, 5064);
    assert.equal(site.hosts.view(B), undefined);
  });

  it("takes back all that operators set, and no more of the others than it may", () => {
    const before = new Site();
    for (let ip = A; ip < A + 10; ip++) before.confirm(ip);
    for (let ip = A + 5; ip < A + 10; ip++) before.hosts.set(ip, { description: "mine" });
    const site = new Site({ maxHosts: 3 });
    for (let ip = A; ip < A + 10; ip++) site.hosts.restore(before.hosts.row(ip)!);
    const shown = site.hosts.list({ limit: 100 }).items;
    assert.equal(shown.filter(({ description }) => description === "mine").length, 5);
    assert.ok(shown.length <= 3 + 5);
  });
});

describe("lists of hosts", () => {
  it("are by name, numbers by their value, hosts without a name last", () => {
    const site = new Site();
    site.confirm(A, B, C, 0x0a07000a);
    site.names.fold({ type: "hostName", at: START, host: A, name: "ioc10" });
    site.names.fold({ type: "hostName", at: START, host: B, name: "IOC9" });
    assert.deepEqual(site.shown(), ["10.7.0.2", "10.7.0.1", "10.7.0.3", "10.7.0.10"]);
  });

  it("come in pages whose cursors stay good while hosts come, go and are renamed", () => {
    const site = new Site();
    for (let ip = A; ip < A + 10; ip++) site.confirm(ip);
    const first = site.hosts.list({ limit: 4 });
    assert.deepEqual([first.items.length, first.total], [4, 10]);
    site.hosts.forget(parseIpv4(first.items.at(-1)!.host)!);
    const second = site.hosts.list({ limit: 4, cursor: first.next! });
    const third = site.hosts.list({ limit: 4, cursor: second.next! });
    const all = [first, second, third].flatMap(({ items }) => items.map(({ host }) => host));
    assert.deepEqual([all.length, new Set(all).size, third.next], [10, 10, null]);
    for (const cursor of ["", "[]", "7", '["a"]', '["a",1]']) {
      assert.throws(() => site.hosts.list({ limit: 4, cursor }), CursorError);
    }
  });

  it("of a group have its hosts, and none where there is no such group", () => {
    const site = new Site();
    site.confirm(A, B);
    const { id } = site.hosts.createGroup("Vacuum", ["10.7.0.2"]);
    assert.deepEqual(site.shown(id), ["10.7.0.2"]);
    assert.deepEqual(site.shown("unassigned"), ["10.7.0.1"]);
    assert.deepEqual(site.shown("nothing"), []);
  });
});

describe("groups", () => {
  it("are there in a fresh inventory: the fixed ones", () => {
    const site = new Site();
    assert.deepEqual(
      site.hosts.groups().map(({ id, name, fixed, hosts }) => [id, name, fixed, hosts.length]),
      [
        ["active", "Active", true, 0],
        ["all", "All", true, 0],
        ["unassigned", "Unassigned", true, 0],
        ["maintenance", "Maintenance", true, 0],
        ["development", "Development", true, 0],
        ["decommissioned", "Decommissioned", true, 0],
        ["hidden", "Hidden", true, 0],
      ],
    );
  });

  it("that are fixed follow from options and state", () => {
    const site = new Site();
    site.serve(A, 5064);
    site.serve(B, 5064, "lost");
    site.serve(C, 5064);
    site.confirm(A, B, C);
    const members = (id: string) => site.hosts.group(id)!.hosts;
    assert.deepEqual(members("all"), ["10.7.0.3", "10.7.0.1", "10.7.0.2"]);
    assert.deepEqual(members("active"), ["10.7.0.3", "10.7.0.1"]);
    site.run(B);
    assert.deepEqual(members("active"), ["10.7.0.3", "10.7.0.1", "10.7.0.2"]);
    for (const option of ["maintenance", "development", "decommissioned", "hidden"] as const) {
      site.hosts.set(A, { options: { [option]: true } });
      assert.deepEqual(members(option), ["10.7.0.1"]);
      const leaves = option === "decommissioned" || option === "hidden";
      assert.equal(members("active").includes("10.7.0.1"), !leaves, option);
      assert.ok(site.view(A).groups.includes(option));
      site.hosts.set(A, { options: { [option]: false } });
      assert.deepEqual(members(option), []);
    }
    assert.deepEqual(
      site.hosts.groups().map(({ id, hosts }) => [id, hosts]),
      site.hosts.groups().map(({ id }) => [id, members(id)]),
    );
  });

  it("of users take hosts by any of their addresses", () => {
    const site = new Site();
    site.confirm(A, B, C);
    const group = site.hosts.createGroup("  Vacuum  Pumps ", ["10.7.1.3", "10.7.0.1", "10.7.0.3"]);
    assert.deepEqual(group, {
      id: "vacuum-pumps",
      name: "Vacuum  Pumps",
      fixed: false,
      hosts: ["10.7.0.3", "10.7.0.1"],
    });
    assert.deepEqual(site.view(A).groups, ["all", "vacuum-pumps"]);
    assert.deepEqual(site.hosts.setGroup("vacuum-pumps", { hosts: ["10.7.0.2"] })?.hosts, [
      "10.7.0.2",
    ]);
    assert.deepEqual(site.view(A).groups, ["all", "unassigned"]);
    assert.deepEqual(site.dirty.slice(-2), ["group vacuum-pumps", "group vacuum-pumps"]);
    assert.deepEqual(site.hosts.groupRow("vacuum-pumps")?.hosts, ["10.7.0.2"]);
  });

  it("of users keep their ids when they are renamed, and come by name", () => {
    const site = new Site();
    site.hosts.createGroup("b 10", []);
    site.hosts.createGroup("b 9", []);
    assert.equal(site.hosts.setGroup("b-9", { name: "A" })?.id, "b-9");
    const own = site.hosts.groups().filter(({ fixed }) => !fixed);
    assert.deepEqual(
      own.map(({ id, name }) => [id, name]),
      [
        ["b-9", "A"],
        ["b-10", "b 10"],
      ],
    );
  });

  it("and the question who is in them put no applications together", () => {
    const site = new Site();
    site.serve(A, 5064);
    site.run(B, { running: false });
    site.confirm(A, B);
    site.appViews = 0;
    assert.deepEqual(site.hosts.group("active")?.hosts, ["10.7.0.1", "10.7.0.2"]);
    assert.equal(site.hosts.groups()[0]?.hosts.length, 2);
    assert.equal(site.appViews, 0);
    assert.equal(site.hosts.list({ limit: 1, group: "active" }).items.length, 1);
    assert.equal(site.appViews, 1);
  });

  it("of users have ids that no other group has", () => {
    const site = new Site();
    const idOf = (name: string) => site.hosts.createGroup(name, []).id;
    assert.deepEqual(["Süd!", "süd?", "all.", "группа", "日本", "x".repeat(100)].map(idOf), [
      "sud",
      "sud-2",
      "all-2",
      "group",
      "group-2",
      "x".repeat(40),
    ]);
  });

  it("of users refuse names that are empty, too long or taken, and hosts that are not there", () => {
    const site = new Site();
    site.hosts.createGroup("Vacuum", []);
    site.hosts.createGroup("Radio", []);
    for (const [name, why] of [
      ["  ", /needs a name/],
      ["x".repeat(101), /at most 100 characters/],
      [" VACUUM ", /there is a group "Vacuum" already/],
      ["active", /there is a group "Active" already/],
    ] as const) {
      assert.throws(() => site.hosts.createGroup(name, []), { name: "RangeError", message: why });
      assert.throws(() => site.hosts.setGroup("radio", { name }), RangeError);
    }
    assert.throws(() => site.hosts.createGroup("X", ["10.7.0.1"]), /no host "10.7.0.1"/);
    assert.throws(
      () => site.hosts.setGroup("radio", { name: "X", hosts: ["ioc1"] }),
      /no host "ioc1"/,
    );
    assert.equal(site.hosts.setGroup("radio", { name: "RADIO" })?.name, "RADIO");
    assert.equal(site.hosts.groups().length, 7 + 2);
  });

  it("that are fixed can be neither changed nor deleted", () => {
    const site = new Site();
    assert.throws(() => site.hosts.setGroup("active", { name: "X" }), RangeError);
    assert.throws(() => site.hosts.deleteGroup("hidden"), RangeError);
    assert.equal(site.hosts.setGroup("nothing", { name: "X" }), undefined);
    assert.equal(site.hosts.deleteGroup("nothing"), false);
  });

  it("of users that are deleted are gone", () => {
    const site = new Site();
    const { id } = site.hosts.createGroup("Vacuum", []);
    assert.equal(site.hosts.deleteGroup(id), true);
    assert.deepEqual([site.hosts.group(id), site.hosts.groupRow(id)], [undefined, undefined]);
  });

  it("are not unlimited", () => {
    const site = new Site();
    for (let i = 0; i < 1000; i++) site.hosts.createGroup(`g${i}`, []);
    assert.throws(() => site.hosts.createGroup("one more", []), /1000 groups already/);
  });

  it("leave out stored rows that make no sense", () => {
    const site = new Site();
    site.confirm(A);
    const row = { kind: "group" as const, group: "g", name: "G", hosts: ["10.7.0.1", "x"] };
    for (const wrong of [{ group: "all" }, { group: "" }, { name: " " }, { hosts: 7 as never }]) {
      site.hosts.restore({ ...row, ...wrong });
    }
    assert.equal(site.hosts.groups().length, 7);
    site.hosts.restore(row);
    assert.deepEqual(site.hosts.group("g")?.hosts, ["10.7.0.1"]);
  });
});

describe("the health of hosts", () => {
  it("is what was read last, and part of the host", () => {
    const site = new Site();
    site.read("twin", C2, { LOAD15MIN: 0.3 });
    site.now += 10_000;
    site.read("twin", C2, { LOAD15MIN: 0.4, MACHINE: "x86_64" });
    site.now += 5_500;
    const expected = {
      source: "twin",
      host: "10.7.0.3",
      hostName: "twin",
      at: START + 10_000,
      lost: false,
      clockOffsetSeconds: -3,
      upSeconds: 1005,
      values: { LOAD15MIN: 0.4, MACHINE: "x86_64" },
    };
    assert.deepEqual(site.hosts.listHealth({ limit: 10 }), {
      items: [expected],
      total: 1,
      next: null,
    });
    assert.deepEqual(site.view(C).health, expected);
    assert.deepEqual(site.view(C).state, "ok");
  });

  it("is lost half an hour after the last reading, and its up time stands still", () => {
    const site = new Site();
    site.read("a", A);
    site.now += 30 * MINUTE_MS;
    assert.deepEqual(
      site.hosts.listHealth({ limit: 1 }).items.map(({ lost, upSeconds }) => [lost, upSeconds]),
      [[false, 1000 + 1800]],
    );
    site.now += 1;
    site.read("b", B);
    assert.deepEqual(
      site.hosts
        .listHealth({ limit: 1, lost: true })
        .items.map(({ source, upSeconds }) => [source, upSeconds]),
      [["a", 1000]],
    );
    assert.deepEqual(site.hosts.listHealth({ limit: 1, lost: false }).items[0]?.source, "b");
  });

  it("is by name, in pages", () => {
    const site = new Site();
    for (const source of ["ioc10", "ioc9", "IOC1"]) site.read(source, A);
    const first = site.hosts.listHealth({ limit: 2 });
    const second = site.hosts.listHealth({ limit: 2, cursor: first.next! });
    assert.deepEqual(
      [...first.items, ...second.items].map(({ source }) => source),
      ["IOC1", "ioc9", "ioc10"],
    );
    assert.equal(second.next, null);
  });

  it("is stored once a minute, with the latest values", () => {
    const site = new Site();
    for (let i = 0; i < 30; i++) {
      site.read("a", A, { i });
      site.now += 10_000;
    }
    assert.equal(site.dirty.filter((what) => what === "health a").length, 5);
    assert.deepEqual(site.hosts.healthRow("a"), {
      kind: "metrics",
      source: "a",
      host: "10.7.0.1",
      at: START + 290_000,
      values: { i: 29 },
      clockOffsetSeconds: -3,
      upSeconds: 1000,
    });
  });

  it("of a source can be forgotten", () => {
    const site = new Site();
    site.read("a", A);
    assert.deepEqual(site.hosts.healthSources(A), ["a"]);
    assert.equal(site.hosts.forgetHealth("a"), true);
    assert.equal(site.hosts.forgetHealth("a"), false);
    assert.deepEqual([site.hosts.healthRow("a"), site.hosts.healthSources(A)], [undefined, []]);
  });

  it("with too much in it is left out", () => {
    const site = new Site();
    site.read("", A);
    site.read("x".repeat(201), A);
    site.read("a", A, { LOAD: Number.NaN });
    site.read("a", A, { LOAD: "x".repeat(201) });
    site.read("a", A, Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`v${i}`, i])));
    assert.equal(site.hosts.listHealth({ limit: 10 }).total, 0);
  });

  it("of too many sources makes room only where it is lost", () => {
    const site = new Site({ maxHosts: 2 });
    site.read("a", A);
    site.read("b", B);
    site.read("c", C);
    const sources = () => site.hosts.listHealth({ limit: 10 }).items.map(({ source }) => source);
    assert.deepEqual(sources(), ["a", "b"]);
    site.now += 29 * MINUTE_MS;
    site.read("a", A);
    site.now += 2 * MINUTE_MS;
    site.read("c", C);
    assert.deepEqual(sources(), ["a", "c"]);
  });
});
