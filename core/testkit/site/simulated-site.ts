/**
 * A control network for those who have none: IOCs and clients with addresses of their own on loopback, exchanging real
 * datagrams and holding real circuits. Nothing leaves the machine; the same seed gives the same site.
 */
import { createSocket, type Socket } from "node:dgram";
import { decodeDatagram } from "epics-ca";
import { bindUdp } from "./listening.js";
import { type PlanOptions, planSite, type SitePlan } from "./plan.js";
import { SimulatedClient } from "./simulated-client.js";
import { SimulatedIoc, type SitePorts } from "./simulated-ioc.js";

export interface SimulatedSiteOptions extends PlanOptions {
  /** UDP port of searches; take another one than 5064 where real IOCs run. Default 25064. */
  readonly searchPort?: number;
  /** UDP port of beacons. Default 25065. */
  readonly beaconPort?: number;
  /** EPICS_CAS_BEACON_PERIOD of all IOCs. Default 15 000, as in EPICS. */
  readonly beaconPeriodMs?: number;
  /** Times that beacons and retries go faster than life. Default 1. */
  readonly speed?: number;
}

const LOOPBACK_BROADCAST = "127.255.255.255";

export class SimulatedSite {
  readonly plan: SitePlan;
  readonly iocs: readonly SimulatedIoc[];
  readonly clients: readonly SimulatedClient[];
  readonly #ports: SitePorts;
  #listener: Socket | undefined;

  constructor(options: SimulatedSiteOptions = {}) {
    const { searchPort = 25_064, beaconPort = 25_065, speed = 1 } = options;
    const { beaconPeriodMs = 15_000 } = options;
    const broadcast = LOOPBACK_BROADCAST;
    this.#ports = { searchPort, beaconPort, broadcast, beaconPeriodMs, speed };
    this.plan = planSite(options);
    this.iocs = this.plan.iocs.map((plan) => new SimulatedIoc(plan, this.#ports));
    this.clients = this.plan.clients.map((plan) => new SimulatedClient(plan, this.#ports));
  }

  /** IOCs first, then clients. Rejects when an address or a port cannot be had; `stop` then cleans up. */
  async start(): Promise<void> {
    // One socket hears the broadcasts for all IOCs; each answers from its own.
    const listener = createSocket({ type: "udp4", reuseAddr: true });
    this.#listener = listener;
    await bindUdp(listener, this.#ports.searchPort, LOOPBACK_BROADCAST);
    listener.on("message", (bytes, { address, port }) => {
      const { messages } = decodeDatagram(bytes, "client");
      for (const ioc of this.iocs) ioc.answer(messages, port, address);
    });
    await Promise.all(this.iocs.map((ioc) => ioc.start()));
    await Promise.all(this.clients.map((client) => client.start()));
  }

  /** Safe before `start` and twice. */
  async stop(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.stop()));
    await Promise.all(this.iocs.map((ioc) => ioc.kill()));
    const listener = this.#listener;
    this.#listener = undefined;
    if (listener !== undefined)
      await new Promise<void>((resolve) => listener.close(() => resolve()));
  }
}
