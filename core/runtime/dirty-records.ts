/** Which records have changed since they were last stored; they become rows only when a batch is written. */
import type { Ipv4 } from "../model/address.js";
import type { DirtyVisitor } from "../model/inventory/dirty-marks.js";
import { IdSet } from "../model/inventory/id-set.js";
import type { Inventory } from "../model/inventory/inventory.js";
import type { Row } from "../model/row.js";

export type RowSource = Pick<
  Inventory,
  "pvRow" | "serverRow" | "clientRow" | "hostRow" | "appRow" | "groupRow" | "healthRow"
>;

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
  readonly #hosts = new Set<Ipv4>();
  readonly #apps = new Set<string>();
  readonly #groups = new Set<string>();
  readonly #health = new Set<string>();

  constructor(source: RowSource) {
    this.#source = source;
  }

  pvs(ids: IdSet): void {
    this.#pvs.addAll(ids);
  }
  server(key: number): void {
    this.#servers.add(key);
  }
  client(ip: Ipv4): void {
    this.#clients.add(ip);
  }
  host(ip: Ipv4): void {
    this.#hosts.add(ip);
  }
  app(id: string): void {
    this.#apps.add(id);
  }
  group(id: string): void {
    this.#groups.add(id);
  }
  health(source: string): void {
    this.#health.add(source);
  }

  get size(): number {
    const few = this.#few().reduce((sum, { keys }) => sum + keys.size, 0);
    return this.#pvs.size + few;
  }

  /** At most `count`, PVs last because the others are few. */
  take(count: number): TakenRecords {
    const rows: (Row | undefined)[] = [];
    const putBacks: (() => void)[] = [];
    for (const few of this.#few()) putBacks.push(takeFrom(few, count - rows.length, rows));
    const pvs = this.#pvs.take(count - rows.length);
    for (const id of pvs) rows.push(this.#source.pvRow(id));
    return {
      count: rows.length,
      rows: rows.filter((row) => row !== undefined),
      putBack: () => {
        for (const putBack of putBacks) putBack();
        for (const id of pvs) this.#pvs.add(id);
      },
    };
  }

  #few(): readonly Few[] {
    const source = this.#source;
    return [
      few(this.#servers, (key) => source.serverRow(key)),
      few(this.#clients, (ip) => source.clientRow(ip)),
      few(this.#hosts, (ip) => source.hostRow(ip)),
      few(this.#apps, (id) => source.appRow(id)),
      few(this.#groups, (id) => source.groupRow(id)),
      few(this.#health, (name) => source.healthRow(name)),
    ];
  }
}

/** Keys of one kind of record with the way to their rows. */
interface Few {
  readonly keys: Set<number | string>;
  rowOf(key: number | string): Row | undefined;
}

function few<K extends number | string>(keys: Set<K>, rowOf: (key: K) => Row | undefined): Few {
  return { keys, rowOf } as Few;
}

/** Answers how to put them back. */
function takeFrom({ keys, rowOf }: Few, count: number, rows: (Row | undefined)[]): () => void {
  const taken = move(keys, count);
  for (const key of taken) rows.push(rowOf(key));
  return () => {
    for (const key of taken) keys.add(key);
  };
}

/** Takes the first `count` out of the set. */
function move<K>(ids: Set<K>, count: number): readonly K[] {
  const taken: K[] = [];
  for (const id of ids) {
    if (taken.length >= count) break;
    taken.push(id);
  }
  for (const id of taken) ids.delete(id);
  return taken;
}
