/** Environment variables of EPICS that keep its programs on the addresses and ports of a test. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import type { Place } from "./program.js";

const PORT_ATTEMPTS = 50;

/** What Channel Access on one network says: searches and beacons go to its broadcast address and nowhere else. */
export function epicsEnvironment(
  broadcast: string,
  serverPort: number,
  repeaterPort: number,
): Record<string, string> {
  return {
    EPICS_CA_AUTO_ADDR_LIST: "NO",
    EPICS_CA_ADDR_LIST: broadcast,
    EPICS_CA_NAME_SERVERS: "",
    EPICS_CA_SERVER_PORT: String(serverPort),
    EPICS_CA_REPEATER_PORT: String(repeaterPort),
    EPICS_CAS_SERVER_PORT: String(serverPort),
    EPICS_CAS_BEACON_PORT: String(repeaterPort),
    EPICS_CAS_AUTO_BEACON_ADDR_LIST: "NO",
    EPICS_CAS_BEACON_ADDR_LIST: broadcast,
    EPICS_PVA_AUTO_ADDR_LIST: "NO",
    EPICS_PVA_ADDR_LIST: broadcast,
    PYTHONDONTWRITEBYTECODE: "1",
  };
}

export interface Loopback extends Place {
  readonly serverPort: number;
  readonly repeaterPort: number;
}

/** The loopback interface, with ports that nobody else uses. Its broadcast reaches all IOCs that share the port. */
export async function loopback(): Promise<Loopback> {
  const serverPort = await freePort();
  const repeaterPort = await freePort();
  const environment = epicsEnvironment("127.255.255.255", serverPort, repeaterPort);
  return { prefix: [], environment, serverPort, repeaterPort };
}

/** A port that is free for TCP and for UDP. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
    const listener = createServer().listen(0, "127.0.0.1");
    await once(listener, "listening");
    const { port } = listener.address() as AddressInfo;
    const isFree = await isFreeForUdp(port);
    listener.close();
    await once(listener, "close");
    if (isFree) return port;
  }
  throw new Error("no free port");
}

async function isFreeForUdp(port: number): Promise<boolean> {
  const socket = createSocket("udp4");
  try {
    socket.bind(port);
    await once(socket, "listening");
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}
