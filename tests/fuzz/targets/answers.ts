/** What a server answers to a client that reads, writes and watches its channels. */
import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { encodeMessage, type Message, StreamDecoder } from "epics-ca";
import { CaError } from "epics-ca/client";
import type { Channel } from "../../../epics-ca/src/client/channel.js";
import type { Carrier, Exchange } from "../../../epics-ca/src/client/exchange.js";
import type { FuzzTarget } from "../target.js";

// They lie beside the client, and are not of what its package offers.
const beside = (file: string): string => new URL(file, import.meta.resolve("epics-ca/client")).href;
const exchanges: typeof import("../../../epics-ca/src/client/exchange.js") = await import(
  beside("exchange.js")
);
const options: typeof import("../../../epics-ca/src/client/options.js") = await import(
  beside("options.js")
);

const SERVER = { address: "10.7.0.1", port: 5064 };
/** Channels have the ids 1 and 2; of the one that is created first the reading has 3, the writing 4, the monitor 5; of the other 6 to 8. */
const NAMES = ["SR:one", "SR:two"];
const MAX_MESSAGE_BYTES = 4096;
/** An input is read far sooner: what ends by its time-out was forgotten. */
const SETTINGS = options.fillIn({ timeoutMs: 60_000 });
const MAX_QUEUED = 2;
/** After so many the reader of a monitor leaves. */
const VALUES_WANTED = 3;

/** A circuit without a socket. */
function carrierTo(sent: Message[]): Carrier {
  const send = (message: Message): void => {
    encodeMessage(message);
    sent.push(message);
  };
  return { server: SERVER, send, doubt: () => undefined, busy: () => undefined };
}

async function use(exchange: Exchange, name: string): Promise<void> {
  const channel = await exchange.createChannel(name, {});
  JSON.stringify(channel.info());
  await Promise.all([channel.get(), channel.put(1), watch(channel)].map(endsWell));
  channel.close();
}

async function watch(channel: Channel): Promise<void> {
  let seen = 0;
  for await (const { value, dropped } of channel.monitor({ maxQueued: MAX_QUEUED })) {
    assert.ok(value.elements.length >= 0 && dropped >= 0);
    if (++seen === VALUES_WANTED) return;
  }
}

async function endsWell(request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    if (!(error instanceof CaError && error.code !== "timeout")) throw error;
  }
}

function countOf(type: Message["type"], sent: readonly Message[]): number {
  return sent.filter((message) => message.type === type).length;
}

/** The first byte says how large the pieces are. Whatever is asked ends, and a server gets no more said than the client has to say. */
export const clientAnswers: FuzzTarget = {
  what: "answers of servers to the client's requests",
  create: () => async (input) => {
    const pieceBytes = 1 + 8 * (input[0] ?? 0);
    const sent: Message[] = [];
    const exchange = new exchanges.Exchange(carrierTo(sent), SETTINGS);
    const decoder = new StreamDecoder({ from: "server", maxMessageBytes: MAX_MESSAGE_BYTES });
    const uses = Promise.all(NAMES.map((name) => endsWell(use(exchange, name))));
    for (let at = 1; at < input.length && !decoder.broken; at += pieceBytes) {
      const { messages } = decoder.push(input.slice(at, at + pieceBytes));
      for (const message of messages) exchange.receive(message);
      if (messages.length > 0) await turn();
      assert.ok(exchange.channelCount <= NAMES.length, `${exchange.channelCount} channels`);
    }
    exchange.end(new CaError("closed", "the input has ended"));
    await uses;
    assert.equal(exchange.channelCount, 0);
    assert.ok(countOf("clearChannel", sent) <= NAMES.length, "more channels cleared than created");
  },
};
