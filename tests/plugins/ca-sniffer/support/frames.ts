/** Frames built by hand, layer by layer, so that the tests know every byte that the sniffer reads. */
import { parseIpv4 } from "pvmon";

export interface Ends {
  readonly from: string;
  readonly to: string;
}

export interface TcpFields {
  readonly sequence: number;
  /** `S`, `A`, `F`, `R` in any combination; `A` unless told. */
  readonly flags?: string;
}

export function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

function split(endpoint: string): { ip: Buffer; port: Buffer } {
  const [address, port] = endpoint.split(":");
  return { ip: u32(parseIpv4(address!)!), port: u16(Number(port)) };
}

export function udp({ from, to }: Ends, payload: Uint8Array): Buffer {
  return Buffer.concat([
    split(from).port,
    split(to).port,
    u16(8 + payload.length),
    u16(0),
    payload,
  ]);
}

const FLAGS: Readonly<Record<string, number>> = { F: 1, S: 2, R: 4, A: 16 };

export function tcp(
  { from, to }: Ends,
  { sequence, flags = "A" }: TcpFields,
  payload: Uint8Array = Buffer.alloc(0),
): Buffer {
  const bits = [...flags].reduce((all, flag) => all | FLAGS[flag]!, 0);
  return Buffer.concat([
    split(from).port,
    split(to).port,
    u32(sequence),
    u32(0),
    Buffer.from([0x50, bits]),
    u16(65_535),
    u32(0),
    payload,
  ]);
}

export interface IpFields {
  /** 17 unless told. */
  readonly protocol?: number;
  /** Multiples of 4 bytes. */
  readonly options?: Uint8Array;
  readonly identification?: number;
  /** Offset in bytes; more: another fragment follows. */
  readonly fragment?: { readonly offset: number; readonly more: boolean };
}

export function ipv4({ from, to }: Ends, payload: Uint8Array, fields: IpFields = {}): Buffer {
  const { protocol = 17, options = Buffer.alloc(0), identification = 0, fragment } = fields;
  const header = 20 + options.length;
  return Buffer.concat([
    Buffer.from([0x40 | (header / 4), 0]),
    u16(header + payload.length),
    u16(identification),
    u16(fragment === undefined ? 0x4000 : fragment.offset / 8 + (fragment.more ? 0x2000 : 0)),
    Buffer.from([64, protocol]),
    u16(0),
    split(from).ip,
    split(to).ip,
    options,
    payload,
  ]);
}

/** An IPv4 packet with a UDP datagram. */
export function udpPacket(ends: Ends, payload: Uint8Array, fields: IpFields = {}): Buffer {
  return ipv4(ends, udp(ends, payload), fields);
}

/** An IPv4 packet with a TCP segment. */
export function tcpPacket(ends: Ends, fields: TcpFields, payload?: Uint8Array): Buffer {
  return ipv4(ends, tcp(ends, fields, payload), { protocol: 6 });
}

export function ethernet(packet: Uint8Array, ...tags: readonly number[]): Buffer {
  return Buffer.concat([
    Buffer.alloc(12, 0xee),
    ...tags.map((tag) => Buffer.concat([u16(tag), u16(5)])),
    u16(0x0800),
    packet,
  ]);
}

/** The same IPv4 packet as each link layer would carry it: name, link type, frame. */
export function everyLink(packet: Uint8Array): [name: string, linkType: number, frame: Buffer][] {
  const cooked2 = (ethertype: number) => Buffer.concat([u16(ethertype), Buffer.alloc(18)]);
  return [
    ["Ethernet", 1, ethernet(packet)],
    ["Ethernet with a VLAN tag", 1, ethernet(packet, 0x8100)],
    ["Ethernet with two VLAN tags", 1, ethernet(packet, 0x88a8, 0x8100)],
    ["raw IP", 101, Buffer.from(packet)],
    ["raw IP of BSD", 12, Buffer.from(packet)],
    ["IPv4", 228, Buffer.from(packet)],
    ["Linux cooked v1", 113, Buffer.concat([Buffer.alloc(14), u16(0x0800), packet])],
    ["Linux cooked v2", 276, Buffer.concat([cooked2(0x0800), packet])],
    [
      "Linux cooked v2 with a VLAN tag",
      276,
      Buffer.concat([cooked2(0x8100), u16(5), u16(0x0800), packet]),
    ],
    ["null, little-endian", 0, Buffer.concat([Buffer.from([2, 0, 0, 0]), packet])],
    ["null, big-endian", 0, Buffer.concat([Buffer.from([0, 0, 0, 2]), packet])],
    ["OpenBSD loopback", 108, Buffer.concat([Buffer.from([0, 0, 0, 2]), packet])],
  ];
}
