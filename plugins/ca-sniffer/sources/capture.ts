/**
 * Everything on the wire, by tcpdump: one child for each interface, the only part that needs a privilege, started again
 * with back-off when it ends.
 */
import { CaptureReader } from "../capture-format/reader.js";
import type { SnifferConfig } from "../config.js";
import { FrameReader } from "../network/ip.js";
import type { Sensor } from "../sensor.js";
import { captureFilter } from "./filter.js";
import { isLinkDown } from "./link-state.js";
import type { PacketSource, SourceContext } from "./source.js";
import { Tcpdump } from "./tcpdump.js";

const EVERY_INTERFACE = "any";
const LOOPBACK = "lo";
const FIRST_BACK_OFF_MS = 1000;
const MAX_BACK_OFF_MS = 30_000;
/** One that captured for so long was well: the next failure starts with the first back-off. */
const STABLE_AFTER_MS = 60_000;

export class CaptureSource implements PacketSource {
  readonly #captures: readonly InterfaceCapture[];
  /** Why an interface is not captured now, by its name. */
  readonly #problems = new Map<string, string>();

  constructor(config: SnifferConfig, context: SourceContext) {
    const names = config.interfaces.length > 0 ? config.interfaces : [EVERY_INTERFACE];
    this.#captures = [...new Set(names)].map(
      (name) =>
        new InterfaceCapture(name, config, context, (problem) => {
          if (problem === undefined) this.#problems.delete(name);
          else this.#problems.set(name, problem);
          if (this.#problems.size === 0) context.host.status.ok();
          else context.host.status.degraded([...this.#problems.values()].join("; "));
        }),
    );
  }

  async start(): Promise<void> {
    const outcomes = await Promise.allSettled(this.#captures.map((capture) => capture.start()));
    const failures = outcomes.flatMap((outcome) =>
      outcome.status === "rejected" ? [String(outcome.reason)] : [],
    );
    if (failures.length === 0) return;
    await this.stop();
    throw new Error(failures.join("; "));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#captures.map((capture) => capture.stop()));
  }

  poll(): void {
    for (const capture of this.#captures) capture.poll();
  }
}

/** tcpdump on one interface, started again for as long as it is wanted. */
class InterfaceCapture {
  readonly #sensor: Sensor;
  readonly #name: string;
  readonly #config: SnifferConfig;
  readonly #context: SourceContext;
  readonly #changed: (problem: string | undefined) => void;
  readonly #frames: FrameReader;
  #tcpdump: Tcpdump | undefined;
  #listens = false;
  #isDown = false;
  #backOffMs = FIRST_BACK_OFF_MS;
  #cancelRestart: (() => void) | undefined;
  /** Rejects a start that still waits, and does nothing afterwards. */
  #abandonStart: () => void = () => {};

  constructor(
    name: string,
    config: SnifferConfig,
    context: SourceContext,
    changed: (problem: string | undefined) => void,
  ) {
    this.#name = name;
    this.#config = config;
    this.#context = context;
    this.#changed = changed;
    this.#sensor = context.sensor(name, { silenceMatters: name !== LOOPBACK });
    this.#sensor.outage = "not captured yet";
    const decoder = context.decoder(this.#sensor, {
      seesReplies: true,
      ...(config.capture.otherTcp !== "all" && { wholeTcpPorts: new Set(config.searchPorts) }),
    });
    this.#frames = new FrameReader(decoder, (reason) => this.#sensor.error(reason));
  }

  /** Resolves when it captures; rejects, and is not tried again, when tcpdump ends before. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#abandonStart = () => reject(new Error(`the capture on ${this.#name} was stopped`));
      this.#run(resolve, (reason) => reject(new Error(reason)));
    });
  }

  async stop(): Promise<void> {
    this.#cancelRestart?.();
    this.#abandonStart();
    const tcpdump = this.#tcpdump;
    this.#tcpdump = undefined;
    await tcpdump?.stop();
  }

  poll(): void {
    this.#tcpdump?.askDrops();
    if (this.#listens) this.#lookAtLink();
  }

  #lookAtLink(): void {
    const isDown = isLinkDown(this.#name);
    if (isDown === this.#isDown) return;
    this.#isDown = isDown;
    this.#sensor.outage = isDown ? "the interface is down" : undefined;
    this.#changed(isDown ? `interface ${this.#name} is down` : undefined);
  }

  /** `failed` is told when tcpdump ends before it has captured. */
  #run(listening: () => void, failed: (reason: string) => void): void {
    const { clock } = this.#context;
    const sensor = this.#sensor;
    const reader = new CaptureReader({
      frame: (linkType, bytes, start, end, at) =>
        this.#frames.frame(linkType, bytes, start, end, at),
      dropped: () => {},
    });
    let listeningSince: number | undefined;
    let drops = 0;
    this.#tcpdump = new Tcpdump({
      ...this.#config.capture,
      interface: this.#name,
      filter: captureFilter(this.#config, this.#name),
      packets: (chunk) => reader.push(chunk),
      listening: () => {
        listeningSince = clock.elapsed();
        this.#listens = true;
        this.#isDown = false;
        sensor.outage = undefined;
        this.#changed(undefined);
        listening();
      },
      dropped: (total) => {
        sensor.lostByKernel(Math.max(0, total - drops));
        drops = total;
      },
      ended: (reason) => {
        this.#tcpdump = undefined;
        this.#listens = false;
        sensor.outage = reason;
        if (listeningSince === undefined) {
          failed(reason);
          return;
        }
        if (clock.elapsed() - listeningSince > STABLE_AFTER_MS) this.#backOffMs = FIRST_BACK_OFF_MS;
        this.#restart(reason);
      },
    });
  }

  #restart(reason: string): void {
    this.#changed(reason);
    this.#cancelRestart = this.#context.clock.after(this.#backOffMs, () =>
      this.#run(
        () => {},
        (again) => this.#restart(again),
      ),
    );
    this.#backOffMs = Math.min(2 * this.#backOffMs, MAX_BACK_OFF_MS);
  }
}
