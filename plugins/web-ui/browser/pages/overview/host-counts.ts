/** How many of the active hosts are in which state, and which ones are in error, without loading them all. */
import { ask } from "../../api/client.js";
import { type Resource, useLoaded } from "../../api/resource.js";
import type { Host, Page } from "../../api/types.js";

const FEW_STATES = ["maintenance", "development", "unknown"] as const;
const MOST_IN_ERROR = 20;

export interface HostCounts {
  readonly total: number;
  readonly states: Readonly<Partial<Record<Host["state"], number>>>;
  /** The first of them. */
  readonly inError: readonly Host[];
}

export function useHostCounts(): Resource<HostCounts> {
  return useLoaded("host counts", load, {
    everySeconds: 20,
    when: ({ type }) => /^(host|server|app|operator|sensor)\./.test(type),
  });
}

async function load(signal: AbortSignal): Promise<HostCounts> {
  const count = (state: string | undefined, limit = 1): Promise<Page<Host>> =>
    ask("hosts", { group: "active", state, limit }, signal);
  const [all, error, ...few] = await Promise.all([
    count(undefined),
    count("error", MOST_IN_ERROR),
    ...FEW_STATES.map((state) => count(state)),
  ]);
  const others = few.reduce((sum, { total }) => sum + total, error.total);
  return {
    total: all.total,
    states: {
      ok: Math.max(0, all.total - others),
      error: error.total,
      ...Object.fromEntries(FEW_STATES.map((state, index) => [state, few[index]?.total ?? 0])),
    },
    inError: error.items,
  };
}
