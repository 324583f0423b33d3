/**
 * The capture that `replay` reads: searches as libca sends them for names that nobody answers, from some hundred clients
 * that all started together. Its first eight tries of a name take four seconds.
 */

import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { encodeDatagram, type Message } from "epics-ca";

const NAMES_PER_DATAGRAM = 30;
const CLIENTS = 200;
export const TRIES = 8;
const FIRST_CLIENT = 0x0a070100;
const BROADCAST = 0x0a07ffff;
const STARTED_AT_SECONDS = 1_767_225_600;
/** 1 Gbit/s of such datagrams. */
const DATAGRAMS_PER_SECOND = 85_000;
const ETHERNET_BYTES = 14;
const HEADERS_BYTES = ETHERNET_BYTES + 20 + 8;
const FLUSH_BYTES = 4_194_304;

/** Names of 24 characters on average, as sites have them. */
export function nameOf(number: number): string {
  const sector = String(number % 97).padStart(2, "0");
  const device = Math.floor(number / 97)
    .toString(36)
    .toUpperCase();
  return `SR:C${sector}-MG:G04A<${device}>I:Sp1`.replace(/[<>]/g, "");
}

export interface Tries {
  /** Of each name. */
  readonly tries?: number;
  /** Clients that ask for each name in turn. */
  readonly requesters?: number;
}

/** Writes a pcap file with `names` distinct names, each in {@link TRIES} datagrams; answers how many datagrams there are. */
export async function writeSearchCapture(
  path: string,
  names: number,
  { tries = TRIES, requesters = 1 }: Tries = {},
): Promise<number> {
  const file = createWriteStream(path);
  let waiting: Buffer[] = [fileHeader()];
  let waitingBytes = 0;
  let datagrams = 0;
  const perTry = Math.ceil(names / NAMES_PER_DATAGRAM);
  while (datagrams < perTry * tries) {
    const first = (datagrams % perTry) * NAMES_PER_DATAGRAM;
    const requester = Math.floor(datagrams / perTry) % requesters;
    const client = FIRST_CLIENT + ((first / NAMES_PER_DATAGRAM + requester) % CLIENTS);
    const packet = record(datagrams, client, first, Math.min(first + NAMES_PER_DATAGRAM, names));
    waiting.push(packet);
    waitingBytes += packet.length;
    datagrams++;
    if (waitingBytes < FLUSH_BYTES) continue;
    if (!file.write(Buffer.concat(waiting))) await once(file, "drain");
    waiting = [];
    waitingBytes = 0;
  }
  file.end(Buffer.concat(waiting));
  await once(file, "close");
  return datagrams;
}

function fileHeader(): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(1, 20);
  return header;
}

function record(number: number, client: number, first: number, last: number): Buffer {
  const messages: Message[] = [
    { type: "version", priority: 1, minorVersion: 13, sequence: number },
  ];
  for (let id = first; id < last; id++) {
    messages.push({ type: "search", name: nameOf(id), cid: id, replyFlag: 5, minorVersion: 13 });
  }
  const payload = encodeDatagram(messages);
  const length = HEADERS_BYTES + payload.length;
  const packet = Buffer.alloc(16 + length);
  packet.writeUInt32LE(STARTED_AT_SECONDS + Math.floor(number / DATAGRAMS_PER_SECOND), 0);
  packet.writeUInt32LE(
    Math.floor(((number % DATAGRAMS_PER_SECOND) * 1e6) / DATAGRAMS_PER_SECOND),
    4,
  );
  packet.writeUInt32LE(length, 8);
  packet.writeUInt32LE(length, 12);
  const ethernet = 16;
  packet.fill(0xff, ethernet, ethernet + 6);
  packet.writeUInt16BE(0x0800, ethernet + 12);
  const ip = ethernet + ETHERNET_BYTES;
  packet.writeUInt16BE(0x4500, ip);
  packet.writeUInt16BE(28 + payload.length, ip + 2);
  packet.writeUInt16BE(0x4011, ip + 8);
  packet.writeUInt32BE(client, ip + 12);
  packet.writeUInt32BE(BROADCAST, ip + 16);
  const udp = ip + 20;
  packet.writeUInt16BE(40_000, udp);
  packet.writeUInt16BE(5064, udp + 2);
  packet.writeUInt16BE(8 + payload.length, udp + 4);
  packet.set(payload, udp + 8);
  return packet;
}
