/** One plugin of the site under supervision: made, started, started again after a failure, and stopped in time. */
import type { PluginEntryConfig } from "../config/site.js";
import type { Emitter, Host, Log } from "../plugin/host.js";
import type { Lifecycle, Plugin } from "../plugin/plugin.js";
import type { Clock, PluginHealth } from "../plugin/services.js";
import { BackOff } from "./back-off.js";
import { within } from "./deadline.js";
import { messageOf } from "./error-message.js";
import { Health, type HealthChange } from "./health.js";
import type { Metrics } from "./metrics.js";
import { checkInstance } from "./shape.js";

const START_MS = 30_000;
const STOP_MS = 10_000;
/** Having run for so long, a plugin starts its pauses from the shortest again. */
const PROVEN_MS = 300_000;

export interface Setting extends Omit<PluginEntryConfig, "id"> {
  readonly id: string;
  readonly plugin: Plugin;
}

export interface Surroundings {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  emitter(signal: AbortSignal): Emitter;
  /** By the aliases of the plugin's needs. */
  services(): Readonly<Record<string, unknown>>;
  /** Part of starting, once: a store's load. */
  prepare?(instance: Lifecycle, signal: AbortSignal): Promise<void>;
  /** Takes secrets out of a text that is to be shown. */
  hide(text: string): string;
  healthChanged(change: HealthChange): void;
  /** It runs again after a failure. */
  restarted(): void;
}

export class Supervised {
  readonly setting: Setting;
  readonly health: Health;
  readonly #around: Surroundings;
  readonly #backOff = new BackOff({ firstMs: 1000, longestMs: 60_000 });
  #instance: Lifecycle;
  #abort: AbortController;
  /** An instance is started once only. */
  #isFresh = true;
  #isPrepared = false;
  #isRunning = false;
  #isStopping = false;
  #failureWhileStarting: string | undefined;
  #runningSince = 0;
  #cancelRetry: (() => void) | undefined;
  /** Starting and stopping never overlap. */
  #turn: Promise<unknown> = Promise.resolve();

  /** Makes the instance. @throws what `create` throws, and PvmonError PLUGIN_WRONG_SHAPE. */
  constructor(setting: Setting, around: Surroundings) {
    this.setting = setting;
    this.#around = around;
    this.health = new Health(around.clock, around.hide, (change) => around.healthChanged(change));
    this.#abort = new AbortController();
    this.#instance = this.#create(this.#abort.signal);
  }

  get id(): string {
    return this.setting.id;
  }

  /** The newest instance, whether it runs or not. */
  get instance(): Lifecycle {
    return this.#instance;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** It has been started once, and a store has been loaded. */
  get isPrepared(): boolean {
    return this.#isPrepared;
  }

  view(): PluginHealth {
    const { status, reason, since } = this.health;
    const { id, use, plugin, required } = this.setting;
    return { id, use, kind: plugin.kind, status, reason, since, required };
  }

  /** Rejects when it cannot start or takes too long; it is stopped then. */
  start(): Promise<void> {
    return this.#inTurn(() => this.#start());
  }

  /** It cannot start: try again with growing pauses until it does. */
  retry(reason: string): void {
    if (this.#isStopping) return;
    this.health.failed(reason);
    this.#startLater();
  }

  /** It cannot go on: a new instance takes its place. */
  fail(reason: string): void {
    if (this.#isStopping || this.#cancelRetry !== undefined) return;
    if (!this.#isRunning) {
      this.#failureWhileStarting = reason;
      return;
    }
    this.#isRunning = false;
    this.#around.log.error("failed and is started again", { reason });
    this.health.complain("restart", `${reason}; it is being started again`);
    if (this.#around.clock.elapsed() - this.#runningSince > PROVEN_MS) this.#backOff.reset();
    this.#startLater();
    this.#inTurn(() => this.#halt()).catch((error: unknown) => this.#couldNotStop(error));
  }

  /** Rejects when it does not stop in time; it is left alone then. */
  async stop(): Promise<void> {
    if (this.health.status === "stopped") return;
    this.#isStopping = true;
    this.#cancelRetry?.();
    this.#abort.abort(new Error("pvmon stops"));
    this.health.stopping();
    await this.#inTurn(() => this.#halt());
    this.health.stopped();
  }

  async #start(): Promise<void> {
    const { clock, prepare } = this.#around;
    if (this.#isStopping) throw new Error("pvmon stops");
    if (!this.#isFresh) {
      this.#abort = new AbortController();
      this.#instance = this.#create(this.#abort.signal);
    }
    this.#isFresh = false;
    this.#failureWhileStarting = undefined;
    const instance = this.#instance;
    const { signal } = this.#abort;
    try {
      const starting = (async () => instance.start())();
      await within(clock, START_MS, `starting "${this.id}"`, starting, signal);
      if (!this.#isPrepared) await prepare?.(instance, signal);
      signal.throwIfAborted();
      if (this.#failureWhileStarting !== undefined) throw new Error(this.#failureWhileStarting);
    } catch (error) {
      await this.#halt().catch((failure: unknown) => this.#couldNotStop(failure));
      throw error;
    }
    this.#isPrepared = true;
    this.#isRunning = true;
    this.#runningSince = clock.elapsed();
    this.health.running();
  }

  async #halt(): Promise<void> {
    this.#isRunning = false;
    this.#abort.abort(new Error(`"${this.id}" is stopped`));
    const instance = this.#instance;
    const stopping = (async () => instance.stop())();
    await within(this.#around.clock, STOP_MS, `stopping "${this.id}"`, stopping);
  }

  #startLater(): void {
    const pauseMs = this.#backOff.nextMs();
    this.#cancelRetry = this.#around.clock.after(pauseMs, () => {
      this.#cancelRetry = undefined;
      this.start().then(
        () => this.#around.restarted(),
        (error: unknown) => {
          if (this.#isStopping) return;
          this.#around.log.warn("could not be started", { error: messageOf(error) });
          this.retry(messageOf(error));
        },
      );
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #couldNotStop(error: unknown): void {
    this.#around.log.warn("did not stop as it should", { error: messageOf(error) });
  }

  #create(signal: AbortSignal): Lifecycle {
    const { plugin, config } = this.setting;
    const context = {
      config: structuredClone(config),
      services: this.#around.services(),
      host: this.#host(signal),
    };
    this.health.complain("plugin", undefined);
    const instance =
      plugin.kind === "detector" || plugin.kind === "probe"
        ? plugin.create({ ...context, emitter: this.#around.emitter(signal) })
        : plugin.create(context);
    checkInstance(instance, plugin);
    return instance;
  }

  #host(signal: AbortSignal): Host {
    const { log, metrics } = this.#around;
    // What an instance says after its end is not about the one that took its place.
    const live = (say: () => void): void => {
      if (!signal.aborted) say();
    };
    return {
      id: this.id,
      log,
      signal,
      metrics: metrics.of(this.id),
      status: {
        ok: () => live(() => this.health.complain("plugin", undefined)),
        degraded: (reason) => live(() => this.health.complain("plugin", reason)),
        failed: (reason) => live(() => this.fail(reason)),
      },
    };
  }
}
