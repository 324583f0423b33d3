/** The `inventory:` section of a site file in the model's terms. */
import { networkInterfaces } from "node:os";
import type { SiteConfig } from "../config/site.js";
import { type Ipv4, parseIpv4 } from "../model/address.js";
import type { InventoryOptions } from "../model/inventory/inventory-options.js";

export function inventoryOptions(
  section: SiteConfig["inventory"],
  { seed, ownAddresses }: Pick<InventoryOptions, "seed" | "ownAddresses">,
): InventoryOptions {
  return {
    ...section,
    beaconNetworks: section.beaconNetworks.map(addressRange),
    hosts: section.hosts.map(({ name, addresses }) => ({
      name,
      addresses: addresses.map(parseIpv4).filter((ip) => ip !== undefined),
    })),
    seed: seed ?? 0,
    ownAddresses: ownAddresses ?? [],
  };
}

/** The IPv4 addresses of this machine. */
export function machineAddresses(): readonly Ipv4[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .map(({ address }) => parseIpv4(address))
    .filter((ip) => ip !== undefined);
}

/** Of a CIDR that has been checked: `10.7.0.0/16`. */
function addressRange(cidr: string): { readonly first: Ipv4; readonly last: Ipv4 } {
  const [address = "", bits = "32"] = cidr.split("/");
  const size = 2 ** (32 - Number(bits));
  const ip = parseIpv4(address) ?? 0;
  const first = ip - (ip % size);
  return { first, last: first + size - 1 };
}
