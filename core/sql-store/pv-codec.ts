/**
 * PV rows as bytes: what the column `record` holds, since a million rows of many columns take seconds to read, and what can
 * cross to a thread in one transfer, since cloning a million objects takes longer than reading them from the disk. A row is
 * a record (head, requesters, owners) and its name.
 */
import type { Owner, PvRow, Requester } from "../model/row.js";
import { PV_STATES } from "../model/views.js";

/** ip u32, port u32, then two float64: (count, lastAt) of a requester, (firstAt, lastAt) of an owner; little-endian. */
const LINK_BYTES = 24;
/** name length u32, requesters u8, owners u8, state u8, duplicate u8, then four float64. */
const HEAD_BYTES = 40;
/** For the inventory: few enough to be garbage before the collector has moved them about. */
export const ROWS_AT_ONCE = 512;

/** Collects packed rows into one buffer that can be transferred. */
export class PvWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #length = 0;

  constructor(initialBytes = 1 << 16) {
    this.#bytes = new Uint8Array(initialBytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  add(row: PvRow): void {
    let at = this.#head(row);
    for (const { client, port, count, lastAt } of row.requesters) {
      at = this.#link(at, client, port, count, lastAt);
    }
    for (const { server, firstAt, lastAt } of row.owners) {
      at = this.#link(at, server.ip, server.port, firstAt, lastAt);
    }
    this.#bytes.set(row.name, at);
  }

  /** The rows so far, in a buffer of their own. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #head(row: PvRow): number {
    const at = this.#length;
    const body = at + HEAD_BYTES;
    const links = row.requesters.length + row.owners.length;
    this.#reserve(body + links * LINK_BYTES + row.name.length);
    const view = this.#view;
    view.setUint32(at, row.name.length, true);
    view.setUint8(at + 4, row.requesters.length);
    view.setUint8(at + 5, row.owners.length);
    view.setUint8(at + 6, PV_STATES.indexOf(row.state));
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

/** One row on its own. */
export function packPv(row: PvRow): PackedPv {
  const writer = new PvWriter(
    HEAD_BYTES + (row.requesters.length + row.owners.length) * LINK_BYTES + row.name.length,
  );
  writer.add(row);
  const bytes = writer.take();
  const name = bytes.length - row.name.length;
  return { record: bytes.subarray(0, name), name: bytes.subarray(name) };
}

/** A packed row; views into the buffer it was read from. */
export interface PackedPv {
  /** Head and lists. */
  readonly record: Uint8Array;
  readonly name: Uint8Array;
}

/** The rows of a {@link PvWriter}, one after another. */
export function* readPacked(bytes: Uint8Array): Generator<PackedPv> {
  const view = viewOf(bytes);
  for (let at = 0; at < bytes.length; ) {
    const name = nameBegin(view, at);
    const end = name + view.getUint32(at, true);
    yield { record: bytes.subarray(at, name), name: bytes.subarray(name, end) };
    at = end;
  }
}

/** The row as the inventory wants it. */
export function unpackPv({ record, name }: PackedPv): PvRow {
  return rowAt(viewOf(record), 0, name);
}

/** The rows of a {@link PvWriter} as the inventory wants them, at most {@link ROWS_AT_ONCE} together. */
export function* unpackPvs(bytes: Uint8Array): Generator<PvRow[]> {
  const view = viewOf(bytes);
  let rows: PvRow[] = [];
  for (let at = 0; at < bytes.length; ) {
    const name = nameBegin(view, at);
    const end = name + view.getUint32(at, true);
    rows.push(rowAt(view, at, bytes.subarray(name, end)));
    at = end;
    if (rows.length < ROWS_AT_ONCE) continue;
    yield rows;
    rows = [];
  }
  if (rows.length > 0) yield rows;
}

/** Where the name of the row begins that is packed from `at` on. */
function nameBegin(view: DataView, at: number): number {
  return at + HEAD_BYTES + (view.getUint8(at + 4) + view.getUint8(at + 5)) * LINK_BYTES;
}

function rowAt(view: DataView, at: number, name: Uint8Array): PvRow {
  const requesters = at + HEAD_BYTES;
  const owners = requesters + view.getUint8(at + 4) * LINK_BYTES;
  return {
    kind: "pv",
    name,
    state: PV_STATES[view.getUint8(at + 6)] ?? "unverified",
    duplicate: view.getUint8(at + 7) === 1,
    firstSeenAt: view.getFloat64(at + 8, true),
    lastRequestedAt: view.getFloat64(at + 16, true),
    lastSeenAt: view.getFloat64(at + 24, true),
    requests: view.getFloat64(at + 32, true),
    requesters: unpackLinks(view, requesters, owners, toRequester),
    owners: unpackLinks(view, owners, nameBegin(view, at), toOwner),
  };
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
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

function unpackLinks<T>(view: DataView, start: number, end: number, link: Link<T>): T[] {
  // Of its length from the beginning: one that grows takes room for seventeen.
  const links = new Array<T>((end - start) / LINK_BYTES);
  for (let index = 0, at = start; at < end; index++, at += LINK_BYTES) {
    links[index] = link(
      view.getUint32(at, true),
      view.getUint32(at + 4, true),
      view.getFloat64(at + 8, true),
      view.getFloat64(at + 16, true),
    );
  }
  return links;
}
