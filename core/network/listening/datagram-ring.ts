/**
 * The way of datagrams from the thread that reads sockets to the main one: memory of both, one writes, one reads. Nothing is ever
 * dropped here: a writer that finds no room waits, and what it does not read meanwhile is the kernel's to keep, or to drop and count.
 */
import type { Endpoint } from "../../model/address.js";

/** Byte places of what is read next and written next; whether the reader needs no waking. */
const [READ, WRITE, AWAKE] = [0, 1, 2] as const;
const CONTROL_BYTES = 16;
/** Words of a header: whose datagram, how many bytes, where it came from. The bytes follow. */
const [OWNER, LENGTH, IP, PORT] = [0, 1, 2, 3] as const;
const HEADER_BYTES = 16;
/** In the place of an owner: the next one is at the beginning. */
const GO_ROUND = 0xffff_ffff;
/** What IPv4 carries at most. */
const MAX_DATAGRAM_BYTES = 65_507;
/** Once all is read, what is written behind this place goes to the beginning: only as much memory is used as datagrams wait in. */
const ENOUGH_BYTES = 2 ** 20;

/** @param bytes a multiple of 16, more than what the longest datagram needs */
export function ringMemory(bytes: number): SharedArrayBuffer {
  return new SharedArrayBuffer(CONTROL_BYTES + bytes);
}

class Ring {
  protected readonly control: Int32Array;
  protected readonly words: Uint32Array;
  protected readonly bytes: Uint8Array;

  constructor(memory: SharedArrayBuffer) {
    this.control = new Int32Array(memory, 0, CONTROL_BYTES / Int32Array.BYTES_PER_ELEMENT);
    this.words = new Uint32Array(memory, CONTROL_BYTES);
    this.bytes = new Uint8Array(memory, CONTROL_BYTES);
  }
}

export class RingWriter extends Ring {
  readonly #wake: () => void;

  /** @param wake called when there is something to read for a reader that sleeps */
  constructor(memory: SharedArrayBuffer, wake: () => void) {
    super(memory);
    this.#wake = wake;
  }

  /** Returns once there was room. */
  write(owner: number, datagram: Uint8Array, { ip, port }: Endpoint): void {
    const at = this.#room(spaceOf(datagram.length));
    const word = at >>> 2;
    this.words[word + OWNER] = owner;
    this.words[word + LENGTH] = datagram.length;
    this.words[word + IP] = ip;
    this.words[word + PORT] = port;
    this.bytes.set(datagram, at + HEADER_BYTES);
    Atomics.store(this.control, WRITE, at + spaceOf(datagram.length));
  }

  /** What was written up to now is going to be read. */
  wake(): void {
    if (Atomics.exchange(this.control, AWAKE, 1) === 0) this.#wake();
  }

  /** Where so many bytes fit. Written and read place are the same only when all is read, and a header always fits. */
  #room(space: number): number {
    for (;;) {
      const read = Atomics.load(this.control, READ);
      const write = Atomics.load(this.control, WRITE);
      const end = write >= read ? this.bytes.length : read;
      const isFar = write === read && write > ENOUGH_BYTES;
      if (!isFar && write + space < end) return write;
      if (write >= read && read > 0) {
        this.words[write >>> 2] = GO_ROUND;
        Atomics.store(this.control, WRITE, 0);
      } else {
        this.wake();
        Atomics.wait(this.control, READ, read);
      }
    }
  }
}

export class RingReader extends Ring {
  readonly #datagram = new Uint8Array(MAX_DATAGRAM_BYTES);

  /**
   * Reads at most so many, whose bytes are valid during the call of `take`.
   * @returns whether there may be more; if not, the next one wakes the reader
   */
  read(most: number, take: (owner: number, bytes: Uint8Array, from: Endpoint) => void): boolean {
    try {
      for (let count = 0; count < most; count++) {
        if (this.#isEmpty() && this.#sleeps()) return false;
        this.#next(take);
      }
    } finally {
      Atomics.notify(this.control, READ);
    }
    return true;
  }

  #isEmpty(): boolean {
    return Atomics.load(this.control, READ) === Atomics.load(this.control, WRITE);
  }

  /** False when something was written just before. */
  #sleeps(): boolean {
    Atomics.store(this.control, AWAKE, 0);
    return this.#isEmpty() || Atomics.exchange(this.control, AWAKE, 1) === 1;
  }

  #next(take: (owner: number, bytes: Uint8Array, from: Endpoint) => void): void {
    const at = Atomics.load(this.control, READ);
    const word = at >>> 2;
    const owner = this.words[word + OWNER]!;
    if (owner === GO_ROUND) {
      Atomics.store(this.control, READ, 0);
      return;
    }
    const length = this.words[word + LENGTH]!;
    const from = { ip: this.words[word + IP]!, port: this.words[word + PORT]! };
    const begin = at + HEADER_BYTES;
    this.#datagram.set(this.bytes.subarray(begin, begin + length));
    Atomics.store(this.control, READ, at + spaceOf(length));
    take(owner, this.#datagram.subarray(0, length), from);
  }
}

function spaceOf(length: number): number {
  return HEADER_BYTES + 16 * Math.ceil(length / 16);
}
