/** Which broadcast addresses this host listens on: one for each IPv4 network of each interface that is up. */
import type { NetworkInterfaceInfo } from "node:os";
import { parseIpv4 } from "pvmon";
import type { LocalNetwork } from "./source.js";

/** As `os.networkInterfaces()` gives them; only those that are up and have an address are listed there. */
export type InterfaceList = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/**
 * The networks of the interfaces in `wanted`, or of all when that is empty. Point-to-point links (/31, /32) have no
 * broadcast address and are left out; of two interfaces in one network the first is taken, since both hear the same.
 */
export function listNetworks(interfaces: InterfaceList, wanted: readonly string[]): LocalNetwork[] {
  const networks = new Map<number, LocalNetwork>();
  for (const [name, addresses = []] of Object.entries(interfaces)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    for (const { family, address, netmask, internal } of addresses) {
      const ip = parseIpv4(address);
      const mask = parseIpv4(netmask);
      if (family !== "IPv4" || ip === undefined || mask === undefined || mask >= 0xffff_fffe)
        continue;
      const broadcast = (ip | ~mask) >>> 0;
      if (!networks.has(broadcast))
        networks.set(broadcast, { interface: name, broadcast, loopback: internal });
    }
  }
  return [...networks.values()];
}
