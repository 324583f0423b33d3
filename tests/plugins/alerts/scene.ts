/** The rules with time and events as a test makes them. */
import { Ajv } from "ajv";
import type { EventType, PvmonEvent, Severity } from "pvmon";
import { type Config, configSchema } from "../../../plugins/alerts/config.js";
import type { Notification } from "../../../plugins/alerts/rules/alert.js";
import { AlertEngine, type EngineOptions } from "../../../plugins/alerts/rules/engine.js";
import { rulesOf } from "../../../plugins/alerts/rules/rule.js";

export const T0 = Date.UTC(2026, 0, 5, 12);
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

export const WEBHOOK = { name: "chat", kind: "webhook", url: "http://127.0.0.1:1/" } as const;

/** As in a site file, with defaults filled in. */
export function configOf(config: object): Config {
  const filled = { destinations: [WEBHOOK], ...structuredClone(config) };
  const ajv = new Ajv({ useDefaults: true, strict: false });
  for (const format of ["password", "path"]) ajv.addFormat(format, true);
  if (!ajv.validate(configSchema, filled)) throw new Error(ajv.errorsText());
  return filled as Config;
}

let ids = 0;

export function eventOf(
  type: EventType,
  subject: string,
  at: number,
  more: Partial<PvmonEvent> = {},
): PvmonEvent {
  ids = (ids + 1) % 1000;
  const severity: Severity = /lost|blind/.test(type) ? "alarm" : "info";
  const text = `${subject}: ${type}`;
  return { id: String(at * 1000 + ids), at, type, severity, subject, text, evidence: {}, ...more };
}

/** An engine whose time goes on by seconds, and all that it has told. */
export class RuleScene {
  readonly told: Notification[] = [];
  readonly engine: AlertEngine;
  now = T0;
  hasRoom = true;

  constructor(config: object, more: Partial<EngineOptions> = {}) {
    const { rules, destinations, ...timing } = configOf(config);
    this.engine = new AlertEngine({
      rules: rulesOf({ rules, destinations }),
      destinations,
      waitMs: timing.waitSeconds * SECOND,
      intervalMs: timing.intervalSeconds * SECOND,
      settleMs: timing.settleSeconds * SECOND,
      topology: timing.topology,
      hostName: () => null,
      isMaintained: () => false,
      ...more,
    });
  }

  happens(type: EventType, subject: string, more: Partial<PvmonEvent> = {}): void {
    this.engine.take(eventOf(type, subject, this.now, more), this.now);
  }

  /** Lets so long pass, in whole seconds, where there is something to look at. */
  pass(ms: number): Notification[] {
    const told: Notification[] = [];
    for (const until = this.now + ms; this.now < until; ) {
      const dueAt = Math.ceil((this.engine.dueAt - T0) / SECOND) * SECOND + T0;
      this.now = Math.min(until, Math.max(this.now + SECOND, dueAt));
      told.push(...this.engine.due(this.now, () => (this.hasRoom ? this.now : this.now + SECOND)));
    }
    this.told.push(...told);
    return told;
  }
}

/** What was told in short: `+ subject` began, `- subject` ended, `= subject` lasts, `! subject` happened. */
export function shortly(notifications: readonly Notification[]): string[] {
  return notifications.flatMap(({ began, ended, reminded, happened }) => [
    ...began.map(({ subject }) => `+ ${subject.name}`),
    ...ended.map(({ subject }) => `- ${subject.name}`),
    ...reminded.map(({ subject }) => `= ${subject.name}`),
    ...happened.map(({ subject }) => `! ${subject.name}`),
  ]);
}
