/** What can be wrong with beacons, each as the sighting of an anomaly. */
import { formatEndpoint, formatIpv4 } from "../address.js";
import { type BeaconSource, networkOf } from "../beacons/beacon-source.js";
import type { BeaconSeen } from "../observation.js";
import type { AnomalySighting } from "./anomalies.js";
import type { ServerRecord } from "./server-record.js";

/** Quiet periods of the server's own after which an anomaly of its beacons is over. */
const QUIET_PERIODS = 3;

export function addressMismatch(record: ServerRecord, beacon: BeaconSeen): AnomalySighting {
  const address = formatIpv4(beacon.address);
  return {
    ...about(record),
    type: "addressMismatch",
    at: beacon.at,
    text: `beacons of server ${record.name} name another address, ${address}`,
    evidence: { source: formatIpv4(beacon.source), address, port: beacon.port },
  };
}

export function duplicateIdentity(
  record: ServerRecord,
  otherSequence: number,
  at: number,
): AnomalySighting {
  const sequence = record.track?.sequence ?? 0;
  return {
    ...about(record),
    type: "duplicateIdentity",
    at,
    text: `two servers say that they are ${record.name}: their beacon counters take turns`,
    evidence: { sequence, otherSequence },
    opening: "server.duplicateIdentity",
  };
}

/** About the network they come from: a forger has more addresses than anybody wants to read. */
export function wrongNetwork({ ip, port }: BeaconSource, beacon: BeaconSeen): AnomalySighting {
  const network = networkOf(ip);
  return {
    type: "wrongNetwork",
    subject: network,
    at: beacon.at,
    text: `beacons from ${network}, outside the configured networks, are ignored`,
    evidence: { latestServer: formatEndpoint({ ip, port }), sequence: beacon.sequence },
  };
}

export function beaconFlood(at: number, servers: number): AnomalySighting {
  return {
    type: "beaconFlood",
    subject: "beacons",
    at,
    text: "more new servers than can be believed, each heard once: forged or misdirected beacons",
    evidence: { servers },
  };
}

function about(record: ServerRecord) {
  const quietMs = QUIET_PERIODS * (record.track?.expectedMs ?? 0);
  return { subject: record.name, host: record.host, server: record.name, quietMs };
}
