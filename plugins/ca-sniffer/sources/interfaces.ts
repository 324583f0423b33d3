/** Which broadcast addresses this host listens on: one for each IPv4 network of each interface that is up. */
import type { NetworkInterface } from "pvmon";
import type { LocalNetwork } from "./source.js";

/**
 * The networks of the interfaces in `wanted`, or of all when that is empty. Point-to-point links (/31, /32) have no
 * broadcast address and are left out; of two interfaces in one network the first is taken, since both hear the same.
 */
export function listNetworks(
  interfaces: readonly NetworkInterface[],
  wanted: readonly string[],
): LocalNetwork[] {
  const networks = new Map<number, LocalNetwork>();
  for (const { name, ip, mask, isInternal } of interfaces) {
    if (mask >= 0xffff_fffe || (wanted.length > 0 && !wanted.includes(name))) continue;
    const broadcast = (ip | ~mask) >>> 0;
    if (!networks.has(broadcast))
      networks.set(broadcast, { interface: name, broadcast, loopback: isInternal });
  }
  return [...networks.values()];
}
