/** One client of a simulated site: searches as libca does until somebody answers, then keeps a channel open. */
import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { connect, type Socket } from "node:net";
import {
  ADDRESS_IS_SOURCE,
  DONT_REPLY,
  decodeDatagram,
  encodeDatagram,
  encodeMessage,
  MAX_SEARCH_DATAGRAM_BYTES,
  type Message,
  MINOR_VERSION,
} from "epics-ca";
import { bindUdp } from "./listening.js";
import type { ClientPlan } from "./plan.js";
import type { SitePorts } from "./simulated-ioc.js";

/** libca's guess of a round trip, from which each name's wait doubles up to five minutes (CA specification, searches). */
const FIRST_RETRY_MS = 32;
const MAX_RETRY_MS = 300_000;
const LOOK_MS = 20;
const HEADER_BYTES = 16;

interface Wanted {
  readonly name: string;
  readonly cid: number;
  tries: number;
  dueAt: number;
  /** `ip:port` of the server it is connected to. */
  server: string | undefined;
}

export class SimulatedClient {
  readonly plan: ClientPlan;
  readonly #ports: SitePorts;
  readonly #wanted: readonly Wanted[];
  readonly #circuits = new Map<string, Socket>();
  #udp: UdpSocket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #sequence = 0;

  constructor(plan: ClientPlan, ports: SitePorts) {
    this.plan = plan;
    this.#ports = ports;
    this.#wanted = plan.names.map((name, cid) => ({
      name,
      cid,
      tries: 0,
      dueAt: 0,
      server: undefined,
    }));
  }

  /** Names that have a channel now. */
  get connected(): number {
    return this.#wanted.filter(({ server }) => server !== undefined).length;
  }

  async start(): Promise<void> {
    const udp = createSocket("udp4");
    await bindUdp(udp, 0, this.plan.address);
    udp.setBroadcast(true);
    udp.on("message", (bytes, { address }) => this.#receive(bytes, address));
    udp.on("error", () => undefined);
    this.#udp = udp;
    this.#timer = setInterval(() => this.#search(), LOOK_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    for (const circuit of this.#circuits.values()) circuit.destroy();
    const udp = this.#udp;
    this.#udp = undefined;
    if (udp !== undefined) await new Promise<void>((resolve) => udp.close(() => resolve()));
  }

  /** Asks again for everything at once, as after a beacon anomaly. */
  searchAgain(): void {
    for (const wanted of this.#wanted) this.#forgetServer(wanted);
  }

  #search(): void {
    const now = performance.now();
    let messages: Message[] = [];
    let bytes = HEADER_BYTES;
    for (const wanted of this.#wanted) {
      if (wanted.server !== undefined || wanted.dueAt > now) continue;
      const size = HEADER_BYTES + ((wanted.name.length + 8) & ~7);
      if (bytes + size > MAX_SEARCH_DATAGRAM_BYTES) {
        this.#send(messages);
        messages = [];
        bytes = HEADER_BYTES;
      }
      bytes += size;
      const { name, cid } = wanted;
      messages.push({
        type: "search",
        name,
        cid,
        replyFlag: DONT_REPLY,
        minorVersion: MINOR_VERSION,
      });
      const waitMs = Math.min(FIRST_RETRY_MS * 2 ** wanted.tries, MAX_RETRY_MS) / this.#ports.speed;
      wanted.tries += 1;
      wanted.dueAt = now + waitMs;
    }
    if (messages.length > 0) this.#send(messages);
  }

  #send(searches: readonly Message[]): void {
    const version: Message = {
      type: "version",
      priority: 0,
      minorVersion: MINOR_VERSION,
      ...(this.plan.library === "libca" ? { priority: 1, sequence: this.#sequence } : {}),
    };
    this.#sequence = (this.#sequence + 1) >>> 0;
    const { searchPort, broadcast } = this.#ports;
    this.#udp?.send(encodeDatagram([version, ...searches]), searchPort, broadcast);
  }

  #receive(bytes: Uint8Array, from: string): void {
    for (const message of decodeDatagram(bytes, "server").messages) {
      if (message.type !== "searchReply" || message.address !== ADDRESS_IS_SOURCE) continue;
      const wanted = this.#wanted[message.cid];
      // The first server that answers gets the channel, as in libca.
      if (wanted === undefined || wanted.server !== undefined) continue;
      wanted.server = `${from}:${message.port}`;
      const { name, cid } = wanted;
      this.#circuit(wanted.server, from, message.port).write(
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
      for (const wanted of this.#wanted) if (wanted.server === server) this.#forgetServer(wanted);
    });
    for (const message of greeting(this.plan.address)) circuit.write(encodeMessage(message));
    return circuit;
  }

  #forgetServer(wanted: Wanted): void {
    wanted.server = undefined;
    wanted.tries = 0;
    wanted.dueAt = 0;
  }
}

function greeting(host: string): readonly Message[] {
  return [
    { type: "version", priority: 0, minorVersion: MINOR_VERSION },
    { type: "hostName", name: host },
    { type: "clientName", name: "simulated" },
  ];
}
