/** Networks in the text form of a site file. */
import { parseIpv4 } from "./address.js";
import type { Ipv4Range } from "./servers.js";

/**
 * The addresses of `10.7.0.0/16`; bits behind the prefix are left out of account.
 * @throws RangeError for anything but an IPv4 network in CIDR form.
 */
export function parseNetwork(cidr: string): Ipv4Range {
  const [, address = "", prefix = ""] = /^([\d.]+)\/(\d{1,2})$/.exec(cidr) ?? [];
  const ip = parseIpv4(address);
  const bits = Number(prefix);
  if (ip === undefined || bits > 32) throw new RangeError(`not an IPv4 network: ${cidr}`);
  const size = 2 ** (32 - bits);
  const first = Math.floor(ip / size) * size;
  return { first, last: first + size - 1 };
}
