/** The service: the index as it was last good, and the watch over the file that it comes from. */
import { stat } from "node:fs/promises";
import type { Clock, Detector, Host, StartupFilesService } from "pvmon";
import type { Config } from "./config.js";
import { StartupIndex } from "./packed-index.js";
import { type Order, readIndex, UnreadableError } from "./thread.js";

const BYTES_PER_MEGABYTE = 2 ** 20;

export class StartupFiles implements Detector<StartupFilesService>, StartupFilesService {
  readonly service: StartupFilesService = this;
  readonly #config: Config;
  readonly #clock: Clock;
  readonly #host: Host;
  readonly #reads: { add(n?: number): void };
  readonly #failed: { add(n?: number): void };
  readonly #stopping = new AbortController();
  #index: StartupIndex | undefined;
  /** Of the file as it was last read, whether or not what is in it was good. */
  #version: string | undefined;
  #cancelTimer: (() => void) | undefined;
  #checking: Promise<void> | undefined;

  constructor(config: Config, clock: Clock, host: Host) {
    this.#config = config;
    this.#clock = clock;
    this.#host = host;
    const { metrics } = host;
    this.#reads = metrics.counter("reads_total", "How often the index was read");
    this.#failed = metrics.counter("reads_failed_total", "How often there was no index to be had");
    metrics.gauge("pvs_indexed", "PVs in the index", () => this.#index?.pvs ?? 0);
    metrics.gauge("files_indexed", "Start-up files in the index", () => this.#index?.paths ?? 0);
  }

  /** The first reading goes on after it; until then there are no files. */
  async start(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    this.#check();
    this.#cancelTimer = this.#clock.every(this.#config.checkSeconds * 1000, () => this.#check());
  }

  async stop(): Promise<void> {
    this.#cancelTimer?.();
    this.#stopping.abort();
    await this.#checking;
  }

  filesOf(name: string): readonly string[] {
    return this.#index?.filesOf(name) ?? [];
  }

  /** One at a time: a large index takes seconds, a hanging disk longer. */
  #check(): void {
    this.#checking ??= this.#readIfChanged().finally(() => {
      this.#checking = undefined;
    });
  }

  async #readIfChanged(): Promise<void> {
    const { path, maxMegabytes } = this.#config;
    const { signal } = this.#stopping;
    try {
      const { version, sizeBytes } = await look(path);
      if (version === this.#version || signal.aborted) return;
      this.#version = version;
      if (sizeBytes > maxMegabytes * BYTES_PER_MEGABYTE) {
        throw new Error(`its ${sizeBytes} bytes are more than maxMegabytes allows`);
      }
      await this.#read({ path, sizeBytes }, signal);
    } catch (error) {
      if (!signal.aborted) this.#complain(error as Error);
    }
  }

  async #read(order: Order, signal: AbortSignal): Promise<void> {
    this.#reads.add();
    this.#index = new StartupIndex(await readIndex(order, signal));
    const { pvs, paths } = this.#index;
    this.#host.log.info("the index of start-up files was read", { ...order, pvs, paths });
    this.#host.status.ok();
  }

  #complain(error: Error): void {
    this.#failed.add();
    if (error instanceof UnreadableError) this.#version = undefined;
    const instead = this.#index === undefined ? "there is none yet" : "the one before stays in use";
    this.#host.status.degraded(
      `no index of start-up files from ${this.#config.path} (${instead}): ${error.message}`,
    );
  }
}

/** `version` differs when the file does. @throws UnreadableError */
async function look(
  path: string,
): Promise<{ readonly version: string; readonly sizeBytes: number }> {
  const file = await stat(path).catch((error: Error) => {
    throw new UnreadableError(error.message);
  });
  if (!file.isFile()) throw new UnreadableError("it is no file");
  const { mtimeMs, ctimeMs, size, ino } = file;
  return { version: [mtimeMs, ctimeMs, size, ino].join(" "), sizeBytes: size };
}
