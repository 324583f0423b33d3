/** `/metrics`: read at most once a second, however many ask. */
import type { IncomingMessage } from "node:http";
import type { Clock, InventoryService, MetricsService, PluginMetrics, StatusService } from "pvmon";
import type { Answer } from "./answer.js";
import type { EventTally } from "./event-tally.js";
import { type Exposition, expose, type TextFormat } from "./exposition.js";
import { takeSnapshot } from "./snapshot.js";

const FRESH_MS = 1000;
const OPEN_METRICS = "application/openmetrics-text";

interface Reading {
  readonly at: number;
  readonly exposition: Promise<Exposition>;
}

export interface ScrapeServices {
  readonly inventory: InventoryService;
  readonly status: StatusService;
  readonly metrics: MetricsService;
  readonly clock: Clock;
}

export class Scrape {
  readonly #services: ScrapeServices;
  readonly #events: EventTally;
  readonly #topClients: number;
  readonly #latest = new Map<TextFormat, Reading>();
  readonly #scrapes: { add(): void };
  #leftOut = 0;
  #took = 0;

  constructor(
    services: ScrapeServices,
    events: EventTally,
    topClients: number,
    metrics: PluginMetrics,
  ) {
    this.#services = services;
    this.#events = events;
    this.#topClients = topClients;
    this.#scrapes = metrics.counter("scrapes_total", "Times the metrics were asked for.");
    metrics.gauge(
      "samples_left_out",
      "Metrics of plugins that the latest reading could not tell: their names are none, or taken.",
      () => this.#leftOut,
    );
    metrics.gauge("reading_seconds", "How long the latest reading took.", () => this.#took / 1000);
  }

  async answer({ headers }: IncomingMessage): Promise<Answer> {
    this.#scrapes.add();
    const format = headers.accept?.includes(OPEN_METRICS) ? "openMetrics" : "prometheus";
    const { contentType, text } = await this.#read(format);
    return { status: 200, contentType, body: text };
  }

  #read(format: TextFormat): Promise<Exposition> {
    const { clock } = this.#services;
    const now = clock.elapsed();
    const latest = this.#latest.get(format);
    if (latest !== undefined && now - latest.at < FRESH_MS) return latest.exposition;
    const exposition = this.#expose(format);
    const reading = { at: now, exposition };
    this.#latest.set(format, reading);
    exposition.catch(() => {
      if (this.#latest.get(format) === reading) this.#latest.delete(format);
    });
    return exposition;
  }

  async #expose(format: TextFormat): Promise<Exposition> {
    const { inventory, status, metrics, clock } = this.#services;
    const begun = clock.elapsed();
    const snapshot = await takeSnapshot(inventory, status, this.#events, this.#topClients);
    const exposition = await expose(snapshot, metrics.samples(), format);
    this.#leftOut = exposition.leftOut;
    this.#took = clock.elapsed() - begun;
    return exposition;
  }
}
