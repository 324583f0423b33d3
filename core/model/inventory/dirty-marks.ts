/** Which records changed since somebody last asked: each is told once, however often it changed. */
import type { Ipv4 } from "../address.js";
import { IdSet } from "./id-set.js";

export interface DirtyVisitor {
  /** All at once: there may be a million. They are the visitor's from now on. */
  pvs(ids: IdSet): void;
  /** `key` is an endpointKey. */
  server(key: number): void;
  client(client: Ipv4): void;
  /** By the address that stands for it. */
  host(host: Ipv4): void;
  app(id: string): void;
  group(id: string): void;
  health(source: string): void;
}

export class DirtyMarks {
  #pvs = new IdSet();
  readonly servers = new DirtyKeys();
  readonly clients = new DirtyKeys();
  readonly hosts = new DirtyKeys();
  readonly apps = new DirtyKeys<string>();
  readonly groups = new DirtyKeys<string>();
  readonly health = new DirtyKeys<string>();

  pv(id: number): void {
    this.#pvs.add(id);
  }

  drain(visit: DirtyVisitor): void {
    const pvs = this.#pvs;
    this.#pvs = new IdSet();
    visit.pvs(pvs);
    this.servers.drain((key) => visit.server(key));
    this.clients.drain((client) => visit.client(client));
    this.hosts.drain((host) => visit.host(host));
    this.apps.drain((id) => visit.app(id));
    this.groups.drain((id) => visit.group(id));
    this.health.drain((source) => visit.health(source));
  }
}

/** Keys of any size; there are few enough of them for a set. */
export class DirtyKeys<K extends number | string = number> {
  #keys = new Set<K>();

  add(key: K): void {
    this.#keys.add(key);
  }

  drain(visit: (key: K) => void): void {
    const drained = this.#keys;
    this.#keys = new Set();
    for (const key of drained) visit(key);
  }
}
