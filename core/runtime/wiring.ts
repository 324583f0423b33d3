/** Who provides what to whom: checked before anything is created, and the order in which plugins can be created. */
import type { ErrorCode } from "../plugin/errors.js";
import type { Plugin } from "../plugin/plugin.js";
import type { Token } from "../plugin/token.js";

export interface Wired {
  readonly id: string;
  readonly plugin: Plugin;
}

export interface WiringFault {
  readonly id: string;
  readonly code: ErrorCode;
  readonly message: string;
}

/**
 * The plugins, providers before those that need them and otherwise as given.
 * @param host the tokens that pvmon itself provides.
 * @param overridden tokens that are provided already, whatever plugins provide them too.
 */
export function wire<P extends Wired>(
  plugins: readonly P[],
  host: readonly Token<unknown>[],
  overridden: readonly Token<unknown>[] = [],
): { readonly order: readonly P[]; readonly faults: readonly WiringFault[] } {
  const faults: WiringFault[] = [];
  const given = new Set(overridden.map(({ symbol }) => symbol));
  const own = new Set(host.map(({ symbol }) => symbol));
  const providers = new Map<symbol, P>();
  for (const wired of plugins) {
    const token = wired.plugin.provides;
    if (token === undefined || given.has(token.symbol)) continue;
    const rival = providers.get(token.symbol);
    if (rival === undefined && !own.has(token.symbol)) providers.set(token.symbol, wired);
    else {
      const other = rival === undefined ? "pvmon itself" : `"${rival.id}"`;
      const message = `"${wired.id}" provides ${token.name}, and so does ${other}: keep one of them`;
      faults.push({ id: wired.id, code: "SERVICE_PROVIDED_TWICE", message });
    }
  }
  for (const { id, plugin } of plugins) {
    for (const token of Object.values(plugin.needs ?? {})) {
      const { symbol, optional } = token;
      if (optional || own.has(symbol) || given.has(symbol) || providers.has(symbol)) continue;
      const message = `"${id}" needs ${token.name}, which no plugin in this file provides`;
      faults.push({ id, code: "SERVICE_MISSING", message });
    }
  }
  const { order, cycle } = sortByNeed(plugins, providers);
  const first = cycle[0];
  if (first !== undefined) {
    const message = `these need each other: ${[...cycle, first].map(({ id }) => `"${id}"`).join(" needs ")}`;
    faults.push({ id: first.id, code: "SERVICE_MISSING", message });
  }
  return { order, faults };
}

/** Depth first; `cycle` is the first one found. */
function sortByNeed<P extends Wired>(
  plugins: readonly P[],
  providers: ReadonlyMap<symbol, P>,
): { readonly order: readonly P[]; readonly cycle: readonly P[] } {
  const order: P[] = [];
  const done = new Set<P>();
  let cycle: readonly P[] = [];
  const visit = (wired: P, trail: readonly P[]): void => {
    if (done.has(wired) || cycle.length > 0) return;
    if (trail.includes(wired)) {
      cycle = trail.slice(trail.indexOf(wired));
      return;
    }
    for (const { symbol } of Object.values(wired.plugin.needs ?? {})) {
      const provider = providers.get(symbol);
      if (provider !== undefined) visit(provider, [...trail, wired]);
    }
    done.add(wired);
    order.push(wired);
  };
  for (const wired of plugins) visit(wired, []);
  return { order, cycle };
}
