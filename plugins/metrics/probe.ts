/** `/probe?pv=NAME`: whether the server of one PV has it, asked now over TCP, in the manner of Prometheus's blackbox exporter. */
import { Gauge, Registry } from "prom-client";
import type {
  ChannelInfo,
  ChannelInfoService,
  Clock,
  InventoryService,
  PluginMetrics,
} from "pvmon";
import type { Answer } from "./answer.js";
import type { Config } from "./config.js";

const MAX_NAME_LENGTH = 500;
/** Of questions that are waited for. */
const MAX_ACTIVE = 8;

/** Why a probe failed, or that it did not: `unknown` when pvmon knows no server of the PV, and nobody was asked. */
type Outcome = ChannelInfo["state"] | "unknown";
const OUTCOMES: readonly Outcome[] = ["connected", "refused", "unreachable", "timeout", "unknown"];

export interface PvProbeServices {
  readonly inventory: InventoryService;
  readonly channelInfo: ChannelInfoService;
  readonly clock: Clock;
}

export class PvProbe {
  readonly #services: PvProbeServices;
  readonly #options: Config["probe"];
  readonly #signal: AbortSignal;
  readonly #asked: { add(): void };
  readonly #refused: { add(): void };
  #active = 0;
  #nextAt = Number.NEGATIVE_INFINITY;

  constructor(
    services: PvProbeServices,
    options: Config["probe"],
    signal: AbortSignal,
    metrics: PluginMetrics,
  ) {
    this.#services = services;
    this.#options = options;
    this.#signal = signal;
    this.#asked = metrics.counter("probes_total", "PVs asked for a probe.");
    this.#refused = metrics.counter("probes_refused_total", "Probes beyond the budget.");
  }

  async answer(query: URLSearchParams): Promise<Answer> {
    const name = query.get("pv") ?? "";
    if (name === "" || name.length > MAX_NAME_LENGTH) {
      return { status: 400, body: "say which PV: ?pv=NAME\n" };
    }
    const { inventory, clock } = this.#services;
    const server = inventory.pvItem(name)?.server ?? null;
    if (server === null) return await report("unknown", 0);
    const now = clock.elapsed();
    if (now < this.#nextAt || this.#active >= MAX_ACTIVE) {
      this.#refused.add();
      const body = "too many probes: see probe.perSecond in the configuration of metrics\n";
      return { status: 429, body, headers: { "retry-after": "1" } };
    }
    this.#nextAt = now + 1000 / this.#options.perSecond;
    this.#asked.add();
    this.#active += 1;
    try {
      return await report(await this.#ask(name, server), clock.elapsed() - now);
    } finally {
      this.#active -= 1;
    }
  }

  async #ask(name: string, server: string): Promise<Outcome> {
    const late = new AbortController();
    const { clock, channelInfo } = this.#services;
    const cancel = clock.after(this.#options.timeoutSeconds * 1000, () => late.abort());
    try {
      const signal = AbortSignal.any([late.signal, this.#signal]);
      return (await channelInfo.info({ name, server }, { signal })).state;
    } catch (error) {
      if (late.signal.aborted) return "timeout";
      throw error;
    } finally {
      cancel();
    }
  }
}

async function report(outcome: Outcome, tookMs: number): Promise<Answer> {
  const registry = new Registry();
  const add = (name: string, help: string, labelNames: string[] = []): Gauge =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  add("probe_success", "1 when the server has the PV.").set(Number(outcome === "connected"));
  add("probe_duration_seconds", "How long the answer took.").set(tookMs / 1000);
  const outcomes = add("pvmon_probe_outcome", "1 for what came of it.", ["outcome"]);
  for (const each of OUTCOMES) outcomes.labels(each).set(Number(each === outcome));
  return { status: 200, contentType: registry.contentType, body: await registry.metrics() };
}
