/**
 * PV rows as bytes: what crosses the thread in one transfer, and what the columns `requesters` and `owners` hold.
 * A million rows as objects would be cloned one by one, which takes longer than reading them from the disk.
 */
import { type Owner, PV_STATES, type PvRow, type Requester } from "pvmon";

/** ip u32, port u32, then two float64: (count, lastAt) of a requester, (firstAt, lastAt) of an owner; little-endian. */
const LINK_BYTES = 24;
/** name length u32, requesters u8, owners u8, state u8, duplicate u8, then four float64. */
const HEAD_BYTES = 40;

/** A PV row whose lists are still packed: the columns of the table. */
export interface PackedPv {
  readonly name: Uint8Array;
  readonly state: number;
  readonly duplicate: boolean;
  readonly firstSeenAt: number;
  readonly lastRequestedAt: number;
  readonly lastSeenAt: number;
  readonly requests: number;
  readonly requesters: Uint8Array;
  readonly owners: Uint8Array;
}

/** Collects packed rows into one buffer that can be transferred. */
export class PvWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #length = 0;

  constructor(initialBytes = 1 << 16) {
    this.#bytes = new Uint8Array(initialBytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length;
  }

  add(row: PvRow): void {
    const requesters = row.requesters.length * LINK_BYTES;
    const body = this.#head(
      row,
      PV_STATES.indexOf(row.state),
      requesters,
      row.owners.length * LINK_BYTES,
    );
    let at = body;
    for (const { client, port, count, lastAt } of row.requesters) {
      at = this.#link(at, client, port, count, lastAt);
    }
    for (const { server, firstAt, lastAt } of row.owners) {
      at = this.#link(at, server.ip, server.port, firstAt, lastAt);
    }
    this.#bytes.set(row.name, at);
  }

  addPacked(row: PackedPv): void {
    const body = this.#head(row, row.state, row.requesters.length, row.owners.length);
    this.#bytes.set(row.requesters, body);
    this.#bytes.set(row.owners, body + row.requesters.length);
    this.#bytes.set(row.name, body + row.requesters.length + row.owners.length);
  }

  /** The rows so far, in a buffer of their own. */
  take(): ArrayBuffer {
    return this.#bytes.buffer.slice(0, this.#length);
  }

  #head(
    row: Omit<PackedPv, "state" | "requesters" | "owners">,
    state: number,
    requesters: number,
    owners: number,
  ): number {
    const at = this.#length;
    const body = at + HEAD_BYTES;
    this.#reserve(body + requesters + owners + row.name.length);
    const view = this.#view;
    view.setUint32(at, row.name.length, true);
    view.setUint8(at + 4, requesters / LINK_BYTES);
    view.setUint8(at + 5, owners / LINK_BYTES);
    view.setUint8(at + 6, state);
    view.setUint8(at + 7, row.duplicate ? 1 : 0);
    view.setFloat64(at + 8, row.firstSeenAt, true);
    view.setFloat64(at + 16, row.lastRequestedAt, true);
    view.setFloat64(at + 24, row.lastSeenAt, true);
    view.setFloat64(at + 32, row.requests, true);
    return body;
  }

  #link(at: number, ip: number, port: number, first: number, second: number): number {
    this.#view.setUint32(at, ip, true);
    this.#view.setUint32(at + 4, port, true);
    this.#view.setFloat64(at + 8, first, true);
    this.#view.setFloat64(at + 16, second, true);
    return at + LINK_BYTES;
  }

  #reserve(length: number): void {
    if (length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(length, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.#length = length;
  }
}

/** The rows of a {@link PvWriter}, with their lists still packed; views into `buffer`. */
export function* readPacked(buffer: ArrayBuffer): Generator<PackedPv> {
  const view = new DataView(buffer);
  for (let at = 0; at < buffer.byteLength; ) {
    const requesters = at + HEAD_BYTES;
    const owners = requesters + view.getUint8(at + 4) * LINK_BYTES;
    const name = owners + view.getUint8(at + 5) * LINK_BYTES;
    const end = name + view.getUint32(at, true);
    yield {
      name: new Uint8Array(buffer, name, end - name),
      state: view.getUint8(at + 6),
      duplicate: view.getUint8(at + 7) === 1,
      firstSeenAt: view.getFloat64(at + 8, true),
      lastRequestedAt: view.getFloat64(at + 16, true),
      lastSeenAt: view.getFloat64(at + 24, true),
      requests: view.getFloat64(at + 32, true),
      requesters: new Uint8Array(buffer, requesters, owners - requesters),
      owners: new Uint8Array(buffer, owners, name - owners),
    };
    at = end;
  }
}

/** The row as the inventory wants it; `name` is a view into the packed buffer. */
export function unpackPv(packed: PackedPv): PvRow {
  return {
    kind: "pv",
    name: packed.name,
    state: PV_STATES[packed.state] ?? "unverified",
    duplicate: packed.duplicate,
    firstSeenAt: packed.firstSeenAt,
    lastRequestedAt: packed.lastRequestedAt,
    lastSeenAt: packed.lastSeenAt,
    requests: packed.requests,
    requesters: unpackLinks(packed.requesters, toRequester),
    owners: unpackLinks(packed.owners, toOwner),
  };
}

type Link<T> = (ip: number, port: number, first: number, second: number) => T;

const toRequester: Link<Requester> = (client, port, count, lastAt) => ({
  client,
  port,
  count,
  lastAt,
});
const toOwner: Link<Owner> = (ip, port, firstAt, lastAt) => ({
  server: { ip, port },
  firstAt,
  lastAt,
});

function unpackLinks<T>(bytes: Uint8Array, link: Link<T>): T[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const links: T[] = [];
  for (let at = 0; at + LINK_BYTES <= bytes.length; at += LINK_BYTES) {
    links.push(
      link(
        view.getUint32(at, true),
        view.getUint32(at + 4, true),
        view.getFloat64(at + 8, true),
        view.getFloat64(at + 16, true),
      ),
    );
  }
  return links;
}
