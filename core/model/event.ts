/** Something that happened and that people may want to read about later. Kept by the store, shown by the outputs. */

export const EVENT_TYPES = [
  "server.discovered",
  "server.started",
  "server.restarted",
  "server.paused",
  "server.resumed",
  "server.stopped",
  "server.lost",
  "server.returned",
  "server.unresponsive",
  "server.duplicateIdentity",
  "server.duplicateRoute",
  "host.lost",
  "host.returned",
  "app.discovered",
  "app.started",
  "app.restarted",
  "app.lost",
  "app.returned",
  "pv.lost",
  "pv.returned",
  "pv.moved",
  "pv.duplicated",
  "pv.deduplicated",
  "client.appeared",
  "storm.started",
  "storm.ended",
  "sensor.blind",
  "sensor.sees",
  "plugin.degraded",
  "plugin.recovered",
  "operator.changed",
  "operator.noted",
  "anomaly.opened",
  "anomaly.closed",
  "site.reported",
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

export const SEVERITIES = ["info", "warning", "alarm"] as const;
export type Severity = (typeof SEVERITIES)[number];

/**
 * What the operators' log does with an event; without one it is not in the log. noted: to be read · pending: somebody has
 * to acknowledge it · acknowledged: somebody has · forgotten: taken out of the log, and still an event.
 */
export const LOG_STATES = ["noted", "pending", "acknowledged", "forgotten"] as const;
export type LogState = (typeof LOG_STATES)[number];

/** The numbers that led to the verdict; keys in camelCase with units. Times in it are fields named `…At`. */
export type Evidence = Readonly<
  Record<string, string | number | boolean | null | readonly (string | number)[]>
>;

/** An event before the inventory has given it its id. */
export interface EventDraft {
  /** When it happened (not when it was noticed), UTC ms. */
  readonly at: number;
  readonly type: EventType;
  readonly severity: Severity;
  /** What it is about: a server `ip:port`, a host or client address, a PV name, a sensor or plugin id, the `network`. */
  readonly subject: string;
  /** One sentence for people. */
  readonly text: string;
  readonly evidence: Evidence;
  readonly host?: string;
  readonly server?: string;
  readonly client?: string;
  readonly pv?: string;
  /** Id of the application behind it; may become known later. */
  readonly app?: string;
  readonly log?: LogState;
}

export interface PvmonEvent extends EventDraft {
  /** Decimal digits, unique and growing in the order of being noticed; at least `at` x 1000. */
  readonly id: string;
  readonly acknowledgedAt?: number;
  readonly acknowledgedBy?: string;
}
