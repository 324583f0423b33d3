/** Clients that search for their names again and again at a steady rate, and know exactly what they have sent. */
import { createSocket, type Socket } from "node:dgram";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClientPlan } from "../../../core/testkit/index.js";
import { searchDatagram } from "../../peers/index.js";

const NAMES_PER_DATAGRAM = 20;
const TICK_MS = 20;

export interface Sent {
  datagrams: number;
  names: number;
}

export interface SearchSenderOptions {
  readonly clients: readonly ClientPlan[];
  /** Of all clients together. */
  readonly namesPerSecond: number;
  readonly broadcast: string;
  readonly port: number;
}

class Client {
  readonly sent: Sent = { datagrams: 0, names: 0 };
  readonly socket: Socket = createSocket("udp4");
  #next = 0;

  constructor(readonly plan: ClientPlan) {
    this.socket.setMaxListeners(0);
  }

  async open(): Promise<void> {
    await new Promise<void>((bound) => this.socket.bind(0, this.plan.address, bound));
    this.socket.setBroadcast(true);
  }

  /** The next names, as many as a datagram has. */
  async send(port: number, broadcast: string): Promise<void> {
    const { names } = this.plan;
    const { datagrams: sequence } = this.sent;
    const searched = Array.from({ length: NAMES_PER_DATAGRAM }, () => {
      const cid = this.#next++ % names.length;
      return { name: names[cid]!, cid };
    });
    this.sent.datagrams += 1;
    this.sent.names += NAMES_PER_DATAGRAM;
    await new Promise<void>((resolve, reject) =>
      this.socket.send(searchDatagram(sequence, searched), port, broadcast, (error) =>
        error === null ? resolve() : reject(error),
      ),
    );
  }
}

export class SearchSender {
  readonly #options: SearchSenderOptions;
  readonly #clients: readonly Client[];
  #running = false;
  #sending: Promise<void> | undefined;

  constructor(options: SearchSenderOptions) {
    this.#options = options;
    this.#clients = options.clients.map((plan) => new Client(plan));
  }

  /** By the address of the client. */
  get sent(): ReadonlyMap<string, Readonly<Sent>> {
    return new Map(this.#clients.map(({ plan, sent }) => [plan.address, sent]));
  }

  async start(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.open()));
    this.#running = true;
    this.#sending = this.#send();
    // Whoever stops it hears of it.
    this.#sending.catch(() => undefined);
  }

  /** Resolves when the last datagram has left; rejects when one could not. */
  async stop(): Promise<void> {
    this.#running = false;
    await this.#sending;
    for (const { socket } of this.#clients) socket.close();
  }

  async #send(): Promise<void> {
    const { namesPerSecond, broadcast, port } = this.#options;
    const beganAt = performance.now();
    for (let sent = 0; this.#running; await sleep(TICK_MS)) {
      const due = ((performance.now() - beganAt) / 1000) * (namesPerSecond / NAMES_PER_DATAGRAM);
      for (; sent < due; sent++) {
        await this.#clients[sent % this.#clients.length]!.send(port, broadcast);
      }
    }
  }
}
