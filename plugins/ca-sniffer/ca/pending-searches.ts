/**
 * The latest search requests on the wire, so that a reply, which carries only the search id, can be given its name
 * (CA specification, search reply). Datagrams are kept whole in a ring of bytes, and each id leads to its datagram:
 * fixed memory, and one number written per name, since every search passes here and few replies do.
 */
import { SearchScan } from "epics-ca";
import type { Endpoint } from "pvmon";
import type { Packet } from "../network/packet.js";

/** Some 130,000 names of usual length: 40 ms of searches at 1 Gbit/s wire speed, far longer than a server needs. */
const RING_BYTES = 4_194_304;
/** Of ids, a power of two; a later one takes the place of an older one that shares its slot. */
const SLOTS = 131_072;
const MAX_DATAGRAMS = 32_768;
/** Fields of a datagram. */
const FIELDS = 5;
const CLIENT = 0;
const PORT = 1;
const TIME = 2;
const POSITION = 3;
const LENGTH = 4;

export interface FoundSearch {
  /** Raw name as asked, latin-1. */
  readonly name: string;
  /** From the latest request to the reply, ms. */
  readonly afterMs: number;
}

export class PendingSearches {
  readonly #ring = Buffer.alloc(RING_BYTES);
  /** Number of the datagram that has the id. */
  readonly #slots = new Uint32Array(SLOTS);
  readonly #datagrams = new Uint32Array(MAX_DATAGRAMS * FIELDS);
  readonly #scan = new SearchScan();
  /** Bytes ever written, modulo 2^32. */
  #written = 0;
  /** Datagrams ever kept, modulo 2^32. */
  #count = 0;

  /** Keeps the search datagram `packet`, in which `scan` found the ids `cids[0 .. count)`. */
  add({ bytes, start, end, source, sourcePort, at }: Packet, { cids, count }: SearchScan): void {
    const length = end - start;
    if (length > RING_BYTES) return;
    const left = RING_BYTES - (this.#written % RING_BYTES);
    if (length > left) this.#written = (this.#written + left) >>> 0;
    this.#ring.set(bytes.subarray(start, end), this.#written % RING_BYTES);
    const number = this.#count;
    const datagram = (number % MAX_DATAGRAMS) * FIELDS;
    const datagrams = this.#datagrams;
    datagrams[datagram + CLIENT] = source;
    datagrams[datagram + PORT] = sourcePort;
    datagrams[datagram + TIME] = at;
    datagrams[datagram + POSITION] = this.#written;
    datagrams[datagram + LENGTH] = length;
    this.#written = (this.#written + length) >>> 0;
    this.#count = (number + 1) >>> 0;
    const slots = this.#slots;
    const seed = seedOf(source, sourcePort);
    for (let i = 0; i < count; i++) slots[slotOf(seed, cids[i]!)] = number;
  }

  /** The name that `client` last asked for under this id, while its datagram is still there. */
  find({ ip, port }: Endpoint, searchId: number, at: number): FoundSearch | undefined {
    const number = this.#slots[slotOf(seedOf(ip, port), searchId)]!;
    if ((this.#count - 1 - number) >>> 0 >= MAX_DATAGRAMS) return undefined;
    const start = (number % MAX_DATAGRAMS) * FIELDS;
    const datagram = this.#datagrams.subarray(start, start + FIELDS);
    const position = datagram[POSITION]!;
    if (datagram[CLIENT] !== ip || datagram[PORT] !== port) return undefined;
    if ((this.#written - position) >>> 0 > RING_BYTES) return undefined;
    const name = this.#nameOf(searchId, position % RING_BYTES, datagram[LENGTH]!);
    // Both times modulo 2^32; a reply overtakes its request by the resolution of the clock only.
    return name === undefined
      ? undefined
      : { name, afterMs: Math.max(0, (at - datagram[TIME]!) | 0) };
  }

  #nameOf(searchId: number, position: number, length: number): string | undefined {
    const scan = this.#scan;
    const count = scan.scan(this.#ring, position, length);
    const i = scan.cids.subarray(0, count).lastIndexOf(searchId);
    return i < 0 ? undefined : this.#ring.toString("latin1", scan.starts[i], scan.ends[i]);
  }
}

function seedOf(client: number, port: number): number {
  return Math.imul(Math.imul(client, 0x9e37_79b1) ^ port, 0x85eb_ca6b);
}

/** A client's ids count up, so that those of one client never share a slot with its latest 100,000 others. */
function slotOf(seed: number, searchId: number): number {
  return ((seed >>> 8) + searchId) & (SLOTS - 1);
}
