/** The sniffer with the inventory behind it: datagrams, what a repeater passes on, frames, and captures of them. */
import { CaptureDamage } from "../../../plugins/ca-sniffer/capture-format/format.js";
import { CaptureReader } from "../../../plugins/ca-sniffer/capture-format/reader.js";
import { FrameReader } from "../../../plugins/ca-sniffer/network/ip.js";
import { LinkType } from "../../../plugins/ca-sniffer/network/link.js";
import { emptySegment } from "../../../plugins/ca-sniffer/network/packet.js";
import { FoldedSite } from "../folded-site.js";
import type { FuzzReader, FuzzTarget } from "../target.js";

const FIRST_ADDRESS = 0x0a07_0000;
/** Forged ones: far more than the inventory has room for. */
const ADDRESSES = 65_536;
const LINK_TYPES = [...Object.values(LinkType), 9999];

/** Each from another address, between ports of searches, of beacons and of clients in turn. */
function datagrams(viaRepeater: boolean): FuzzReader {
  const site = new FoldedSite();
  const decoder = site.decoder({ seesReplies: !viaRepeater, viaRepeater });
  const packet = emptySegment();
  let read = 0;
  return (input) => {
    read++;
    const isReply = read % 4 === 0;
    packet.at = site.at;
    packet.source = FIRST_ADDRESS + (Math.imul(read, 40_503) % ADDRESSES);
    packet.destination = FIRST_ADDRESS + (isReply ? read % ADDRESSES : ADDRESSES - 1);
    packet.sourcePort = isReply ? 5064 : 40_000;
    packet.destinationPort = isReply ? 40_000 : 5064 + (read & 1);
    packet.bytes = input;
    packet.start = 0;
    packet.end = input.length;
    decoder.datagram(packet);
    site.inputRead();
  };
}

export const datagram: FuzzTarget = {
  what: "datagrams: scanned, decoded and folded into the inventory",
  create: () => datagrams(false),
};

export const repeater: FuzzTarget = {
  what: "datagrams that a CA repeater passes on",
  create: () => datagrams(true),
};

/** The first byte says which link type the frame has. */
export const frame: FuzzTarget = {
  what: "frames of every link type: fragments, datagrams, segments and circuits",
  create: () => {
    const site = new FoldedSite();
    const frames = new FrameReader(site.decoder({ seesReplies: true }), () => undefined);
    return (input) => {
      const linkType = LINK_TYPES[(input[0] ?? 0) % LINK_TYPES.length]!;
      frames.frame(linkType, input, Math.min(1, input.length), input.length, site.at);
      site.inputRead();
    };
  },
};

/** The first byte says how large the pieces are. Times are not the capture's own, or the first odd one would be the last. */
export const capture: FuzzTarget = {
  what: "pcap and pcapng files in pieces, down to the inventory",
  create: () => {
    const site = new FoldedSite();
    const frames = new FrameReader(site.decoder({ seesReplies: true }), () => undefined);
    return (input) => {
      const reader = new CaptureReader({
        frame: (linkType, bytes, start, end) => frames.frame(linkType, bytes, start, end, site.at),
        dropped: () => undefined,
      });
      const pieceBytes = 1 + 8 * (input[0] ?? 0);
      try {
        for (let at = 1; at < input.length; at += pieceBytes) {
          reader.push(input.subarray(at, at + pieceBytes));
        }
        reader.end();
      } catch (error) {
        if (!(error instanceof CaptureDamage)) throw error;
      }
      site.inputRead();
    };
  },
};
