/** Brings events, looks and time to the rules, and what they tell to the destinations. */
import type {
  Clock,
  HistoryService,
  Host,
  HttpService,
  InventoryService,
  Output,
  PvmonEvent,
  StatusService,
} from "pvmon";
import type { Config } from "./config.js";
import { Looks } from "./looks.js";
import { DryRun, listener, openAlerts, type PagesOptions } from "./pages.js";
import { readPast, replay } from "./replay.js";
import { AlertEngine, type EngineOptions } from "./rules/engine.js";
import { Maintenance } from "./rules/maintenance.js";
import { rulesOf } from "./rules/rule.js";
import { AGAIN_MS } from "./senders/alertmanager.js";
import { Delivery } from "./senders/delivery.js";
import { logSender, senderOf } from "./senders/index.js";
import type { Origin } from "./senders/sender.js";

const TICK_MS = 1000;
/** States and figures. */
const LOOK_MS = 10_000;
/** Whether what began by an event still lasts. */
const CHECK_MS = 60_000;
/** Of history, read at the start so that the rules go on where they stood. */
const PAST_MS = 7 * 24 * 3_600_000;
/** A clock that is further behind was set back. */
const CLOCK_SET_MS = 5000;
/** Events that come while it is read. */
const MAX_WAITING = 10_000;

export interface AlertsServices {
  readonly inventory: InventoryService;
  readonly status: StatusService;
  readonly clock: Clock;
  readonly history: HistoryService | undefined;
  readonly http: HttpService | undefined;
}

export class Alerts implements Output {
  readonly #config: Config;
  readonly #services: AlertsServices;
  readonly #host: Host;
  readonly #looks: Looks;
  readonly #engine: AlertEngine;
  readonly #newEngine: () => AlertEngine;
  readonly #deliveries: ReadonlyMap<string, Delivery>;
  readonly #origin: Origin;
  readonly #stopping = new AbortController();
  readonly #missed: { add(): void };
  /** Undefined once the past has been read. */
  #waiting: PvmonEvent[] | undefined = [];
  #undo: (() => void)[] = [];
  #now = Number.NEGATIVE_INFINITY;
  #elapsed = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #checkedAt = Number.NEGATIVE_INFINITY;

  /** @throws Error that says what does not make sense in the configuration. */
  constructor(config: Config, services: AlertsServices, host: Host) {
    this.#config = config;
    this.#services = services;
    this.#host = host;
    const { inventory, status, clock } = services;
    this.#origin = { site: status.name, link: config.link };
    this.#looks = new Looks(inventory, status, config.silentHosts);
    const options = engineOptions(config, this.#looks, inventory);
    this.#newEngine = () => new AlertEngine(options);
    this.#engine = this.#newEngine();
    const signal = AbortSignal.any([host.signal, this.#stopping.signal]);
    const { log, metrics } = host;
    this.#deliveries = new Map(
      config.destinations.map((destination) => {
        const real = senderOf(destination, this.#origin);
        const sender = config.dryRun ? logSender(log, this.#origin) : real;
        const changed = (): void => this.#report();
        const { name } = destination;
        return [name, new Delivery(name, sender, clock, { signal, metrics }, changed)];
      }),
    );
    this.#missed = metrics.counter(
      "events_missed_total",
      "Events that came while the past was read, beyond what could wait.",
    );
    metrics.gauge("alerts_open", "What rules are about and lasts.", () => this.#openCount());
    metrics.gauge(
      "alerts_not_kept",
      "What there was no room to remember; it was only counted in notifications.",
      () => this.#engine.notKept,
    );
    metrics.gauge("notifications_waiting", "Notifications not taken yet.", () =>
      [...this.#deliveries.values()].reduce((sum, { state }) => sum + state.waiting, 0),
    );
  }

  async start(): Promise<void> {
    this.#undo.push(this.#services.status.subscribe((event) => this.#take(event)));
    try {
      this.#mount();
    } catch (error) {
      await this.stop();
      throw error;
    }
    // A long past is nothing that others should have to wait for.
    void this.#begin();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const undo of this.#undo.splice(0)) undo();
  }

  async #begin(): Promise<void> {
    const { history, clock } = this.#services;
    if (history !== undefined) await this.#recall(history);
    if (this.#stopping.signal.aborted) return;
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const event of waiting) this.#take(event);
    this.#undo.push(clock.every(TICK_MS, () => this.#tick()));
  }

  /** Where the rules stood when pvmon was stopped: what had been told then is not told again, and its end is. */
  async #recall(history: HistoryService): Promise<void> {
    try {
      const to = this.#services.clock.now();
      const { events } = await readPast(history, this.#engine.rules, to - PAST_MS, to);
      await replay(this.#engine, events, () => undefined, to);
    } catch (error) {
      this.#host.log.warn("the past could not be read, so rules begin anew", { error });
    }
  }

  #mount(): void {
    const { http, clock, history } = this.#services;
    if (http === undefined) return;
    const { path } = this.#config;
    const options: PagesOptions = {
      origin: this.#origin,
      clock,
      history,
      engine: this.#engine,
      newEngine: this.#newEngine,
      deliveries: () => [...this.#deliveries.values()].map(({ state }) => state),
    };
    const dryRun = new DryRun(options);
    const dryRunPath = `${path}/dry-run`;
    const open = listener(path, () => openAlerts(options));
    const replayed = listener(dryRunPath, (query) => dryRun.answer(query));
    this.#undo.push(http.mount(path, open, { role: "viewer" }));
    this.#undo.push(http.mount(dryRunPath, replayed, { role: "operator" }));
  }

  #take(event: PvmonEvent): void {
    if (this.#waiting === undefined) this.#engine.take(event, this.#time());
    else if (this.#waiting.length < MAX_WAITING) this.#waiting.push(event);
    else this.#missed.add();
  }

  #tick(): void {
    const now = this.#time();
    if (now - this.#lookedAt >= LOOK_MS) {
      this.#lookedAt = now;
      for (const rule of this.#engine.rules) {
        if (rule.events.size === 0) this.#engine.look(rule, this.#looks.statesOf(rule), now);
      }
    }
    // Until a store has been loaded, what it remembers seems to be forgotten.
    if (now - this.#checkedAt >= CHECK_MS && this.#services.status.ready()) {
      this.#checkedAt = now;
      for (const alert of this.#engine.alerts) {
        if (alert.endedAt === null && !this.#looks.lasts(alert)) this.#engine.end(alert, now);
      }
    }
    const hasRoom = (name: string): boolean => this.#deliveries.get(name)?.hasRoom ?? false;
    for (const notification of this.#engine.due(now, hasRoom)) {
      this.#deliveries.get(notification.destination)?.add(notification);
    }
  }

  /** UTC ms that never go back, and go on when the clock was set back. */
  #time(): number {
    const { clock } = this.#services;
    const elapsed = clock.elapsed();
    const due = this.#now + (elapsed - this.#elapsed);
    const wall = clock.now();
    this.#now = due - wall > CLOCK_SET_MS ? due : Math.max(this.#now, wall);
    this.#elapsed = elapsed;
    return this.#now;
  }

  #openCount(): number {
    return [...this.#engine.alerts].filter(({ endedAt }) => endedAt === null).length;
  }

  #report(): void {
    const failing = [...this.#deliveries.values()].flatMap(({ state: { name, error } }) =>
      error === null ? [] : [`${name}: ${error}`],
    );
    const { status } = this.#host;
    if (failing.length === 0) status.ok();
    else status.degraded(`notifications wait for ${failing.join("; ")}`);
  }
}

function engineOptions(config: Config, looks: Looks, inventory: InventoryService): EngineOptions {
  const maintenance = new Maintenance(config);
  const hostName = (host: string): string | null => inventory.hostName(host);
  return {
    rules: rulesOf(config),
    destinations: config.destinations.map(({ name, kind, perHour }) =>
      kind === "alertmanager"
        ? { name, perHour: Number.POSITIVE_INFINITY, repeatMs: AGAIN_MS }
        : { name, perHour },
    ),
    waitMs: config.waitSeconds * 1000,
    intervalMs: config.intervalSeconds * 1000,
    settleMs: config.settleSeconds * 1000,
    topology: config.topology,
    hostName,
    isMaintained: (rule, subject, now) => {
      const name = subject.host === undefined ? null : hostName(subject.host);
      return looks.isSilent(subject, now) || maintenance.covers(rule, subject, name, now);
    },
  };
}
