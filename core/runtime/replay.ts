/** A capture folded on its own clock: the same inventory, the same events as when it was live, as one JSON object. */

import type { PvmonEvent } from "../model/event.js";
import type { Inventory } from "../model/inventory/inventory.js";
import { isoTimes, type Page, type PvItem } from "../model/views.js";
import { PvmonError } from "../plugin/errors.js";
import type { Detector, Plugin } from "../plugin/plugin.js";
import { STATUS } from "../plugin/services.js";
import { Assembly, type AssemblyParts } from "./assembly.js";
import { DataClock } from "./data-clock.js";
import { messageOf } from "./error-message.js";
import { Fifo } from "./fifo.js";
import type { Supervised } from "./supervised.js";

/** Events of the answer; of more, the latest. */
const MOST_EVENTS = 1_000_000;
const PAGE = 1000;

export type ReplayParts = Pick<
  AssemblyParts,
  "site" | "planned" | "log" | "hide" | "configuration" | "notCreated"
>;

/**
 * Folds the capture through the detectors of the site that read captures; no other plugin is made.
 * @returns the text of `{ status, servers, hosts, pvs, clients, events, anomalies }`, items as in the HTTP API, in pieces.
 * @throws PvmonError REPLAY when no detector reads captures or the file cannot be read.
 */
export async function replay(
  capture: string,
  parts: ReplayParts,
  signal: AbortSignal,
): Promise<Iterable<string>> {
  const clock = new DataClock();
  let startedAt = 0;
  const assembly = new Assembly({
    ...parts,
    planned: parts.planned.filter(({ plugin }) => plugin.kind === "detector"),
    clock,
    override: [],
    // Fixed, so that the same capture gives the same answer to the byte.
    seed: 0,
    // The capture may come from another machine.
    ownAddresses: [],
    beforeFold: ({ at }) => {
      if (startedAt === 0) startedAt = at;
      clock.advanceTo(at);
    },
  });
  const events = new Fifo<PvmonEvent>(MOST_EVENTS);
  const status = assembly.container.get(STATUS);
  status.subscribe((event) => events.push(event));
  await readWithAll(assembly.plugins, capture, parts.hide, signal);
  const { inventory } = assembly;
  const now = clock.now();
  return answer({
    status: {
      name: status.name,
      version: status.version,
      startedAt,
      uptimeSeconds: (now - startedAt) / 1000,
      // A replay that gets here has worked; the detectors that had no part in it are left out.
      status: "ok",
      blind: inventory.blind(),
      plugins: status.plugins().filter((plugin) => plugin.status === "ok"),
      sensors: inventory.sensors(),
      counts: inventory.counts(),
      rates: inventory.rates(),
      storm: inventory.storm(),
      outboxes: [],
    },
    servers: pages((page) => inventory.listServers(page)),
    hosts: pages((page) => inventory.listHosts(page)),
    pvs: allPvs(inventory),
    clients: pages((page) => inventory.listClients({ ...page, sort: "client" })),
    events: events.peek(MOST_EVENTS),
    anomalies: inventory.anomalies(),
  });
}

/** Two instances of one plugin would read the same packets twice, so only the first of each is asked. */
async function readWithAll(
  plugins: readonly Supervised[],
  capture: string,
  hide: (text: string) => string,
  signal: AbortSignal,
): Promise<void> {
  const readers = new Map<Plugin, Supervised>();
  for (const detector of plugins) {
    const { plugin } = detector.setting;
    if ("replay" in detector.instance && !readers.has(plugin)) readers.set(plugin, detector);
  }
  if (readers.size === 0) {
    const message = "no detector in the configuration can read a capture file";
    throw new PvmonError("REPLAY", message);
  }
  for (const { instance, health } of readers.values()) {
    try {
      await (instance as Detector).replay?.(capture, signal);
    } catch (error) {
      throw new PvmonError("REPLAY", hide(messageOf(error)), { cause: error });
    }
    health.running();
  }
}

/** All items of a list whose pages lead from one to the next. */
function* pages<T>(
  list: (query: { readonly limit: number; readonly cursor?: string }) => Page<T>,
): Generator<T> {
  let cursor: string | null = null;
  do {
    const page: Page<T> = list({ limit: PAGE, ...(cursor === null ? {} : { cursor }) });
    yield* page.items;
    cursor = page.next;
  } while (cursor !== null);
}

function allPvs(inventory: Inventory): Iterable<PvItem> {
  return pages((page) => {
    const scan = inventory.pvPage({ ...page, sort: "name", order: "asc" });
    for (;;) {
      const step = scan.next();
      if (step.done === true) return step.value;
    }
  });
}

/** One member of the object, and one item of a list, per line. */
function* answer(members: Readonly<Record<string, unknown>>): Generator<string> {
  let before = "{";
  for (const [name, value] of Object.entries(members)) {
    yield `${before}\n${JSON.stringify(name)}: `;
    before = ",";
    if (value !== null && typeof value === "object" && Symbol.iterator in value) {
      let separator = "";
      yield "[";
      for (const item of value as Iterable<unknown>) {
        yield `${separator}\n${JSON.stringify(isoTimes(item))}`;
        separator = ",";
      }
      yield "]";
    } else yield JSON.stringify(isoTimes(value));
  }
  yield "\n}\n";
}
