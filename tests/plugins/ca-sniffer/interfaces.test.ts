import assert from "node:assert/strict";
import type { NetworkInterfaceInfo } from "node:os";
import { formatIpv4 } from "pvmon";
import { listNetworks } from "../../../plugins/ca-sniffer/sources/interfaces.js";

function ipv4(address: string, netmask: string): NetworkInterfaceInfo {
  const internal = address.startsWith("127.");
  return { family: "IPv4", address, netmask, internal, mac: "00:00:00:00:00:00", cidr: null };
}

const HOST = {
  lo: [ipv4("127.0.0.1", "255.0.0.0")],
  eth0: [
    ipv4("10.7.0.1", "255.255.0.0"),
    ipv4("192.168.3.1", "255.255.255.192"),
    { ...ipv4("0.0.0.0", "0.0.0.0"), family: "IPv6", address: "fe80::1", scopeid: 2 } as const,
  ],
  eth1: [ipv4("10.7.0.2", "255.255.0.0")],
  tun0: [ipv4("10.9.0.1", "255.255.255.255")],
};

function networks(wanted: readonly string[] = []): string[] {
  return listNetworks(HOST, wanted).map(
    ({ interface: name, broadcast, loopback }) =>
      `${name} ${formatIpv4(broadcast)}${loopback ? " loopback" : ""}`,
  );
}

describe("local networks", () => {
  it("are heard on their broadcast address, each once, point-to-point links not at all", () => {
    assert.deepEqual(networks(), [
      "lo 127.255.255.255 loopback",
      "eth0 10.7.255.255",
      "eth0 192.168.3.63",
    ]);
  });

  it("are those of the named interfaces where some are named", () => {
    assert.deepEqual(networks(["eth1", "nope"]), ["eth1 10.7.255.255"]);
  });
});
