import assert from "node:assert/strict";
import { planLaboratory, type SitePlan, startupIndexOf } from "pvmon/testkit";
import { healthValue, SUFFIXES } from "../../../core/testkit/site/health-values.js";
import { RENAMED } from "../../../core/testkit/site/laboratory-clients.js";
import { ALL } from "../../../plugins/linux-monitor/suffixes.js";

function repeated(items: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return items.filter((item) => seen.has(item) || !seen.add(item));
}

describe("a simulated laboratory", () => {
  const plan: SitePlan = planLaboratory();

  it("is the same for the same seed, and another for another", () => {
    assert.deepEqual(planLaboratory({ seed: 7 }), planLaboratory({ seed: 7 }));
    assert.notDeepEqual(planLaboratory({ seed: 7 }), planLaboratory({ seed: 8 }));
  });

  it("is a small site: some forty hosts, a hundred servers, twenty thousand PVs", () => {
    const pvs = plan.iocs.reduce((sum, { names }) => sum + names.length, 0);
    assert.ok(plan.hosts.length >= 35 && plan.hosts.length <= 50, `${plan.hosts.length} hosts`);
    assert.ok(plan.iocs.length >= 90 && plan.iocs.length <= 130, `${plan.iocs.length} servers`);
    assert.ok(pvs >= 18_000 && pvs <= 25_000, `${pvs} PVs`);
    assert.ok(plan.clients.length >= 30, `${plan.clients.length} clients`);
  });

  it("stays on loopback, and has nothing twice that has to be its own", () => {
    const { iocs, apps, clients, hosts } = plan;
    const addresses = [...iocs, ...apps, ...clients, ...hosts].map(({ address }) => address);
    assert.deepEqual(
      addresses.filter((address) => !/^127(\.\d{1,3}){3}$/.test(address)),
      [],
    );
    assert.deepEqual(repeated(iocs.map(({ address, port = 0 }) => `${address}:${port}`)), []);
    assert.deepEqual(repeated(iocs.map(({ label = "" }) => label)), []);
    assert.deepEqual(repeated(apps.map(({ label }) => label)), []);
    assert.deepEqual(repeated(clients.map(({ address }) => address)), []);
    assert.deepEqual(repeated(clients.map(({ name = "" }) => name)), []);
    assert.deepEqual(repeated(hosts.map(({ name }) => name)), []);
  });

  it("has only those names on two servers that it says, and clients that ask for them", () => {
    const { iocs, clients, duplicates } = plan;
    assert.ok(duplicates.length > 0);
    assert.deepEqual(new Set(repeated(iocs.flatMap(({ names }) => names))), new Set(duplicates));
    for (const name of duplicates) assert.ok(clients.some(({ names }) => names.includes(name)));
  });

  it("has clients that ask for names that nobody serves, and one such name that many ask for", () => {
    const { iocs, clients, absent } = plan;
    const served = new Set(iocs.flatMap(({ names }) => names));
    assert.deepEqual(
      absent.filter((name) => served.has(name)),
      [],
    );
    assert.ok(absent.some((name) => name.startsWith("$(P)")));
    assert.ok(absent.includes(RENAMED));
    assert.ok(clients.filter(({ names }) => names.includes(RENAMED)).length >= 10);
  });

  it("has a monitor's every PV, among them a clock that is off and a memory that is nearly full", () => {
    assert.deepEqual([...SUFFIXES].sort(), [...ALL].sort());
    const monitored = plan.iocs.flatMap(({ health }) => health ?? []);
    assert.equal(monitored.length, 10);
    assert.ok(monitored.some(({ clockOffsetSeconds }) => clockOffsetSeconds > 120));
    assert.ok(monitored.some(({ memoryFreePercent }) => memoryFreePercent < 5));
    const now = Date.UTC(2026, 0, 2, 3, 4, 5);
    const health = {
      host: "srv1",
      clockOffsetSeconds: 60,
      memoryFreePercent: 50,
      upSeconds: 3 * 86_400 + 3600,
    };
    assert.equal(healthValue(health, "srv1:TIME", now), "Fri Jan 02 03:05:05");
    assert.equal(healthValue(health, "srv1:UPTIME", now), "3 days, 01:00");
    assert.equal(healthValue(health, "srv1:BOOTTIME", now), now / 1000 - health.upSeconds);
    assert.equal(healthValue(health, "srv1:NOTHING", now), undefined);
  });

  it("has an index of start-up files that leads from every PV of an application to files", () => {
    const { PVS, DATA } = startupIndexOf(plan);
    const [name = ""] = plan.duplicates;
    const paths = (PVS[name] ?? []).map((id) => DATA[id]);
    assert.deepEqual(paths.sort(), [
      "/iocs/bl07-det/db/records.substitutions",
      "/iocs/bl07-det/iocBoot/st.cmd",
      "/iocs/test02-det/db/records.substitutions",
      "/iocs/test02-det/iocBoot/st.cmd",
    ]);
    for (const { names } of plan.apps) for (const one of names) assert.ok(PVS[one] !== undefined);
  });
});
