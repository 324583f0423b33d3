/** plugin-name: writes the events of pvmon to a file, a line of JSON each. */
import { type FileHandle, open } from "node:fs/promises";
import { type Static, Type } from "@sinclair/typebox";
import {
  defineOutput,
  type Host,
  type Output,
  type PvmonEvent,
  STATUS,
  type StatusService,
} from "pvmon";

const configSchema = Type.Object(
  {
    path: Type.String({
      description: "The file, written on at its end.",
      default: "./events.jsonl",
      format: "path",
      minLength: 1,
    }),
  },
  { additionalProperties: false },
);
type Config = Static<typeof configSchema>;

/** Lines that wait while the disk is slow; what does not fit is dropped and counted. */
const MAX_WAITING = 10_000;

class EventFile implements Output {
  readonly #config: Config;
  readonly #status: StatusService;
  readonly #host: Host;
  readonly #written: { add(n?: number): void };
  readonly #dropped: { add(n?: number): void };
  #file: FileHandle | undefined;
  #unsubscribe: (() => void) | undefined;
  #waiting: string[] = [];
  /** The write that is under way, or the last one. */
  #writing: Promise<void> | undefined;
  #isStopped = false;

  constructor(config: Config, status: StatusService, host: Host) {
    this.#config = config;
    this.#status = status;
    this.#host = host;
    this.#written = host.metrics.counter("events_written_total", "Events written.");
    this.#dropped = host.metrics.counter("events_dropped_total", "Events that found no room.");
  }

  async start(): Promise<void> {
    const file = await open(this.#config.path, "a");
    if (this.#isStopped) {
      await file.close();
      throw new Error("stopped while it started");
    }
    this.#file = file;
    this.#unsubscribe = this.#status.subscribe((event) => this.#take(event));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    await this.#writing;
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  /** Quick, and never throws: pvmon calls it in the middle of its work. */
  #take(event: PvmonEvent): void {
    if (this.#waiting.length >= MAX_WAITING) {
      this.#dropped.add();
      return;
    }
    this.#waiting.push(`${JSON.stringify(event)}\n`);
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
  }

  async #writeAll(): Promise<void> {
    for (let lines = this.#waiting; lines.length > 0; lines = this.#waiting) {
      this.#waiting = [];
      try {
        await this.#file?.appendFile(lines.join(""));
        this.#written.add(lines.length);
        this.#host.status.ok();
      } catch (error) {
        this.#dropped.add(lines.length);
        this.#host.status.degraded(`events are lost: ${(error as Error).message}`);
      }
    }
  }
}

export default defineOutput({
  name: "plugin-name",
  description: "Writes events to a file as lines of JSON.",
  configSchema,
  needs: { status: STATUS },
  create: ({ config, services, host }) => new EventFile(config, services.status, host),
});
