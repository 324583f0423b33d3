/** Runs what the plans say: so many applications at a time, one thing of each, and emits what was read. */
import { setImmediate } from "node:timers/promises";
import type { Clock, Emitter, Host, InventoryService, NetworkService, UdpSocket } from "pvmon";
import { readKernelDrops } from "pvmon/network";
import type { HeartbeatConfig } from "../config.js";
import type { Counters } from "../counters.js";
import type { Sender, Senders } from "../senders.js";
import { ListPlan } from "./list-plan.js";
import { MapPlan } from "./map-plan.js";
import { readProcessMap } from "./process-map.js";
import { readPvList, slicesOf } from "./pv-list.js";
import { Requester } from "./requester.js";

const TURN_PERIOD_MS = 1000;
/** A PV of the program that monitors a host, and nobody else has. */
const MONITOR_PV = /^[^:]+:BOOTTIME$/;

export interface AskingOptions {
  readonly config: HeartbeatConfig;
  readonly host: Host;
  readonly emitter: Emitter;
  readonly clock: Clock;
  readonly network: NetworkService;
  readonly inventory: InventoryService;
  readonly senders: Senders;
  readonly counters: Counters;
}

export class Asking {
  readonly #options: AskingOptions;
  readonly #requester: Requester;
  readonly #lists: ListPlan;
  readonly #maps: MapPlan;
  readonly #abort = new AbortController();
  readonly #readings = new Set<Promise<void>>();
  #mapsRunning = 0;
  #socket: UdpSocket | undefined;
  #opening: Promise<void> = Promise.resolve();
  #isOpening = false;
  #cancelTurns: (() => void) | undefined;

  constructor(options: AskingOptions) {
    const { config, host, clock, inventory, senders, counters } = options;
    this.#options = options;
    this.#requester = new Requester({
      config: config.requests,
      clock,
      senders,
      counters,
      socket: () => this.#socket,
    });
    this.#lists = new ListPlan(config.pvLists, clock, senders);
    this.#maps = new MapPlan(config.processMaps, clock, senders, inventory);
    host.metrics.gauge(
      "readings",
      "Applications that are being read from",
      () => this.#readings.size,
    );
  }

  start(): void {
    this.#cancelTurns = this.#options.clock.every(TURN_PERIOD_MS, () => {
      this.#countDrops();
      this.#turn();
    });
    this.#turn();
  }

  async stop(): Promise<void> {
    this.#cancelTurns?.();
    this.#abort.abort(new Error("stopped"));
    await Promise.all([this.#opening, ...this.#readings]);
    this.#socket?.close();
    this.#socket = undefined;
  }

  restarted(sender: Sender): void {
    this.#lists.restarted(sender);
  }

  #countDrops(): void {
    const drops = this.#socket?.newDrops(readKernelDrops()) ?? 0;
    this.#options.counters.dropped.add(drops);
  }

  /** Fills the free places: process maps take at most half of them, since each takes minutes. */
  #turn(): void {
    if (this.#abort.signal.aborted || !this.#isOpen()) return;
    const { atOnce } = this.#options.config.requests;
    while (this.#readings.size < atOnce) {
      const map = this.#mapsRunning < Math.ceil(atOnce / 2) ? this.#maps.next() : undefined;
      const list = map === undefined ? this.#lists.next() : undefined;
      if (map !== undefined) this.#run(map, () => this.#readMap(map));
      else if (list !== undefined) this.#run(list, () => this.#readList(list));
      else return;
    }
  }

  /** Opens the socket where it is not open; the next turn uses it. */
  #isOpen(): boolean {
    if (this.#socket !== undefined) return true;
    if (!this.#isOpening) {
      this.#isOpening = true;
      this.#opening = this.#open().finally(() => {
        this.#isOpening = false;
      });
    }
    return false;
  }

  async #open(): Promise<void> {
    const { host, network } = this.#options;
    const { log } = host;
    try {
      this.#socket = await network.openUdp({
        datagram: (bytes, from) => this.#requester.receive(bytes, from),
        failed: (error) => {
          this.#socket = undefined;
          log.warn("socket for requests failed, opened again soon", { error: error.message });
        },
      });
    } catch (error) {
      log.warn("no socket for requests, tried again soon", { error: String(error) });
    }
  }

  #run(sender: Sender, read: () => Promise<void>): void {
    sender.isBusy = true;
    const reading = read()
      .catch((error: unknown) => {
        if (this.#abort.signal.aborted) return;
        this.#options.host.log.error("reading failed", { error: String(error) });
      })
      .finally(() => {
        sender.isBusy = false;
        this.#readings.delete(reading);
        this.#turn();
      });
    this.#readings.add(reading);
  }

  async #readList(sender: Sender): Promise<void> {
    const { clock, counters, emitter, config } = this.#options;
    this.#lists.begun(sender);
    const limits = { maxNames: config.pvLists.maxNames, counters };
    const list = await readPvList(this.#requester, sender, limits, this.#abort.signal);
    this.#lists.ended(sender, list?.complete ?? false);
    if (list === undefined) {
      counters.listsUnanswered.add();
      return;
    }
    (list.complete ? counters.listsComplete : counters.listsPartial).add();
    counters.names.add(list.names.length);
    sender.isHostMonitor ||= list.names.some((name) => MONITOR_PV.test(name));
    const { ip: source, serverPort } = sender;
    for (const slice of slicesOf(list)) {
      // Others have a turn before each, and the reader of the list may have been stopped by then.
      await setImmediate();
      if (this.#abort.signal.aborted) return;
      emitter.emit({ type: "pvList", at: clock.now(), source, serverPort, ...slice });
      await emitter.drained();
    }
  }

  async #readMap(sender: Sender): Promise<void> {
    const { clock, counters, emitter, config } = this.#options;
    this.#mapsRunning += 1;
    this.#maps.begun(sender);
    try {
      const limits = { maxLines: config.processMaps.maxLines, counters };
      const map = await readProcessMap(this.#requester, sender, limits, this.#abort.signal);
      this.#maps.ended(sender, map?.showsAll ?? false);
      if (map === undefined) {
        counters.mapsUnanswered.add();
        return;
      }
      (map.isWhole ? counters.mapsComplete : counters.mapsPartial).add();
      const { processes, showsAll: complete } = map;
      emitter.emit({
        type: "processMap",
        at: clock.now(),
        host: sender.ip,
        processes,
        complete,
      });
    } finally {
      this.#mapsRunning -= 1;
    }
    await emitter.drained();
  }
}
