/** plugin-name: hears readings by UDP, a line each, and keeps the latest of each as a fact of the site. */
import { type Static, Type } from "@sinclair/typebox";
import {
  CLOCK,
  type Clock,
  type Detector,
  defineDetector,
  type Emitter,
  type Host,
  NETWORK,
  type NetworkService,
  parseIpv4,
  type UdpSocket,
} from "pvmon";

const configSchema = Type.Object(
  {
    address: Type.String({ description: "Address to listen at.", default: "0.0.0.0" }),
    port: Type.Integer({
      description: "UDP port to listen at.",
      default: 5070,
      minimum: 0,
      maximum: 65_535,
    }),
  },
  { additionalProperties: false },
);
type Config = Static<typeof configSchema>;

/** `rack-3 temperature 31.5`. What comes from a network is bounded. */
const READING = /^([\w.-]{1,64}) ([\w.-]{1,64}) (-?\d{1,12}(?:\.\d{1,12})?)$/;

interface Services {
  readonly clock: Clock;
  readonly network: NetworkService;
}

class ReadingDetector implements Detector {
  readonly #config: Config;
  readonly #clock: Clock;
  readonly #network: NetworkService;
  readonly #host: Host;
  readonly #emitter: Emitter;
  readonly #heard: { add(n?: number): void };
  readonly #damaged: { add(n?: number): void };
  #socket: UdpSocket | undefined;

  constructor(config: Config, services: Services, host: Host, emitter: Emitter) {
    this.#config = config;
    this.#clock = services.clock;
    this.#network = services.network;
    this.#host = host;
    this.#emitter = emitter;
    this.#heard = host.metrics.counter("readings_total", "Readings heard.");
    this.#damaged = host.metrics.counter("damaged_total", "Datagrams that are no reading.");
  }

  async start(): Promise<void> {
    const { address, port } = this.#config;
    const ip = parseIpv4(address);
    if (ip === undefined) throw new Error(`address "${address}" is no IPv4 address`);
    this.#socket = await this.#network.openUdp({
      local: { ip, port },
      datagram: (bytes) => this.#hear(Buffer.from(bytes).toString("latin1").trim()),
      failed: (error) => this.#host.status.failed(`cannot listen: ${error.message}`),
    });
    const { signal } = this.#host;
    if (signal.aborted) await this.stop();
    signal.throwIfAborted();
  }

  async stop(): Promise<void> {
    this.#socket?.close();
    this.#socket = undefined;
  }

  /** Nothing here may throw: one bad datagram never stops anything. */
  #hear(line: string): void {
    const [, rack, quantity, value] = READING.exec(line) ?? [];
    if (value === undefined) {
      this.#damaged.add();
      return;
    }
    this.#heard.add();
    this.#emitter.emit({
      type: "site",
      at: this.#clock.now(),
      subject: "reading",
      name: `${rack} ${quantity}`,
      fields: { value: Number(value) },
    });
  }
}

export default defineDetector({
  name: "plugin-name",
  description: "Hears readings of the site by UDP.",
  configSchema,
  needs: { clock: CLOCK, network: NETWORK },
  create: ({ config, services, host, emitter }) =>
    new ReadingDetector(config, services, host, emitter),
});
