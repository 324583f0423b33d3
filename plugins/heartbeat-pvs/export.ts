/** The output: looks at the heartbeats, and writes what has changed since it was last written. */
import { readFile } from "node:fs/promises";
import {
  type Clock,
  type EventDraft,
  type HeartbeatView,
  type Host,
  type InventoryService,
  type Output,
  parseEndpoint,
} from "pvmon";
import { Assignments } from "./assignments.js";
import type { Config, Suffixes } from "./config.js";
import { checkEntries, type Entry, entriesOfMap } from "./entries.js";
import { upTimeText } from "./up-time.js";
import { type Shown, Writer } from "./writer.js";

/** From an event to the look that it causes: what comes together is written together. */
const SOON_MS = 500;
/** Writes whose answers are waited for at one time: a slow record holds up no others. */
const WRITES_AT_ONCE = 8;
/** Restarts and returns that wait to be told while the IOC is away. */
const MAX_PENDING = 10;
const PAGE = 1000;

/** What the IOC was told of an entry. */
interface Told {
  described: boolean;
  alive: boolean | undefined;
  /** Time of the heartbeat that the counter was set for. */
  beatAt: number | undefined;
  restarts: number;
  resumes: number;
}

interface Write extends Shown {
  readonly suffix: keyof Suffixes;
  /** Called when the IOC has it. */
  done(): void;
}

/** What there is between start and stop. */
interface Running {
  readonly entries: readonly Entry[];
  readonly told: readonly Told[];
  readonly assignments: Assignments;
  readonly writer: Writer;
  readonly stopped: AbortController;
  end(): void;
}

export class HeartbeatExport implements Output {
  readonly #config: Config;
  readonly #inventory: InventoryService;
  readonly #clock: Clock;
  readonly #host: Host;
  readonly #writes: { add(n?: number): void };
  readonly #failures: { add(n?: number): void };
  #running: Running | undefined;
  /** The look that is under way, or the last one. */
  #look: Promise<void> = Promise.resolve();
  #isLooking = false;
  #cancelSoon: (() => void) | undefined;
  #stops = 0;

  constructor(config: Config, inventory: InventoryService, clock: Clock, host: Host) {
    this.#config = config;
    this.#inventory = inventory;
    this.#clock = clock;
    this.#host = host;
    const { metrics } = host;
    this.#writes = metrics.counter("writes_total", "Fields written to the IOC");
    this.#failures = metrics.counter("failed_writes_total", "Fields that could not be written");
    metrics.gauge(
      "doubtful_entries",
      "Entries that more than one beating application fits",
      () => this.#running?.assignments.doubtful ?? 0,
    );
  }

  async start(): Promise<void> {
    const { server, everySeconds, writesPerSecond, timeoutSeconds } = this.#config;
    const endpoint = parseEndpoint(server);
    if (endpoint === undefined) throw new Error(`"${server}" is not ip:port`);
    const stops = this.#stops;
    const entries = checkEntries([...this.#config.entries, ...(await this.#readMap())]);
    if (this.#stops !== stops) throw new Error("stopped while it started");
    const stopped = new AbortController();
    const { signal } = stopped;
    const options = { writesPerSecond, timeoutMs: timeoutSeconds * 1000, signal };
    const endLooks = this.#clock.every(everySeconds * 1000, () => this.#lookNow());
    const unsubscribe = this.#inventory.subscribe((event) => this.#heard(event));
    this.#running = {
      entries,
      told: entries.map(untold),
      assignments: new Assignments(entries),
      writer: new Writer(endpoint, options, this.#clock),
      stopped,
      end: () => {
        endLooks();
        unsubscribe();
        this.#cancelSoon?.();
        this.#cancelSoon = undefined;
      },
    };
    this.#lookSoon();
  }

  async stop(): Promise<void> {
    this.#stops += 1;
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    running.end();
    running.stopped.abort();
    await this.#look;
    await running.writer.close();
  }

  async #readMap(): Promise<readonly Entry[]> {
    const { mapFile, mapPrefix } = this.#config;
    if (mapFile === undefined) return [];
    try {
      return entriesOfMap(await readFile(mapFile, "utf8"), mapPrefix);
    } catch (error) {
      throw new Error(`${mapFile}: ${error instanceof Error ? error.message : error}`);
    }
  }

  #heard({ type, app, evidence }: EventDraft): void {
    const running = this.#running;
    if (running === undefined || app === undefined || !type.startsWith("app.")) return;
    // Of an application that restarts all the time, most restarts are only counted.
    const restarts = Number(type === "app.restarted") + Number(evidence.restartsNotTold ?? 0);
    const returns = Number(type === "app.returned") + Number(evidence.returnsNotTold ?? 0);
    for (const entry of running.assignments.showing(app)) {
      const told = running.told[entry]!;
      told.restarts = Math.min(MAX_PENDING, told.restarts + restarts);
      told.resumes = Math.min(MAX_PENDING, told.resumes + returns);
    }
    this.#lookSoon();
  }

  #lookSoon(): void {
    this.#cancelSoon ??= this.#clock.after(SOON_MS, () => {
      this.#cancelSoon = undefined;
      this.#lookNow();
    });
  }

  /** A look that takes longer than a round is finished first. */
  #lookNow(): void {
    const running = this.#running;
    if (running === undefined || this.#isLooking) return;
    this.#isLooking = true;
    this.#look = this.#lookAt(running).finally(() => {
      this.#isLooking = false;
    });
  }

  async #lookAt(running: Running): Promise<void> {
    const { assignments, writer, told, entries } = running;
    assignments.update(this.#heartbeats());
    const state = await writer.ready();
    if (state === "fresh") {
      for (const one of told) Object.assign(one, { ...untold(), ...pendingOf(one) });
    }
    if (state !== "unreachable") {
      const writes = entries.entries();
      const lane = async (): Promise<void> => {
        for (const [i, entry] of writes) {
          if (running.stopped.signal.aborted) return;
          await this.#write(writer, entry, this.#due(entry, told[i]!, assignments.of(i)));
        }
      };
      await Promise.all(Array.from({ length: WRITES_AT_ONCE }, lane));
    }
    if (running.stopped.signal.aborted) return;
    if (writer.trouble === undefined) this.#host.status.ok();
    else this.#host.status.degraded(writer.trouble);
  }

  *#heartbeats(): Generator<HeartbeatView> {
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const from = cursor === undefined ? {} : { cursor };
      const page = this.#inventory.listHeartbeats({ limit: PAGE, ...from });
      yield* page.items;
      cursor = page.next;
    }
  }

  /** What has to be written of an entry. */
  #due(entry: Entry, told: Told, beat: HeartbeatView | undefined): Write[] {
    const writes: Write[] = [];
    const add = (suffix: keyof Suffixes, number: number, text: string, done: () => void): void => {
      if (this.#config.suffixes[suffix] !== "") writes.push({ suffix, number, text, done });
    };
    if (!told.described && entry.description !== "") {
      add("description", 0, entry.description, () => {
        told.described = true;
      });
    }
    const alive = beat !== undefined && !beat.lost;
    for (let n = told.restarts; n > 0; n--) add("restarts", 1, "1", () => told.restarts--);
    for (let n = told.resumes; n > 0; n--) add("resumes", 1, "1", () => told.resumes--);
    if (alive && beat.lastAt !== told.beatAt) {
      const { aliveCount } = this.#config;
      const seconds = Math.round(beat.upSeconds);
      const done = (): void => {
        told.beatAt = beat.lastAt;
      };
      add("uptime", seconds, upTimeText(seconds), done);
      add("count", aliveCount, String(aliveCount), done);
    }
    if (alive !== told.alive) {
      add("status", alive ? 1 : 0, alive ? "alive" : "lost", () => {
        told.alive = alive;
      });
    }
    return writes;
  }

  async #write(writer: Writer, { record }: Entry, writes: readonly Write[]): Promise<void> {
    for (const { suffix, done, ...shown } of writes) {
      const isWritten = await writer.put(record + this.#config.suffixes[suffix], shown);
      (isWritten ? this.#writes : this.#failures).add();
      if (isWritten) done();
    }
  }
}

function untold(): Told {
  return { described: false, alive: undefined, beatAt: undefined, restarts: 0, resumes: 0 };
}

/** What happened while the IOC was away is still to be told. */
function pendingOf({ restarts, resumes }: Told): Pick<Told, "restarts" | "resumes"> {
  return { restarts, resumes };
}
