/** Capture files built by hand, in every variant that programs write. */

export interface CapturedFrame {
  /** UTC ms; fractions are kept as far as the format can. */
  readonly at: number;
  readonly frame: Uint8Array;
}

export interface PcapVariant {
  readonly littleEndian?: boolean;
  readonly nanoseconds?: boolean;
  readonly linkType?: number;
}

/** Writes numbers in one byte order. */
function writer(littleEndian: boolean) {
  const number = (size: 2 | 4) => (value: number) => {
    const bytes = Buffer.alloc(size);
    if (littleEndian) bytes.writeUIntLE(value, 0, size);
    else bytes.writeUIntBE(value, 0, size);
    return bytes;
  };
  return { u16: number(2), u32: number(4) };
}

export function pcap(frames: readonly CapturedFrame[], variant: PcapVariant = {}): Buffer {
  const { littleEndian = true, nanoseconds = false, linkType = 1 } = variant;
  const { u16, u32 } = writer(littleEndian);
  return Buffer.concat([
    u32(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4),
    ...[u16(2), u16(4), u32(0), u32(0), u32(262_144), u32(linkType)],
    ...frames.flatMap(({ at, frame }) => [
      u32(Math.floor(at / 1000)),
      u32(Math.round((at % 1000) * (nanoseconds ? 1e6 : 1e3))),
      u32(frame.length),
      u32(frame.length),
      Buffer.from(frame),
    ]),
  ]);
}

export interface PcapngVariant {
  readonly littleEndian?: boolean;
  readonly linkType?: number;
  /** The value of the option if_tsresol; microseconds without it. */
  readonly resolution?: number;
  /** The value of the option if_tsoffset, s. */
  readonly offsetSeconds?: number;
  /** `enhanced` unless told. */
  readonly packets?: "enhanced" | "obsolete" | "simple";
  /** isb_ifdrop of a statistics block at the end. */
  readonly dropped?: number;
}

export function pcapng(frames: readonly CapturedFrame[], variant: PcapngVariant = {}): Buffer {
  const {
    littleEndian = true,
    linkType = 1,
    resolution,
    offsetSeconds,
    packets,
    dropped,
  } = variant;
  const { u16, u32 } = writer(littleEndian);
  const pad = (bytes: Uint8Array) => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
  const block = (type: number, ...parts: readonly Uint8Array[]) => {
    const body = pad(Buffer.concat(parts));
    return Buffer.concat([u32(type), u32(body.length + 12), body, u32(body.length + 12)]);
  };
  const option = (code: number, value: Uint8Array) =>
    Buffer.concat([u16(code), u16(value.length), pad(value)]);
  const u64 = (value: number) => {
    const bytes = Buffer.alloc(8);
    if (littleEndian) bytes.writeBigUInt64LE(BigInt(value));
    else bytes.writeBigUInt64BE(BigInt(value));
    return bytes;
  };
  const ticksPerMs = ticks(resolution ?? 6) / 1000;
  const packet = ({ at, frame }: CapturedFrame) => {
    const tick = Math.round((at - (offsetSeconds ?? 0) * 1000) * ticksPerMs);
    const time = [u32(Math.floor(tick / 2 ** 32)), u32(tick % 2 ** 32)];
    const lengths = [u32(frame.length), u32(frame.length)];
    if (packets === "simple") return block(3, u32(frame.length), frame);
    if (packets === "obsolete") return block(2, u16(0), u16(0), ...time, ...lengths, frame);
    return block(6, u32(0), ...time, ...lengths, frame);
  };
  return Buffer.concat([
    block(0x0a0d0d0a, u32(0x1a2b3c4d), u16(1), u16(0), Buffer.alloc(8, 0xff)),
    block(
      1,
      ...[u16(linkType), u16(0), u32(0)],
      ...(resolution === undefined ? [] : [option(9, Buffer.from([resolution]))]),
      ...(offsetSeconds === undefined ? [] : [option(14, u64(offsetSeconds))]),
    ),
    // A block of names: of no use here, to be stepped over.
    block(4, Buffer.alloc(100)),
    ...frames.map(packet),
    ...(dropped === undefined
      ? []
      : [block(5, u32(0), u32(0), u32(0), option(5, u64(dropped)), option(0, Buffer.alloc(0)))]),
  ]);
}

function ticks(resolution: number): number {
  return resolution & 0x80 ? 2 ** (resolution & 0x7f) : 10 ** resolution;
}
