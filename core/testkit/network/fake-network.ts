/**
 * NETWORK for tests: hosts in memory that send each other datagrams on a clock of the test, over wires that lose, delay, double and
 * reorder what the test wants. No real socket is opened.
 */
import { type Clock, type Endpoint, type Ipv4, parseIpv4 } from "../../index.js";
import { SystemClock } from "../../runtime/system-clock.js";
import { seededRandom } from "../site/random.js";
import { FakeHost, isLoopback } from "./fake-host.js";

/** What the wires do to each datagram on its way to each host; a host that sends to itself uses no wire. */
export interface WireFaults {
  /** Share that never arrives, 0 to 1. */
  readonly loss?: number;
  /** Share that arrives twice, 0 to 1. */
  readonly duplication?: number;
  /** Of each copy anything from the first to the second, ms: what has less overtakes what has more. */
  readonly delayMs?: readonly [least: number, most: number];
}

/** One datagram as a socket sent it, whatever becomes of it. */
export interface SentDatagram {
  readonly bytes: Uint8Array;
  readonly from: Endpoint;
  readonly to: Endpoint;
}

/** The clock and the faults of a network in memory. */
export interface FakeNetworkOptions {
  /** That datagrams travel by, never in the very moment; the real one unless given. */
  readonly clock?: Clock;
  readonly faults?: WireFaults;
  /** The same one has the same faults again. */
  readonly seed?: number;
}

/** NETWORK for tests: hosts in memory on one wire. Each is in the /24 of its address, of which .255 is the broadcast address. */
export class FakeNetwork {
  /** Of whatever is sent from now on. */
  faults: WireFaults;
  /** All that was sent, whether it arrived or not, oldest first. */
  readonly sent: SentDatagram[] = [];
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #hosts = new Map<Ipv4, FakeHost>();

  constructor({ clock = new SystemClock(), faults = {}, seed = 1 }: FakeNetworkOptions = {}) {
    this.#clock = clock;
    this.faults = faults;
    this.#random = seededRandom(seed);
  }

  /** NETWORK of the host with this address, such as `10.7.0.1`; always the same one. */
  host(address: string): FakeHost {
    const ip = parseIpv4(address);
    if (ip === undefined) throw new Error(`"${address}" is no IPv4 address`);
    const host = this.#hosts.get(ip) ?? new FakeHost(ip, (sent) => this.#send(ip, sent));
    this.#hosts.set(ip, host);
    return host;
  }

  #send(sender: Ipv4, datagram: SentDatagram): void {
    this.sent.push(datagram);
    for (const host of this.#hosts.values()) {
      if (host.ip === sender) this.#after(0, host, datagram);
      else if (!isLoopback(datagram.to.ip)) this.#carry(host, datagram);
    }
  }

  #carry(host: FakeHost, datagram: SentDatagram): void {
    const { loss = 0, duplication = 0, delayMs: [least, most] = [0, 0] } = this.faults;
    if (this.#random() < loss) return;
    const copies = this.#random() < duplication ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      this.#after(least + this.#random() * (most - least), host, datagram);
    }
  }

  #after(ms: number, host: FakeHost, datagram: SentDatagram): void {
    this.#clock.after(ms, () => host.receive(datagram));
  }
}
