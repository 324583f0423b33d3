/** Which records changed since somebody last asked: each is told once, however often it changed. */
import type { Ipv4 } from "../address.js";

export interface DirtyVisitor {
  pv(id: number): void;
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
  readonly pvs = new DirtyIds();
  readonly servers = new DirtyKeys();
  readonly clients = new DirtyKeys();
  readonly hosts = new DirtyKeys();
  readonly apps = new DirtyKeys<string>();
  readonly groups = new DirtyKeys<string>();
  readonly health = new DirtyKeys<string>();

  drain(visit: DirtyVisitor): void {
    this.pvs.drain((id) => visit.pv(id));
    this.servers.drain((key) => visit.server(key));
    this.clients.drain((client) => visit.client(client));
    this.hosts.drain((host) => visit.host(host));
    this.apps.drain((id) => visit.app(id));
    this.groups.drain((id) => visit.group(id));
    this.health.drain((source) => visit.health(source));
  }
}

/** Ids from 0 upwards, dense: one bit and at most one list entry each. */
export class DirtyIds {
  #bits = new Uint32Array(1024);
  #ids = new Uint32Array(1024);
  #count = 0;

  add(id: number): void {
    const word = id >>> 5;
    if (word >= this.#bits.length) this.#bits = grown(this.#bits, word + 1);
    const bit = 1 << (id & 31);
    const bits = this.#bits[word]!;
    if ((bits & bit) !== 0) return;
    this.#bits[word] = bits | bit;
    if (this.#count === this.#ids.length) this.#ids = grown(this.#ids, this.#count + 1);
    this.#ids[this.#count++] = id;
  }

  /** In the order they became dirty; none is left after. A visitor may make ids dirty again: they wait for the next time. */
  drain(visit: (id: number) => void): void {
    const drained = this.#ids.slice(0, this.#count);
    this.#count = 0;
    this.#bits.fill(0);
    for (let index = 0; index < drained.length; index++) visit(drained[index]!);
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

function grown(array: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const longer = new Uint32Array(Math.max(length, array.length * 2));
  longer.set(array);
  return longer;
}
