/** Which server a beacon is about, and whether it may be believed: source address, address field, configured networks. */
import { formatIpv4, type Ipv4 } from "../address.js";
import type { BeaconSeen } from "../observation.js";

/** The addresses from `first` to `last`, both included. */
export interface Ipv4Range {
  readonly first: Ipv4;
  readonly last: Ipv4;
}

/** EPICS_CA_SERVER_PORT where a site does not change it; what a beacon with port 0 means (CA specification, beacons). */
const DEFAULT_PORT = 5064;

export interface BeaconSource {
  readonly ip: Ipv4;
  readonly port: number;
  /** The address field names another host than the one that sent the beacon. */
  readonly mismatch: boolean;
}

/**
 * The server that sent `beacon`. A repeater on our own host sends it on from its own address, with the server's in the
 * address field (CA specification, repeater); otherwise the source is believed and the field is not.
 */
export function beaconSource(beacon: BeaconSeen, ownAddresses: ReadonlySet<Ipv4>): BeaconSource {
  const { source, address } = beacon;
  const port = beacon.port === 0 ? DEFAULT_PORT : beacon.port;
  const repeated = isHost(address) && (isLoopback(source) || ownAddresses.has(source));
  if (repeated) return { ip: address, port, mismatch: false };
  return { ip: source, port, mismatch: address !== 0 && address !== source };
}

/** No ranges allow every address. */
export function isWithin(ip: Ipv4, ranges: readonly Ipv4Range[]): boolean {
  return ranges.length === 0 || ranges.some(({ first, last }) => first <= ip && ip <= last);
}

/** The /24 network of an address, as text. */
export function networkOf(ip: Ipv4): string {
  return `${formatIpv4((ip & 0xffffff00) >>> 0)}/24`;
}

function isLoopback(ip: Ipv4): boolean {
  return ip >>> 24 === 127;
}

/** Neither 0, nor a multicast, reserved or broadcast address. */
function isHost(ip: Ipv4): boolean {
  return ip !== 0 && ip >>> 24 < 224;
}
