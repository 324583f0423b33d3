/** Which lost hosts and servers silence what is on them: where a loss is told, its consequences need not be. */
import type { Alert, Subject } from "./alert.js";
import { LOSSES } from "./episodes.js";

export class Losses {
  /** Alerts that last, by the host or server that is lost. */
  readonly #alerts = new Map<string, Set<Alert>>();

  began(alert: Alert): void {
    if (!LOSSES.has(alert.condition)) return;
    const key = keyOf(alert.subject);
    const alerts = this.#alerts.get(key) ?? new Set();
    this.#alerts.set(key, alerts.add(alert));
  }

  /** True when something may be told again. */
  ended(alert: Alert): boolean {
    const key = keyOf(alert.subject);
    const alerts = this.#alerts.get(key);
    if (alerts === undefined || !alerts.delete(alert)) return false;
    if (alerts.size === 0) this.#alerts.delete(key);
    return true;
  }

  /** Whether the loss of what it is on is told to the same destination. */
  silence({ kind, host, server }: Subject, destination: string): boolean {
    const above: string[] = [];
    if (kind !== "host" && host !== undefined) above.push(`host ${host}`);
    if (kind === "pv" && server !== undefined) above.push(`server ${server}`);
    return above.some((key) =>
      [...(this.#alerts.get(key) ?? [])].some(({ rule }) =>
        rule.destinations.includes(destination),
      ),
    );
  }
}

function keyOf({ kind, name }: Subject): string {
  return `${kind} ${name}`;
}
