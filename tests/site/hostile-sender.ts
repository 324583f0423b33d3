/** A program on the control network that means harm: `hostile-sender.js <broadcast> <count>` sends damaged datagrams to every port that pvmon hears. */
import { createSocket } from "node:dgram";
import { setTimeout as sleep } from "node:timers/promises";
import { readSeeds } from "../fuzz/corpus.js";
import { Mutator } from "../fuzz/mutator.js";

/** What is damaged, and where it goes. */
const TARGETS = [
  { corpus: "datagram", port: 5064 },
  { corpus: "datagram", port: 5065 },
  { corpus: "heartbeat", port: 5066 },
];
/** A datagram holds no more. */
const MAX_BYTES = 60_000;
/** Sent at once before others have their turn, so that no buffer runs over. */
const BURST = 20;

const [broadcast = "", count = "0"] = process.argv.slice(2);
const mutators = TARGETS.map(({ corpus, port }, i) => {
  const seeds = readSeeds(corpus).map(({ bytes }) => bytes);
  return { port, mutator: new Mutator(seeds, i + 1) };
});
const socket = createSocket("udp4");
socket.bind(0, async () => {
  socket.setBroadcast(true);
  for (let sent = 0; sent < Number(count); sent += BURST) {
    for (let n = sent; n < sent + BURST; n++) {
      const { port, mutator } = mutators[n % mutators.length]!;
      socket.send(mutator.next().slice(0, MAX_BYTES), port, broadcast);
    }
    await sleep(2);
  }
  socket.close();
});
