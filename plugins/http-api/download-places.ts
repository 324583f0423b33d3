/**
 * The few places for downloads: nobody has all of them, and whoever is waited for too long gives the place up. Otherwise a
 * browser tab that stands still would keep everybody from downloading.
 */
import type { ServerResponse } from "node:http";
import type { Clock, Host } from "pvmon";
import { ApiError } from "./errors.js";
import { networkOf } from "./limits.js";

/** Each has a page of a list in memory, about a megabyte. */
const PLACES = 4;
const PLACES_OF_ADDRESS = 2;
/** So long a reader is waited for. */
const PATIENCE_MS = 60_000;
/**
 * A reader that takes as much, bytes/s, is waited for as long as it likes; of slower ones patience gets less. What it takes is seen only
 * when the kernel has room again, which on Linux is after steps of more than a megabyte: patience is longer than such a step at this rate.
 */
const LEAST_BYTES_PER_SECOND = 32_768;
const LOOK_MS = 1000;

/** What is looked at of an answer. */
type Reader = Pick<ServerResponse, "destroy" | "destroyed" | "once" | "writableNeedDrain"> & {
  readonly socket: { readonly bytesWritten: number } | null;
};

export class DownloadPlaces {
  readonly #clock: Clock;
  readonly #log: Host["log"];
  readonly #cut: { add(n?: number): void };
  /** By network of the address. */
  readonly #taken = new Map<string, number>();

  constructor(clock: Clock, { log, metrics }: Pick<Host, "log" | "metrics">) {
    this.#clock = clock;
    this.#log = log;
    this.#cut = metrics.counter(
      "downloads_cut_total",
      "Downloads broken off because their readers took too little.",
    );
  }

  /** Gives an answer a place until it closes. Throws `busy` when there is none. */
  admit(reader: Reader, address: string): void {
    const network = networkOf(address);
    this.#enter(network);
    const unwatch = this.#watch(reader, address);
    const end = (): void => {
      unwatch();
      this.#leave(network);
    };
    if (reader.destroyed) end();
    else reader.once("close", end);
  }

  #enter(network: string): void {
    const own = this.#taken.get(network) ?? 0;
    const all = [...this.#taken.values()].reduce((sum, count) => sum + count, 0);
    if (own >= PLACES_OF_ADDRESS || all >= PLACES) {
      const whose = own >= PLACES_OF_ADDRESS ? " from this address" : "";
      throw new ApiError("busy", `too many downloads${whose} at one time: try again`);
    }
    this.#taken.set(network, own + 1);
  }

  /** Breaks the answer off when it has waited too long for its reader. A list that is slow itself is no fault of the reader. */
  #watch(reader: Reader, address: string): () => void {
    let patienceMs = PATIENCE_MS;
    let taken = reader.socket?.bytesWritten ?? 0;
    return this.#clock.every(LOOK_MS, () => {
      const now = reader.socket?.bytesWritten ?? taken;
      patienceMs += (1000 * (now - taken)) / LEAST_BYTES_PER_SECOND;
      taken = now;
      if (reader.writableNeedDrain) patienceMs -= LOOK_MS;
      patienceMs = Math.min(PATIENCE_MS, patienceMs);
      if (patienceMs > 0) return;
      this.#cut.add();
      this.#log.warn("a download was broken off: its reader took too little", { address });
      reader.destroy();
    });
  }

  #leave(network: string): void {
    const left = (this.#taken.get(network) ?? 1) - 1;
    if (left === 0) this.#taken.delete(network);
    else this.#taken.set(network, left);
  }
}
