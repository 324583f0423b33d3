/** Addresses as the model keeps them: IPv4 as an unsigned 32-bit number, text only at the edges. */

/** An IPv4 address in host order, 0..2^32-1: 10.7.0.1 is 0x0a070001. */
export type Ipv4 = number;

/** An (IPv4, port) pair: a UDP or TCP end point. */
export interface Endpoint {
  readonly ip: Ipv4;
  /** 0..65535. */
  readonly port: number;
}

/** `10.7.0.1` for 0x0a070001. */
export function formatIpv4(ip: Ipv4): string {
  return `${ip >>> 24}.${(ip >>> 16) & 255}.${(ip >>> 8) & 255}.${ip & 255}`;
}

/** The number of a dotted IPv4 address without leading zeros, or undefined when `text` is not one. */
export function parseIpv4(text: string): Ipv4 | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  let ip = 0;
  for (const part of match.slice(1)) {
    const octet = Number(part);
    if (octet > 255 || (part.length > 1 && part.startsWith("0"))) return undefined;
    ip = ip * 256 + octet;
  }
  return ip;
}

/** `10.7.0.1:5064`: how a server is named everywhere outside the model. */
export function formatEndpoint({ ip, port }: Endpoint): string {
  return `${formatIpv4(ip)}:${port}`;
}

/** The end point of an `ip:port` text with a port of 1..65535, or undefined. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const colon = text.lastIndexOf(":");
  const ip = parseIpv4(text.slice(0, colon));
  const digits = text.slice(colon + 1);
  const port = /^[1-9]\d{0,4}$/.test(digits) ? Number(digits) : 0;
  return ip === undefined || port === 0 || port > 65535 ? undefined : { ip, port };
}

/** One number for an end point, exact up to 2^48: the key of maps by server or by socket. */
export function endpointKey(ip: Ipv4, port: number): number {
  return ip * 65536 + port;
}

/** The end point that {@link endpointKey} was made of. */
export function keyEndpoint(key: number): Endpoint {
  return { ip: Math.floor(key / 65536), port: key % 65536 };
}
