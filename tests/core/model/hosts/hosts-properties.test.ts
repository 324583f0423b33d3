/** Whatever happens to hosts, in whatever order: what always holds of them. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { formatIpv4 } from "../../../../core/model/address.js";
import { HostNames } from "../../../../core/model/hosts/host-naming.js";
import { Hosts } from "../../../../core/model/hosts/hosts.js";
import type { GroupRow, HostRow } from "../../../../core/model/row.js";
import { FIXED_GROUPS, type HostView } from "../../../../core/model/views.js";

const START = Date.UTC(2026, 0, 1);
const MAX_HOSTS = 4;
/** Of which the first two are one machine. */
const ADDRESSES = [1, 2, 3, 4, 5, 6, 7, 8].map((last) => 0x0a070000 + last);

/** Hosts without servers and applications, and what is stored of them: the newest row of each. */
class Site {
  now = START;
  readonly names = new HostNames({ hosts: [{ name: "twin", addresses: ADDRESSES.slice(0, 2) }] });
  readonly stored = new Map<string, HostRow | GroupRow>();
  readonly hosts = new Hosts(
    { maxHosts: MAX_HOSTS },
    {
      dirty: (ip) => this.#store(formatIpv4(ip), this.hosts.row(ip)),
      groupDirty: (id) => this.#store(id, this.hosts.groupRow(id)),
      healthDirty: () => undefined,
    },
    {
      now: () => this.now,
      blind: () => false,
      primaryOf: (ip) => this.names.primaryOf(ip),
      addressesOf: (ip) => this.names.addressesOf(ip),
      nameOf: (ip) => this.names.nameOf(ip),
      sortKey: (ip) => this.names.sortKey(ip),
      serversOf: () => [],
      appsOf: () => [],
      briefAppsOf: () => [],
      procServsOf: () => [],
      processMapOf: () => null,
      pendingLogs: () => 0,
    },
  );

  #store(key: string, row: HostRow | GroupRow | undefined): void {
    if (row !== undefined) this.stored.set(key, row);
  }

  views(limit = 1000): readonly HostView[] {
    const views: HostView[] = [];
    let cursor: string | undefined;
    do {
      const page = this.hosts.list({ limit, ...(cursor === undefined ? {} : { cursor }) });
      views.push(...page.items);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    return views;
  }
}

type Step = (site: Site) => void;

const address = fc.constantFrom(...ADDRESSES);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(address, fc.nat(5000)).map(
      ([ip, ms]): Step =>
        (site) => {
          site.now += ms;
          site.hosts.seen(ip, site.now);
        },
    ),
  },
  fc
    .tuple(address, fc.boolean(), fc.array(fc.integer({ min: 1, max: 65_535 }), { maxLength: 3 }))
    .map(
      ([ip, hidden, expectedPorts]): Step =>
        (site) => {
          site.hosts.set(ip, { options: { hidden }, expectedPorts });
        },
    ),
  address.map(
    (ip): Step =>
      (site) => {
        const key = formatIpv4(site.names.primaryOf(ip));
        if (site.hosts.forget(ip)) site.stored.delete(key);
      },
  ),
  fc.tuple(fc.constantFrom("A", "a", "B", "", "All"), fc.subarray(ADDRESSES)).map(
    ([name, ips]): Step =>
      (site) => {
        const own = site.hosts.groups().find((group) => !group.fixed);
        try {
          if (own === undefined) site.hosts.createGroup(name, ips.map(formatIpv4));
          else site.hosts.setGroup(own.id, { name, hosts: ips.map(formatIpv4) });
        } catch (error) {
          assert.ok(error instanceof RangeError, String(error));
        }
      },
  ),
);

function isKept({ options, expectedPorts, groups }: HostView): boolean {
  return options.hidden || expectedPorts.length > 0 || !groups.includes("unassigned");
}

describe("hosts, whatever happens,", () => {
  const run = (
    steps: readonly Step[],
    check: (site: Site, before: readonly HostView[]) => void,
  ) => {
    const site = new Site();
    for (const each of steps) {
      const before = site.views();
      each(site);
      check(site, before);
    }
  };
  const always = (check: (site: Site, before: readonly HostView[]) => void): void =>
    fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => run(steps, check)));

  it("are no more than there may be", () => {
    always((site) => assert.ok(site.hosts.size <= MAX_HOSTS));
  });

  it("stay when an operator said something of them, until they are forgotten", () => {
    always((site, before) => {
      const gone = before.filter(({ host }) => !site.views().some((view) => view.host === host));
      const kept = gone.filter(isKept);
      // One step forgets one host at most.
      assert.ok(kept.length <= 1);
      for (const { host } of kept) assert.ok(!site.stored.has(host), host);
    });
  });

  it("are in groups that say the same as they do", () => {
    always((site) => {
      const views = site.views();
      const groups = site.hosts.groups();
      assert.deepEqual(
        groups.slice(0, FIXED_GROUPS.length).map(({ id }) => id),
        FIXED_GROUPS,
      );
      for (const { id, hosts } of groups) {
        const members = views.filter((view) => view.groups.includes(id)).map(({ host }) => host);
        assert.deepEqual(hosts, members);
      }
    });
  });

  it("come in pages of any size as they come in one", () => {
    always((site) => {
      for (const size of [1, 2, 3]) assert.deepEqual(site.views(size), site.views());
    });
  });

  it("are after a restart what they were, as far as they were confirmed", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const site = new Site();
        for (const each of steps) each(site);
        const later = new Site();
        for (const row of site.stored.values()) later.hosts.restore(row);
        for (const view of site.views()) {
          const restored = later.hosts.view(ADDRESSES.find((ip) => formatIpv4(ip) === view.host)!);
          // When it was seen is stored once a minute.
          if (restored === undefined) assert.ok(!isKept(view), view.host);
          else assert.deepEqual({ ...restored, lastSeenAt: view.lastSeenAt }, view);
        }
      }),
    );
  });
});
