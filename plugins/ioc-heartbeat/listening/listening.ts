/** The sockets of every configured address and port, each with its sensor, opened again when one fails. */
import {
  type Clock,
  type Endpoint,
  formatEndpoint,
  type Host,
  type NetworkService,
  parseIpv4,
  type UdpSocket,
} from "pvmon";
import { readKernelDrops } from "pvmon/network";
import type { HeartbeatConfig } from "../config.js";
import { Sensor } from "../sensor.js";

const RETRY_PERIOD_MS = 3000;

export interface ListeningOptions {
  readonly config: HeartbeatConfig;
  readonly host: Host;
  readonly clock: Clock;
  readonly network: NetworkService;
  readonly datagram: (sensor: Sensor, bytes: Uint8Array, from: Endpoint) => void;
}

interface Ear {
  readonly local: Endpoint;
  readonly sensor: Sensor;
  socket: UdpSocket | undefined;
  /** Why the socket is not open. */
  problem: string | undefined;
}

export class Listening {
  readonly #options: ListeningOptions;
  readonly #ears: readonly Ear[];
  /** A machine that only ever had its loopback is not waiting for a network. */
  #hadNetwork = false;
  #bufferWarned = false;
  #stopped = false;
  #cancelRetry: (() => void) | undefined;
  /** Attempts follow each other; this is the last. */
  #opening: Promise<void> = Promise.resolve();

  constructor(options: ListeningOptions) {
    this.#options = options;
    const { addresses, ports } = options.config;
    this.#ears = addresses.flatMap((address) =>
      ports.map((port) => {
        const local = { ip: parseIpv4(address) ?? 0, port };
        const sensor = new Sensor(`${options.host.id}/${formatEndpoint(local)}`);
        return { local, sensor, socket: undefined, problem: undefined };
      }),
    );
  }

  get sensors(): readonly Sensor[] {
    return this.#ears.map(({ sensor }) => sensor);
  }

  /** Rejects, with everything closed, when not one socket can be opened. */
  async start(): Promise<void> {
    this.#opening = this.#openAll();
    await this.#opening;
    if (this.#stopped) return;
    if (this.#ears.every(({ socket }) => socket === undefined)) {
      await this.stop();
      throw new Error(this.#problems());
    }
    this.#cancelRetry = this.#options.clock.every(RETRY_PERIOD_MS, () => {
      this.#opening = this.#opening.then(() => this.#openAll());
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRetry?.();
    await this.#opening;
    for (const ear of this.#ears) {
      ear.socket?.close();
      ear.socket = undefined;
    }
  }

  /** Once a second before the sensors report: counts what the kernel dropped, and looks whether anything can be heard. */
  poll(): void {
    const drops = readKernelDrops();
    const isCutOff = this.#isCutOff();
    for (const { sensor, socket, problem } of this.#ears) {
      if (socket !== undefined) sensor.lostByKernel(socket.newDrops(drops));
      sensor.outage = problem ?? (isCutOff ? "every network interface is down" : undefined);
    }
  }

  #isCutOff(): boolean {
    const interfaces = this.#options.network.interfaces();
    const isConnected = interfaces.some(({ isInternal }) => !isInternal);
    this.#hadNetwork ||= isConnected;
    return this.#hadNetwork && !isConnected;
  }

  async #openAll(): Promise<void> {
    for (const ear of this.#ears) {
      if (ear.socket === undefined && !this.#stopped) await this.#open(ear);
    }
    const problems = this.#problems();
    if (problems === "") this.#options.host.status.ok();
    else this.#options.host.status.degraded(problems);
  }

  async #open(ear: Ear): Promise<void> {
    const { config, host, network, datagram } = this.#options;
    const name = formatEndpoint(ear.local);
    try {
      ear.socket = await network.openUdp({
        local: ear.local,
        isShared: true,
        receiveBufferBytes: config.receiveBufferBytes,
        datagram: (bytes, from) => datagram(ear.sensor, bytes, from),
        failed: (error) => {
          ear.socket = undefined;
          ear.problem = `UDP ${name}: ${error.message}`;
          host.log.warn("socket failed, opened again soon", { socket: name, error: error.message });
        },
      });
      ear.problem = undefined;
      this.#checkBuffer(ear.socket.bufferBytes);
    } catch (error) {
      ear.problem = `UDP ${name}: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  #problems(): string {
    return this.#ears.flatMap(({ problem }) => problem ?? []).join("; ");
  }

  #checkBuffer(granted: number): void {
    const asked = this.#options.config.receiveBufferBytes;
    if (granted >= asked || this.#bufferWarned) return;
    this.#bufferWarned = true;
    this.#options.host.log.warn(
      "the kernel gives a smaller receive buffer than asked for, so a burst of heartbeats may be lost (and counted)",
      { askedBytes: asked, grantedBytes: granted, remedy: `sysctl -w net.core.rmem_max=${asked}` },
    );
  }
}
