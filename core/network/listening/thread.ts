/** The thread that reads sockets, from the outside. It lives while any of them is open. */
import { Worker } from "node:worker_threads";
import type { Endpoint } from "../../model/address.js";
import type { UdpListener, UdpOptions } from "../../plugin/services.js";
import { DropCount } from "../kernel-drops.js";
import { RingReader, ringMemory } from "./datagram-ring.js";
import type { Opened, Order, Report } from "./protocol.js";

/** Of a full 1 Gbit/s wire: 130 ms. */
const RING_BYTES = 16 * 2 ** 20;
/** About a millisecond of folding: in between, the rest of the program has its turn. */
const DATAGRAMS_A_TURN = 256;

interface Listening {
  readonly options: UdpOptions;
  readonly opened: (answer: Opened) => void;
  /** Rejects its opening; once it is open it tells its owner. */
  failed: (error: Error) => void;
}

export class ListeningThread {
  readonly #worker: Worker;
  readonly #ring: RingReader;
  /** By number. */
  readonly #sockets = new Map<number, Listening>();
  readonly #closing = new Map<number, () => void>();
  readonly #ended: () => void;
  #nextId = 1;
  #isEnding = false;

  /** @param ended called once, from when on it takes no more sockets */
  constructor(ended: () => void) {
    const memory = ringMemory(RING_BYTES);
    this.#ring = new RingReader(memory);
    this.#ended = ended;
    this.#worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: memory });
    this.#worker.on("message", (report: Report) => this.#hear(report));
    this.#worker.on("error", (error) => this.#fail(error as Error));
    this.#worker.on("exit", () => this.#fail(new Error("the thread that reads sockets ended")));
  }

  /** As `NetworkService.listenUdp`. */
  async listen(options: UdpOptions): Promise<UdpListener> {
    const id = this.#nextId++;
    const { datagram, failed, ...plain } = options;
    const { local, bufferBytes, inode } = await new Promise<Opened>((opened, reject) => {
      this.#sockets.set(id, { options, opened, failed: reject });
      this.#order({ type: "open", id, ...plain });
    });
    const drops = new DropCount(inode);
    let closing: Promise<void> | undefined;
    return {
      local,
      bufferBytes,
      newDrops: (now) => drops.added(now),
      close: () => {
        closing ??= this.#close(id);
        return closing;
      },
    };
  }

  async #close(id: number): Promise<void> {
    if (!this.#sockets.delete(id)) return;
    const closed = new Promise<void>((resolve) => {
      this.#closing.set(id, resolve);
    });
    if (this.#sockets.size > 0) this.#order({ type: "close", id });
    else this.#end();
    await closed;
  }

  #order(order: Order): void {
    this.#worker.postMessage(order);
  }

  #hear(report: Report): void {
    switch (report.type) {
      case "datagrams":
        this.#read();
        break;
      case "opened": {
        const socket = this.#sockets.get(report.id);
        if (socket === undefined) break;
        socket.opened(report);
        socket.failed = socket.options.failed;
        break;
      }
      case "failed": {
        const socket = this.#sockets.get(report.id);
        this.#sockets.delete(report.id);
        if (this.#sockets.size === 0) this.#end();
        socket?.failed(Object.assign(report.error, { code: report.code }));
        break;
      }
      case "closed":
        this.#closing.get(report.id)?.();
        this.#closing.delete(report.id);
    }
  }

  #read(): void {
    if (this.#isEnding) return;
    let isMore = true;
    try {
      isMore = this.#ring.read(DATAGRAMS_A_TURN, this.#deliver);
    } finally {
      if (isMore) setImmediate(() => this.#read());
    }
  }

  /** What was read for a socket that is closed by now is nobody's. */
  readonly #deliver = (id: number, bytes: Uint8Array, from: Endpoint): void => {
    this.#sockets.get(id)?.options.datagram(bytes, from);
  };

  #end(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#ended();
    void this.#worker.terminate();
  }

  /** The thread is gone, whether or not that was wanted. */
  #fail(error: Error): void {
    this.#end();
    for (const { failed } of this.#sockets.values()) failed(error);
    for (const closed of this.#closing.values()) closed();
    this.#sockets.clear();
    this.#closing.clear();
  }
}
