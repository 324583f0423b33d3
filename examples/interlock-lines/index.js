/** A detector for a protocol of the site: an interlock system broadcasts `ILK <sequence> <name> <OPEN|CLOSED>` by UDP. */
import { CLOCK, defineDetector, NETWORK, parseIpv4 } from "pvmon";

/** Names have at most 64 characters: what comes from a network is bounded. */
const LINE = /^ILK (\d{1,9}) ([A-Za-z0-9:_-]{1,64}) (OPEN|CLOSED)$/;

class InterlockDetector {
  #socket;
  #next;

  constructor({ config, services, host, emitter }) {
    this.config = config;
    this.clock = services.clock;
    this.network = services.network;
    this.host = host;
    this.emitter = emitter;
    this.heard = host.metrics.counter("lines_total", "Lines heard.");
    this.damaged = host.metrics.counter("damaged_total", "Datagrams that are no line.");
    this.missed = host.metrics.counter("missed_total", "Lines that never came, by their sequence.");
  }

  async start() {
    const ip = parseIpv4(this.config.address);
    if (ip === undefined) throw new Error(`"${this.config.address}" is no IPv4 address`);
    this.#socket = await this.network.openUdp({
      local: { ip, port: this.config.port },
      isShared: true,
      datagram: (bytes) => this.#hear(Buffer.from(bytes).toString("latin1").trim()),
      failed: (error) => this.host.status.failed(`cannot listen: ${error.message}`),
    });
    if (this.host.signal.aborted) await this.stop();
    this.host.signal.throwIfAborted();
  }

  async stop() {
    this.#socket?.close();
    this.#socket = undefined;
  }

  #hear(line) {
    const [, sequence, name, state] = LINE.exec(line) ?? [];
    if (state === undefined) return this.damaged.add();
    this.heard.add();
    // A sender that began anew begins at a lower number, which is no loss.
    const missed = Number(sequence) - (this.#next ?? Number(sequence));
    if (missed > 0) this.missed.add(missed);
    this.#next = Number(sequence) + 1;
    const fields = { open: state === "OPEN" };
    this.emitter.emit({ type: "site", at: this.clock.now(), subject: "interlock", name, fields });
  }
}

export default defineDetector({
  name: "interlock-lines",
  description: "Hears the states of interlocks, which their system broadcasts.",
  configSchema: {
    type: "object",
    additionalProperties: false,
    properties: {
      address: { type: "string", description: "Address to listen at.", default: "0.0.0.0" },
      port: {
        type: "integer",
        description: "UDP port.",
        default: 5071,
        minimum: 1,
        maximum: 65535,
      },
    },
  },
  needs: { clock: CLOCK, network: NETWORK },
  create: (context) => new InterlockDetector(context),
});
