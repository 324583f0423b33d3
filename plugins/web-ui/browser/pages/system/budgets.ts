/** What is sent to the control network, by which plugin, and what each may send at most. */
import type { Metric } from "../../api/types.js";

/** Counters of plugins that count what leaves for the network; `requests_total` of http-api counts what comes. */
const SENT = /^(\w+_sent|questions|lookups|checks|readings|writes)_total$/;
/** Bytes of what is counted anyway. */
const BESIDES = /^bytes_/;

export function sentMetrics(metrics: readonly Metric[]): readonly Metric[] {
  return metrics.filter(({ name }) => SENT.test(name) && !BESIDES.test(name));
}

export interface Limit {
  /** Of the option, as in `datagramsPerSecond`. */
  readonly option: string;
  readonly perSecond: number;
}

/**
 * By the id of the plugin: every option that is so many per second.
 * @param yaml the configuration that is in force, as pvmon writes it: a setting a line, `use` first in each plugin.
 */
export function limitsOf(yaml: string): ReadonlyMap<string, readonly Limit[]> {
  const limits = new Map<string, readonly Limit[]>();
  for (const part of yaml.split(/^ *- (?=use: )/m).slice(1)) {
    const id = /^ *id: "?([^"\n]+)"?$/m.exec(part)?.[1] ?? /^use: "?([^"\n]+)"?$/m.exec(part)?.[1];
    const found = [...part.matchAll(/^ *(\w*[pP]erSecond\w*): (\d+(?:\.\d+)?)$/gm)].map(
      ([, option = "", value]) => ({ option, perSecond: Number(value) }),
    );
    if (id !== undefined && found.length > 0) limits.set(id, found);
  }
  return limits;
}

/** `totalDatagramsPerSecond` → `total datagrams per second`. */
export function optionText(option: string): string {
  return option
    .replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .replace(/\bioc\b/, "IOC")
    .trim();
}
