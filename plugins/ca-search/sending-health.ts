/** Whether datagrams leave: what the socket said of each, counted, and the state of the plugin that follows from it. */
import { type Endpoint, formatEndpoint, type Host, type Ipv4 } from "pvmon";
import type { SearchCounters } from "./counters.js";

export class SendingHealth {
  /** Destinations whose latest datagram did not leave. */
  readonly #failing = new Set<Ipv4>();

  constructor(
    private readonly counters: SearchCounters,
    private readonly status: Host["status"],
  ) {}

  outcome(bytes: Uint8Array, destination: Endpoint, error: Error | null): void {
    if (error === null) {
      this.counters.datagrams.add();
      this.counters.bytes.add(bytes.length);
      if (this.#failing.delete(destination.ip) && this.#failing.size === 0) this.status.ok();
      return;
    }
    this.counters.failed.add();
    this.#failing.add(destination.ip);
    this.status.degraded(
      `a search to ${formatEndpoint(destination)} could not be sent (${error.message}): check destinations and the network`,
    );
  }
}
