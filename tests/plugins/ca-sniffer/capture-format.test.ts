import assert from "node:assert/strict";
import fc from "fast-check";
import { CaptureDamage } from "../../../plugins/ca-sniffer/capture-format/format.js";
import { CaptureReader } from "../../../plugins/ca-sniffer/capture-format/reader.js";
import { type CapturedFrame, pcap, pcapng } from "./support/captures.js";

const AT = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const FRAMES: readonly CapturedFrame[] = [
  { at: AT, frame: Buffer.from("first") },
  { at: AT + 1, frame: Buffer.alloc(0) },
  { at: AT + 2000, frame: Buffer.alloc(1500, 7) },
];

interface Read {
  readonly frames: { at: number; frame: Buffer; linkType: number }[];
  readonly drops: number[];
  readonly end: string;
}

function read(bytes: Uint8Array, pieceBytes = bytes.length || 1): Read {
  const frames: Read["frames"] = [];
  const drops: number[] = [];
  const reader = new CaptureReader({
    frame: (linkType, all, start, end, at) =>
      frames.push({ linkType, at, frame: Buffer.from(all.subarray(start, end)) }),
    dropped: (total) => drops.push(total),
  });
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    reader.push(bytes.subarray(at, at + pieceBytes));
  }
  return { frames, drops, end: reader.end() };
}

const VARIANTS: [name: string, file: Buffer][] = [true, false].flatMap((littleEndian) => {
  const order = littleEndian ? "little-endian" : "big-endian";
  return [
    [`pcap, microseconds, ${order}`, pcap(FRAMES, { littleEndian })],
    [`pcap, nanoseconds, ${order}`, pcap(FRAMES, { littleEndian, nanoseconds: true })],
    [`pcapng, ${order}`, pcapng(FRAMES, { littleEndian })],
    [`pcapng, nanoseconds, ${order}`, pcapng(FRAMES, { littleEndian, resolution: 9 })],
    [`pcapng, a clock of its own, ${order}`, pcapng(FRAMES, { littleEndian, offsetSeconds: 1e9 })],
    [`pcapng, obsolete packets, ${order}`, pcapng(FRAMES, { littleEndian, packets: "obsolete" })],
  ] satisfies [string, Buffer][];
});

describe("capture formats", () => {
  for (const [name, file] of VARIANTS) {
    it(`${name}: frames, times and link type`, () => {
      const { frames, end } = read(file);
      assert.deepEqual(
        frames,
        FRAMES.map(({ at, frame }) => ({ at, frame: Buffer.from(frame), linkType: 1 })),
      );
      assert.equal(end, "complete");
    });

    it(`${name}: the same in pieces of any size`, () => {
      for (const pieceBytes of [1, 3, 16, 100])
        assert.deepEqual(read(file, pieceBytes), read(file));
    });

    it(`${name}: a cut-off tail is told, and costs the last packet only`, () => {
      const { frames, end } = read(file.subarray(0, file.length - 5));
      assert.equal(frames.length, 2);
      assert.equal(end, "truncated");
    });
  }

  it("short and long frames are read in pieces that end anywhere in them", () => {
    const frames = fc.array(fc.nat(10_000), { maxLength: 10 });
    fc.assert(
      fc.property(frames, fc.integer({ min: 500, max: 20_000 }), (lengths, pieceBytes) => {
        const captured = lengths.map((length, i) => ({ at: AT, frame: Buffer.alloc(length, i) }));
        for (const file of [pcap(captured), pcapng(captured)])
          assert.deepEqual(read(file, pieceBytes), read(file));
      }),
    );
  });

  it("a clock that counts powers of two is read", () => {
    const { frames } = read(pcapng(FRAMES, { resolution: 0x80 | 10 }));
    for (const [i, { at }] of frames.entries()) assert.ok(Math.abs(at - FRAMES[i]!.at) <= 1);
    assert.equal(frames.length, FRAMES.length);
  });

  it("simple packets have no time, so they get that of the packet before", () => {
    const timed = pcapng(FRAMES.slice(0, 1));
    const simple = pcapng([{ at: 0, frame: Buffer.from("simple") }], { packets: "simple" });
    const { frames } = read(Buffer.concat([timed, simple]));
    assert.deepEqual(
      frames.map(({ at, frame }) => [at, frame.toString()]),
      [
        [AT, "first"],
        [AT, "simple"],
      ],
    );
  });

  it("packets dropped while capturing are added up over the sections", () => {
    const file = Buffer.concat([pcapng(FRAMES, { dropped: 7 }), pcapng(FRAMES, { dropped: 5 })]);
    assert.deepEqual(read(file).drops, [7, 12]);
  });

  it("an empty file is a complete capture of nothing", () => {
    assert.deepEqual(read(Buffer.alloc(0)), { frames: [], drops: [], end: "complete" });
  });

  it("a file of another kind is refused", () => {
    assert.throws(() => read(Buffer.from("%PDF-1.7 and so on")), CaptureDamage);
  });

  it("a length that no frame can have ends the reading", () => {
    const file = pcap(FRAMES);
    file.writeUInt32LE(0x7fff_ffff, 24 + 8);
    assert.throws(() => read(file), CaptureDamage);
  });

  it("no bytes at all make it fail otherwise, and what it keeps stays small", () => {
    const files = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc
        .tuple(
          fc.constantFrom(...VARIANTS.map(([, file]) => file)),
          fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { maxLength: 20 }),
        )
        .map(([file, changes]) => {
          const changed = Buffer.from(file);
          for (const [at, value] of changes) changed[at % changed.length] = value;
          return changed;
        }),
    );
    fc.assert(
      fc.property(files, fc.integer({ min: 1, max: 500 }), (file, pieceBytes) => {
        try {
          read(file, pieceBytes);
        } catch (error) {
          assert.ok(error instanceof CaptureDamage, String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
