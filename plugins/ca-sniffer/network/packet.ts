/** The one packet at hand: every layer fills in its part of the same object, so that none is made per packet. */
import type { Ipv4 } from "pvmon";

/** Valid during the call that it is handed to, no longer. */
export interface Packet {
  /** When it was captured, UTC ms. */
  at: number;
  source: Ipv4;
  destination: Ipv4;
  sourcePort: number;
  destinationPort: number;
  bytes: Uint8Array;
  /** The layer's payload is `bytes[start .. end)`. */
  start: number;
  end: number;
}

/** A TCP segment: where its payload belongs in the stream. */
export interface Segment extends Packet {
  /** Sequence number of the first payload byte (of the SYN itself where there is one), u32. */
  sequence: number;
  syn: boolean;
  ack: boolean;
  fin: boolean;
  rst: boolean;
}

/** What is done with the packets of a source. */
export interface PacketSink {
  datagram(packet: Packet): void;
  segment(segment: Segment): void;
}

export function emptySegment(): Segment {
  return {
    at: 0,
    source: 0,
    destination: 0,
    sourcePort: 0,
    destinationPort: 0,
    bytes: new Uint8Array(0),
    start: 0,
    end: 0,
    sequence: 0,
    syn: false,
    ack: false,
    fin: false,
    rst: false,
  };
}
