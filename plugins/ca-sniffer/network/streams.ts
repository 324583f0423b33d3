/**
 * TCP byte streams put in order, within fixed bounds. Every circuit has two directions; where bytes were not captured
 * the reader of that direction is told, and finds its own way back.
 */
import { LRUCache } from "lru-cache";
import { endpointKey } from "pvmon";
import type { Segment } from "./packet.js";
import type { CountError } from "./reasons.js";

const MAX_CIRCUITS = 4096;
const MAX_HELD_SEGMENTS = 64;
const MAX_HELD_BYTES = 131_072;
const MAX_HELD_BYTES_IN_TOTAL = 16_777_216;
/** Longer than any retransmission on a LAN takes; a segment still missing then was not captured. */
const MAX_WAIT_MS = 500;

/** No window is larger (RFC 7323): a segment from further away belongs to another circuit of the same end points. */
const MAX_DISTANCE = 2 ** 30;

/** Reads one direction of a circuit. */
export interface StreamReader {
  /** The next bytes, `bytes[start .. end)`, at the beginning of a segment or somewhere within. */
  read(bytes: Uint8Array, start: number, end: number, at: number): void;
  /** Bytes are missing before the next ones, which begin a segment. */
  resync(): void;
}

/** Makes the readers of a circuit between two end point keys: of what `a` sends, and of what `b` sends. */
export type OpenCircuit = (a: number, b: number) => readonly [StreamReader, StreamReader];

export interface StreamOptions {
  readonly open: OpenCircuit;
  readonly countError: CountError;
  /** True for circuits of which only some segments are captured, so that a gap is no error and not worth waiting. */
  readonly isPartial: (segment: Segment) => boolean;
}

interface Held {
  readonly sequence: number;
  readonly bytes: Uint8Array;
  readonly at: number;
}

interface Direction {
  readonly reader: StreamReader;
  /** Sequence number of the next byte, undefined before the first segment. */
  expected: number | undefined;
  /** Segments from behind a gap, by sequence number. */
  readonly held: Held[];
  heldBytes: number;
  ended: boolean;
}

type Circuit = readonly [Direction, Direction];

export class TcpStreams {
  readonly #options: StreamOptions;
  readonly #circuits: LRUCache<string, Circuit>;
  /** Directions that wait for missing bytes. */
  readonly #waiting = new Set<Direction>();
  #heldBytes = 0;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#circuits = new LRUCache<string, Circuit>({
      max: MAX_CIRCUITS,
      dispose: (circuit) => {
        for (const direction of circuit) this.#release(direction, direction.held.length);
      },
    });
  }

  /** Bytes held behind gaps: at most 16 MiB and one segment. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  segment(segment: Segment): void {
    const from = endpointKey(segment.source, segment.sourcePort);
    const to = endpointKey(segment.destination, segment.destinationPort);
    const key = from < to ? `${from} ${to}` : `${to} ${from}`;
    // A client's port is used again for a new circuit.
    if (segment.rst || (segment.syn && !segment.ack)) this.#circuits.delete(key);
    if (segment.rst) return;
    const circuit = this.#circuits.get(key) ?? this.#open(key, from, to);
    const direction = circuit[from < to ? 0 : 1];
    this.#accept(direction, segment);
    if (segment.fin) direction.ended = true;
    if (circuit[0].ended && circuit[1].ended) this.#circuits.delete(key);
  }

  /** Gives up bytes that have been missing too long at `at`. Call it about once a second of the packets' own time. */
  tick(at: number): void {
    for (const direction of this.#waiting) {
      if (at - direction.held[0]!.at > MAX_WAIT_MS) this.#skipGap(direction);
    }
  }

  #open(key: string, from: number, to: number): Circuit {
    const readers = from < to ? this.#options.open(from, to) : this.#options.open(to, from);
    const circuit: Circuit = [newDirection(readers[0]), newDirection(readers[1])];
    this.#circuits.set(key, circuit);
    return circuit;
  }

  #accept(direction: Direction, segment: Segment): void {
    const { bytes, start, end, at } = segment;
    const sequence = segment.syn ? (segment.sequence + 1) >>> 0 : segment.sequence;
    if (direction.expected === undefined) {
      direction.expected = sequence;
      if (!segment.syn) direction.reader.resync();
    }
    if (start === end) return;
    const ahead = (sequence - direction.expected) | 0;
    if (Math.abs(ahead) > MAX_DISTANCE || (ahead > 0 && this.#options.isPartial(segment))) {
      this.#release(direction, direction.held.length);
      direction.expected = sequence;
      direction.reader.resync();
      this.#deliver(direction, bytes, start, end, at);
    } else if (ahead <= 0) {
      this.#deliver(direction, bytes, start - ahead, end, at);
      this.#deliverHeld(direction);
    } else {
      this.#hold(direction, { sequence, bytes: bytes.slice(start, end), at });
    }
  }

  /** `start` lies behind `end` when every byte came before: a retransmission. */
  #deliver(direction: Direction, bytes: Uint8Array, start: number, end: number, at: number): void {
    if (start >= end) return;
    direction.reader.read(bytes, start, end, at);
    direction.expected = (direction.expected! + end - start) >>> 0;
  }

  #hold(direction: Direction, segment: Held): void {
    const { held } = direction;
    const behind = held.findLastIndex((one) => ((segment.sequence - one.sequence) | 0) >= 0);
    held.splice(behind + 1, 0, segment);
    direction.heldBytes += segment.bytes.length;
    this.#heldBytes += segment.bytes.length;
    this.#waiting.add(direction);
    if (
      held.length > MAX_HELD_SEGMENTS ||
      direction.heldBytes > MAX_HELD_BYTES ||
      this.#heldBytes > MAX_HELD_BYTES_IN_TOTAL
    ) {
      this.#skipGap(direction);
    }
  }

  #skipGap(direction: Direction): void {
    this.#options.countError("TCP gap");
    direction.expected = direction.held[0]!.sequence;
    direction.reader.resync();
    this.#deliverHeld(direction);
  }

  #deliverHeld(direction: Direction): void {
    let count = 0;
    for (const { sequence, bytes, at } of direction.held) {
      const ahead = (sequence - direction.expected!) | 0;
      if (ahead > 0) break;
      this.#deliver(direction, bytes, -ahead, bytes.length, at);
      count++;
    }
    this.#release(direction, count);
  }

  /** Lets go of the first `count` held segments. */
  #release(direction: Direction, count: number): void {
    for (const { bytes } of direction.held.splice(0, count)) {
      direction.heldBytes -= bytes.length;
      this.#heldBytes -= bytes.length;
    }
    if (direction.held.length === 0) this.#waiting.delete(direction);
  }
}

function newDirection(reader: StreamReader): Direction {
  return { reader, expected: undefined, held: [], heldBytes: 0, ended: false };
}
