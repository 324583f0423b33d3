/** A PV on one circuit: what it is, and what can be done with it. */
import {
  AccessRights,
  type DbrFamily,
  type DbrValue,
  dbrType,
  EventMask,
  FIELD_TYPES,
  type FieldType,
  fieldTypeName,
  type Message,
} from "../index.js";
import { type Endpoint, endpointText } from "./endpoint.js";
import { CaError } from "./error.js";
import type { Exchange } from "./exchange.js";
import type { Subscription } from "./subscription.js";
import { readValue, type Writable, writeValue } from "./value.js";
import type { RequestOptions } from "./wait.js";

/** What a server says of a PV, as `cainfo` shows it. */
export interface ChannelInfo {
  readonly name: string;
  readonly server: Endpoint;
  /** Minor version of the server's protocol; undefined from servers that do not say. */
  readonly minorVersion: number | undefined;
  /** `DBF_DOUBLE` and so on. */
  readonly nativeType: string;
  /** Most elements that it can have. */
  readonly elementCount: number;
  readonly access: { readonly read: boolean; readonly write: boolean };
}

export interface ReadOptions extends RequestOptions {
  /** What comes with the elements. Default `TIME`. */
  readonly family?: DbrFamily;
  /** Converted by the server. Default the native type. */
  readonly as?: FieldType;
  /** How many elements. Default as many as there are. */
  readonly count?: number;
}

export interface MonitorOptions extends Pick<ReadOptions, "family" | "as" | "count"> {
  /** Bits of {@link EventMask}. Default VALUE and ALARM, as `camonitor`. */
  readonly mask?: number;
  /** Values kept until they are read; above that the oldest are dropped. Default 16. */
  readonly maxQueued?: number;
}

export interface WriteOptions extends RequestOptions {
  /** Waits until the record has processed. Default true; without it a refusal is not noticed either. */
  readonly wait?: boolean;
}

/** What the server granted. */
export interface ChannelGrant {
  readonly name: string;
  readonly cid: number;
  readonly sid: number;
  readonly nativeType: number;
  readonly elementCount: number;
}

/** From this version on a request for 0 elements means "as many as there are" (CA specification, 4.13). */
const DYNAMIC_COUNT_VERSION = 13;
const DEFAULT_MAX_QUEUED = 16;

export class Channel {
  readonly name: string;
  readonly elementCount: number;
  readonly #exchange: Exchange;
  readonly #cid: number;
  readonly #sid: number;
  readonly #nativeType: number;
  #rights: number;
  #ended: CaError | undefined;

  /** Made by `Circuit.channel` and `CaClient.channel`. */
  constructor(exchange: Exchange, grant: ChannelGrant, rights: number) {
    this.name = grant.name;
    this.elementCount = grant.elementCount;
    this.#exchange = exchange;
    this.#cid = grant.cid;
    this.#sid = grant.sid;
    this.#nativeType = grant.nativeType;
    this.#rights = rights;
  }

  get isOpen(): boolean {
    return this.#ended === undefined;
  }

  /** What is known at this moment; access rights may change. */
  info(): ChannelInfo {
    return {
      name: this.name,
      server: this.#exchange.server,
      minorVersion: this.#exchange.minorVersion,
      nativeType: fieldTypeName(this.#nativeType),
      elementCount: this.elementCount,
      access: {
        read: (this.#rights & AccessRights.READ) !== 0,
        write: (this.#rights & AccessRights.WRITE) !== 0,
      },
    };
  }

  async get({ family, as, count, ...options }: ReadOptions = {}): Promise<DbrValue> {
    this.#check();
    const what = this.#what("reading");
    const typed = this.#typed({ family, as, count });
    const reply = await this.#exchange.request(this.#cid, what, options, (ioid) => ({
      type: "readNotify",
      sid: this.#sid,
      ioid,
      ...typed,
    }));
    if (reply.type === "readNotifyReply") return readValue(what, reply);
    throw new CaError("protocol", `${what}: answered as if it were written`);
  }

  async put(value: Writable, { wait = true, ...options }: WriteOptions = {}): Promise<void> {
    this.#check();
    const data = writeValue(this.#nativeField(), value);
    const sid = this.#sid;
    if (!wait) {
      this.#exchange.tell({ type: "write", sid, ioid: 0, ...data });
      return;
    }
    const build = (ioid: number): Message => ({ type: "writeNotify", sid, ioid, ...data });
    await this.#exchange.request(this.#cid, this.#what("writing"), options, build);
  }

  /**
   * The value at once, then each change. Leaving the loop ends the subscription; the iteration throws when the channel
   * is lost, so to go on after that see `CaClient.watch`.
   */
  monitor(options: MonitorOptions = {}): Subscription {
    this.#check();
    const { mask = EventMask.VALUE | EventMask.ALARM, maxQueued = DEFAULT_MAX_QUEUED } = options;
    if (!(maxQueued >= 1)) throw new CaError("invalid", `a queue of ${maxQueued} values`);
    const typed = this.#typed(options);
    const sid = this.#sid;
    return this.#exchange.subscribe(
      this.#cid,
      this.#what("monitoring"),
      maxQueued,
      (subscriptionId) => ({ type: "eventAdd", sid, subscriptionId, mask, ...typed }),
      (subscriptionId) => ({ type: "eventCancel", sid, subscriptionId, ...typed }),
    );
  }

  /** Tells the server to forget the channel; what waits for an answer fails with code `closed`. Safe twice. */
  close(): void {
    if (!this.isOpen) return;
    const error = new CaError("closed", `the channel ${this.name} was closed`);
    this.end(error);
    this.#exchange.tell({ type: "clearChannel", sid: this.#sid, cid: this.#cid });
    this.#exchange.drop(this.#cid, error);
  }

  /** For the circuit: it is over, whatever the reason. */
  end(error: CaError): void {
    this.#ended ??= error;
  }

  /** For the circuit: what the server allows from now on. */
  setRights(rights: number): void {
    this.#rights = rights;
  }

  #check(): void {
    if (this.#ended !== undefined) throw this.#ended;
  }

  #what(doing: string): string {
    return `${doing} ${this.name} of ${endpointText(this.#exchange.server)}`;
  }

  #typed({ family = "TIME", as, count }: Partial<Unset<ReadOptions>>): {
    dataType: number;
    dataCount: number;
  } {
    const field = as ?? this.#nativeField();
    const isDynamic = (this.#exchange.minorVersion ?? 0) >= DYNAMIC_COUNT_VERSION;
    const all = isDynamic ? 0 : this.elementCount;
    if (count !== undefined && !(Number.isInteger(count) && count >= 0)) {
      throw new CaError("invalid", `${count} elements`);
    }
    return { dataType: dbrType(field, family), dataCount: count ?? all };
  }

  #nativeField(): FieldType {
    const field = FIELD_TYPES[this.#nativeType];
    if (field !== undefined) return field;
    throw new CaError("protocol", `${this.name} is of the unknown type ${this.#nativeType}`);
  }
}

type Unset<T> = { [K in keyof T]: T[K] | undefined };
