/** STATUS and METRICS: how pvmon itself is. */
import type { PvmonEvent } from "../../model/event.js";
import type { PluginKind } from "../plugin.js";
import { token } from "../token.js";

export interface MetricSample {
  readonly plugin: string;
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge";
  readonly value: number;
}
export interface MetricsService {
  samples(): readonly MetricSample[];
}
export const METRICS = token<MetricsService>("METRICS");

export type HealthState = "starting" | "ok" | "degraded" | "failed" | "stopping" | "stopped";

export interface PluginHealth {
  readonly id: string;
  readonly use: string;
  readonly kind: PluginKind;
  readonly status: HealthState;
  readonly reason: string | null;
  readonly since: number;
  /** False when the configuration says that pvmon can do without it. */
  readonly required: boolean;
}

export interface OutboxView {
  /** The store's plugin id. */
  readonly store: string;
  /** Records whose newest state is not stored yet. */
  readonly records: number;
  /** Rows of history that wait, in memory and on disk. */
  readonly history: number;
  /** For how long the oldest of those has waited; 0 when there is none. */
  readonly behindMs: number;
  /** Rows of history given up because there was no room. */
  readonly dropped: number;
  /** Rows left out because the store refuses them for good. */
  readonly refused: number;
  /** Bytes of history on disk, because the store cannot take it now. */
  readonly spooledBytes: number;
  /** Why history cannot be kept on disk, so that it waits in memory only; null when it can. */
  readonly spoolError: string | null;
  readonly lastWrittenAt: number | null;
  /** Why the last write failed, null when it did not. */
  readonly error: string | null;
}

export interface ConfigurationView {
  /** The name of the site file. */
  readonly file: string;
  /** What is in force: every option with its value, defaults filled in, secrets shown as `[secret]`. */
  readonly yaml: string;
}

/** How pvmon itself is. */
export interface StatusService {
  readonly name: string;
  readonly version: string;
  readonly startedAt: number;
  /** True once the stores have been loaded. */
  ready(): boolean;
  plugins(): readonly PluginHealth[];
  outboxes(): readonly OutboxView[];
  /** The worst of the required plugins. */
  status(): "ok" | "degraded" | "failed";
  configuration(): ConfigurationView;
  /** Events as they become safe to show: stored, or the store cannot; the answer ends it. */
  subscribe(listener: (event: PvmonEvent) => void): () => void;
  /**
   * Events in a new state, likewise: acknowledged, taken out of the log, or known to be about an application. Each was told
   * before, maybe long ago.
   */
  subscribeChanges(listener: (event: PvmonEvent) => void): () => void;
  /** Resolves when the events and changes of events so far are stored, or no store can take them: HISTORY has them then. */
  settled(): Promise<void>;
}
export const STATUS = token<StatusService>("STATUS");
