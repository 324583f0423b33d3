/**
 * What is searched of pvmon's own accord, and in which order: the whole inventory from time to time, and the PVs of a
 * server at once when its beacons say that something happened to it. Lazy, so that nothing is copied but one server's
 * names, and an `undefined` now and then lets the caller take a breath.
 */
import { type Endpoint, type InventoryService, parseEndpoint, type ServerView } from "pvmon";
import { BYTES_FOR_NAMES, requestBytes } from "./search.js";

export interface Target {
  readonly name: string;
  /** The server that answered for it last. */
  readonly owner?: Endpoint;
}

export type Targets = Generator<Target | undefined, void>;

/** Servers whose names are searched by turns, so that their hosts share the total budget. */
const SERVERS_BY_TURNS = 64;
const SLOTS_BETWEEN_BREATHS = 2000;

/**
 * One witness of each server first whose beacons are not heard, so that a server that has gone is known early; then the names
 * of all servers; last those that nobody is known to serve, from a random one on, so that two pvmons do not ask the same at
 * the same time.
 * @param random in [0, 1).
 * @param everybody leaves the owners out, so that every name is searched everywhere.
 */
export function* wholeInventory(
  inventory: InventoryService,
  random: () => number,
  everybody = false,
): Targets {
  for (const target of inOrder(inventory, random)) {
    yield everybody && target !== undefined ? { name: target.name } : target;
  }
}

function* inOrder(inventory: InventoryService, random: () => number): Targets {
  const servers = shuffled(
    allServers(inventory).filter(({ pvs }) => pvs > 0),
    random,
  );
  for (const { server, state } of servers) {
    if (state !== "alive") yield* first(targetsOf(inventory, server));
  }
  for (let from = 0; from < servers.length; from += SERVERS_BY_TURNS) {
    const group = servers.slice(from, from + SERVERS_BY_TURNS);
    yield* byTurns(group.map(({ server }) => targetsOf(inventory, server)));
  }
  yield* unowned(inventory, random);
}

/** The PVs that an event about a server puts into doubt: its own, and those of servers of that host that have gone. */
export function* serverChanged(
  inventory: InventoryService,
  server: string,
  appeared: boolean,
): Targets {
  yield* targetsOf(inventory, server);
  const host = inventory.server(server)?.host;
  if (!appeared || host === undefined) return;
  // A restarted IOC may come back on another port: what its predecessor served is searched again.
  for (const other of allServers(inventory, host)) {
    const gone = other.state === "lost" || other.state === "stopped";
    if (gone && other.server !== server) yield* targetsOf(inventory, other.server);
  }
}

function allServers(inventory: InventoryService, host?: string): ServerView[] {
  const servers: ServerView[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = inventory.listServers({
      limit: 1000,
      ...(cursor === undefined ? {} : { cursor }),
      ...(host === undefined ? {} : { host }),
    });
    servers.push(...page.items);
    cursor = page.next;
  }
  return servers;
}

// The names are copied: answers change the order of what the inventory would walk along.
function* targetsOf(inventory: InventoryService, server: string): Generator<Target, void> {
  const owner = parseEndpoint(server);
  for (const name of [...inventory.namesOf(server)]) {
    yield owner === undefined ? { name } : { name, owner };
  }
}

function* first(targets: Generator<Target, void>): Generator<Target, void> {
  for (const target of targets) {
    yield target;
    return;
  }
}

/** A turn is a full datagram: what is left of a server's names fills no further one, and the budget counts datagrams. */
function* byTurns(sources: readonly Generator<Target, void>[]): Generator<Target, void> {
  let left = sources.map((source) => ({ source, next: source.next() }));
  while (left.length > 0) {
    for (const turn of left) {
      for (let bytes = 0; !turn.next.done; turn.next = turn.source.next()) {
        const target = turn.next.value;
        bytes += requestBytes(target.name);
        if (bytes > BYTES_FOR_NAMES) break;
        yield target;
      }
    }
    left = left.filter(({ next }) => !next.done);
  }
}

function* unowned(inventory: InventoryService, random: () => number): Targets {
  const slots = inventory.nameSlots();
  const start = Math.floor(random() * slots);
  for (let n = 0; n < slots; n++) {
    const entry = inventory.nameAt((start + n) % slots);
    if (entry !== undefined && entry.servers.length === 0) yield { name: entry.name };
    else if (n % SLOTS_BETWEEN_BREATHS === 0) yield undefined;
  }
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const mixed = [...items];
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [mixed[last], mixed[other]] = [mixed[other] as T, mixed[last] as T];
  }
  return mixed;
}
