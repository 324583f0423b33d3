/** What the rules work with, off the configuration and what pvmon knows of hosts. */
import type { InventoryService } from "pvmon";
import type { Config } from "./config.js";
import type { Looks } from "./looks.js";
import type { EngineOptions } from "./rules/engine.js";
import { Maintenance } from "./rules/maintenance.js";
import { rulesOf } from "./rules/rule.js";
import { AGAIN_MS } from "./senders/alertmanager.js";

/** @throws Error that says what does not make sense in the configuration. */
export function engineOptions(
  config: Config,
  looks: Looks,
  inventory: InventoryService,
): EngineOptions {
  const maintenance = new Maintenance(config);
  const hostName = (host: string): string | null => inventory.hostName(host);
  return {
    rules: rulesOf(config),
    destinations: config.destinations.map(({ name, kind, perHour }) =>
      kind === "alertmanager"
        ? { name, perHour: Number.POSITIVE_INFINITY, repeatMs: AGAIN_MS }
        : { name, perHour },
    ),
    waitMs: config.waitSeconds * 1000,
    intervalMs: config.intervalSeconds * 1000,
    settleMs: config.settleSeconds * 1000,
    topology: config.topology,
    hostName,
    isMaintained: (rule, subject, now) => {
      const name = subject.host === undefined ? null : hostName(subject.host);
      return looks.isSilent(subject, now) || maintenance.covers(rule, subject, name, now);
    },
  };
}
