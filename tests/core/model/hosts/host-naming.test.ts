import assert from "node:assert/strict";
import { HostNames } from "../../../../core/model/hosts/host-naming.js";
import { sortKeyOf } from "../../../../core/model/pages/text-order.js";

const AT = Date.UTC(2026, 0, 1);
const [A, B, C] = [0x0a070001, 0x0a070101, 0x0a070002] as const;

function named(names: HostNames, host: number, name: string | null): void {
  names.fold({ type: "hostName", at: AT, host, name });
}

describe("names of hosts", () => {
  it("are what name servers say last", () => {
    const names = new HostNames({});
    assert.equal(names.nameOf(A), null);
    named(names, A, "ioc1");
    named(names, A, "ioc2");
    assert.equal(names.nameOf(A), "ioc2");
    named(names, A, null);
    assert.equal(names.nameOf(A), null);
  });

  it("are what the site file says, whatever name servers say", () => {
    const names = new HostNames({ hosts: [{ name: "vac", addresses: [A, B] }] });
    named(names, B, "other");
    named(names, A, null);
    assert.deepEqual(
      [A, B, C].map((ip) => names.nameOf(ip)),
      ["vac", "vac", null],
    );
  });

  it("the first of several addresses stands for the host, and comes first", () => {
    const names = new HostNames({ hosts: [{ name: "vac", addresses: [B, A] }] });
    assert.deepEqual(
      [A, B, C].map((ip) => names.primaryOf(ip)),
      [B, B, C],
    );
    assert.deepEqual(names.addressesOf(A), [B, A]);
    assert.deepEqual(names.addressesOf(C), [C]);
  });

  it("that are none are left out", () => {
    const names = new HostNames({});
    named(names, A, "ioc1");
    named(names, A, "");
    named(names, A, "x".repeat(254));
    assert.equal(names.nameOf(A), "ioc1");
  });

  it("of too many addresses, the one known for longest makes room", () => {
    const names = new HostNames({});
    for (let ip = 0; ip < 100_000; ip++) named(names, ip, `host${ip}`);
    named(names, 0, "again");
    assert.deepEqual([names.nameOf(0), names.nameOf(1)], ["again", "host1"]);
    named(names, 100_000, "new");
    assert.deepEqual(
      [0, 1, 100_000].map((ip) => names.nameOf(ip)),
      [null, "host1", "new"],
    );
  });

  it("sort by the value of their numbers, whatever their case, and before addresses", () => {
    const texts = ["ioc10", "IOC9", "ioc9b", "acc1-2", "ACC1-10"];
    const sorted = [...texts].sort((a, b) => (sortKeyOf(a) < sortKeyOf(b) ? -1 : 1));
    assert.deepEqual(sorted, ["acc1-2", "ACC1-10", "IOC9", "ioc9b", "ioc10"]);
    const names = new HostNames({ hosts: [{ name: "zz", addresses: [A] }] });
    assert.ok(names.sortKey(A) < names.sortKey(C));
    assert.ok(names.sortKey(0x0a070009) < names.sortKey(0x0a07000a));
  });
});
