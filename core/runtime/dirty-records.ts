/** Which records have changed since they were last stored; they become rows only when a batch is written. */
import type { Ipv4 } from "../model/address.js";
import type { DirtyVisitor, Inventory } from "../model/inventory.js";
import type { Row } from "../model/row.js";
import { IdSet } from "./id-set.js";

export type RowSource = Pick<Inventory, "pvRow" | "serverRow" | "clientRow">;

/** Some of them, on their way to the store. */
export interface TakenRecords {
  readonly count: number;
  /** Their newest state; a record that is gone by now has none. */
  readonly rows: readonly Row[];
  /** They were not written: with those that have changed since, they come again. */
  putBack(): void;
}

export class DirtyRecords implements DirtyVisitor {
  readonly #source: RowSource;
  readonly #pvs = new IdSet();
  readonly #servers = new Set<number>();
  readonly #clients = new Set<Ipv4>();

  constructor(source: RowSource) {
    this.#source = source;
  }

  pv(id: number): void {
    this.#pvs.add(id);
  }
  server(key: number): void {
    this.#servers.add(key);
  }
  client(ip: Ipv4): void {
    this.#clients.add(ip);
  }

  get size(): number {
    return this.#pvs.size + this.#servers.size + this.#clients.size;
  }

  /** At most `count`, servers and clients first because they are few. */
  take(count: number): TakenRecords {
    const servers = move(this.#servers, count);
    const clients = move(this.#clients, count - servers.length);
    const pvs = this.#pvs.take(count - servers.length - clients.length);
    const rows = [
      ...servers.map((key) => this.#source.serverRow(key)),
      ...clients.map((ip) => this.#source.clientRow(ip)),
      ...pvs.map((id) => this.#source.pvRow(id)),
    ];
    return {
      count: rows.length,
      rows: rows.filter((row) => row !== undefined),
      putBack: () => {
        for (const key of servers) this.#servers.add(key);
        for (const ip of clients) this.#clients.add(ip);
        for (const id of pvs) this.#pvs.add(id);
      },
    };
  }
}

/** Takes the first `count` out of the set. */
function move(ids: Set<number>, count: number): readonly number[] {
  const taken: number[] = [];
  for (const id of ids) {
    if (taken.length >= count) break;
    taken.push(id);
  }
  for (const id of taken) ids.delete(id);
  return taken;
}
