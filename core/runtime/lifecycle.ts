/** The order in which plugins start and stop, and what happens when one of them cannot. */
import { SECTIONS } from "../config/site.js";
import { PvmonError } from "../plugin/errors.js";
import type { Log } from "../plugin/host.js";
import { messageOf } from "./error-message.js";
import type { Outboxes } from "./outboxes.js";
import type { Supervised } from "./supervised.js";

/** For everything that waits in the outboxes. */
const DRAIN_MS = 30_000;

export interface LifecycleParts {
  /** Providers before those that need them. */
  readonly plugins: readonly Supervised[];
  readonly outboxes: Pick<Outboxes, "drain">;
  /** The stores have been loaded, and nothing else runs yet. */
  readonly loaded: () => void;
  readonly log: Log;
}

export class Lifecycle {
  readonly #parts: LifecycleParts;
  /** Latest first. */
  readonly #started: Supervised[] = [];
  readonly #ending = new AbortController();
  #starting: Promise<void> | undefined;
  #stopping: Promise<readonly string[]> | undefined;
  #areStoresReady = false;

  constructor(parts: LifecycleParts) {
    this.#parts = parts;
  }

  /** True once every store was loaded, those left out on purpose apart. */
  get isReady(): boolean {
    return (
      this.#areStoresReady &&
      this.#parts.plugins.every(
        ({ setting, isPrepared }) =>
          setting.plugin.kind !== "store" || isPrepared || setting.onStartFailure === "skip",
      )
    );
  }

  /** Aborts before the first plugin is stopped. */
  get ending(): AbortSignal {
    return this.#ending.signal;
  }

  /** @throws PvmonError PLUGIN_START_FAILED, after what was started has been stopped in reverse. */
  start(): Promise<void> {
    this.#starting ??= this.#startAll();
    return this.#starting;
  }

  /** Answers what was not stopped in time or not written, one sentence each; nothing when all is well. */
  stop(): Promise<readonly string[]> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #startAll(): Promise<void> {
    try {
      for (const { kind } of SECTIONS) {
        for (const plugin of this.#parts.plugins) {
          if (plugin.setting.plugin.kind === kind) await this.#startOne(plugin);
        }
        if (kind === "store" && this.#stopping === undefined) {
          this.#areStoresReady = true;
          this.#parts.loaded();
        }
      }
    } catch (error) {
      for (const fault of await this.#undo()) this.#parts.log.error(fault);
      throw error;
    }
  }

  async #startOne(plugin: Supervised): Promise<void> {
    const { id, setting } = plugin;
    if (this.#stopping !== undefined) throw new PvmonError("PLUGIN_START_FAILED", "pvmon stops");
    this.#started.unshift(plugin);
    try {
      await plugin.start();
      this.#parts.log.debug("plugin started", { id });
    } catch (error) {
      const reason = messageOf(error);
      if (setting.onStartFailure === "stop" || this.#stopping !== undefined) {
        const message = `"${id}" (${setting.use}) could not start: ${reason}`;
        throw new PvmonError("PLUGIN_START_FAILED", message, { cause: error });
      }
      this.#parts.log.error("plugin could not start", {
        id,
        reason,
        onStartFailure: setting.onStartFailure,
      });
      if (setting.onStartFailure === "retry") plugin.retry(reason);
      else plugin.health.failed(reason);
    }
  }

  async #stopAll(): Promise<readonly string[]> {
    const first = this.#started[0];
    // One that is just starting gives up; its start then rejects and everything before it is undone there.
    if (first !== undefined && !first.isRunning) first.stop().catch(() => undefined);
    const wasUndone = await this.#starting?.then(
      () => false,
      () => true,
    );
    return wasUndone === true ? [] : this.#undo();
  }

  /** Detectors, probes, outputs; then what waits is written; then the stores. */
  async #undo(): Promise<readonly string[]> {
    this.#ending.abort();
    const faults: string[] = [];
    const stop = async (plugin: Supervised): Promise<void> => {
      await plugin.stop().catch((error: unknown) => {
        faults.push(messageOf(error));
      });
    };
    const started = this.#started.splice(0);
    const stores = started.filter(({ setting }) => setting.plugin.kind === "store");
    for (const plugin of started) if (!stores.includes(plugin)) await stop(plugin);
    faults.push(...(await this.#parts.outboxes.drain(DRAIN_MS)));
    for (const plugin of stores) await stop(plugin);
    return faults;
  }
}
