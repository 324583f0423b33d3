/**
 * How much of a client's traffic never reached us, told from libca's datagram numbers: libca raises the number once per
 * datagram and sends the same number to every address of its list (CA specification, VERSION; `udpiiu.cpp`, datagramFlush).
 */

/** A bigger step is a sensor that was off or another process, not loss. */
const MAX_GAP = 1000;
/** Numbers back from the latest for which it is still known whether they came. */
const WINDOW = 32;
const ALL_SEEN = -1;
const MAX_PORTS = 64;
/** Counts are halved here, so that the share speaks of the latest few thousand datagrams. */
const MAX_COUNTED = 4096;

/** What {@link SequenceGaps.seen} says of a datagram that tells nothing about loss. */
export const NOTHING_NEW = -2;

/** Received and lost datagrams, the latest few thousand. */
export class LossCount {
  #received = 0;
  #lost = 0;

  /** One datagram came; `lost` are missing before it, -1 when it is one that had been counted as lost. */
  count(lost: number): void {
    this.#received++;
    this.#lost = Math.max(0, this.#lost + lost);
    if (this.#received + this.#lost < MAX_COUNTED) return;
    this.#received >>= 1;
    this.#lost >>= 1;
  }

  /** 0..1, null before there were two numbers to compare. */
  share(): number | null {
    return this.#received < 2 ? null : this.#lost / (this.#received + this.#lost);
  }
}

/** The numbering of one socket of a client, which is one CA context of one process. */
class SocketNumbers {
  /** Latest number, as int32. */
  last: number;
  /** Bit n: the number n before the latest came. */
  window = ALL_SEEN;
  /** A number far from the others, believed when the next one continues it. */
  jump: number | undefined;

  constructor(
    readonly port: number,
    first: number,
  ) {
    this.last = first | 0;
  }
}

/** The sockets of one client address, the latest {@link MAX_PORTS}. */
export class SequenceGaps {
  readonly #sockets: SocketNumbers[] = [];
  #latest: SocketNumbers | undefined;
  #oldest = 0;

  /** How many numbers are missing before this one, -1 when it fills a gap, {@link NOTHING_NEW} for a copy by another route. */
  seen(port: number, sequence: number): number {
    const socket = this.#latest?.port === port ? this.#latest : this.#find(port);
    if (socket === undefined) {
      this.#add(new SocketNumbers(port, sequence));
      return 0;
    }
    this.#latest = socket;
    const ahead = (sequence - socket.last) | 0;
    if (ahead === 0) return NOTHING_NEW;
    if (ahead > 0 && ahead <= MAX_GAP) {
      socket.window = ahead < WINDOW ? (socket.window << ahead) | 1 : 1;
      socket.last = sequence | 0;
      socket.jump = undefined;
      return ahead - 1;
    }
    if (ahead < 0 && ahead > -WINDOW) return fillGap(socket, 1 << -ahead);
    return follow(socket, sequence | 0);
  }

  #find(port: number): SocketNumbers | undefined {
    for (const socket of this.#sockets) if (socket.port === port) return socket;
    return undefined;
  }

  #add(socket: SocketNumbers): void {
    this.#latest = socket;
    if (this.#sockets.length < MAX_PORTS) {
      this.#sockets.push(socket);
    } else {
      this.#sockets[this.#oldest] = socket;
      this.#oldest = (this.#oldest + 1) % MAX_PORTS;
    }
  }
}

function fillGap(socket: SocketNumbers, bit: number): number {
  if ((socket.window & bit) !== 0) return NOTHING_NEW;
  socket.window |= bit;
  return -1;
}

/** A new process on an old port counts from its own start: two numbers that follow each other show it. */
function follow(socket: SocketNumbers, sequence: number): number {
  const step = socket.jump === undefined ? 0 : (sequence - socket.jump) | 0;
  if (step < 1 || step >= WINDOW) {
    socket.jump = sequence;
    return NOTHING_NEW;
  }
  socket.last = sequence;
  socket.window = ALL_SEEN;
  socket.jump = undefined;
  return step - 1;
}
