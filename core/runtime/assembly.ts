/** The parts of one pvmon put together: container, inventory, outboxes, pipeline and supervised plugins. Nothing runs yet. */
import { join } from "node:path";
import { serveAccess } from "../access/access.js";
import type { SiteConfig } from "../config/site.js";
import type { Ipv4 } from "../model/address.js";
import type { PvmonEvent } from "../model/event.js";
import { Inventory } from "../model/inventory/inventory.js";
import type { Observation } from "../model/observation.js";
import { SystemNetwork } from "../network/index.js";
import { PvmonError } from "../plugin/errors.js";
import type { Store } from "../plugin/plugin.js";
import {
  ACCESS,
  CLOCK,
  type Clock,
  HISTORY,
  INVENTORY,
  METRICS,
  NETWORK,
  OPERATIONS,
  PROBES,
  STATUS,
  type StatusService,
} from "../plugin/services.js";
import type { Token } from "../plugin/token.js";
import { Container } from "./container.js";
import { messageOf } from "./error-message.js";
import { forwardTo } from "./forwarding.js";
import type { HealthChange } from "./health.js";
import { inventoryOptions } from "./inventory-options.js";
import { serveInventory } from "./inventory-service.js";
import { Lifecycle } from "./lifecycle.js";
import { Listeners } from "./listeners.js";
import type { RootLog } from "./log.js";
import { Metrics } from "./metrics.js";
import { serveOperations } from "./operations.js";
import type { StoreSlot } from "./outbox.js";
import { Outboxes } from "./outboxes.js";
import type { Override } from "./override.js";
import { Pipeline } from "./pipeline.js";
import type { Planned } from "./planning.js";
import { serveProbes } from "./probes.js";
import { ProcessMetrics } from "./process-metrics.js";
import { Spool } from "./spool.js";
import { serveStatus } from "./status.js";
import { loadStore } from "./store-load.js";
import { Supervised } from "./supervised.js";
import { VERSION } from "./version.js";

/** What pvmon provides itself. */
export const HOST_TOKENS: readonly Token<unknown>[] = [
  ACCESS,
  CLOCK,
  INVENTORY,
  PROBES,
  METRICS,
  NETWORK,
  OPERATIONS,
  STATUS,
];

const BYTES_PER_MEGABYTE = 1e6;

export interface AssemblyParts {
  readonly site: SiteConfig;
  /** In the order they have to be made. */
  readonly planned: readonly Planned[];
  readonly log: RootLog;
  /** Takes secrets out of a text that is to be shown. */
  readonly hide: (text: string) => string;
  /** What is in force, without secrets. */
  readonly configuration: StatusService["configuration"];
  /** Unless overridden. */
  readonly clock: Clock;
  readonly override: readonly Override[];
  /** Of the hash of names. */
  readonly seed: number;
  /** Of this machine, for beacons that its repeater sends on. */
  readonly ownAddresses: readonly Ipv4[];
  /** Called before each observation is folded. */
  readonly beforeFold?: (observation: Observation) => void;
  /** `create` of this one threw, or answered what is no instance. */
  readonly notCreated: (planned: Planned, error: unknown) => void;
}

export class Assembly {
  readonly container = new Container();
  readonly inventory: Inventory;
  readonly outboxes: Outboxes;
  readonly pipeline: Pipeline;
  readonly lifecycle: Lifecycle;
  readonly process: ProcessMetrics;
  readonly plugins: Supervised[] = [];
  readonly #parts: AssemblyParts;
  readonly #clock: Clock;
  readonly #metrics = new Metrics();
  /** A plugin could not be made. */
  #hasFailed = false;

  constructor(parts: AssemblyParts) {
    const { site, planned, log, override, seed, ownAddresses, beforeFold } = parts;
    this.#parts = parts;
    for (const [token, service] of override) this.container.register(token, service);
    this.#provide(CLOCK, parts.clock);
    const clock = this.container.get(CLOCK);
    this.#clock = clock;
    const own = this.#metrics.of("pvmon");
    const failures = own.counter("listener_failures_total", "Times a listener threw.");
    const listenerFailed = (error: unknown): void => {
      failures.add();
      log.debug("a listener threw", { error: messageOf(error) });
    };
    const events = new Listeners<PvmonEvent>(listenerFailed);
    const changes = new Listeners<PvmonEvent>(listenerFailed);
    const slots = planned.filter(isStore).map(({ id }) => this.#slot(id));
    this.outboxes = new Outboxes(
      slots,
      () => this.inventory,
      clock,
      (event, isNew) => (isNew ? events : changes).tell(event),
      (id) =>
        new Spool({
          folder: join(site.spool.folder, id),
          maxBytes: site.spool.megabytes * BYTES_PER_MEGABYTE,
        }),
    );
    this.inventory = new Inventory(
      inventoryOptions(site.inventory, { seed, ownAddresses }),
      this.outboxes,
    );
    this.pipeline = new Pipeline({
      inventory: {
        fold: (observation) => {
          beforeFold?.(observation);
          this.inventory.fold(observation);
        },
        advance: (at) => this.inventory.advance(at),
        clockSet: (at, byMs) => this.inventory.clockSet(at, byMs),
      },
      clock,
      log,
      metrics: this.#metrics,
      outboxes: this.outboxes,
    });
    this.process = new ProcessMetrics(own, clock, (sample) =>
      this.inventory.processSampled(sample),
    );
    this.lifecycle = new Lifecycle({
      plugins: this.plugins,
      outboxes: this.outboxes,
      log,
      loaded: () => {
        this.outboxes.start();
        this.pipeline.start();
        this.process.start();
      },
    });
    this.#provide(ACCESS, serveAccess(site.access, clock, log));
    this.#provide(INVENTORY, serveInventory(this.inventory, listenerFailed, this.lifecycle.ending));
    this.#provide(METRICS, this.#metrics);
    this.#provide(NETWORK, new SystemNetwork());
    this.#provide(
      OPERATIONS,
      serveOperations(this.inventory, clock, () => this.container.find(HISTORY)),
    );
    this.#provide(
      PROBES,
      serveProbes(
        () => this.plugins,
        (signal) => this.outboxes.drained(signal),
      ),
    );
    this.#provide(
      STATUS,
      serveStatus({
        name: site.name,
        version: VERSION,
        startedAt: clock.now(),
        isReady: () => this.lifecycle.isReady,
        plugins: () => this.plugins.map((plugin) => plugin.view()),
        outboxes: () => this.outboxes.views(),
        configuration: parts.configuration,
        events,
        changes,
        settled: () => this.outboxes.settled(),
      }),
    );
    for (const plugin of planned) this.#create(plugin);
  }

  #create(planned: Planned): void {
    const { id, plugin } = planned;
    const { log } = this.#parts;
    const { provides } = plugin;
    try {
      const supervised: Supervised = new Supervised(planned, {
        clock: this.#clock,
        log: log.tagged(id),
        metrics: this.#metrics,
        emitter: (signal) => this.pipeline.emitter(id, signal),
        services: () => this.container.forNeeds(plugin.needs ?? {}),
        ...(isStore(planned)
          ? { prepare: (instance, signal) => this.#load(id, instance as Store, signal) }
          : {}),
        hide: this.#parts.hide,
        healthChanged: (change) => this.#healthChanged(id, change),
        restarted: () => this.#restartThoseThatNeed(id, provides),
      });
      this.plugins.push(supervised);
      if (provides !== undefined) {
        this.#provide(
          provides,
          forwardTo(() => supervised.instance.service as object),
        );
      }
    } catch (error) {
      // A service that is missing now, after the wiring was found right, is one whose plugin could not be made.
      const follows = error instanceof PvmonError && error.code === "SERVICE_MISSING";
      if (!(follows && this.#hasFailed)) this.#parts.notCreated(planned, error);
      this.#hasFailed = true;
    }
  }

  /** What was overridden stays so. */
  #provide<T>(token: Token<T>, service: T): void {
    if (!this.container.has(token)) this.container.register(token, service);
  }

  #find(id: string): Supervised | undefined {
    return this.plugins.find((plugin) => plugin.id === id);
  }

  #slot(id: string): StoreSlot {
    const running = (): Store | undefined => {
      const plugin = this.#find(id);
      return plugin?.isRunning === true ? (plugin.instance as Store) : undefined;
    };
    return {
      id,
      get store() {
        return running();
      },
      complain: (reason) => this.#find(id)?.health.complain("writes", reason),
      fail: (reason) => this.#find(id)?.fail(reason),
    };
  }

  async #load(id: string, store: Store, signal: AbortSignal): Promise<void> {
    await this.outboxes.catchUp(id, store, signal);
    const rows = await loadStore(id, store, this.inventory, this.#clock, signal);
    this.#parts.log.info("loaded", { store: id, rows });
  }

  #healthChanged(id: string, { from, to, reason }: HealthChange): void {
    const isWorse = to === "degraded" || to === "failed";
    const isBetter = to === "ok" && (from === "degraded" || from === "failed");
    if (!isWorse && !isBetter) return;
    const text = isWorse ? `${id} is ${to}: ${reason ?? "no reason given"}` : `${id} works again`;
    this.#parts.log.tagged(id)[isWorse ? "warn" : "info"](text);
    this.inventory.record({
      at: this.#clock.now(),
      type: isWorse ? "plugin.degraded" : "plugin.recovered",
      severity: to === "failed" ? "alarm" : isWorse ? "warning" : "info",
      subject: id,
      text,
      evidence: { from, to, reason },
    });
  }

  /** They may have left something in the instance that is gone, such as a mounted page. */
  #restartThoseThatNeed(id: string, token: Token<unknown> | undefined): void {
    for (const other of this.plugins) {
      const needs = Object.values(other.setting.plugin.needs ?? {});
      const isNeeded = needs.some(({ symbol, optional }) => !optional && symbol === token?.symbol);
      if (isNeeded) other.fail(`"${id}", which it needs, was started again`);
    }
  }
}

function isStore({ plugin }: Planned): boolean {
  return plugin.kind === "store";
}
