/** What a plugin has begun and not ended: sockets, children, timers, as Node's own bookkeeping of asynchronous resources has them. */
import { AsyncLocalStorage, createHook } from "node:async_hooks";

/** Resources that live until they are closed, by Node's name for their kind. */
const HELD: Readonly<Record<string, string>> = {
  FSEVENTWRAP: "a watch on a file",
  MESSAGEPORT: "a worker thread or a message port",
  PIPESERVERWRAP: "a server on a pipe",
  PIPEWRAP: "a pipe",
  PROCESSWRAP: "a child process",
  SIGNALWRAP: "a listener for a signal of the process",
  STATWATCHER: "a watch on a file",
  TCPSERVERWRAP: "a TCP server",
  TCPWRAP: "a TCP connection",
  Timeout: "a timer",
  UDPWRAP: "a UDP socket",
};

/** Resources that are I/O going on. */
const ASKED: Readonly<Record<string, string>> = {
  FSREQCALLBACK: "work on a file",
  FSREQPROMISE: "work on a file",
  GETADDRINFOREQWRAP: "a look-up of a name",
  GETNAMEINFOREQWRAP: "a look-up of an address",
  QUERYWRAP: "a question to a name server",
  WORKER: "a worker thread",
};

export class Activity {
  readonly #begun: string[] = [];
  /** By Node's number for them. */
  readonly #held = new Map<number, string>();
  readonly #own = new Set<number>();
  readonly #context = new AsyncLocalStorage<Activity>();
  readonly #hook = createHook({
    init: (id, type, trigger) => this.#note(id, type, trigger),
    destroy: (id) => {
      this.#held.delete(id);
    },
  });

  constructor() {
    this.#hook.enable();
  }

  /** What is begun in `work`, and in whatever that leads to, is watched. */
  run<T>(work: () => T): T {
    return this.#context.run(this, work);
  }

  /** All that was begun so far, ended or not. */
  get begun(): readonly string[] {
    return this.#begun;
  }

  /** What is open now. */
  get held(): readonly string[] {
    return [...this.#held.values()];
  }

  /** Each one that goes on makes every promise of the process slower. */
  end(): void {
    this.#hook.disable();
    this.#context.disable();
  }

  #note(id: number, type: string, trigger: number): void {
    // What arrives at a server begins in no context of ours, but that server is what triggers it.
    if (this.#context.getStore() !== this && !this.#own.has(trigger)) return;
    this.#own.add(id);
    const held = HELD[type];
    const what = held ?? ASKED[type];
    if (what !== undefined) this.#begun.push(what);
    if (held !== undefined) this.#held.set(id, held);
  }
}
