/** IPv4, UDP and TCP headers (RFC 791, 768, 9293): frames of any link type in, datagrams and segments out. */
import { u16, u32 } from "../bytes.js";
import { Fragments } from "./fragments.js";
import { CUT_OFF, findIpv4, UNKNOWN_LINK } from "./link.js";
import { emptySegment, type PacketSink, type Segment } from "./packet.js";
import type { CountError, PacketError } from "./reasons.js";

/** A frame that carries something else than IPv4 is none. */
const LINK_ERRORS: ReadonlyMap<number, PacketError> = new Map([
  [UNKNOWN_LINK, "unknown link type"],
  [CUT_OFF, "truncated packet"],
]);
const MORE_FRAGMENTS = 0x2000;
const FRAGMENT_OFFSET = 0x1fff;
const PROTOCOL_TCP = 6;
const PROTOCOL_UDP = 17;
const MIN_IPV4_HEADER = 20;
const UDP_HEADER = 8;
const MIN_TCP_HEADER = 20;
const FIN = 0x01;
const SYN = 0x02;
const RST = 0x04;
const ACK = 0x10;

/** Takes frames apart. Checksums are not checked: network cards fill them in after the capture. */
export class FrameReader {
  readonly #sink: PacketSink;
  readonly #countError: CountError;
  readonly #fragments: Fragments;
  readonly #packet: Segment = emptySegment();

  constructor(sink: PacketSink, countError: CountError) {
    this.#sink = sink;
    this.#countError = countError;
    this.#fragments = new Fragments(countError);
  }

  /** The frame is `bytes[start .. end)`, captured at `at` (UTC ms). */
  frame(linkType: number, bytes: Uint8Array, start: number, end: number, at: number): void {
    const header = findIpv4(linkType, bytes, start, end);
    const error = header >= 0 ? this.#ipv4(bytes, header, end, at) : LINK_ERRORS.get(header);
    if (error !== undefined) this.#countError(error);
  }

  #ipv4(bytes: Uint8Array, header: number, frameEnd: number, at: number): PacketError | undefined {
    if (header + MIN_IPV4_HEADER > frameEnd) return "truncated packet";
    const payload = header + (bytes[header]! & 0x0f) * 4;
    // Segmentation offload leaves the total length 0: the packet then ends with the frame.
    const end = header + (u16(bytes, header + 2) || frameEnd - header);
    if (bytes[header]! >> 4 !== 4 || payload < header + MIN_IPV4_HEADER || end < payload) {
      return "bad IPv4 header";
    }
    const protocol = bytes[header + 9]!;
    if (protocol !== PROTOCOL_UDP && protocol !== PROTOCOL_TCP) return undefined;
    if (end > frameEnd) return "truncated packet";
    const packet = this.#packet;
    packet.at = at;
    packet.source = u32(bytes, header + 12);
    packet.destination = u32(bytes, header + 16);
    const fragment = u16(bytes, header + 6);
    if ((fragment & (MORE_FRAGMENTS | FRAGMENT_OFFSET)) === 0) {
      return this.#transport(protocol, bytes, payload, end);
    }
    const whole = this.#fragments.add({
      at,
      key: `${packet.source} ${packet.destination} ${protocol} ${u16(bytes, header + 4)}`,
      offset: (fragment & FRAGMENT_OFFSET) * 8,
      last: (fragment & MORE_FRAGMENTS) === 0,
      payload: bytes.subarray(payload, end),
    });
    return whole && this.#transport(protocol, whole, 0, whole.length);
  }

  #transport(
    protocol: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): PacketError | undefined {
    return protocol === PROTOCOL_UDP ? this.#udp(bytes, start, end) : this.#tcp(bytes, start, end);
  }

  #udp(bytes: Uint8Array, start: number, end: number): PacketError | undefined {
    const length = end - start < UDP_HEADER ? 0 : u16(bytes, start + 4);
    if (length < UDP_HEADER || start + length > end) return "bad UDP header";
    this.#fill(bytes, start, start + UDP_HEADER, start + length);
    this.#sink.datagram(this.#packet);
    return undefined;
  }

  #tcp(bytes: Uint8Array, start: number, end: number): PacketError | undefined {
    if (end - start < MIN_TCP_HEADER) return "bad TCP header";
    const payload = start + (bytes[start + 12]! >> 4) * 4;
    if (payload < start + MIN_TCP_HEADER || payload > end) return "bad TCP header";
    const flags = bytes[start + 13]!;
    const segment = this.#packet;
    segment.sequence = u32(bytes, start + 4);
    segment.syn = (flags & SYN) !== 0;
    segment.ack = (flags & ACK) !== 0;
    segment.fin = (flags & FIN) !== 0;
    segment.rst = (flags & RST) !== 0;
    this.#fill(bytes, start, payload, end);
    this.#sink.segment(segment);
    return undefined;
  }

  /** Both transports begin with the two ports. */
  #fill(bytes: Uint8Array, header: number, start: number, end: number): void {
    const packet = this.#packet;
    packet.sourcePort = u16(bytes, header);
    packet.destinationPort = u16(bytes, header + 2);
    packet.bytes = bytes;
    packet.start = start;
    packet.end = end;
  }
}
