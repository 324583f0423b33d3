/** Plays datagrams into an inventory as a detector does: one reused observation, the arrays of one scan. */
import { SearchScan } from "epics-ca";
import type { Inventory } from "../core/model/inventory/inventory.js";
import type { SearchSeen } from "../core/model/observation.js";
import { clientOf, DATAGRAMS_PER_MS, type Datagrams } from "./datagrams.js";

const STARTED_AT = Date.UTC(2026, 0, 1);

export class Player {
  readonly #scan = new SearchScan();
  readonly #seen: SearchSeen;
  #played = 0;

  constructor(
    readonly inventory: Inventory,
    readonly datagrams: Datagrams,
  ) {
    this.#seen = {
      type: "searchSeen",
      at: STARTED_AT,
      client: 0,
      port: 40_000,
      source: "client",
      transport: "udp",
      minorVersion: 0,
      sequence: -1,
      bytes: datagrams.bytes,
      count: 0,
      starts: this.#scan.starts,
      ends: this.#scan.ends,
    };
  }

  play(datagram: number): void {
    const { offsets, bytes } = this.datagrams;
    const scan = this.#scan;
    const seen = this.#seen;
    seen.count = scan.scan(bytes, offsets[datagram]!, offsets[datagram + 1]! - offsets[datagram]!);
    seen.at = STARTED_AT + Math.floor(this.#played++ / DATAGRAMS_PER_MS);
    seen.client = clientOf(datagram);
    seen.minorVersion = scan.minorVersion;
    seen.sequence = scan.sequence;
    this.inventory.fold(seen);
  }

  /** Every datagram once, in this order. */
  playAll(order: Uint32Array): void {
    for (let index = 0; index < order.length; index++) this.play(order[index]!);
  }
}
