import assert from "node:assert/strict";
import fc from "fast-check";
import type { Host } from "../../../../plugins/web-ui/browser/api/types.js";
import {
  appsText,
  byUserGroup,
  compareByName,
  compareByUrgency,
  passes,
  STATES_BY_URGENCY,
  shortName,
  standingOf,
} from "../../../../plugins/web-ui/browser/pages/hosts/standing.js";

const AT = "2026-01-01T00:00:00.000Z";

function hostOf(fields: Partial<Host>): Host {
  return {
    host: "10.0.0.1",
    addresses: ["10.0.0.1"],
    name: "srv1",
    state: "ok",
    colour: "green",
    problems: [],
    liveness: "alive",
    description: "",
    options: {
      development: false,
      maintenance: false,
      newAppsCritical: true,
      monitorAppCount: false,
      hidden: false,
      decommissioned: false,
    },
    groups: [],
    expectedPorts: [],
    expectedApps: null,
    firstSeenAt: AT,
    lastSeenAt: AT,
    apps: [],
    servers: [],
    heartbeats: [],
    procServs: [],
    processMap: null,
    health: null,
    pendingLogs: 0,
    ...fields,
  };
}

function appOf(running: boolean): Host["apps"][number] {
  return {
    id: "0",
    host: "10.0.0.1",
    hostName: null,
    name: null,
    command: "",
    directory: "",
    commandLine: null,
    critical: "critical",
    running,
    port: null,
    pid: null,
    startedAt: null,
    firstSeenAt: AT,
    lastSeenAt: AT,
    heartbeat: false,
  };
}

const hosts = fc.array(
  fc
    .record({
      name: fc.option(fc.stringMatching(/^[a-c]{1,2}[0-9]{0,2}$/)),
      state: fc.constantFrom(...STATES_BY_URGENCY),
      pendingLogs: fc.integer({ min: 0, max: 2 }),
      groups: fc.subarray(["active", "vacuum", "power"]),
    })
    .map(hostOf),
  { maxLength: 30 },
);

describe("what the wall makes of hosts", () => {
  it("puts hosts in error first, and among equals those with something to acknowledge", () => {
    fc.assert(
      fc.property(hosts, (list) => {
        const sorted = [...list].sort(compareByUrgency);
        for (const [index, host] of sorted.entries()) {
          const next = sorted[index + 1];
          if (next === undefined) continue;
          const [a, b] = [host, next].map(({ state }) => STATES_BY_URGENCY.indexOf(state));
          assert.ok(a !== undefined && b !== undefined && a <= b);
          if (a === b && next.pendingLogs > 0) assert.ok(host.pendingLogs > 0);
        }
      }),
    );
  });

  it("takes numbers in names for numbers", () => {
    const names = ["ioc10", "ioc2", "IOC1"].map((name) => hostOf({ name }));
    assert.deepEqual(
      names.sort(compareByName).map(({ name }) => name),
      ["IOC1", "ioc2", "ioc10"],
    );
  });

  it("calls a host by its name up to the first dot, and by its address without one", () => {
    assert.equal(shortName(hostOf({ name: "srv1.example.org" })), "srv1");
    assert.equal(shortName(hostOf({ name: null })), "10.0.0.1");
    assert.equal(shortName(hostOf({ name: ".odd" })), ".odd");
  });

  it("says so when an application does not run, and how many are expected where only their number is watched", () => {
    const apps = [appOf(true), appOf(false)];
    const counting = { ...hostOf({}).options, monitorAppCount: true };
    assert.equal(appsText(hostOf({})), "no apps");
    assert.equal(appsText(hostOf({ servers: ["10.0.0.1:5064"] })), "1 server");
    assert.equal(appsText(hostOf({ apps: [appOf(true)] })), "1 app");
    assert.equal(appsText(hostOf({ apps })), "1 of 2 apps");
    assert.equal(appsText(hostOf({ apps, expectedApps: 5 })), "1 of 2 apps");
    assert.equal(appsText(hostOf({ apps, expectedApps: 5, options: counting })), "1 of 5 apps");
  });

  it("tells a host that is watched in part from one that is OK in everything by its word too", () => {
    const all = standingOf({ state: "ok", colour: "green" });
    const part = standingOf({ state: "ok", colour: "darkGreen" });
    assert.notEqual(all.text, part.text);
    assert.equal(standingOf({ state: "error", colour: "red" }).tone, "alarm");
  });

  it("finds a host by a part of its name, description or any address, in any case", () => {
    const host = hostOf({ description: "Vacuum of SR01", addresses: ["10.0.0.1", "192.168.4.7"] });
    const finds = (match: string): boolean => passes(host, { states: [], match, pending: false });
    assert.ok(finds(""));
    assert.ok(finds(" SRV "));
    assert.ok(finds("vacuum"));
    assert.ok(finds("168.4"));
    assert.ok(!finds("power"));
    assert.ok(!passes(host, { states: ["error"], match: "", pending: false }));
    assert.ok(!passes(host, { states: [], match: "", pending: true }));
  });

  it("shows each host under every group of users that it is in, and those of none at the end", () => {
    const groups = [
      { id: "active", name: "Active", fixed: true },
      { id: "power", name: "Power", fixed: false },
      { id: "vacuum", name: "Vacuum", fixed: false },
    ];
    fc.assert(
      fc.property(hosts, (list) => {
        const sections = byUserGroup(list, groups);
        for (const { hosts: members } of sections) assert.ok(members.length > 0);
        for (const host of list) {
          const own = host.groups.filter((id) => id !== "active");
          const found = sections.filter(({ hosts: members }) => members.includes(host));
          assert.deepEqual(
            new Set(found.map(({ id }) => id)),
            new Set(own.length === 0 ? [""] : own),
          );
        }
        const last = sections.findIndex(({ id }) => id === "");
        assert.ok(last === -1 || last === sections.length - 1);
      }),
    );
  });
});
