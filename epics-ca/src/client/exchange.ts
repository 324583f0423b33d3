/** What is asked over a circuit and who waits for which answer: ids, tables, and the messages that settle them. No socket. */
import {
  Command,
  type CreateChanReply,
  Eca,
  type ErrorMessage,
  type EventAddReply,
  type Message,
  MINOR_VERSION,
  type ReadNotifyReply,
  type WriteNotifyReply,
} from "../index.js";
import { Channel } from "./channel.js";
import { type Endpoint, endpointText } from "./endpoint.js";
import { CaError, invalidIfRange, serverError } from "./error.js";
import type { Settings } from "./options.js";
import { RecentIds } from "./recent-ids.js";
import { Subscription } from "./subscription.js";
import { readValue } from "./value.js";
import { type RequestOptions, Wait } from "./wait.js";

export type Reply = ReadNotifyReply | WriteNotifyReply;

/** What the exchange needs of its circuit. */
export interface Carrier {
  readonly server: Endpoint;
  /** @throws CaError when it has ended, or too much data waits already */
  send(message: Message): void;
  /** An answer is overdue. */
  doubt(): void;
  /** The first channel came, or the last one went. */
  busy(isBusy: boolean): void;
}

interface Pending<T> {
  readonly what: string;
  readonly wait: Wait<T>;
}

interface PendingChannel extends Pending<Channel> {
  readonly name: string;
  /** They come before the channel does. */
  rights: number;
}

interface PendingReply extends Pending<Reply> {
  readonly cid: number;
}

interface Subscriber {
  readonly what: string;
  readonly cid: number;
  readonly subscription: Subscription;
}

export class Exchange {
  /** What the server speaks; undefined until it said so. */
  minorVersion: number | undefined;
  readonly server: Endpoint;
  readonly #carrier: Carrier;
  readonly #settings: Settings;
  readonly #creating = new Map<number, PendingChannel>();
  readonly #channels = new Map<number, Channel>();
  /** Channels that nobody waits for any more, and the server may still create. */
  readonly #abandoned: RecentIds;
  readonly #requests = new Map<number, PendingReply>();
  readonly #subscribers = new Map<number, Subscriber>();
  #lastId = 0;
  #ended: CaError | undefined;

  constructor(carrier: Carrier, settings: Settings) {
    this.server = carrier.server;
    this.#carrier = carrier;
    this.#settings = settings;
    this.#abandoned = new RecentIds(settings.limits.maxChannels);
  }

  get channelCount(): number {
    return this.#creating.size + this.#channels.size;
  }

  async createChannel(name: string, options: RequestOptions): Promise<Channel> {
    this.#checkRoom(this.channelCount, this.#settings.limits.maxChannels, "channels");
    const cid = this.#nextId();
    const what = `creating the channel ${name} on ${endpointText(this.server)}`;
    const wait = this.#wait<Channel>(what, options, () => {
      this.#creating.delete(cid);
      if (!this.#channels.has(cid)) this.#abandoned.add(cid);
      this.#tellIfIdle();
    });
    this.#creating.set(cid, { what, name, wait, rights: 0 });
    this.#carrier.busy(true);
    this.#send({ type: "createChan", name, cid, minorVersion: MINOR_VERSION }, wait);
    return await this.#answerTo(wait);
  }

  /** @param build makes the message with the id that its answer will have */
  async request(
    cid: number,
    what: string,
    options: RequestOptions,
    build: (ioid: number) => Message,
  ): Promise<Reply> {
    this.#checkRoom(this.#requestCount, this.#settings.limits.maxRequests, "requests");
    const ioid = this.#nextId();
    const wait = this.#wait<Reply>(what, options, () => this.#requests.delete(ioid));
    this.#requests.set(ioid, { what, cid, wait });
    this.#send(build(ioid), wait);
    const reply = await this.#answerTo(wait);
    if (reply.status !== Eca.NORMAL) throw serverError(what, reply.status);
    return reply;
  }

  subscribe(
    cid: number,
    what: string,
    maxQueued: number,
    add: (id: number) => Message,
    cancel: (id: number) => Message,
  ): Subscription {
    this.#checkRoom(this.#requestCount, this.#settings.limits.maxRequests, "requests");
    const id = this.#nextId();
    const subscription = new Subscription(maxQueued, () => {
      if (this.#subscribers.delete(id)) this.tell(cancel(id));
    });
    this.#carrier.send(add(id));
    this.#subscribers.set(id, { what, cid, subscription });
    return subscription;
  }

  /** Sends what has no answer; nothing happens when the circuit has ended. */
  tell(message: Message): void {
    if (this.#ended === undefined) this.#carrier.send(message);
  }

  /** The channel is over: for its owner, who closed it, or because the server says so. */
  drop(cid: number, error: CaError): void {
    if (!this.#channels.delete(cid)) return;
    for (const [ioid, request] of this.#requests) {
      if (request.cid === cid) {
        this.#requests.delete(ioid);
        request.wait.reject(error);
      }
    }
    for (const [id, { cid: owner, subscription }] of this.#subscribers) {
      if (owner === cid) {
        this.#subscribers.delete(id);
        subscription.fail(error);
      }
    }
    this.#tellIfIdle();
  }

  /** Nothing more will come: all who wait are told why. */
  end(error: CaError): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    for (const { wait } of this.#creating.values()) wait.reject(error);
    for (const { wait } of this.#requests.values()) wait.reject(error);
    for (const { subscription } of this.#subscribers.values()) subscription.fail(error);
    for (const channel of this.#channels.values()) channel.end(error);
    this.#subscribers.clear();
    this.#channels.clear();
  }

  receive(message: Message): void {
    switch (message.type) {
      case "version":
        this.minorVersion = message.minorVersion;
        return;
      case "accessRights":
        this.#setRights(message.cid, message.rights);
        return;
      case "createChanReply":
        this.#created(message);
        return;
      case "createChFail": {
        const pending = this.#creating.get(message.cid);
        const text = `${endpointText(this.server)} has no ${pending?.name}`;
        pending?.wait.reject(new CaError("notFound", text));
        return;
      }
      case "readNotifyReply":
      case "writeNotifyReply":
        this.#requests.get(message.ioid)?.wait.resolve(message);
        return;
      case "eventAddReply":
        this.#update(message);
        return;
      case "serverDisconn":
        this.#disconnected(message.cid);
        return;
      case "error":
        this.#refused(message);
        return;
      default:
        // Confirmations; that they came is all they say.
        return;
    }
  }

  #setRights(cid: number, rights: number): void {
    const pending = this.#creating.get(cid);
    if (pending !== undefined) pending.rights = rights;
    else this.#channels.get(cid)?.setRights(rights);
  }

  #created({ cid, sid, dataType, dataCount }: CreateChanReply): void {
    const pending = this.#creating.get(cid);
    if (pending === undefined) {
      // The server need not keep it. Said once, or one that creates them unasked and reads nothing would fill the memory.
      if (this.#abandoned.delete(cid)) this.tell({ type: "clearChannel", sid, cid });
      return;
    }
    const grant = { name: pending.name, cid, sid, nativeType: dataType, elementCount: dataCount };
    const channel = new Channel(this, grant, pending.rights);
    this.#channels.set(cid, channel);
    pending.wait.resolve(channel);
  }

  #update(reply: EventAddReply): void {
    const { status, subscriptionId } = reply;
    const subscriber = this.#subscribers.get(subscriptionId);
    if (subscriber === undefined) return;
    const { what, subscription } = subscriber;
    try {
      if (status !== Eca.NORMAL) throw serverError(what, status);
      subscription.push(readValue(what, reply));
    } catch (error) {
      this.#subscribers.delete(subscriptionId);
      subscription.fail(error);
    }
  }

  #disconnected(cid: number): void {
    const channel = this.#channels.get(cid);
    if (channel === undefined) return;
    const text = `${endpointText(this.server)} ended the channel ${channel.name}`;
    const error = new CaError("disconnected", text);
    channel.end(error);
    this.drop(cid, error);
  }

  #refused({ status, request, text }: ErrorMessage): void {
    const { command, parameter1, parameter2 } = request;
    if (command === Command.CREATE_CHAN) {
      const pending = this.#creating.get(parameter1);
      pending?.wait.reject(serverError(pending.what, status, text));
    } else if (command === Command.EVENT_ADD) {
      const subscriber = this.#subscribers.get(parameter2);
      this.#subscribers.delete(parameter2);
      subscriber?.subscription.fail(serverError(subscriber.what, status, text));
    } else {
      const pending = this.#requests.get(parameter2);
      pending?.wait.reject(serverError(pending.what, status, text));
    }
  }

  get #requestCount(): number {
    return this.#requests.size + this.#subscribers.size;
  }

  #wait<T>(what: string, options: RequestOptions, forget: () => void): Wait<T> {
    return new Wait<T>(what, { timeoutMs: this.#settings.timeoutMs, ...options }, forget);
  }

  #send(message: Message, wait: { reject(error: unknown): void }): void {
    try {
      this.#carrier.send(message);
    } catch (error) {
      wait.reject(invalidIfRange(error));
    }
  }

  async #answerTo<T>({ promise }: Wait<T>): Promise<T> {
    try {
      return await promise;
    } catch (error) {
      if (error instanceof CaError && error.code === "timeout") this.#carrier.doubt();
      throw error;
    }
  }

  #checkRoom(count: number, limit: number, what: string): void {
    if (this.#ended !== undefined) throw this.#ended;
    if (count < limit) return;
    throw new CaError("limit", `${endpointText(this.server)}: more than ${limit} ${what}`);
  }

  #tellIfIdle(): void {
    if (this.channelCount === 0) this.#carrier.busy(false);
  }

  /** One sequence for everything that has an id: none is used again before four thousand million others. */
  #nextId(): number {
    this.#lastId = (this.#lastId + 1) >>> 0;
    return this.#lastId;
  }
}
