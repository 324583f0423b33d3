/** Tells the inventory which (address, port) pvmon's searches come from, so that they are never taken for a client's. */
import type { Clock, Ipv4, OwnSocket } from "pvmon";
import type { Destinations } from "./destinations.js";

export class OwnSockets {
  readonly #destinations: Destinations;
  readonly #clock: Clock;
  readonly #emit: (observation: OwnSocket) => void;
  readonly #announced = new Set<Ipv4>();
  #addresses: readonly Ipv4[] | undefined;

  constructor(destinations: Destinations, clock: Clock, emit: (observation: OwnSocket) => void) {
    this.#destinations = destinations;
    this.#clock = clock;
    this.#emit = emit;
  }

  /** Before anything is sent: this machine may have new addresses. */
  announce(port: number): void {
    const addresses = this.#destinations.ownAddresses();
    if (addresses === this.#addresses) return;
    this.#addresses = addresses;
    for (const ip of [...this.#announced]) if (!addresses.includes(ip)) this.#tell(ip, port, false);
    for (const ip of addresses) if (!this.#announced.has(ip)) this.#tell(ip, port, true);
  }

  /** The socket is closed: its port may become somebody else's. */
  withdraw(port: number): void {
    for (const ip of [...this.#announced]) this.#tell(ip, port, false);
    this.#addresses = undefined;
  }

  #tell(ip: Ipv4, port: number, open: boolean): void {
    if (open) this.#announced.add(ip);
    else this.#announced.delete(ip);
    this.#emit({ type: "ownSocket", at: this.#clock.now(), socket: { ip, port }, open });
  }
}
