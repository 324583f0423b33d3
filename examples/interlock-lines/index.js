/** A detector for a protocol of the site: an interlock system broadcasts `ILK <sequence> <name> <OPEN|CLOSED>` by UDP. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { CLOCK, defineDetector } from "pvmon";

/** Names have at most 64 characters: what comes from a network is bounded. */
const LINE = /^ILK (\d{1,9}) ([A-Za-z0-9:_-]{1,64}) (OPEN|CLOSED)$/;

class InterlockDetector {
  #socket;
  #next;

  constructor({ config, services, host, emitter }) {
    this.config = config;
    this.clock = services.clock;
    this.host = host;
    this.emitter = emitter;
    this.heard = host.metrics.counter("lines_total", "Lines heard.");
    this.damaged = host.metrics.counter("damaged_total", "Datagrams that are no line.");
    this.missed = host.metrics.counter("missed_total", "Lines that never came, by their sequence.");
  }

  async start() {
    const socket = createSocket({ type: "udp4", reuseAddr: true }, (bytes) =>
      this.#hear(bytes.toString("latin1").trim()),
    );
    this.#socket = socket;
    socket.bind(this.config.port, this.config.address);
    try {
      await once(socket, "listening", { signal: this.host.signal });
    } catch (error) {
      await this.stop();
      throw error;
    }
    socket.on("error", (error) => this.host.status.failed(`cannot listen: ${error.message}`));
  }

  async stop() {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket !== undefined) await new Promise((resolve) => socket.close(resolve));
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
  needs: { clock: CLOCK },
  create: (context) => new InterlockDetector(context),
});
