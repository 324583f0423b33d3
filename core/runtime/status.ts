/** STATUS: how pvmon itself is, and the events that are safe to show. */
import type { PvmonEvent } from "../model/event.js";
import type { PluginHealth, StatusService } from "../plugin/services.js";
import type { Listeners } from "./listeners.js";

export interface StatusParts {
  readonly name: string;
  readonly version: string;
  readonly startedAt: number;
  readonly isReady: () => boolean;
  readonly plugins: () => readonly PluginHealth[];
  readonly outboxes: StatusService["outboxes"];
  readonly configuration: StatusService["configuration"];
  readonly events: Listeners<PvmonEvent>;
  readonly changes: Listeners<PvmonEvent>;
  readonly settled: StatusService["settled"];
}

export function serveStatus(parts: StatusParts): StatusService {
  const { isReady, plugins, events, changes, ...others } = parts;
  return {
    ...others,
    ready: isReady,
    plugins,
    status: () => worst(plugins()),
    subscribe: (listener) => events.add(listener),
    subscribeChanges: (listener) => changes.add(listener),
  };
}

/** Of the required ones; what has not started yet, or is stopped, does not work as it should. */
export function worst(plugins: readonly PluginHealth[]): "ok" | "degraded" | "failed" {
  const states = new Set(plugins.filter(({ required }) => required).map(({ status }) => status));
  if (states.has("failed")) return "failed";
  states.delete("ok");
  return states.size === 0 ? "ok" : "degraded";
}
