/**
 * A control network for those who have none: IOCs, applications and clients with addresses of their own on loopback,
 * exchanging real datagrams and holding real circuits. Nothing leaves the machine; the same seed gives the same site.
 */
import { createSocket, type Socket } from "node:dgram";
import { decodeDatagram } from "epics-ca";
import { recordName } from "./ioc-channels.js";
import { bindUdp } from "./listening.js";
import { type PlanOptions, planSite, type SitePlan } from "./plan.js";
import { processLines } from "./process-lines.js";
import { SimulatedApp } from "./simulated-app.js";
import { SimulatedClient } from "./simulated-client.js";
import { SimulatedIoc, type SitePorts } from "./simulated-ioc.js";

/** What a simulated site consists of, its ports, periods and speed. */
export interface SimulatedSiteOptions extends PlanOptions {
  /** What it consists of, as of `planLaboratory`; otherwise IOCs and clients by the options of {@link planSite}. */
  readonly plan?: SitePlan;
  /** UDP port of searches; take another one than 5064 where real IOCs run. Default 25064. */
  readonly searchPort?: number;
  /** UDP port of beacons. Default 25065. */
  readonly beaconPort?: number;
  /** UDP port of heartbeats. Default 25066. */
  readonly heartbeatPort?: number;
  /** EPICS_CAS_BEACON_PERIOD of all IOCs. Default 15 000, as in EPICS. */
  readonly beaconPeriodMs?: number;
  /** Between two heartbeats of an application. Default 30 000, as sites have it. */
  readonly heartbeatPeriodMs?: number;
  /** Times that beacons, heartbeats and retries go faster than life. Default 1. */
  readonly speed?: number;
}

const LOOPBACK_BROADCAST = "127.255.255.255";

export class SimulatedSite {
  readonly plan: SitePlan;
  readonly iocs: readonly SimulatedIoc[];
  readonly apps: readonly SimulatedApp[];
  readonly clients: readonly SimulatedClient[];
  readonly #ports: SitePorts;
  /** Who has a record. */
  readonly #owners = new Map<string, SimulatedIoc[]>();
  #listener: Socket | undefined;

  constructor(options: SimulatedSiteOptions = {}) {
    const { searchPort = 25_064, beaconPort = 25_065, heartbeatPort = 25_066 } = options;
    const { beaconPeriodMs = 15_000, heartbeatPeriodMs = 30_000, speed = 1 } = options;
    const broadcast = LOOPBACK_BROADCAST;
    const periods = { beaconPeriodMs, heartbeatPeriodMs };
    this.#ports = { searchPort, beaconPort, heartbeatPort, broadcast, ...periods, speed };
    this.plan = options.plan ?? planSite(options);
    this.iocs = this.plan.iocs.map((plan) => new SimulatedIoc(plan, this.#ports));
    this.apps = this.plan.apps.map(
      (plan) => new SimulatedApp(plan, this.#ports, () => this.#processesOf(plan.address)),
    );
    this.clients = this.plan.clients.map((plan) => new SimulatedClient(plan, this.#ports));
    for (const ioc of this.iocs) {
      for (const name of ioc.plan.names) {
        const owners = this.#owners.get(name);
        if (owners === undefined) this.#owners.set(name, [ioc]);
        else owners.push(ioc);
      }
    }
  }

  /** IOCs first, then their applications, then clients. Rejects when an address or a port cannot be had; `stop` then cleans up. */
  async start(): Promise<void> {
    // One socket hears the broadcasts for all IOCs; each answers from its own.
    const listener = createSocket({ type: "udp4", reuseAddr: true });
    this.#listener = listener;
    await bindUdp(listener, this.#ports.searchPort, LOOPBACK_BROADCAST);
    listener.on("message", (bytes, { address, port }) => this.#hear(bytes, port, address));
    await Promise.all(this.iocs.map((ioc) => ioc.start()));
    await Promise.all(this.apps.map((app) => app.start()));
    await Promise.all(this.clients.map((client) => client.start()));
  }

  /** Safe before `start` and twice. */
  async stop(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.stop()));
    await Promise.all(this.apps.map((app) => app.stop()));
    await Promise.all(this.iocs.map((ioc) => ioc.kill()));
    const listener = this.#listener;
    this.#listener = undefined;
    if (listener !== undefined)
      await new Promise<void>((resolve) => listener.close(() => resolve()));
  }

  /** @throws RangeError when no IOC has this label. */
  ioc(label: string): SimulatedIoc {
    return found(
      this.iocs.find((ioc) => ioc.plan.label === label),
      label,
    );
  }

  /** @throws RangeError likewise. */
  app(label: string): SimulatedApp {
    return found(
      this.apps.find((app) => app.plan.label === label),
      label,
    );
  }

  /** @throws RangeError when no client has this name. */
  client(name: string): SimulatedClient {
    return found(
      this.clients.find((client) => client.plan.name === name),
      name,
    );
  }

  /** The process of an IOC ends, with its heartbeats. */
  async kill(label: string): Promise<void> {
    await this.#appOf(label)?.stop();
    await this.ioc(label).kill();
  }

  /** It is started: another process, its counters at their beginning. */
  async run(label: string): Promise<void> {
    await this.ioc(label).start();
    await this.#appOf(label)?.start();
  }

  /** Nothing of an IOC gets through to the network, until {@link plug}; it runs on. */
  unplug(label: string): void {
    this.#appOf(label)?.unplug();
    this.ioc(label).unplug();
  }

  plug(label: string): void {
    this.#appOf(label)?.plug();
    this.ioc(label).plug();
  }

  /** Everything on a machine goes away without a word, as when its power is cut. */
  async cutOff(host: string): Promise<void> {
    for (const ioc of this.#iocsOf(host)) ioc.unplug();
    await Promise.all(this.#appsOf(host).map((app) => app.stop()));
  }

  /** The machine is back, and all of it is started anew. */
  async bringBack(host: string): Promise<void> {
    for (const ioc of this.#iocsOf(host)) {
      await ioc.kill();
      await ioc.start();
    }
    await Promise.all(this.#appsOf(host).map((app) => (app.running ? undefined : app.start())));
  }

  #iocsOf(host: string): readonly SimulatedIoc[] {
    return this.iocs.filter(({ plan }) => plan.address === host);
  }

  #appsOf(host: string): readonly SimulatedApp[] {
    return this.apps.filter(({ plan }) => plan.address === host);
  }

  #appOf(label: string): SimulatedApp | undefined {
    return this.apps.find((app) => app.plan.label === label);
  }

  #hear(bytes: Uint8Array, port: number, address: string): void {
    const { messages } = decodeDatagram(bytes, "client");
    const asked = messages.flatMap((message) =>
      message.type === "search" ? (this.#owners.get(recordName(message.name)) ?? []) : [],
    );
    for (const ioc of new Set(asked)) ioc.answer(messages, port, address);
  }

  #processesOf(host: string): readonly string[] {
    const running = this.#appsOf(host).filter((app) => app.running);
    return processLines(
      running.map(({ process }) => process),
      this.#ports.searchPort,
    );
  }
}

function found<T>(one: T | undefined, name: string): T {
  if (one === undefined) throw new RangeError(`the site has no "${name}"`);
  return one;
}
