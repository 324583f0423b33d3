/** A site of two hosts and a client, with what operators can act on: an application, processes, a monitor, names that are no names. */
import { createSocket } from "node:dgram";
import { join } from "node:path";
import Database from "better-sqlite3";
import { SearchPacer } from "epics-ca";
import { SimulatedSite, type SitePlan } from "../../../core/testkit/index.js";
import { SUFFIXES } from "../../../core/testkit/site/health-values.js";
import { bindUdp } from "../../../core/testkit/site/listening.js";
import { HttpPlace, waitFor } from "../../peers/index.js";
import { PvmonProcess } from "../pvmon-process.js";

export const GAUGE = { host: "127.1.0.1", server: "127.1.0.1:25064", label: "gauge" } as const;
/** The host that a LinuxMonitor watches. */
export const MONITORED = {
  host: "127.1.0.2",
  server: "127.1.0.2:41000",
  source: "srv-gauge",
} as const;
export const PVS = ["GAUGE:P1", "GAUGE:P2", "GAUGE:P3"] as const;
/** Asked for by the client, served by nobody. */
export const ABSENT = "GAUGE:Presure";
export const INVALID = [`BAD "name" it's`, "BAD <b>{x}</b> y", "BAD\u0007bell"] as const;
const CLIENT = "127.2.0.1";
const SEARCH_PORT = 25_064;
const BROADCAST = "127.255.255.255";
/** A port of the procServ, which the process map of the host has; here it searches, too. */
const CONSOLE_PORT = 40_001;
const LEARN_MS = 60_000;
const DAY_MS = 86_400_000;

const PLAN: SitePlan = {
  iocs: [
    { label: GAUGE.label, address: GAUGE.host, names: PVS, counting: "rsrv", firstBeaconMs: 100 },
    {
      label: "monitor",
      address: MONITORED.host,
      port: 41_000,
      names: SUFFIXES.map((suffix) => `${MONITORED.source}:${suffix}`),
      counting: "rsrv",
      firstBeaconMs: 700,
      health: {
        host: MONITORED.source,
        clockOffsetSeconds: 0,
        memoryFreePercent: 50,
        upSeconds: DAY_MS / 1000,
      },
    },
  ],
  apps: [
    {
      label: GAUGE.label,
      address: GAUGE.host,
      version: "2.0",
      image: "./gauge",
      command: "st.cmd",
      directory: "/iocs/gauge",
      pid: 1001,
      port: 0,
      names: PVS,
      procServPort: CONSOLE_PORT,
      upMs: DAY_MS,
    },
  ],
  clients: [
    { address: CLIENT, names: [...PVS, ABSENT, `${MONITORED.source}:BOOTTIME`, ...INVALID] },
  ],
  hosts: [],
  duplicates: [],
  absent: [ABSENT, ...INVALID],
};

const SITE_FILE = `name: Operators
inventory: { graceSeconds: 2 }
detectors:
  - use: ca-sniffer
    config: { interfaces: [lo], searchPorts: [25064], beaconPorts: [25065] }
  - use: ioc-heartbeat
    config: { ports: [25066], addresses: [127.255.255.255], requests: { enabled: true } }
probes:
  - use: ca-search
    config:
      destinations: [127.255.255.255]
      port: 25064
      datagramsPerSecond: 20
      verification: { enabled: true, everyHours: 1, firstAfterSeconds: 1 }
  - use: cainfo
  - use: linux-monitor
    config: { everySeconds: 5 }
spool: { folder: PATH/spool }
stores: [{ use: sqlite-store, config: { path: PATH/pvmon.sqlite } }]
outputs: [{ use: http-api }, { use: web-ui }]
`;

export class OperatorsSite {
  readonly pvmon = new PvmonProcess(new HttpPlace([], {}), SITE_FILE);
  readonly simulated = new SimulatedSite({
    plan: PLAN,
    searchPort: SEARCH_PORT,
    beaconPeriodMs: 1000,
    heartbeatPeriodMs: 1000,
  });

  /** Resolves when pvmon knows it all. */
  async start(): Promise<void> {
    await this.pvmon.start();
    // What is searched for before is not heard again.
    await this.pvmon.listens();
    await this.simulated.start();
    await waitFor("all is known", () => this.#isKnown(), LEARN_MS);
    await this.#searchFromConsole();
  }

  /** Starts pvmon anew as if it had read the monitor a day ago for the last time; the monitor is gone. */
  async loseMonitor(): Promise<void> {
    await this.simulated.kill("monitor");
    await this.pvmon.stop();
    const database = new Database(join(this.pvmon.folder, "pvmon.sqlite"));
    database.prepare("UPDATE metrics SET at = at - ?").run(DAY_MS);
    database.close();
    await this.pvmon.start();
  }

  async stop(): Promise<void> {
    await this.simulated.stop();
    await this.pvmon.stop();
    this.pvmon.remove();
  }

  async #isKnown(): Promise<boolean> {
    const { pvmon } = this;
    const [app] = await pvmon.list(`/api/v1/apps?host=${GAUGE.host}`);
    const names = new Set((await pvmon.list("/api/v1/pvs")).map(({ name }) => name));
    const online = await pvmon.list("/api/v1/pvs?state=online&match=GAUGE:P");
    const invalid = await pvmon.list("/api/v1/pvs?state=invalid");
    return (
      typeof app?.commandLine === "string" &&
      (await pvmon.list("/api/v1/health")).length === 1 &&
      online.length === PVS.length &&
      names.has(ABSENT) &&
      invalid.length === INVALID.length
    );
  }

  async #searchFromConsole(): Promise<void> {
    const socket = createSocket("udp4");
    await bindUdp(socket, CONSOLE_PORT, GAUGE.host);
    socket.setBroadcast(true);
    const [name] = PVS;
    const pacer = new SearchPacer();
    pacer.add(1, name, 0);
    for (const { bytes } of pacer.take(0)) {
      await new Promise((resolve) => socket.send(bytes, SEARCH_PORT, BROADCAST, resolve));
    }
    await new Promise<void>((resolve) => socket.close(() => resolve()));
  }
}
