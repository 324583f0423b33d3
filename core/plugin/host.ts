/** What the host gives each plugin, and nothing else: no container, no configuration file, no other plugin. */
import type { Observation } from "../model/observation.js";

export interface Log {
  debug(message: string, fields?: object): void;
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
}

export interface Host {
  /** The id in the configuration; the plugin's name unless the site gave another. */
  readonly id: string;
  /** Tagged with the id. Put values into `fields`, never into the message. */
  readonly log: Log;
  /** Aborts when the plugin has to stop. */
  readonly signal: AbortSignal;
  readonly metrics: PluginMetrics;
  readonly status: PluginStatus;
}

/** Reports are cheap; saying the same thing again changes nothing. */
export interface PluginStatus {
  ok(): void;
  /** It goes on working, less well. `reason` is shown to people: say what, and what to do. */
  degraded(reason: string): void;
  /** It cannot go on: the host stops it and starts it again with back-off. */
  failed(reason: string): void;
}

/** Names are snake_case with the unit at the end, as in `datagrams_sent_total`. */
export interface PluginMetrics {
  /** Adds; call as often as you like. */
  counter(name: string, help: string): { add(n?: number): void };
  /** Read when somebody asks. */
  gauge(name: string, help: string, read: () => number): void;
}

export interface Emitter {
  /** Folds now, synchronously. False when the host is above its high-water mark: probes then wait, detectors go on. */
  emit(observation: Observation): boolean;
  /** Resolves when there is room again. */
  drained(): Promise<void>;
}
