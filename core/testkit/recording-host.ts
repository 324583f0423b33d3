/** A host that writes down what a plugin did, and the making of one plugin instance without the rest of pvmon. */
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import type {
  Context,
  Emitter,
  EmittingContext,
  Host,
  Lifecycle,
  Log,
  Needs,
  Observation,
  PluginMetrics,
  PluginStatus,
} from "../index.js";

/**
 * A host that writes down what a plugin emits, logs, counts and says of itself. Observations are kept as they are: copy a
 * `searchSeen` in `onObservation` if you want to look at it later.
 */
export class RecordingHost implements Host, Emitter {
  readonly observations: Observation[] = [];
  readonly statuses: string[] = [];
  readonly lines: { readonly level: string; readonly message: string; readonly fields?: object }[] =
    [];
  readonly counters = new Map<string, number>();
  readonly gauges = new Map<string, () => number>();
  /** Every metric that it asked for. */
  readonly metricNames: {
    readonly type: "counter" | "gauge";
    readonly name: string;
    readonly help: string;
  }[] = [];
  readonly #abort = new AbortController();
  readonly signal: AbortSignal = this.#abort.signal;
  /** What `emit` answers. */
  room = true;
  onObservation: (observation: Observation) => void = (observation) => {
    this.observations.push(observation);
  };

  constructor(readonly id: string) {}

  readonly log: Log = {
    debug: (message, fields) => this.#line("debug", message, fields),
    info: (message, fields) => this.#line("info", message, fields),
    warn: (message, fields) => this.#line("warn", message, fields),
    error: (message, fields) => this.#line("error", message, fields),
  };

  readonly metrics: PluginMetrics = {
    counter: (name, help) => {
      this.metricNames.push({ type: "counter", name, help });
      return {
        add: (n = 1) => {
          this.counters.set(name, (this.counters.get(name) ?? 0) + n);
        },
      };
    },
    gauge: (name, help, read) => {
      this.metricNames.push({ type: "gauge", name, help });
      this.gauges.set(name, read);
    },
  };

  readonly status: PluginStatus = {
    ok: () => this.statuses.push("ok"),
    degraded: (reason) => this.statuses.push(`degraded: ${reason}`),
    failed: (reason) => this.statuses.push(`failed: ${reason}`),
  };

  emit(observation: Observation): boolean {
    this.onObservation(observation);
    return this.room;
  }

  async drained(): Promise<void> {}

  abort(): void {
    this.#abort.abort();
  }

  #line(level: string, message: string, fields: object | undefined): void {
    this.lines.push({ level, message, ...(fields === undefined ? {} : { fields }) });
  }
}

interface Creatable<I extends Lifecycle> {
  readonly name: string;
  readonly configSchema: object;
  readonly needs?: Needs;
  create(context: never): I;
}

/**
 * One instance of a plugin with a recording host.
 * @param config as in a site file: validated, defaults filled in; a mistake throws with ajv's text.
 * @param services by the aliases of `needs`.
 */
export function createInstance<I extends Lifecycle>(
  plugin: Creatable<I>,
  config: object,
  services: Readonly<Record<string, unknown>> = {},
): { instance: I; host: RecordingHost } {
  const filled = filledConfig(plugin, config);
  const host = new RecordingHost(plugin.name);
  const context: EmittingContext<object, Needs> & Context<object, Needs> = {
    config: filled,
    services,
    host,
    emitter: host,
  };
  return { instance: plugin.create(context as never), host };
}

/** The options as a plugin gets them: validated, defaults filled in; a mistake throws with ajv's text. */
export function filledConfig(
  { configSchema }: { readonly configSchema: object },
  config: object,
): object {
  const ajv = new Ajv({ useDefaults: true, strict: false });
  addFormats.default(ajv);
  for (const format of ["path", "password", "cidr"]) ajv.addFormat(format, true);
  const filled = structuredClone(config);
  if (!ajv.validate(configSchema, filled)) throw new Error(ajv.errorsText());
  return filled;
}
