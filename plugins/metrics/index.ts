/** Metrics for Prometheus: what pvmon knows as numbers, and pvmon itself, mounted beside the API. */
import {
  CHANNEL_INFO,
  CLOCK,
  defineOutput,
  type Host,
  HTTP,
  INVENTORY,
  METRICS,
  type Output,
  optional,
  type Services,
  STATUS,
} from "pvmon";
import { listenAt } from "./answer.js";
import { type Config, configSchema } from "./config.js";
import { EventTally } from "./event-tally.js";
import { PvProbe } from "./probe.js";
import { Scrape } from "./scrape.js";

const NEEDS = {
  http: HTTP,
  inventory: INVENTORY,
  status: STATUS,
  metrics: METRICS,
  clock: CLOCK,
  channelInfo: optional(CHANNEL_INFO),
};

class MetricsOutput implements Output {
  readonly #config: Config;
  readonly #services: Services<typeof NEEDS>;
  readonly #host: Host;
  readonly #events = new EventTally();
  readonly #scrape: Scrape;
  #undo: (() => void)[] = [];

  constructor(config: Config, services: Services<typeof NEEDS>, host: Host) {
    this.#config = config;
    this.#services = services;
    this.#host = host;
    this.#scrape = new Scrape(services, this.#events, config.topClients, host.metrics);
  }

  async start(): Promise<void> {
    try {
      this.#undo.push(this.#services.status.subscribe((event) => this.#events.add(event)));
      this.#mountMetrics();
      if (this.#config.probe.enabled) this.#mountProbe();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    for (const undo of this.#undo.splice(0)) undo();
  }

  #mountMetrics(): void {
    const { path, role } = this.#config;
    const listener = listenAt(path, (_query, request) => this.#scrape.answer(request));
    this.#undo.push(this.#services.http.mount(path, listener, role === "none" ? {} : { role }));
  }

  #mountProbe(): void {
    const { channelInfo, ...services } = this.#services;
    if (channelInfo === undefined) {
      throw new Error(
        "probe.enabled of metrics needs a plugin that asks for channels: add cainfo under probes:",
      );
    }
    const { probe } = this.#config;
    const { signal, metrics } = this.#host;
    const pvProbe = new PvProbe({ ...services, channelInfo }, probe, signal, metrics);
    const listener = listenAt(probe.path, (query) => pvProbe.answer(query));
    this.#undo.push(this.#services.http.mount(probe.path, listener, { role: probe.role }));
  }
}

export default defineOutput({
  name: "metrics",
  description: "Gives Prometheus the metrics of the site and of pvmon itself",
  configSchema,
  needs: NEEDS,
  create: ({ config, services, host }) => new MetricsOutput(config, services, host),
});
