/** What a capture has of the datagrams that left one host: how many, how fast, and what each server got of them. */
import { createReadStream } from "node:fs";
import { CaptureReader } from "../plugins/ca-sniffer/capture-format/reader.js";
import { excess } from "../tests/site/search-datagrams.js";

const ETHERNET_BYTES = 14;
const UDP = 17;
const UDP_HEADER_BYTES = 8;
const SECOND_MS = 1000;

export class SentSearches {
  /** When each datagram left, UTC ms by the kernel. */
  readonly times: number[] = [];
  /** The same by the address that it went to. */
  readonly timesByAddress = new Map<string, number[]>();
  /** Payload of UDP. */
  bytes = 0;
  /** Whatever is no UDP. */
  otherPackets = 0;

  /** @param file a capture on Ethernet or loopback of nothing but what left the host */
  static async read(file: string): Promise<SentSearches> {
    const sent = new SentSearches();
    const reader = new CaptureReader({
      frame: (_link, bytes, start, _end, at) => sent.#add(bytes.subarray(start), at),
      dropped: () => undefined,
    });
    for await (const chunk of createReadStream(file)) reader.push(chunk as Uint8Array);
    return sent;
  }

  get datagrams(): number {
    return this.times.length;
  }

  /** From the first to the last. */
  get seconds(): number {
    return ((this.times.at(-1) ?? 0) - (this.times[0] ?? 0)) / SECOND_MS;
  }

  /** The most that left in any one second. */
  get mostPerSecond(): number {
    return mostInASecond(this.times);
  }

  /** The most that any one address got in any one second. */
  get mostPerSecondToOne(): number {
    return Math.max(...[...this.timesByAddress.values()].map(mostInASecond));
  }

  /** The most that any one address got in all. */
  get mostToOne(): number {
    return Math.max(...[...this.timesByAddress.values()].map(({ length }) => length));
  }

  /** Datagrams by which a budget was exceeded at worst; at most 0 when it was kept, but for the clocks. */
  excess(perSecond: number, perSecondToOne: number): number {
    const toOne = [...this.timesByAddress.values()].map((times) => excess(times, perSecondToOne));
    return Math.max(excess(this.times, perSecond), ...toOne);
  }

  #add(frame: Uint8Array, at: number): void {
    const ip = frame.subarray(ETHERNET_BYTES);
    if (ip[9] !== UDP) {
      this.otherPackets += 1;
      return;
    }
    const headerBytes = (ip[0]! & 0x0f) * 4;
    this.bytes += ip[headerBytes + 4]! * 256 + ip[headerBytes + 5]! - UDP_HEADER_BYTES;
    this.times.push(at);
    const address = ip.subarray(16, 20).join(".");
    const times = this.timesByAddress.get(address);
    if (times === undefined) this.timesByAddress.set(address, [at]);
    else times.push(at);
  }
}

function mostInASecond(times: readonly number[]): number {
  let most = 0;
  for (let first = 0, last = 0; last < times.length; last++) {
    while (times[last]! - times[first]! >= SECOND_MS) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
