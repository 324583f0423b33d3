/**
 * Broadcasts by ordinary UDP sockets, without any privilege: one socket for each local network and port, looked after
 * as interfaces come, go and change, and as other programs take ports and let them go.
 */
import {
  type Endpoint,
  formatEndpoint,
  formatIpv4,
  type NetworkService,
  type UdpListener,
} from "pvmon";
import { readKernelDrops } from "pvmon/network";
import type { SnifferConfig } from "../config.js";
import { emptySegment, type PacketSink } from "../network/packet.js";
import type { Sensor } from "../sensor.js";
import { listNetworks } from "./interfaces.js";
import { RepeaterClient } from "./repeater.js";
import type { LocalNetwork, PacketSource, SourceContext } from "./source.js";

const RESCAN_PERIOD_MS = 3000;

/** A vanished interface that nobody named in the configuration is not missed any longer after this time. */
const MISSED_FOR_MS = 600_000;
const MAX_INTERFACES = 256;

/** One interface: what it counts, and the sockets that hear for it, by `ip:port`. */
interface Ear {
  readonly sensor: Sensor;
  readonly sink: PacketSink;
  readonly listeners: Map<string, UdpListener>;
  /** Monotonic ms. */
  lastThereAt: number;
}

export interface SocketsOptions {
  readonly config: SnifferConfig;
  readonly context: SourceContext;
  readonly network: NetworkService;
}

export class SocketSource implements PacketSource {
  readonly #config: SnifferConfig;
  readonly #context: SourceContext;
  readonly #network: NetworkService;
  readonly #ears = new Map<string, Ear>();
  /** Clients of the repeaters that hold a beacon port, by port; the others wait for the next time. */
  readonly #repeaters = new Map<number, RepeaterClient>();
  #bufferWarned = false;
  #cancelRescan: (() => void) | undefined;
  /** Scans follow each other; this is the last, with what it could not do, for people. */
  #scan: Promise<readonly string[]> = Promise.resolve([]);
  #stopped = false;

  constructor({ config, context, network }: SocketsOptions) {
    this.#config = config;
    this.#context = context;
    this.#network = network;
  }

  async start(): Promise<void> {
    this.#stopped = false;
    this.#scan = this.#rescan();
    const problems = await this.#scan;
    if (this.#stopped) return;
    const hears =
      this.#repeaters.size > 0 ||
      [...this.#ears.values()].some(({ listeners }) => listeners.size > 0);
    if (!hears && problems.length > 0) {
      await this.stop();
      throw new Error(problems.join("; "));
    }
    this.#cancelRescan = this.#context.clock.every(RESCAN_PERIOD_MS, () => {
      this.#scan = this.#scan.then(() => this.#rescan()).catch((error) => this.#failed(error));
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRescan?.();
    await this.#scan.catch((error) => this.#failed(error));
    for (const repeater of this.#repeaters.values()) repeater.stop();
    await this.#close(() => true);
  }

  poll(): void {
    const drops = readKernelDrops();
    for (const { sensor, listeners } of this.#ears.values()) {
      for (const listener of listeners.values()) sensor.lostByKernel(listener.newDrops(drops));
    }
    for (const repeater of this.#repeaters.values()) repeater.countDrops(drops);
  }

  /** Brings the sockets in line with the interfaces that there are. Answers what could not be done, for people. */
  async #rescan(): Promise<readonly string[]> {
    if (this.#stopped) return [];
    const networks = listNetworks(this.#network.interfaces(), this.#config.interfaces);
    const there = new Set(networks.map(({ broadcast }) => formatIpv4(broadcast)));
    const closing = this.#close((local) => !there.has(local.slice(0, local.indexOf(":"))));
    const problems = this.#missingInterfaces(networks);
    await closing;
    const { searchPorts, beaconPorts, sockets } = this.#config;
    const byRepeater = sockets.beacons === "repeater";
    const repeaterPorts = new Set(byRepeater ? beaconPorts : []);
    const ports = byRepeater ? searchPorts : [...searchPorts, ...beaconPorts];
    for (const network of networks) {
      const ear = this.#ear(network);
      if (ear === undefined) continue;
      for (const port of ports) {
        const local = { ip: network.broadcast, port };
        const error = await this.#listen(ear, local);
        if (error === undefined) continue;
        if (error.code === "EADDRINUSE" && beaconPorts.includes(port)) repeaterPorts.add(port);
        else problems.push(describe(local, error));
      }
      ear.sensor.outage =
        ear.listeners.size === 0 ? "none of its ports could be opened" : undefined;
    }
    await this.#followRepeaters(repeaterPorts);
    if (problems.length > 0) this.#context.host.status.degraded(problems.join("; "));
    else this.#context.host.status.ok();
    return problems;
  }

  #failed(error: unknown): string[] {
    this.#context.host.status.degraded(String(error));
    return [String(error)];
  }

  /** @param isMeant told where a socket is bound, `ip:port` */
  async #close(isMeant: (local: string) => boolean): Promise<void> {
    const closing: Promise<void>[] = [];
    for (const { listeners } of this.#ears.values()) {
      for (const [local, listener] of listeners) {
        if (!isMeant(local)) continue;
        closing.push(listener.close());
        listeners.delete(local);
      }
    }
    await Promise.all(closing);
  }

  #missingInterfaces(networks: readonly LocalNetwork[]): string[] {
    const now = this.#context.clock.elapsed();
    const there = new Set(networks.map((network) => network.interface));
    for (const name of this.#config.interfaces) {
      if (!there.has(name)) this.#ear({ interface: name, loopback: false });
    }
    const problems: string[] = [];
    for (const [name, ear] of this.#ears) {
      if (there.has(name)) {
        ear.lastThereAt = now;
      } else if (now - ear.lastThereAt > MISSED_FOR_MS && !this.#config.interfaces.includes(name)) {
        ear.sensor.retire();
      } else {
        ear.sensor.outage = "the interface is down or has no IPv4 network";
        problems.push(`interface ${name} is down or has no IPv4 network`);
      }
    }
    return problems;
  }

  #ear({
    interface: name,
    loopback,
  }: Pick<LocalNetwork, "interface" | "loopback">): Ear | undefined {
    const known = this.#ears.get(name);
    if (known !== undefined || this.#ears.size >= MAX_INTERFACES) {
      if (known !== undefined) known.sensor.silenceMatters = !loopback;
      return known;
    }
    const sensor = this.#context.sensor(name, { silenceMatters: !loopback });
    const sink = this.#context.decoder(sensor, { seesReplies: false });
    const ear = { sensor, sink, listeners: new Map(), lastThereAt: this.#context.clock.elapsed() };
    this.#ears.set(name, ear);
    return ear;
  }

  /** Opens the socket unless it is open already. */
  async #listen(ear: Ear, local: Endpoint): Promise<NodeJS.ErrnoException | undefined> {
    const key = formatEndpoint(local);
    if (ear.listeners.has(key)) return undefined;
    try {
      const listener = await this.#network.listenUdp({
        local,
        isShared: true,
        receiveBufferBytes: this.#config.sockets.receiveBufferBytes,
        datagram: this.#hearing(ear.sink, local),
        failed: (error) => {
          ear.listeners.delete(key);
          this.#context.host.log.warn("socket failed, opened again soon", {
            socket: key,
            error: error.message,
          });
        },
      });
      ear.listeners.set(key, listener);
      this.#checkBuffer(listener.bufferBytes);
      return undefined;
    } catch (error) {
      if (error instanceof Error) return error;
      throw error;
    }
  }

  /** One packet, used again for each datagram. */
  #hearing(sink: PacketSink, local: Endpoint): (bytes: Uint8Array, from: Endpoint) => void {
    const packet = emptySegment();
    packet.destination = local.ip;
    packet.destinationPort = local.port;
    return (bytes, from) => {
      packet.at = this.#context.clock.now();
      packet.source = from.ip;
      packet.sourcePort = from.port;
      packet.bytes = bytes;
      packet.start = 0;
      packet.end = bytes.length;
      sink.datagram(packet);
    };
  }

  #checkBuffer(granted: number): void {
    const asked = this.#config.sockets.receiveBufferBytes;
    if (granted >= asked || this.#bufferWarned) return;
    this.#bufferWarned = true;
    this.#context.host.log.warn(
      "the kernel gives a smaller receive buffer than asked for, so a burst of packets may be lost (and counted)",
      { askedBytes: asked, grantedBytes: granted, remedy: `sysctl -w net.core.rmem_max=${asked}` },
    );
  }

  /** The repeaters of these ports, and of no others, are asked for their beacons. */
  async #followRepeaters(ports: ReadonlySet<number>): Promise<void> {
    for (const [port, repeater] of this.#repeaters) {
      if (!ports.has(port)) repeater.stop();
    }
    for (const port of ports) {
      const repeater = this.#repeaters.get(port) ?? this.#newRepeaterClient(port);
      await repeater.start();
    }
  }

  #newRepeaterClient(port: number): RepeaterClient {
    const context = this.#context;
    const sensor = context.sensor(`repeater:${port}`);
    const sink = context.decoder(sensor, { seesReplies: false, viaRepeater: true });
    const { clock } = context;
    const repeater = new RepeaterClient({ port, clock, network: this.#network, sensor, sink });
    this.#repeaters.set(port, repeater);
    context.host.log.info("registering with the CA repeater for beacons", { port });
    return repeater;
  }
}

function describe(local: Endpoint, error: NodeJS.ErrnoException): string {
  const socket = formatEndpoint(local);
  return error.code === "EADDRINUSE"
    ? `UDP ${socket} is taken by a program that does not share it`
    : `UDP ${socket}: ${error.message}`;
}
