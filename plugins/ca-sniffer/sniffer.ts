/** The detector: builds the configured source, lets its sensors report each second, and replays files. */
import { basename } from "node:path";
import type { Clock, Detector, Emitter, Host, NetworkService } from "pvmon";
import { CaDecoder } from "./ca/decoder.js";
import type { SnifferConfig } from "./config.js";
import { Sensor } from "./sensor.js";
import { SourceClasses } from "./source-classes.js";
import { CaptureSource } from "./sources/capture.js";
import { FileSource, playCapture } from "./sources/file.js";
import { SocketSource } from "./sources/sockets.js";
import type { PacketSource, SourceContext } from "./sources/source.js";

const REPORT_PERIOD_MS = 1000;
/** Of a silence in a capture, so much is reported second by second; afterwards nothing changes any more. */
const MAX_SILENT_REPORTS = 3600;

export interface SnifferOptions {
  readonly config: SnifferConfig;
  readonly host: Host;
  readonly emitter: Emitter;
  readonly clock: Clock;
  readonly network: NetworkService;
}

export class Sniffer implements Detector {
  readonly #options: SnifferOptions;
  readonly #classes: SourceClasses;
  readonly #unmatchedReplies: { add(n?: number): void };
  #source: PacketSource | undefined;
  #cancelReports: (() => void) | undefined;

  constructor(options: SnifferOptions) {
    this.#options = options;
    this.#classes = new SourceClasses(options.config);
    this.#unmatchedReplies = options.host.metrics.counter(
      "unmatched_replies_total",
      "Replies whose request was not seen, so that nobody knows which name they are about, and search replies without a port.",
    );
  }

  async start(): Promise<void> {
    const session = new Session(this.#options, this.#classes, this.#unmatchedReplies);
    const source = this.#createSource(session);
    this.#source = source;
    await source.start();
    // It may have been stopped meanwhile.
    if (this.#source !== source) return;
    const { clock } = this.#options;
    const report = () => {
      source.poll?.();
      session.report(clock.now());
    };
    report();
    this.#cancelReports = clock.every(REPORT_PERIOD_MS, report);
  }

  async stop(): Promise<void> {
    this.#cancelReports?.();
    const source = this.#source;
    this.#source = undefined;
    await source?.stop();
  }

  async replay(path: string, signal: AbortSignal): Promise<void> {
    const session = new Session(this.#options, this.#classes, this.#unmatchedReplies);
    const sensor = session.sensor(basename(path));
    let reportAt: number | undefined;
    await playCapture({
      path,
      context: session,
      sensor,
      signal,
      timePasses: (at) => {
        reportAt ??= nextSecond(at);
        const last = Math.min(at, reportAt + MAX_SILENT_REPORTS * REPORT_PERIOD_MS);
        for (; reportAt <= last; reportAt += REPORT_PERIOD_MS) session.report(reportAt);
        if (reportAt <= at) reportAt = nextSecond(at);
      },
    });
    // Time ends with the capture: what it cannot see comes after the end of everything.
    if (reportAt !== undefined) session.report(reportAt);
  }

  #createSource(context: SourceContext): PacketSource {
    const { config, network } = this.#options;
    switch (config.source) {
      case "sockets":
        return new SocketSource({ config, context, network });
      case "capture":
        return new CaptureSource(config, context);
      case "file":
        return new FileSource(config.file, context);
    }
  }
}

/** The sensors and decoders of one source, from its start to its end. */
class Session implements SourceContext {
  readonly host: Host;
  readonly clock: Clock;
  readonly #options: SnifferOptions;
  readonly #classes: SourceClasses;
  readonly #unmatchedReplies: { add(n?: number): void };
  readonly #ports: ReadonlySet<number>;
  readonly #sensors: Sensor[] = [];
  readonly #decoders: CaDecoder[] = [];

  constructor(
    options: SnifferOptions,
    classes: SourceClasses,
    unmatchedReplies: { add(n?: number): void },
  ) {
    this.host = options.host;
    this.clock = options.clock;
    this.#options = options;
    this.#classes = classes;
    this.#unmatchedReplies = unmatchedReplies;
    this.#ports = new Set([...options.config.searchPorts, ...options.config.beaconPorts]);
  }

  sensor(name: string, { silenceMatters = true } = {}): Sensor {
    const sensor = new Sensor(`${this.host.id}/${name}`, { silenceMatters });
    this.#sensors.push(sensor);
    return sensor;
  }

  decoder(sensor: Sensor, options: ConstructorParameters<typeof CaDecoder>[1]): CaDecoder {
    const decoder = new CaDecoder(sensor, options, {
      emitter: this.#options.emitter,
      classes: this.#classes,
      ports: this.#ports,
      unmatchedReplies: this.#unmatchedReplies,
    });
    this.#decoders.push(decoder);
    return decoder;
  }

  report(at: number): void {
    for (const decoder of this.#decoders) decoder.tick(at);
    const othersHear = this.#sensors.some(({ hasHeard }) => hasHeard);
    for (const sensor of this.#sensors) {
      this.#options.emitter.emit(
        sensor.report(at, this.#options.config.silenceSeconds, othersHear),
      );
    }
  }
}

function nextSecond(at: number): number {
  return (Math.floor(at / REPORT_PERIOD_MS) + 1) * REPORT_PERIOD_MS;
}
