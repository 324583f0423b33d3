/** What keeps a pvmon busy in its office hours: pages that come and go, a Prometheus, questions, and IOCs that are restarted. */
import { setTimeout as sleep } from "node:timers/promises";
import type { SimulatedSite } from "../../../core/testkit/index.js";
import { type PvmonProcess, URL_BASE } from "../pvmon-process.js";

const VISIT_EVERY_MS = 1000;
const STREAM_MS = 500;
const RESTART_EVERY_MS = 30_000;
const DOWN_MS = 2000;

export class Visitors {
  readonly #pvmon: PvmonProcess;
  readonly #site: SimulatedSite;
  #running = true;
  #done: Promise<unknown>;

  /** @param paths that are read by turns */
  constructor(pvmon: PvmonProcess, site: SimulatedSite, paths: readonly string[]) {
    this.#pvmon = pvmon;
    this.#site = site;
    this.#done = Promise.all([this.#visit(paths), this.#restart()]);
    // Whoever stops them hears of it.
    this.#done.catch(() => undefined);
  }

  /** Rejects when one of them was turned away. */
  async stop(): Promise<void> {
    this.#running = false;
    await this.#done;
  }

  async #visit(paths: readonly string[]): Promise<void> {
    for (let n = 0; this.#running; n++) {
      const path = paths[n % paths.length]!;
      const { status, body } = await this.#pvmon.text(path);
      if (status !== 200) throw new Error(`${path}: ${status} ${body}`);
      await this.#listen();
      await sleep(VISIT_EVERY_MS);
    }
  }

  /** To the stream for a moment; the connection is broken off, as a closed tab does it. */
  async #listen(): Promise<void> {
    const tab = new AbortController();
    const { body } = await fetch(`${URL_BASE}/api/v1/stream`, { signal: tab.signal });
    await body!.getReader().read();
    await sleep(STREAM_MS);
    tab.abort();
  }

  async #restart(): Promise<void> {
    const { iocs } = this.#site;
    for (let n = 0; await this.#waited(RESTART_EVERY_MS); n++) {
      const ioc = iocs[n % iocs.length]!;
      await ioc.kill();
      await sleep(DOWN_MS);
      await ioc.start();
    }
  }

  /** False when they are to stop. */
  async #waited(ms: number): Promise<boolean> {
    const until = performance.now() + ms;
    while (this.#running && performance.now() < until) await sleep(STREAM_MS);
    return this.#running;
  }
}
