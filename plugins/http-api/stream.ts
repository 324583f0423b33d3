/**
 * Server-sent events: each event as it becomes safe to show, and the counters every few seconds. A reader that is too
 * slow is cut off; like one that lost its connection it comes back with `Last-Event-ID` and gets what it has missed.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type {
  Clock,
  HistoryService,
  Host,
  InventoryService,
  PvmonEvent,
  StatusService,
} from "pvmon";
import { isoTimes } from "pvmon";
import { eventAnswer } from "./answers.js";
import type { Config } from "./config.js";
import { ApiError } from "./errors.js";
import type { Identities, Identity } from "./identity.js";
import {
  type EventMessage,
  isLater,
  type Message,
  StreamClient,
  type StreamTopic,
} from "./stream-client.js";

/** What a client that comes back gets at most; if it missed more, it is told that there is a gap. */
const REPLAY_PAGES = 5;
const REPLAY_PAGE_ITEMS = 1000;
/** Events may tell of something that began before they were noticed; ids grow in the order of being noticed. */
const REPLAY_MARGIN_MS = 3_600_000;
const RECONNECT_AFTER_MS = 3000;
/** Somebody acknowledges ten thousand entries at once: beyond this many changes in this time, loading anew is less. */
const MOST_CHANGES = 100;
const CHANGES_MS = 100;
/** How long somebody who may not any more reads on. */
const IDENTITY_CHECK_MS = 30_000;

interface Parts {
  readonly status: StatusService;
  readonly inventory: InventoryService;
  readonly history: HistoryService | undefined;
  readonly clock: Clock;
  readonly identities: Pick<Identities, "of">;
  readonly host: Host;
  readonly config: Config;
}

/** A request for the stream. */
interface Opening {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly topics: readonly StreamTopic[];
  readonly identity: Identity;
}

export class EventStreams {
  readonly #parts: Parts;
  /** Each with whom it was opened for. */
  readonly #clients = new Map<StreamClient, Opening>();
  readonly #cut: { add(n?: number): void };
  #cancel: (() => void)[] = [];
  /** Events in a new state by their ids, soon to be told; one too many at most. */
  readonly #changed = new Map<string, PvmonEvent>();
  #cancelTelling: (() => void) | undefined;

  constructor(parts: Parts) {
    const { host } = parts;
    this.#parts = parts;
    host.metrics.gauge("stream_clients", "Clients of the stream.", () => this.#clients.size);
    this.#cut = host.metrics.counter(
      "stream_clients_cut_total",
      "Clients of the stream cut off because they read too slowly.",
    );
  }

  start(): void {
    const { status, clock, config } = this.#parts;
    this.#cancel = [
      status.subscribe((event) => this.#toReaders(() => newMessage(event))),
      status.subscribeChanges((event) => this.#noteChange(event)),
      clock.every(config.countersSeconds * 1000, () => this.#count()),
      clock.every(config.heartbeatSeconds * 1000, () => this.#sendAll(": heartbeat\n\n")),
      clock.every(IDENTITY_CHECK_MS, () => void this.#endOutdated()),
    ];
  }

  stop(): void {
    for (const cancel of this.#cancel) cancel();
    this.#cancel = [];
    this.#cancelTelling?.();
    this.#cancelTelling = undefined;
    for (const client of this.#clients.keys()) client.end();
  }

  /** Answers until the client goes. Throws before anything is written when there is no room for another one. */
  open(opening: Opening): void {
    const { incoming, response, topics } = opening;
    const { config, host } = this.#parts;
    const lastId = lastEventId(incoming);
    if (this.#clients.size >= config.maxStreams) {
      throw new ApiError("busy", `${config.maxStreams} clients read the stream already`);
    }
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "x-accel-buffering": "no",
    });
    if (incoming.method === "HEAD") {
      response.end();
      return;
    }
    const client = new StreamClient(response, new Set(topics), config.streamBufferBytes, () =>
      this.#cut.add(),
    );
    this.#clients.set(client, opening);
    response.once("close", () => this.#clients.delete(client));
    client.send(`retry: ${RECONNECT_AFTER_MS}\n\n`);
    if (topics.includes("counters")) client.send(this.#counters());
    if (lastId === undefined || !topics.includes("events")) return;
    client.hold();
    this.#missed(lastId).then(
      (missed) => client.resume(lastId, missed),
      (error: unknown) => {
        host.log.warn("the history could not be read for a stream", { error });
        return client.resume(lastId, GAP);
      },
    );
  }

  /** Of events. */
  #toReaders(write: () => Message): void {
    let message: Message | undefined;
    for (const client of this.#clients.keys()) {
      if (!client.topics.has("events")) continue;
      message ??= write();
      client.deliver(message);
    }
  }

  #noteChange(event: PvmonEvent): void {
    if (this.#changed.size <= MOST_CHANGES) this.#changed.set(event.id, event);
    this.#cancelTelling ??= this.#parts.clock.after(CHANGES_MS, () => this.#tellChanges());
  }

  #tellChanges(): void {
    this.#cancelTelling = undefined;
    if (this.#changed.size > MOST_CHANGES) this.#toReaders(() => ({ id: undefined, text: GAP }));
    else for (const event of this.#changed.values()) this.#toReaders(() => changeMessage(event));
    this.#changed.clear();
  }

  #count(): void {
    let text: string | undefined;
    for (const client of this.#clients.keys()) {
      if (!client.topics.has("counters")) continue;
      text ??= this.#counters();
      client.send(text);
    }
  }

  #counters(): string {
    const { inventory, clock } = this.#parts;
    const counters = isoTimes({
      at: clock.now(),
      blind: inventory.blind(),
      counts: inventory.counts(),
      rates: inventory.rates(),
    });
    return written("counters", counters);
  }

  #sendAll(text: string): void {
    for (const client of this.#clients.keys()) client.send(text);
  }

  /** Those whose session has ended, or who are somebody else by now: they come back as what they are. */
  async #endOutdated(): Promise<void> {
    for (const [client, { incoming, identity }] of [...this.#clients]) {
      const now = await this.#parts.identities.of(incoming);
      const { who, role, source } = identity;
      if (now.who !== who || now.role !== role || now.source !== source) client.end();
    }
  }

  /** Oldest first; {@link GAP} when they are too many, or nobody remembers. */
  async #missed(lastId: string): Promise<readonly EventMessage[] | typeof GAP> {
    const { history } = this.#parts;
    if (history === undefined) return GAP;
    const missed: EventMessage[] = [];
    const from = Math.max(0, Number(lastId) / 1000 - REPLAY_MARGIN_MS);
    let cursor: string | null = null;
    for (let pages = 0; pages < REPLAY_PAGES; pages++) {
      const page: Awaited<ReturnType<HistoryService["events"]>> = await history.events({
        from: Math.floor(from),
        limit: REPLAY_PAGE_ITEMS,
        ...(cursor !== null && { cursor }),
      });
      for (const event of page.items) {
        if (!isLater(event.id, lastId)) return missed.reverse();
        missed.push(newMessage(event));
      }
      cursor = page.next;
      if (cursor === null) return missed.reverse();
    }
    return GAP;
  }
}

const GAP = written("gap", { reason: "what was missed cannot be sent: load it anew" });

function newMessage(event: PvmonEvent): EventMessage {
  return { id: event.id, text: `id: ${event.id}\n${written("events", eventAnswer(event))}` };
}

/** Without its id, which may be that of an old event: a reader that comes back goes on after the latest that it has seen. */
function changeMessage(event: PvmonEvent): Message {
  return { id: undefined, text: written("changed", eventAnswer(event)) };
}

function written(name: string, data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

function lastEventId({ headers }: IncomingMessage): string | undefined {
  const id = headers["last-event-id"];
  if (id === undefined || id === "") return undefined;
  if (typeof id === "string" && /^(0|[1-9]\d{0,18})$/.test(id)) return id;
  throw new ApiError("badParameter", "Last-Event-ID: must be the id of an event", "Last-Event-ID");
}
