/** A pvmon that knows as many machines as a large laboratory has: hosts, servers, applications and clients, not many PVs. */
import { createSocket } from "node:dgram";
import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { waitFor } from "../../peers/index.js";
import { type CapturedFrame, pcap } from "../../plugins/ca-sniffer/support/captures.js";
import type { Item } from "../pvmon-process.js";
import { beaconFrame, replyFrame, SEARCH_PORT, searchFrame } from "./captured-frames.js";
import { CapturedSite } from "./captured-site.js";

export const LARGE = { hosts: 400, servers: 5000, apps: 2000, clients: 20_000 } as const;

const BROADCAST = "127.255.255.255";
const HEARTBEAT_PORT = 25_066;
const FIRST_FURTHER_PORT = 42_000;
const SPAN_MS = 5000;
const NAMES_PER_CLIENT = 4;
const BEACONS = 2;
/** Of so many hosts the heartbeats fit into the buffer of a socket. */
const AT_ONCE = 100;
const PAUSE_MS = 50;
const HEARD_MS = 30_000;

export class LargeSite extends CapturedSite {
  static async start({ outputs }: { readonly outputs: readonly string[] }): Promise<LargeSite> {
    const parts = await CapturedSite.parts({
      name: "A large laboratory",
      outputs,
      more: `inventory:\n  hosts:\n${hosts().join("")}`,
      detectors: `  - use: ioc-heartbeat
    config: { ports: [${HEARTBEAT_PORT}], addresses: [127.0.0.1] }
`,
      writeCapture: (path) => writeFileSync(path, pcap([...frames(Date.now() - SPAN_MS)])),
      isRead({ counts }) {
        const { servers, clients } = counts as Counts;
        return servers.alive >= LARGE.servers && clients >= LARGE.clients;
      },
    });
    let sequence = 0;
    // The second shows that the first was none that somebody forged, and a busy machine may miss some.
    const areHeard = async () => {
      await sendHeartbeats(++sequence);
      const { counts } = await parts.pvmon.get<{ readonly counts: Counts }>("/api/v1/status");
      return counts.apps.running >= LARGE.apps;
    };
    await waitFor("all applications are known", areHeard, HEARD_MS);
    return new LargeSite(parts);
  }
}

interface Counts extends Item {
  readonly servers: { readonly alive: number };
  readonly apps: { readonly running: number };
  readonly clients: number;
}

/** The n-th of the hosts, from 0 on. */
export function hostAddress(n: number): string {
  return `127.20.${Math.floor(n / 200)}.${(n % 200) + 1}`;
}

function clientAddress(n: number): string {
  return `127.30.${Math.floor(n / 250)}.${(n % 250) + 1}`;
}

function hosts(): readonly string[] {
  return Array.from(
    { length: LARGE.hosts },
    (_, n) => `    - { name: ioc-bl${n}.example.org, addresses: [${hostAddress(n)}] }\n`,
  );
}

/** Of all servers of a host the first has the port that is searched at. */
function serverPort(n: number): number {
  const nth = Math.floor(n / LARGE.hosts);
  return nth === 0 ? SEARCH_PORT : FIRST_FURTHER_PORT + nth;
}

function* frames(startsAt: number): Generator<CapturedFrame> {
  for (let beacon = 0; beacon < BEACONS; beacon++) {
    for (let n = 0; n < LARGE.servers; n++) {
      yield beaconFrame(startsAt + (SPAN_MS * beacon) / BEACONS, {
        server: hostAddress(n % LARGE.hosts),
        port: serverPort(n),
        // Of the same host, or of many that were switched on together, it would look like one server.
        sequence: 1000 + 7 * n + beacon,
        broadcast: BROADCAST,
      });
    }
  }
  for (let n = 0; n < LARGE.clients; n++) {
    const at = startsAt + SPAN_MS / 2 + (SPAN_MS / 2) * (n / LARGE.clients);
    const asked = Array.from({ length: NAMES_PER_CLIENT }, (_, i) => ({
      cid: i,
      name: `BL${n % LARGE.hosts}:DET${(Math.floor(n / LARGE.hosts) + i) % 50}:Counts`,
    }));
    yield searchFrame(at, clientAddress(n), BROADCAST, asked);
    if (n % 2 === 0) yield replyFrame(at, hostAddress(n % LARGE.hosts), clientAddress(n), asked);
  }
}

/** One of each application. */
async function sendHeartbeats(sequence: number): Promise<void> {
  for (let host = 0; host < LARGE.hosts; host++) {
    const socket = createSocket("udp4");
    await new Promise<void>((resolve) => socket.bind(0, hostAddress(host), resolve));
    for (let n = host; n < LARGE.apps; n += LARGE.hosts) {
      await new Promise((sent) =>
        socket.send(heartbeat(n, sequence), HEARTBEAT_PORT, "127.0.0.1", sent),
      );
    }
    await new Promise<void>((resolve) => socket.close(resolve));
    if (host % AT_ONCE === 0) await sleep(PAUSE_MS);
  }
}

function heartbeat(n: number, sequence: number): string {
  const now = Math.floor(Date.now() / 1000);
  const area = n % LARGE.hosts;
  const fields = {
    seq: sequence,
    sp: serverPort(n),
    up: 86_400 + n,
    cur: now,
    pid: 1000 + n,
    cwd: `/iocs/beamline${area}/ioc-${n}`,
    ver: "2.0",
    img: "../../bin/linux-x86_64/detector",
    stcmd: `../../iocBoot/ioc-bl${area}-${n}/st.cmd`,
  };
  return JSON.stringify(
    Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, `${value}`])),
  );
}
