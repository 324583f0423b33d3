import assert from "node:assert/strict";
import fc from "fast-check";
import { formatEndpoint } from "pvmon";
import { Fragments } from "../../../plugins/ca-sniffer/network/fragments.js";
import { FrameReader } from "../../../plugins/ca-sniffer/network/ip.js";
import type { Packet, Segment } from "../../../plugins/ca-sniffer/network/packet.js";
import {
  type Ends,
  ethernet,
  everyLink,
  ipv4,
  tcpPacket,
  udp,
  udpPacket,
} from "./support/frames.js";

const ENDS: Ends = { from: "10.7.0.5:40001", to: "10.7.255.255:5064" };
const PAYLOAD = Buffer.from("a search would be here");
const RAW = 101;

interface Read {
  readonly datagrams: string[];
  readonly segments: { ends: string; sequence: number; flags: string; payload: string }[];
  readonly errors: string[];
}

function describePacket({ source, sourcePort, destination, destinationPort }: Packet): string {
  const from = formatEndpoint({ ip: source, port: sourcePort });
  return `${from} > ${formatEndpoint({ ip: destination, port: destinationPort })}`;
}

function payloadOf({ bytes, start, end }: Packet): string {
  return Buffer.from(bytes.subarray(start, end)).toString("latin1");
}

function flagsOf({ syn, ack, fin, rst }: Segment): string {
  return `${syn ? "S" : ""}${ack ? "A" : ""}${fin ? "F" : ""}${rst ? "R" : ""}`;
}

/** Each frame with its link type and time. */
function read(frames: readonly (readonly [linkType: number, frame: Buffer, at?: number])[]): Read {
  const result: Read = { datagrams: [], segments: [], errors: [] };
  const reader = new FrameReader(
    {
      datagram: (packet) => result.datagrams.push(`${describePacket(packet)} ${payloadOf(packet)}`),
      segment: (segment) =>
        result.segments.push({
          ends: describePacket(segment),
          sequence: segment.sequence,
          flags: flagsOf(segment),
          payload: payloadOf(segment),
        }),
    },
    (reason) => result.errors.push(reason),
  );
  for (const [linkType, frame, at = 0] of frames) {
    // Not at the beginning of its buffer, as in a capture.
    const bytes = Buffer.concat([Buffer.from("before"), frame, Buffer.from("after")]);
    reader.frame(linkType, bytes, 6, 6 + frame.length, at);
  }
  return result;
}

const EXPECTED = `10.7.0.5:40001 > 10.7.255.255:5064 ${PAYLOAD}`;

describe("frames", () => {
  for (const [name, linkType, frame] of everyLink(udpPacket(ENDS, PAYLOAD))) {
    it(`${name} carries a datagram`, () => {
      assert.deepEqual(read([[linkType, frame]]), {
        datagrams: [EXPECTED],
        segments: [],
        errors: [],
      });
    });
  }

  it("the padding of a short Ethernet frame is no payload", () => {
    const frame = Buffer.concat([ethernet(udpPacket(ENDS, Buffer.from("x"))), Buffer.alloc(17)]);
    assert.deepEqual(read([[1, frame]]).datagrams, ["10.7.0.5:40001 > 10.7.255.255:5064 x"]);
  });

  it("options of the IPv4 header are stepped over", () => {
    const packet = udpPacket(ENDS, PAYLOAD, { options: Buffer.alloc(8, 1) });
    assert.deepEqual(read([[RAW, packet]]).datagrams, [EXPECTED]);
  });

  it("a TCP segment comes with its place in the stream and its flags", () => {
    const ends = { from: "10.7.0.5:40001", to: "10.7.0.9:5064" };
    assert.deepEqual(
      read([[RAW, tcpPacket(ends, { sequence: 0xffff_ffff, flags: "SA" }, PAYLOAD)]]).segments,
      [
        {
          ends: "10.7.0.5:40001 > 10.7.0.9:5064",
          sequence: 0xffff_ffff,
          flags: "SA",
          payload: PAYLOAD.toString(),
        },
      ],
    );
  });

  it("IPv6, ARP and other protocols are none of our business, and no errors", () => {
    const arp = Buffer.concat([Buffer.alloc(12), Buffer.from([8, 6]), Buffer.alloc(28)]);
    const ipv6 = Buffer.concat([Buffer.from([0x60]), Buffer.alloc(60)]);
    const icmp = ipv4(ENDS, PAYLOAD, { protocol: 1 });
    assert.deepEqual(
      read([
        [1, arp],
        [RAW, ipv6],
        [RAW, icmp],
      ]).errors,
      [],
    );
  });

  it("what is wrong with a packet is said by reason", () => {
    const short = udpPacket(ENDS, PAYLOAD).subarray(0, 30);
    const badHeader = udpPacket(ENDS, PAYLOAD);
    badHeader[0] = 0x41;
    const badUdp = udpPacket(ENDS, PAYLOAD);
    badUdp.writeUInt16BE(4, 24);
    const badTcp = ipv4(ENDS, Buffer.alloc(10), { protocol: 6 });
    assert.deepEqual(
      read([
        [RAW, short],
        [RAW, badHeader],
        [RAW, badUdp],
        [RAW, badTcp],
        [9999, PAYLOAD],
        [1, Buffer.alloc(13)],
      ]).errors,
      [
        "truncated packet",
        "bad IPv4 header",
        "bad UDP header",
        "bad TCP header",
        "unknown link type",
        "truncated packet",
      ],
    );
  });

  it("no bytes make it fail", () => {
    const links = everyLink(udpPacket(ENDS, PAYLOAD));
    const changes = fc.array(fc.tuple(fc.nat(100), fc.nat(255)), { maxLength: 8 });
    fc.assert(
      fc.property(fc.nat(links.length - 1), changes, fc.nat(100), (which, edits, length) => {
        const [, linkType, frame] = links[which]!;
        const changed = Buffer.from(frame.subarray(0, length));
        for (const [at, value] of edits) if (at < changed.length) changed[at] = value;
        read([[linkType, changed]]);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("fragments", () => {
  const datagram = udp(ENDS, Buffer.alloc(4000, "0123456789"));
  const whole = `10.7.0.5:40001 > 10.7.255.255:5064 ${datagram.subarray(8).toString("latin1")}`;

  function fragment(start: number, end: number, identification = 1): Buffer {
    return ipv4(ENDS, datagram.subarray(start, end), {
      identification,
      fragment: { offset: start, more: end < datagram.length },
    });
  }

  it("come together in any order, with copies in between", () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { maxLength: 12 });
    fc.assert(
      fc.property(cuts, fc.infiniteStream(fc.nat()), (places, random) => {
        const borders = [
          0,
          ...places.map((place) => place * 8).sort((a, b) => a - b),
          datagram.length,
        ];
        const pieces = borders.slice(1).map((end, i) => fragment(borders[i]!, end));
        const shuffled = pieces
          .map((piece) => ({ piece, key: random.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ piece }) => piece);
        const copied = [...shuffled.slice(0, -1), ...shuffled.slice(0, -1), ...shuffled.slice(-1)];
        const result = read(copied.map((piece) => [RAW, piece]));
        assert.deepEqual(result.datagrams, [whole]);
        assert.deepEqual(result.errors, []);
      }),
    );
  });

  it("that overlap are thrown away: nobody honest sends those", () => {
    const { datagrams, errors } = read([
      [RAW, fragment(0, 1600)],
      [RAW, fragment(800, 2400)],
    ]);
    assert.deepEqual(datagrams, []);
    assert.deepEqual(errors, ["fragments overlap"]);
  });

  it("that never complete are given up after 30 s", () => {
    const { errors } = read([
      [RAW, fragment(0, 1600, 1), 0],
      [RAW, fragment(0, 1600, 2), 31_000],
    ]);
    assert.deepEqual(errors, ["fragments incomplete"]);
  });

  it("in a flood take a bounded place, and the newest datagram still gets through", () => {
    const flood = Array.from({ length: 1000 }, (_, i) => [RAW, fragment(0, 1600, i)] as const);
    const { datagrams, errors } = read([...flood, [RAW, fragment(1600, datagram.length, 999)]]);
    assert.deepEqual(datagrams, [whole]);
    assert.ok(errors.length >= 1000 - 65, `${errors.length} given up`);
  });

  it("of the largest datagrams take a bounded place too", () => {
    const fragments = new Fragments(() => {});
    for (let i = 0; i < 1000; i++) {
      fragments.add({ at: 0, key: String(i), offset: 64_000, last: false, payload: PAYLOAD });
      assert.ok(fragments.heldBytes <= 1_048_576 + 65_535, `${fragments.heldBytes} held`);
    }
  });
});
