/** One client of a simulated site: searches in libca's rhythm until somebody answers, then keeps a channel open. */
import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { connect, type Socket } from "node:net";
import {
  ADDRESS_IS_SOURCE,
  decodeDatagram,
  encodeMessage,
  type Message,
  MINOR_VERSION,
  SearchPacer,
} from "epics-ca";
import { bindUdp } from "./listening.js";
import type { ClientPlan } from "./plan.js";
import type { SitePorts } from "./simulated-ioc.js";

/** Between two looks at what has to be searched, at least; what falls due meanwhile shares datagrams. */
const LOOK_MS = 20;
/** EPICS_CA_MAX_SEARCH_PERIOD, the least that libca takes. */
const MAX_RETRY_MS = 60_000;
const FLOOD_EVERY_MS = 100;

export class SimulatedClient {
  readonly plan: ClientPlan;
  readonly #ports: SitePorts;
  readonly #pacer: SearchPacer;
  /** By search id, which is the index of the name: `ip:port` of the server it is connected to. */
  readonly #servers = new Map<number, string>();
  readonly #circuits = new Map<string, Socket>();
  #udp: UdpSocket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #routine: NodeJS.Timeout | undefined;
  #flood: NodeJS.Timeout | undefined;

  constructor(plan: ClientPlan, ports: SitePorts) {
    this.plan = plan;
    this.#ports = ports;
    this.#pacer = new SearchPacer({ maxRetryMs: MAX_RETRY_MS });
  }

  /** Names that have a channel now. */
  get connected(): number {
    return this.#servers.size;
  }

  async start(): Promise<void> {
    const udp = createSocket("udp4");
    await bindUdp(udp, 0, this.plan.address);
    udp.setBroadcast(true);
    udp.on("message", (bytes, { address }) => this.#receive(bytes, address));
    udp.on("error", () => undefined);
    this.#udp = udp;
    for (const cid of this.plan.names.keys()) this.#searchFor(cid);
    const { everySeconds } = this.plan;
    if (everySeconds === undefined) return;
    const everyMs = (everySeconds * 1000) / this.#ports.speed;
    this.#routine = setInterval(() => this.restart(), everyMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#routine);
    this.calm();
    for (const circuit of this.#circuits.values()) circuit.destroy();
    const udp = this.#udp;
    this.#udp = undefined;
    clearTimeout(this.#timer);
    if (udp !== undefined) await new Promise<void>((resolve) => udp.close(() => resolve()));
  }

  /** Drops every channel and asks again, as a client does that is restarted. */
  restart(): void {
    for (const circuit of this.#circuits.values()) circuit.destroy();
    for (const cid of this.plan.names.keys()) if (this.#pacer.remove(cid)) this.#searchFor(cid);
  }

  /** Searches for all of its names ten times a second, until {@link calm}, as a script does that makes its channels in a loop. */
  flood(): void {
    this.calm();
    const { searchPort, broadcast } = this.#ports;
    const pacer = new SearchPacer();
    this.#flood = setInterval(() => {
      for (const [cid, name] of this.plan.names.entries()) {
        pacer.remove(cid);
        pacer.add(cid, name, this.#now());
      }
      for (const { bytes } of pacer.take(this.#now()))
        this.#udp?.send(bytes, searchPort, broadcast);
    }, FLOOD_EVERY_MS);
  }

  calm(): void {
    clearInterval(this.#flood);
  }

  #search(): void {
    const { searchPort, broadcast } = this.#ports;
    for (const { bytes } of this.#pacer.take(this.#now())) {
      this.#udp?.send(bytes, searchPort, broadcast);
    }
    this.#timer = undefined;
    this.#lookAgain();
  }

  /** Once, when the next name is due. */
  #lookAgain(): void {
    if (this.#timer !== undefined || this.#udp === undefined) return;
    const waitMs = (this.#pacer.dueAt - this.#now()) / this.#ports.speed;
    if (!Number.isFinite(waitMs)) return;
    this.#timer = setTimeout(() => this.#search(), Math.max(waitMs, LOOK_MS));
  }

  #receive(bytes: Uint8Array, from: string): void {
    for (const message of decodeDatagram(bytes, "server").messages) {
      if (message.type !== "searchReply" || message.address !== ADDRESS_IS_SOURCE) continue;
      const { cid, port } = message;
      const name = this.plan.names[cid];
      // The first server that answers gets the channel, as in libca.
      if (name === undefined || !this.#pacer.remove(cid)) continue;
      const server = `${from}:${port}`;
      this.#servers.set(cid, server);
      this.#circuit(server, from, port).write(
        encodeMessage({ type: "createChan", name, cid, minorVersion: MINOR_VERSION }),
      );
    }
  }

  #circuit(server: string, host: string, port: number): Socket {
    const open = this.#circuits.get(server);
    if (open !== undefined) return open;
    const circuit = connect({ host, port, localAddress: this.plan.address });
    this.#circuits.set(server, circuit);
    circuit.resume();
    circuit.on("error", () => circuit.destroy());
    circuit.on("close", () => {
      this.#circuits.delete(server);
      for (const [cid, owner] of this.#servers) if (owner === server) this.#searchFor(cid);
    });
    for (const message of greeting(this.plan.address)) circuit.write(encodeMessage(message));
    return circuit;
  }

  #searchFor(cid: number): void {
    this.#servers.delete(cid);
    const name = this.plan.names[cid];
    if (name === undefined || this.#udp === undefined) return;
    this.#pacer.add(cid, name, this.#now());
    // Names that wait longer must not keep this one waiting.
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#lookAgain();
  }

  /** Milliseconds of the simulated site. */
  #now(): number {
    return performance.now() * this.#ports.speed;
  }
}

function greeting(host: string): readonly Message[] {
  return [
    { type: "version", priority: 0, minorVersion: MINOR_VERSION },
    { type: "hostName", name: host },
    { type: "clientName", name: "simulated" },
  ];
}
