import assert from "node:assert/strict";
import { formatIpv4, type NetworkInterface, parseIpv4 } from "pvmon";
import { listNetworks } from "../../../plugins/ca-sniffer/sources/interfaces.js";

function ipv4(name: string, address: string, netmask: string): NetworkInterface {
  const [ip = 0, mask = 0] = [parseIpv4(address), parseIpv4(netmask)];
  return { name, ip, mask, isInternal: address.startsWith("127.") };
}

const HOST = [
  ipv4("lo", "127.0.0.1", "255.0.0.0"),
  ipv4("eth0", "10.7.0.1", "255.255.0.0"),
  ipv4("eth0", "192.168.3.1", "255.255.255.192"),
  ipv4("eth1", "10.7.0.2", "255.255.0.0"),
  ipv4("tun0", "10.9.0.1", "255.255.255.255"),
];

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
