/** Asks one sender one thing: within the budget, again when no reply comes, with the counter of its latest heartbeat. */
import { randomInt } from "node:crypto";
import { type Clock, type Endpoint, endpointKey, type UdpSocket } from "pvmon";
import type { HeartbeatConfig } from "../config.js";
import type { Counters } from "../counters.js";
import type { Sender, Senders } from "../senders.js";
import { Budget } from "./budget.js";
import { encodeRequest } from "./protocol.js";

/** Handles are 16 bits wide, as senders expect. */
const HANDLES = 0x1_0000;

/** Of the first question to a sender that has not answered yet: one that never does must not keep others waiting for long. */
export const FIRST_TRIES = 3;

export interface Question<R> {
  readonly command: number;
  readonly offset: number;
  readonly decode: (bytes: Uint8Array) => R | undefined;
  /** Datagrams at most, where they are fewer than the site allows. */
  readonly maxTries?: number;
}

/** `restarted`: another process has taken the sender's place; `silent`: no reply, or no heartbeat for long. */
export type Outcome<R> = R | "restarted" | "silent";

export interface RequesterOptions {
  readonly config: HeartbeatConfig["requests"];
  readonly clock: Clock;
  readonly senders: Senders;
  readonly counters: Counters;
  /** Undefined while it is not open. */
  readonly socket: () => Pick<UdpSocket, "send"> | undefined;
}

export class Requester {
  readonly #options: RequesterOptions;
  readonly #budget: Budget;
  /** Who takes the next reply, by where it has to come from. True when it was one. */
  readonly #waiting = new Map<number, (bytes: Uint8Array) => boolean>();
  #handle = randomInt(HANDLES);

  constructor(options: RequesterOptions) {
    this.#options = options;
    const { datagramsPerSecond, datagramsPerSecondPerIoc } = options.config;
    const rates = { perIoc: datagramsPerSecondPerIoc, total: datagramsPerSecond };
    this.#budget = new Budget(rates, options.clock);
  }

  /** A datagram has come to the socket. Whatever answers no open request is counted and changes nothing. */
  receive(bytes: Uint8Array, { ip, port }: Endpoint): void {
    const take = this.#waiting.get(endpointKey(ip, port));
    const { replies, unexpected } = this.#options.counters;
    if (take?.(bytes) === true) replies.add();
    else unexpected.add();
  }

  /** One question of a sender at a time. Rejects with the signal's reason. */
  async ask<R extends { readonly handle: number; readonly offset: number }>(
    sender: Sender,
    question: Question<R>,
    signal: AbortSignal,
  ): Promise<Outcome<R>> {
    const { config, counters, senders } = this.#options;
    const { incarnation } = sender;
    // The same for every try: a reply that comes after its time-out still counts.
    const handle = this.#nextHandle();
    const maxTries = Math.min(config.tries, question.maxTries ?? config.tries);
    let timeoutMs = config.timeoutMs;
    for (let tries = 0; tries < maxTries; tries++, timeoutMs *= 2) {
      await this.#budget.take(sender.key, signal);
      if (sender.incarnation !== incarnation) return "restarted";
      if (!senders.isUsable(sender)) return "silent";
      if (tries > 0) counters.repeated.add();
      const reply = await this.#try(sender, question, handle, timeoutMs, signal);
      if (sender.incarnation !== incarnation) return "restarted";
      if (reply !== undefined) return reply;
    }
    return "silent";
  }

  async #try<R extends { readonly handle: number; readonly offset: number }>(
    sender: Sender,
    { command, offset, decode }: Question<R>,
    handle: number,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<R | undefined> {
    const key = endpointKey(sender.ip, sender.port);
    const reply = await new Promise<R | undefined>((resolve) => {
      const end = (value?: R): void => {
        cancel();
        signal.removeEventListener("abort", abort);
        this.#waiting.delete(key);
        resolve(value);
      };
      const abort = (): void => end();
      const cancel = this.#options.clock.after(timeoutMs, end);
      signal.addEventListener("abort", abort);
      this.#waiting.set(key, (bytes) => {
        const decoded = decode(bytes);
        if (decoded?.handle !== handle || decoded.offset !== offset) return false;
        end(decoded);
        return true;
      });
      this.#send(sender, { command, offset, handle });
    });
    signal.throwIfAborted();
    return reply;
  }

  #send(
    sender: Sender,
    request: { readonly command: number; readonly offset: number; readonly handle: number },
  ): void {
    const { socket, counters } = this.#options;
    const open = socket();
    if (open === undefined) return;
    counters.sent.add();
    const bytes = encodeRequest({ ...request, counter: sender.heartbeat.sequence });
    open.send(bytes, { ip: sender.ip, port: sender.port }, (error) => {
      if (error !== null) counters.sendErrors.add();
    });
  }

  #nextHandle(): number {
    this.#handle = (this.#handle + 1) % HANDLES;
    return this.#handle;
  }
}
