/**
 * A probe that compares what is on air with the list of PVs that the site has registered, as ChannelFinder gives it over
 * HTTP. It tells of PVs that are registered and have no server, and of PVs on air that nobody registered.
 */
import { CLOCK, defineProbe, INVENTORY } from "pvmon";

const PAGE = 1000;
const AGREED = { registered: true, onAir: true };

class ChannelListProbe {
  purpose = "channel-list";
  #told = new Set();
  #stopped = new AbortController();
  #cancel;
  #comparing;
  #lastAt = Number.NEGATIVE_INFINITY;

  constructor({ config, services, host, emitter }) {
    this.config = config;
    this.clock = services.clock;
    this.inventory = services.inventory;
    this.host = host;
    this.emitter = emitter;
    this.requests = host.metrics.counter("requests_total", "Pages asked of the list.");
    this.silent = 0;
    this.unknown = 0;
    host.metrics.gauge("registered_silent", "PVs in the list without a server.", () => this.silent);
    host.metrics.gauge("unregistered", "PVs on air that are in no list.", () => this.unknown);
  }

  async start() {
    const everyMs = this.config.everyMinutes * 60_000;
    this.#cancel = this.clock.every(everyMs, () => void this.#compare());
  }

  async stop() {
    this.#cancel?.();
    this.#stopped.abort();
    await this.#comparing;
  }

  /** Whoever asks: one comparison at a time, and at most one in `minSeconds`. */
  async probe(targets, signal) {
    signal.throwIfAborted();
    if (targets.length === 0) return [];
    const begun = this.clock.elapsed();
    const failure = await this.#compare();
    signal.throwIfAborted();
    const waitedMs = this.clock.elapsed() - begun;
    return targets.map(({ name }) => ({
      name,
      answers: [],
      tries: 1,
      waitedMs,
      ...(failure !== undefined && { error: failure }),
    }));
  }

  #compare() {
    if (this.#comparing === undefined) {
      const since = this.clock.elapsed() - this.#lastAt;
      if (since < this.config.minSeconds * 1000) return Promise.resolve("compared just now");
      this.#lastAt = this.clock.elapsed();
      this.#comparing = this.#compareNow()
        .then(
          () => this.host.status.ok(),
          (error) => {
            if (!this.#stopped.signal.aborted)
              this.host.status.degraded(`the list cannot be read: ${error.message}`);
            return error.message || "it failed";
          },
        )
        .finally(() => {
          this.#comparing = undefined;
        });
    }
    return this.#comparing;
  }

  async #compareNow() {
    const registered = await this.#registered();
    const onAir = new Set();
    for (let slot = 0; slot < this.inventory.nameSlots(); slot++) {
      const at = this.inventory.nameAt(slot);
      if (at?.state === "online" || at?.state === "unverified") onAir.add(at.name);
    }
    const silent = [...registered].filter((name) => !onAir.has(name));
    const unknown = [...onAir].filter((name) => !registered.has(name));
    this.silent = silent.length;
    this.unknown = unknown.length;
    const differ = new Map(
      [
        ...silent.map((name) => [name, { registered: true, onAir: false }]),
        ...unknown.map((name) => [name, { registered: false, onAir: true }]),
      ].slice(0, this.config.maxFacts),
    );
    for (const name of this.#told) if (!differ.has(name)) this.#tell(name, AGREED);
    for (const [name, fields] of differ) this.#tell(name, fields);
    this.#told = new Set(differ.keys());
  }

  #tell(name, fields) {
    this.emitter.emit({ type: "site", at: this.clock.now(), subject: "pv", name, fields });
  }

  async #registered() {
    const names = new Set();
    for (let from = 0; from < this.config.maxChannels; from += PAGE) {
      const page = await this.#page(from);
      for (const channel of page) if (typeof channel?.name === "string") names.add(channel.name);
      if (page.length < PAGE) return names;
    }
    throw new Error(`it has more than ${this.config.maxChannels} channels: see maxChannels`);
  }

  async #page(from) {
    const ended = new AbortController();
    const cancel = this.clock.after(this.config.timeoutSeconds * 1000, () =>
      ended.abort(new Error("no answer")),
    );
    this.requests.add();
    try {
      const query = `~name=*&~size=${PAGE}&~from=${from}`;
      const response = await fetch(`${this.config.url}/resources/channels?${query}`, {
        headers: { accept: "application/json", connection: "close" },
        signal: AbortSignal.any([this.#stopped.signal, ended.signal]),
      });
      const page = await response.json();
      if (!response.ok || !Array.isArray(page)) throw new Error(`it answers ${response.status}`);
      return page;
    } finally {
      cancel();
    }
  }
}

const number = (description, value, rest = {}) => ({
  type: "number",
  description,
  default: value,
  minimum: 0,
  ...rest,
});

export default defineProbe({
  name: "channel-list",
  description: "Compares the PVs on air with the list of registered ones, over HTTP.",
  configSchema: {
    type: "object",
    additionalProperties: false,
    required: ["url"],
    properties: {
      url: {
        type: "string",
        description: "Of the list: `http://cf.example.org/ChannelFinder`.",
        pattern: "^https?://\\S+$",
      },
      everyMinutes: number("From one comparison to the next.", 60, { minimum: 0.01 }),
      minSeconds: number("Budget: between two comparisons, whoever asks.", 10),
      timeoutSeconds: number("How long the list may take for a page.", 10, { minimum: 0.1 }),
      maxChannels: number("A longer list is not read.", 1_000_000),
      maxFacts: number("PVs that are told of, of those where list and air differ.", 10_000),
    },
  },
  needs: { clock: CLOCK, inventory: INVENTORY },
  create: (context) => new ChannelListProbe(context),
});
