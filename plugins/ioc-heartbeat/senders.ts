/** Who has sent heartbeats, as far as asking them goes: where their commands go, with which counter, and when. */
import { type Clock, type Endpoint, endpointKey, type Ipv4 } from "pvmon";
import type { Heartbeat } from "./heartbeat.js";

/** Three periods and a bit: an application that has been silent for longer takes no counter that we have. */
export const USABLE_FOR_MS = 100_000;
/** Then its place may be taken by another one. */
const FORGOTTEN_AFTER_MS = 3_600_000;
const MAX_SENDERS = 20_000;
/** Looking for those costs time, which a flood of forged senders must not take again and again. */
const FORGET_PERIOD_MS = 60_000;

export class Sender {
  readonly ip: Ipv4;
  readonly serverPort: number;
  /** Of its latest heartbeat. */
  port: number;
  heartbeat: Heartbeat;
  /** Monotonic ms. */
  heardAt: number;
  /** One more with each restart. */
  incarnation = 0;
  /** Something is being read from it. */
  isBusy = false;
  /** When its PV list is to be read, monotonic ms. */
  listDueAt: number;
  /** When that was begun last, monotonic ms. */
  listBegunAt = Number.NEGATIVE_INFINITY;
  /** PV lists in a row that could not be read to the end. */
  listFailures = 0;
  /** Process maps in a row that did not show everything. */
  mapFailures = 0;
  /** By its image, its command or its PVs it is the monitor of its host, which runs as root and sees every process. */
  isHostMonitor = false;

  constructor(heartbeat: Heartbeat, from: Endpoint, heardAt: number) {
    this.ip = from.ip;
    this.serverPort = heartbeat.serverPort;
    this.port = from.port;
    this.heartbeat = heartbeat;
    this.heardAt = heardAt;
    this.listDueAt = heardAt;
  }

  /** Identifies it among all. */
  get key(): number {
    return endpointKey(this.ip, this.serverPort);
  }

  /** The first number of its version. */
  get generation(): number {
    return Number.parseInt(this.heartbeat.version, 10);
  }
}

export class Senders {
  readonly #clock: Clock;
  readonly #byKey = new Map<number, Sender>();
  #forgotAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#byKey.size;
  }

  [Symbol.iterator](): IterableIterator<Sender> {
    return this.#byKey.values();
  }

  /**
   * Takes the heartbeat over; undefined when there are too many senders.
   * A lower sequence or another pid is another process in the place of the one before.
   */
  heard(
    heartbeat: Heartbeat,
    from: Endpoint,
  ): { readonly sender: Sender; readonly news: "first" | "restarted" | undefined } | undefined {
    const now = this.#clock.elapsed();
    const known = this.#byKey.get(endpointKey(from.ip, heartbeat.serverPort));
    if (known === undefined) {
      const sender = this.#add(new Sender(heartbeat, from, now));
      return sender && { sender, news: "first" };
    }
    const hasRestarted =
      heartbeat.sequence < known.heartbeat.sequence || heartbeat.pid !== known.heartbeat.pid;
    if (hasRestarted) known.incarnation += 1;
    known.heartbeat = heartbeat;
    known.port = from.port;
    known.heardAt = now;
    return { sender: known, news: hasRestarted ? "restarted" : undefined };
  }

  isUsable(sender: Sender): boolean {
    return this.#clock.elapsed() - sender.heardAt <= USABLE_FOR_MS;
  }

  #add(sender: Sender): Sender | undefined {
    if (this.#byKey.size >= MAX_SENDERS) this.#forgetSilent();
    if (this.#byKey.size >= MAX_SENDERS) return undefined;
    this.#byKey.set(sender.key, sender);
    return sender;
  }

  #forgetSilent(): void {
    const now = this.#clock.elapsed();
    if (now - this.#forgotAt < FORGET_PERIOD_MS) return;
    this.#forgotAt = now;
    for (const [key, { heardAt, isBusy }] of this.#byKey) {
      if (!isBusy && now - heardAt > FORGOTTEN_AFTER_MS) this.#byKey.delete(key);
    }
  }
}
