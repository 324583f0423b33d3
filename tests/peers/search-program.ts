/** A program on the control network that searches: `search-program.js '<NumberedSearches>'`. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { type NumberedSearches, numberedName, searchDatagram } from "./searches.js";

const SEARCH_PORT = 5064;

const searches: NumberedSearches = JSON.parse(process.argv[2] ?? "");
const { broadcast, names, from, to, perDatagram, datagramsAtOnce, everyMs } = searches;

/** Its names from this number on. */
function datagram(first: number): Uint8Array {
  const numbers = Array.from({ length: Math.min(perDatagram, to - first) }, (_, i) => first + i);
  const searched = names.flatMap(({ prefix, count = Number.POSITIVE_INFINITY }) =>
    numbers.map((number) => ({ name: numberedName(prefix, number % count), cid: number })),
  );
  return searchDatagram(first, searched);
}

const socket = createSocket("udp4");
const send = (bytes: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => {
    const left = (error: Error | null): void => (error === null ? resolve() : reject(error));
    socket.send(bytes, SEARCH_PORT, broadcast, left);
  });

socket.bind(0);
await once(socket, "listening");
socket.setBroadcast(true);
for (let number = from; number < to; await sleep(everyMs)) {
  const datagrams: Uint8Array[] = [];
  for (; datagrams.length < datagramsAtOnce && number < to; number += perDatagram) {
    datagrams.push(datagram(number));
  }
  await Promise.all(datagrams.map(send));
  console.log(`sent ${Math.min(number, to)}, at ${Date.now()}`);
}
socket.close();
