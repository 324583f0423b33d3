/**
 * IPv4 fragments put together again (RFC 791, 815), within fixed bounds: big CA datagrams (a 64 KiB search, a proxy's
 * jumbo reply) come in pieces, and so does every attempt to exhaust a monitor.
 */
import type { CountError } from "./reasons.js";

const MAX_PENDING = 64;
const MAX_PENDING_BYTES = 1_048_576;
const MAX_DATAGRAM_BYTES = 65_535;
/** Linux' own limit (net.ipv4.ipfrag_time). */
const MAX_AGE_MS = 30_000;

interface Pending {
  readonly at: number;
  /** Grows to the end of the furthest fragment. */
  bytes: Uint8Array;
  /** [start, end) of what has arrived, ascending, disjoint. */
  readonly ranges: [start: number, end: number][];
  /** Known once the last fragment has come. */
  length: number | undefined;
}

export interface Fragment {
  readonly at: number;
  /** Source, destination, protocol and identification: which datagram it is of. */
  readonly key: string;
  /** Offset in the datagram's payload, bytes. */
  readonly offset: number;
  readonly last: boolean;
  readonly payload: Uint8Array;
}

export class Fragments {
  readonly #pending = new Map<string, Pending>();
  readonly #countError: CountError;
  #bytes = 0;

  constructor(countError: CountError) {
    this.#countError = countError;
  }

  /** Bytes held for datagrams that are not complete: at most 1 MiB and one datagram. */
  get heldBytes(): number {
    return this.#bytes;
  }

  /** The whole payload of the datagram that this fragment completes. */
  add(fragment: Fragment): Uint8Array | undefined {
    this.#expire(fragment.at);
    const end = fragment.offset + fragment.payload.length;
    const pending = this.#pending.get(fragment.key) ?? this.#open(fragment);
    if (!fits(pending, fragment.offset, end, fragment.last)) {
      this.#drop(fragment.key, pending, "fragments overlap");
      return undefined;
    }
    if (fragment.last) pending.length = end;
    this.#store(pending, fragment);
    const [first] = pending.ranges;
    if (pending.ranges.length === 1 && first?.[0] === 0 && first[1] === pending.length) {
      this.#close(fragment.key, pending);
      return pending.bytes.subarray(0, pending.length);
    }
    this.#makeRoom();
    return undefined;
  }

  #open(fragment: Fragment): Pending {
    const pending: Pending = {
      at: fragment.at,
      bytes: new Uint8Array(0),
      ranges: [],
      length: undefined,
    };
    this.#pending.set(fragment.key, pending);
    return pending;
  }

  #store(pending: Pending, { offset, payload }: Fragment): void {
    const end = offset + payload.length;
    if (end > pending.bytes.length) {
      const grown = new Uint8Array(
        Math.min(MAX_DATAGRAM_BYTES, Math.max(end, 4096, 2 * pending.bytes.length)),
      );
      grown.set(pending.bytes);
      this.#bytes += grown.length - pending.bytes.length;
      pending.bytes = grown;
    }
    pending.bytes.set(payload, offset);
    insertRange(pending.ranges, offset, end);
  }

  #makeRoom(): void {
    for (const [key, pending] of this.#pending) {
      if (this.#pending.size <= MAX_PENDING && this.#bytes <= MAX_PENDING_BYTES) return;
      this.#drop(key, pending, "fragments incomplete");
    }
  }

  #expire(at: number): void {
    for (const [key, pending] of this.#pending) {
      if (at - pending.at <= MAX_AGE_MS) return;
      this.#drop(key, pending, "fragments incomplete");
    }
  }

  #drop(key: string, pending: Pending, reason: "fragments incomplete" | "fragments overlap"): void {
    this.#countError(reason);
    this.#close(key, pending);
  }

  #close(key: string, pending: Pending): void {
    this.#pending.delete(key);
    this.#bytes -= pending.bytes.length;
  }
}

/** Whether a fragment agrees with those before it. An exact copy is no overlap: interfaces deliver those. */
function fits(pending: Pending, start: number, end: number, last: boolean): boolean {
  if (end > MAX_DATAGRAM_BYTES || (pending.length !== undefined && end > pending.length))
    return false;
  const furthest = pending.ranges.at(-1)?.[1] ?? 0;
  if (last && (furthest > end || (pending.length !== undefined && pending.length !== end)))
    return false;
  return pending.ranges.every(
    ([from, to]) => end <= from || start >= to || (from <= start && end <= to),
  );
}

function insertRange(ranges: [number, number][], start: number, end: number): void {
  const at = ranges.findIndex(([from]) => from >= start);
  ranges.splice(at < 0 ? ranges.length : at, 0, [start, end]);
  for (let i = ranges.length - 1; i > 0; i--) {
    const range = ranges[i]!;
    const before = ranges[i - 1]!;
    if (before[1] >= range[0]) {
      before[1] = Math.max(before[1], range[1]);
      ranges.splice(i, 1);
    }
  }
}
