/** When the process map of which host is read, and through which of its applications. */
import { type Clock, formatIpv4, type InventoryService, type Ipv4 } from "pvmon";
import type { HeartbeatConfig } from "../config.js";
import type { Sender, Senders } from "../senders.js";

const HOUR_MS = 3_600_000;
/** Which process has which port, procServ's too, is told by a map alone; by then heartbeats have said what servers are. */
const FIRST_MAP_AFTER_MS = 300_000;
/** How often the inventory is asked whether a host has servers of no known application. */
const LOOK_PERIOD_MS = 5000;
const MAX_SERVERS = 1000;
/** Failures that the monitor of a host may have had and still be asked first. */
const MONITOR_ADVANTAGE = 3;
const LIVE = ["alive", "unresponsive", "paused"];

/** Times are monotonic ms. */
interface HostPlan {
  /** When the inventory is asked next. */
  lookAt: number;
  /** When it is read next though nothing asks for it. */
  routineAt: number;
  /** When the latest map was read; long ago before the first. */
  readAt: number;
  /** Shortest time from the latest map to the next one, ms. */
  waitMs: number;
  /** The servers that the latest map was to explain. */
  unexplained: string;
}

export class MapPlan {
  readonly #config: HeartbeatConfig["processMaps"];
  readonly #clock: Clock;
  readonly #senders: Senders;
  readonly #inventory: InventoryService;
  readonly #hosts = new Map<Ipv4, HostPlan>();

  constructor(
    config: HeartbeatConfig["processMaps"],
    clock: Clock,
    senders: Senders,
    inventory: InventoryService,
  ) {
    this.#config = config;
    this.#clock = clock;
    this.#senders = senders;
    this.#inventory = inventory;
  }

  /** The best sender of a host whose map is due; hosts with servers that nobody knows come first. */
  next(): Sender | undefined {
    if (!this.#config.enabled) return undefined;
    const now = this.#clock.elapsed();
    let routine: Sender | undefined;
    for (const [host, sender] of this.#bestSenders()) {
      if (sender.isBusy) continue;
      const plan = this.#hosts.get(host) ?? this.#firstHeard(host, now);
      if (this.#isWanted(host, plan, now)) return sender;
      if (now >= plan.routineAt) routine ??= sender;
    }
    return routine;
  }

  begun({ ip }: Sender): void {
    const now = this.#clock.elapsed();
    const before = this.#hosts.get(ip);
    const unexplained = this.#unexplained(ip);
    const isSame = unexplained !== "" && unexplained === before?.unexplained;
    const waitMs = isSame ? Math.min(2 * before.waitMs, this.#everyMs()) : this.#minMs();
    const routineAt = now + this.#everyMs();
    this.#hosts.set(ip, { lookAt: now, routineAt, readAt: now, waitMs, unexplained });
  }

  /** A map that shows only a part, or nothing, comes again soon, and lets another application of the host have that try. */
  ended(sender: Sender, showsAll: boolean): void {
    sender.mapFailures = showsAll ? 0 : sender.mapFailures + 1;
    const plan = this.#hosts.get(sender.ip);
    if (plan === undefined) return;
    plan.readAt = this.#clock.elapsed();
    plan.routineAt = plan.readAt + this.#everyMs();
    if (showsAll) return;
    // Two that read the same map disturb each other until their times differ.
    plan.waitMs *= 1 + Math.random();
    const retryMs = this.#minMs() * 2 ** Math.min(sender.mapFailures, 16) * (1 + Math.random());
    plan.routineAt = plan.readAt + Math.min(retryMs, this.#everyMs());
  }

  /** One for each host. */
  #bestSenders(): Map<Ipv4, Sender> {
    const best = new Map<Ipv4, Sender>();
    for (const sender of this.#senders) {
      if (sender.generation !== 2 || !this.#senders.isUsable(sender)) continue;
      const other = best.get(sender.ip);
      if (other === undefined || isBetter(sender, other)) best.set(sender.ip, sender);
    }
    for (const host of this.#hosts.keys()) if (!best.has(host)) this.#hosts.delete(host);
    return best;
  }

  /** Whether a map may say what servers of the host are. */
  #isWanted(host: Ipv4, plan: HostPlan, now: number): boolean {
    if (now < plan.lookAt) return false;
    plan.lookAt = now + LOOK_PERIOD_MS;
    const unexplained = this.#unexplained(host);
    if (unexplained !== plan.unexplained || unexplained === "") {
      // Whatever is unknown from here on is news, and the latest map did not fail to explain it.
      plan.unexplained = "";
      plan.waitMs = this.#minMs();
    }
    return unexplained !== "" && now - plan.readAt >= plan.waitMs;
  }

  #firstHeard(host: Ipv4, now: number): HostPlan {
    const plan = {
      lookAt: now,
      routineAt: now + Math.min(FIRST_MAP_AFTER_MS, this.#everyMs()),
      readAt: Number.NEGATIVE_INFINITY,
      waitMs: this.#minMs(),
      unexplained: "",
    };
    this.#hosts.set(host, plan);
    return plan;
  }

  /** Live servers of the host of which nobody knows for sure which application they are, as one text. */
  #unexplained(host: Ipv4): string {
    const query = { host: formatIpv4(host), states: LIVE, limit: MAX_SERVERS };
    return this.#inventory
      .listServers(query)
      .items.filter(({ app }) => app === null || !app.confirmed)
      .map(({ server }) => server)
      .join();
  }

  #minMs(): number {
    return this.#config.minSeconds * 1000;
  }

  #everyMs(): number {
    return this.#config.everyHours * HOUR_MS;
  }
}

/** The host's monitor runs as root and sees all; when it fails again and again, somebody else has a try. */
function isBetter(one: Sender, other: Sender): boolean {
  const penalty = ({ mapFailures, isHostMonitor }: Sender): number =>
    mapFailures - (isHostMonitor ? MONITOR_ADVANTAGE : 0);
  return penalty(one) < penalty(other);
}
