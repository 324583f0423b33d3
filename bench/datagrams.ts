/** Search datagrams in memory as libca sends them: 30 names each, every name once, from some hundred clients. */
import { DONT_REPLY, encodeDatagram, type Message, MINOR_VERSION } from "epics-ca";
import { nameOf as nthName } from "./replay-capture.js";

export const NAMES_PER_DATAGRAM = 30;
/** 1 Gbit/s of such datagrams: how fast the time of the data passes. */
export const DATAGRAMS_PER_MS = 86;
const CLIENTS = 400;
const FIRST_CLIENT = 0x0a070001;

export interface Datagrams {
  /** All of them, one after the other. */
  readonly bytes: Uint8Array;
  /** Where each begins, and at the end where the last one ends. */
  readonly offsets: Uint32Array;
  readonly count: number;
}

/** @param nameOf the n-th of the names, from 0 on */
export function searchDatagrams(names: number, nameOf = nthName): Datagrams {
  const parts: Uint8Array[] = [];
  for (let first = 0; first < names; first += NAMES_PER_DATAGRAM) {
    const last = Math.min(first + NAMES_PER_DATAGRAM, names);
    parts.push(datagram(parts.length, first, last, nameOf));
  }
  const offsets = new Uint32Array(parts.length + 1);
  parts.forEach((part, index) => {
    offsets[index + 1] = offsets[index]! + part.length;
  });
  return { bytes: new Uint8Array(Buffer.concat(parts)), offsets, count: parts.length };
}

/** For the sender of datagrams: each behind its length. */
export function framed({ bytes, offsets, count }: Datagrams): Buffer {
  const parts: Uint8Array[] = [];
  for (let number = 0; number < count; number++) {
    const datagram = bytes.subarray(offsets[number], offsets[number + 1]);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(datagram.length);
    parts.push(length, datagram);
  }
  return Buffer.concat(parts);
}

/** Which client sends a datagram. */
export function clientOf(datagram: number): number {
  return FIRST_CLIENT + (datagram % CLIENTS);
}

export function inOrder(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, index) => index);
}

/** The datagrams in an order of their own, always the same: clients retry in the groups in which they asked first. */
export function shuffled(count: number): Uint32Array {
  const order = inOrder(count);
  let random = 1;
  for (let index = count - 1; index > 0; index--) {
    random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
    const other = random % (index + 1);
    [order[index], order[other]] = [order[other]!, order[index]!];
  }
  return order;
}

function datagram(
  number: number,
  first: number,
  last: number,
  nameOf: (n: number) => string,
): Uint8Array {
  const sequence = Math.floor(number / CLIENTS);
  const messages: Message[] = [
    { type: "version", priority: 1, minorVersion: MINOR_VERSION, sequence },
  ];
  for (let cid = first; cid < last; cid++) {
    messages.push({
      type: "search",
      name: nameOf(cid),
      cid,
      replyFlag: DONT_REPLY,
      minorVersion: MINOR_VERSION,
    });
  }
  return encodeDatagram(messages);
}
