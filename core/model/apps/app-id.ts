/** What makes an application the same one tomorrow: command, directory and host, and never its port or process. */
import { formatIpv4, type Ipv4 } from "../address.js";

const OFFSET = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;
const MASK = 2n ** 64n - 1n;

/** 16 hexadecimal digits: FNV-1a over the UTF-16 code units of the three. */
export function appId(host: Ipv4, command: string, directory: string): string {
  let hash = OFFSET;
  for (const letter of `${formatIpv4(host)}\0${directory}\0${command}`) {
    hash = ((hash ^ BigInt(letter.codePointAt(0)!)) * PRIME) & MASK;
  }
  return hash.toString(16).padStart(16, "0");
}
