/** Brings events, looks and time to the rules, and what they tell to the destinations. */
import { join } from "node:path";
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
import { Bookmarks } from "./bookmarks.js";
import type { Config } from "./config.js";
import { engineOptions } from "./engine-options.js";
import { Looks } from "./looks.js";
import { DryRun, listener, openAlerts, type PagesOptions } from "./pages.js";
import { readPast, replay } from "./replay.js";
import type { Telling } from "./rules/alert.js";
import { AlertEngine } from "./rules/engine.js";
import { Delivery, type DeliveryObserver } from "./senders/delivery.js";
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
  /** None in a dry run, of which nobody is told anything. */
  readonly #bookmarks: Bookmarks | undefined;
  readonly #origin: Origin;
  readonly #stopping = new AbortController();
  readonly #missed: { add(): void };
  /** Undefined once the past has been read. */
  #waiting: PvmonEvent[] | undefined = [];
  #undo: (() => void)[] = [];
  #fileFault: string | undefined;
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
    this.#bookmarks = config.dryRun
      ? undefined
      : new Bookmarks(join(config.folder, `${host.id}.json`), (error) => this.#written(error));
    const observer: DeliveryObserver = {
      changed: () => this.#report(),
      done: async (notification) => await this.#bookmarks?.taken(notification),
    };
    this.#deliveries = new Map(
      config.destinations.map((destination) => {
        const real = senderOf(destination, this.#origin);
        const sender = config.dryRun ? logSender(log, this.#origin) : real;
        const { name } = destination;
        return [name, new Delivery(name, sender, clock, { signal, metrics }, observer)];
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
      await this.#openBookmarks();
      this.#stopping.signal.throwIfAborted();
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
    await Promise.all([...this.#deliveries.values()].map((delivery) => delivery.settled()));
    await this.#bookmarks?.settled();
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

  async #openBookmarks(): Promise<void> {
    try {
      await this.#bookmarks?.open(this.#engine.tellings, this.#services.clock.now());
    } catch (error) {
      this.#host.log.warn("what was told before cannot be read, so it is taken for all", { error });
    }
    for (const bookmark of this.#bookmarks ?? []) {
      this.#engine.restore(bookmark, bookmark.known, bookmark.until);
    }
  }

  /** Where the rules stood when pvmon was stopped: what had been told then is not told again, and its end is. */
  async #recall(history: HistoryService): Promise<void> {
    try {
      const to = this.#services.clock.now();
      const { events } = await readPast(history, this.#engine.rules, to - PAST_MS, to);
      const bookmarks = this.#bookmarks;
      const toldUntil = (telling: Telling): number => bookmarks?.until(telling) ?? to;
      await replay(this.#engine, events, { until: to, toldUntil });
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
    // Until a store has been loaded, what it remembers seems to be forgotten.
    const isReady = this.#services.status.ready();
    if (now - this.#lookedAt >= LOOK_MS && isReady) {
      this.#lookedAt = now;
      for (const rule of this.#engine.rules) {
        if (rule.events.size === 0) this.#engine.look(rule, this.#looks.statesOf(rule), now);
      }
    }
    if (now - this.#checkedAt >= CHECK_MS && isReady) {
      this.#checkedAt = now;
      for (const alert of this.#engine.alerts) {
        if (alert.endedAt === null && !this.#looks.lasts(alert)) this.#engine.end(alert, now);
      }
    }
    const roomAt = ({ destination }: Telling): number =>
      this.#deliveries.get(destination)?.hasRoom ? now : now + TICK_MS;
    const silent = (telling: Telling): void => {
      if (this.#deliveries.get(telling.destination)?.state.waiting !== 0) return;
      void this.#bookmarks?.passed(telling, now);
    };
    for (const notification of this.#engine.due(now, roomAt, silent)) {
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

  #written(error: Error | undefined): void {
    const before = this.#fileFault;
    this.#fileFault = error && `what was told cannot be kept for the next start: ${error.message}`;
    if (this.#fileFault !== before) this.#report();
  }

  #report(): void {
    const failing = [...this.#deliveries.values()].flatMap(({ state: { name, error } }) =>
      error === null ? [] : [`${name}: ${error}`],
    );
    const faults = [
      ...(failing.length === 0 ? [] : [`notifications wait for ${failing.join("; ")}`]),
      ...(this.#fileFault === undefined ? [] : [this.#fileFault]),
    ];
    const { status } = this.#host;
    if (faults.length === 0) status.ok();
    else status.degraded(faults.join("; "));
  }
}
