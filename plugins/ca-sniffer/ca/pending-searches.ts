/**
 * The latest search requests on the wire, so that a reply, which carries only the search id, can be given its name
 * (CA specification, search reply). A byte ring of names with a direct-mapped index: fixed memory, no object per name.
 */
import type { Ipv4 } from "pvmon";

/** Some 170,000 names of usual length: half a second of searches at 1 Gbit/s wire speed. */
const RING_BYTES = 4_194_304;
const SLOTS = 65_536;
/** Client, port, search id, position in the ring, length, time. */
const FIELDS = 6;
const CLIENT = 0;
const PORT = 1;
const SEARCH_ID = 2;
const POSITION = 3;
const LENGTH = 4;
const TIME = 5;

export interface FoundSearch {
  /** Raw name as asked, latin-1. */
  readonly name: string;
  /** From the latest request to the reply, ms; replies can overtake by the resolution of the clock only. */
  readonly afterMs: number;
}

export class PendingSearches {
  readonly #ring = Buffer.alloc(RING_BYTES);
  readonly #index = new Uint32Array(SLOTS * FIELDS);
  /** Bytes ever written, modulo 2^32. */
  #written = 0;

  /** Keeps one name, `bytes[start .. end)`; a later search takes the place of an older one in the same slot. */
  add(
    client: Ipv4,
    port: number,
    searchId: number,
    at: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const length = end - start;
    let position = this.#written % RING_BYTES;
    if (position + length > RING_BYTES) {
      this.#written = (this.#written + RING_BYTES - position) >>> 0;
      position = 0;
    }
    const ring = this.#ring;
    for (let i = 0; i < length; i++) ring[position + i] = bytes[start + i]!;
    const slot = slotOf(client, port, searchId);
    const index = this.#index;
    index[slot + CLIENT] = client;
    index[slot + PORT] = port;
    index[slot + SEARCH_ID] = searchId;
    index[slot + POSITION] = this.#written;
    index[slot + LENGTH] = length;
    index[slot + TIME] = at;
    this.#written = (this.#written + length) >>> 0;
  }

  /** The name that `client:port` last asked for under this id, while it is still in the ring. */
  find(client: Ipv4, port: number, searchId: number, at: number): FoundSearch | undefined {
    const slot = slotOf(client, port, searchId);
    const index = this.#index;
    const length = index[slot + LENGTH]!;
    const position = index[slot + POSITION]!;
    if (
      length === 0 ||
      index[slot + CLIENT] !== client ||
      index[slot + PORT] !== port ||
      index[slot + SEARCH_ID] !== searchId ||
      (this.#written - position) >>> 0 > RING_BYTES
    ) {
      return undefined;
    }
    const start = position % RING_BYTES;
    return {
      name: this.#ring.toString("latin1", start, start + length),
      afterMs: Math.max(0, (at - index[slot + TIME]!) | 0),
    };
  }
}

/** Search ids of one client count up, so neighbours must not share a slot: a multiplicative hash of all three. */
function slotOf(client: Ipv4, port: number, searchId: number): number {
  const hash = Math.imul(Math.imul(client, 0x9e3779b1) ^ port, 0x85ebca6b) + searchId;
  return ((Math.imul(hash, 0x9e3779b1) >>> 16) % SLOTS) * FIELDS;
}
