/**
 * CA circuits over TCP: which names are searched on them, and which channels become of that. A reply carries only the
 * channel's or the search's id, so the requests of each circuit are remembered (CA specification, virtual circuits).
 */
import { decodeDatagram, type Message, type SearchReply } from "epics-ca";
import { type AnswerSeen, type ChannelSeen, type Endpoint, keyEndpoint } from "pvmon";
import type { DecodeError } from "../network/reasons.js";
import type { StreamReader } from "../network/streams.js";
import { MessageReader } from "./message-reader.js";
import { serverOf } from "./replies.js";

/** Of one circuit: a client that asks for more at once loses the outcome of the oldest. */
const MAX_PENDING = 16_384;

export interface CircuitEvents {
  observe(observation: ChannelSeen | AnswerSeen): void;
  /** A name searched over TCP: `bytes` is the message. */
  search(client: Endpoint, bytes: Uint8Array, minorVersion: number, at: number): void;
  /** A CA message was seen on a circuit, so that it is one. */
  recognised(): void;
  damaged(reason: DecodeError): void;
  unmatchedReply(): void;
}

interface Asked {
  readonly name: string;
  readonly at: number;
}

/** What one end of a circuit sends. */
interface Sender {
  readonly endpoint: Endpoint;
  /** Of its VERSION message. */
  minorVersion: number;
  readonly channels: Map<number, Asked>;
  readonly searches: Map<number, Asked>;
}

/** The readers of what each of two end points sends to the other. */
export function openCircuit(
  a: number,
  b: number,
  events: CircuitEvents,
): readonly [StreamReader, StreamReader] {
  const circuit = new Circuit(newSender(a), newSender(b), events);
  return [circuit.reader(0), circuit.reader(1)];
}

class Circuit {
  readonly #senders: readonly [Sender, Sender];
  readonly #events: CircuitEvents;
  #recognised = false;

  constructor(a: Sender, b: Sender, events: CircuitEvents) {
    this.#senders = [a, b];
    this.#events = events;
  }

  reader(from: 0 | 1): StreamReader {
    const sender = this.#senders[from];
    const receiver = this.#senders[from === 0 ? 1 : 0];
    return new MessageReader({
      message: (bytes, at) => {
        const { messages, damage } = decodeDatagram(bytes);
        if (damage !== undefined) this.#events.damaged(damage);
        for (const message of messages) this.#message(message, sender, receiver, bytes, at);
      },
      // Whatever else runs over TCP is none of our business.
      lostTrack: () => {
        if (this.#recognised) this.#events.damaged("TCP stream out of step");
      },
    });
  }

  #message(
    message: Message,
    sender: Sender,
    receiver: Sender,
    bytes: Uint8Array,
    at: number,
  ): void {
    this.#recognised = true;
    this.#events.recognised();
    switch (message.type) {
      case "version":
        sender.minorVersion = message.minorVersion;
        break;
      case "search":
        remember(sender.searches, message.cid, message.name, at);
        this.#events.search(sender.endpoint, bytes, sender.minorVersion, at);
        break;
      case "searchReply":
        this.#answer(message, sender, receiver, at);
        break;
      case "createChan":
        remember(sender.channels, message.cid, message.name, at);
        break;
      case "createChanReply":
        this.#channel(message.cid, "created", sender, receiver, at);
        break;
      case "createChFail":
        this.#channel(message.cid, "refused", sender, receiver, at);
        break;
      default:
    }
  }

  #answer(reply: SearchReply, server: Sender, client: Sender, at: number): void {
    const asked = take(client.searches, reply.cid);
    const where = serverOf(reply, server.endpoint.ip);
    if (asked === undefined || where === undefined) {
      this.#events.unmatchedReply();
      return;
    }
    this.#events.observe({
      type: "answer",
      at,
      name: asked.name,
      server: where,
      replier: server.endpoint.ip,
      minorVersion: reply.minorVersion ?? -1,
      asker: "seen",
      client: client.endpoint,
      afterMs: Math.max(0, at - asked.at),
    });
  }

  #channel(
    cid: number,
    outcome: "created" | "refused",
    server: Sender,
    client: Sender,
    at: number,
  ): void {
    const asked = take(client.channels, cid);
    if (asked === undefined) {
      this.#events.unmatchedReply();
      return;
    }
    this.#events.observe({
      type: "channel",
      at,
      name: asked.name,
      server: server.endpoint,
      client: client.endpoint,
      asker: "seen",
      outcome,
    });
  }
}

function newSender(key: number): Sender {
  return {
    endpoint: keyEndpoint(key),
    minorVersion: 0,
    channels: new Map(),
    searches: new Map(),
  };
}

function remember(pending: Map<number, Asked>, id: number, name: string, at: number): void {
  pending.delete(id);
  pending.set(id, { name, at });
  if (pending.size <= MAX_PENDING) return;
  for (const oldest of pending.keys()) {
    pending.delete(oldest);
    return;
  }
}

function take(pending: Map<number, Asked>, id: number): Asked | undefined {
  const asked = pending.get(id);
  pending.delete(id);
  return asked;
}
