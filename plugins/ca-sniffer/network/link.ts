/** Link layers: where in a captured frame the IPv4 packet begins (link types as in the tcpdump.org registry). */

import { u16 } from "../bytes.js";

export const LinkType = {
  NULL: 0,
  ETHERNET: 1,
  RAW_BSD: 12,
  RAW_OPENBSD: 14,
  RAW: 101,
  LOOP: 108,
  LINUX_SLL: 113,
  IPV4: 228,
  LINUX_SLL2: 276,
} as const;

/** The frame carries something else than IPv4: not ours, not an error. */
export const NOT_IPV4 = -1;
/** The frame is cut off before its network layer. */
export const CUT_OFF = -2;
/** Nobody has told us how to read this link type. */
export const UNKNOWN_LINK = -3;

const ETHERTYPE_IPV4 = 0x0800;
/** 802.1Q, 802.1ad (QinQ), and the older QinQ type of some switches. */
const VLAN_ETHERTYPES: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100]);
const AF_INET = 2;

/** Follows VLAN tags from an ethertype field to the IPv4 header. */
function afterEthertype(bytes: Uint8Array, ethertypeAt: number, end: number): number {
  let offset = ethertypeAt;
  while (offset + 2 <= end) {
    const ethertype = u16(bytes, offset);
    if (ethertype === ETHERTYPE_IPV4) return offset + 2;
    if (!VLAN_ETHERTYPES.has(ethertype)) return NOT_IPV4;
    offset += 4;
  }
  return CUT_OFF;
}

/** BSD's four-byte address family, in the byte order of the machine that captured. */
function afterFamily(bytes: Uint8Array, start: number, end: number): number {
  if (start + 4 > end) return CUT_OFF;
  const family = u16(bytes, start) | u16(bytes, start + 2);
  return family === AF_INET || family === AF_INET << 8 ? start + 4 : NOT_IPV4;
}

/** Linux cooked v2: the ethertype comes first, in a header of 20 bytes; a VLAN tag may follow it. */
function afterCookedV2(bytes: Uint8Array, start: number, end: number): number {
  if (start + 20 > end) return CUT_OFF;
  const ethertype = u16(bytes, start);
  if (ethertype === ETHERTYPE_IPV4) return start + 20;
  return VLAN_ETHERTYPES.has(ethertype) ? afterEthertype(bytes, start + 22, end) : NOT_IPV4;
}

/** Offset of the IPv4 header in the frame `bytes[start .. end)`, or one of the negative constants above. */
export function findIpv4(linkType: number, bytes: Uint8Array, start: number, end: number): number {
  switch (linkType) {
    case LinkType.ETHERNET:
      return afterEthertype(bytes, start + 12, end);
    case LinkType.LINUX_SLL:
      return afterEthertype(bytes, start + 14, end);
    case LinkType.LINUX_SLL2:
      return afterCookedV2(bytes, start, end);
    case LinkType.NULL:
    case LinkType.LOOP:
      return afterFamily(bytes, start, end);
    case LinkType.RAW:
    case LinkType.RAW_BSD:
    case LinkType.RAW_OPENBSD:
    case LinkType.IPV4:
      if (start >= end) return CUT_OFF;
      return bytes[start]! >> 4 === 4 ? start : NOT_IPV4;
    default:
      return UNKNOWN_LINK;
  }
}
