/** plugin-name: hears readings by UDP, a line each, and keeps the latest of each as a fact of the site. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { type Static, Type } from "@sinclair/typebox";
import { CLOCK, type Clock, type Detector, defineDetector, type Emitter, type Host } from "pvmon";

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

class ReadingDetector implements Detector {
  readonly #config: Config;
  readonly #clock: Clock;
  readonly #host: Host;
  readonly #emitter: Emitter;
  readonly #heard: { add(n?: number): void };
  readonly #damaged: { add(n?: number): void };
  #socket: Socket | undefined;

  constructor(config: Config, clock: Clock, host: Host, emitter: Emitter) {
    this.#config = config;
    this.#clock = clock;
    this.#host = host;
    this.#emitter = emitter;
    this.#heard = host.metrics.counter("readings_total", "Readings heard.");
    this.#damaged = host.metrics.counter("damaged_total", "Datagrams that are no reading.");
  }

  async start(): Promise<void> {
    const socket = createSocket("udp4", (bytes) => this.#hear(bytes.toString("latin1").trim()));
    this.#socket = socket;
    socket.bind(this.#config.port, this.#config.address);
    try {
      await once(socket, "listening", { signal: this.#host.signal });
    } catch (error) {
      await this.stop();
      throw error;
    }
    socket.on("error", (error) => this.#host.status.failed(`cannot listen: ${error.message}`));
  }

  async stop(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket !== undefined) await new Promise<void>((resolve) => socket.close(() => resolve()));
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
  needs: { clock: CLOCK },
  create: ({ config, services, host, emitter }) =>
    new ReadingDetector(config, services.clock, host, emitter),
});
