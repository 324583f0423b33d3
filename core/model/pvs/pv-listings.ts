/** What it means for PVs that an application lists them as its own, or lists them no longer. */
import type { PvListRead } from "../observation.js";
import { PvLists } from "./pv-lists.js";
import { OWNER_FLAG } from "./pv-owners.js";
import { NONE } from "./pv-pool.js";
import type { PvSink, PvStates } from "./pv-states.js";
import type { PvTable } from "./pv-table.js";

/** More than any IOC has; of a longer list the rest is left out. */
const MAX_NAMES = 1_000_000;
/** A PV that is only ever listed is seen as often as this, so that it is not purged. */
const SEEN_EVERY_MS = 24 * 3_600_000;

/** A list that comes in parts, as far as it has come. */
interface Reading {
  /** Names in the parts so far. */
  names: number;
  /** In the order of the list, with room for all that may be taken. */
  readonly ids: Uint32Array;
  count: number;
  /** Those of them that were forgotten since. */
  readonly forgotten: Set<number>;
  /** Whether all names are taken. */
  readonly isWhole: boolean;
}

export class PvListings {
  readonly lists: PvLists;
  /** By application. */
  readonly #readings = new Map<string, Reading>();

  /** @param maxIds on all lists. */
  constructor(
    private readonly table: PvTable,
    private readonly states: PvStates,
    private readonly sink: PvSink,
    maxIds: number,
  ) {
    this.lists = new PvLists(maxIds);
  }

  /**
   * Answers how many names the application lists now, undefined while parts of the list are still to come.
   * @param key of its CA server, undefined when it has none.
   * @param isUp whether that server is not lost. Without one that is up, names that are not known stay so.
   */
  take(app: string, list: PvListRead, key: number | undefined, isUp: boolean): number | undefined {
    const { names, at, part = { offset: 0, of: names.length } } = list;
    const reading = part.offset === 0 ? this.#begin(app, list) : this.#readings.get(app);
    if (reading?.names !== part.offset) {
      this.#readings.delete(app);
      return undefined;
    }
    const owner = isUp ? key : undefined;
    const taken = names.slice(0, Math.max(0, reading.ids.length - reading.names));
    for (const id of this.#idsOf(taken, at, owner !== undefined)) {
      if (owner !== undefined) this.#serves(id, owner, at);
      reading.ids[reading.count++] = id;
      reading.forgotten.delete(id);
    }
    reading.names += names.length;
    if (reading.names < part.of) {
      this.#readings.set(app, reading);
      return undefined;
    }
    this.#readings.delete(app);
    this.#end(app, reading, key);
    return this.lists.countOf(app);
  }

  /** The application has no list any more. */
  drop(app: string): void {
    this.#readings.delete(app);
    this.lists.drop(app);
  }

  /** There is no PV with this id any more. */
  forget(id: number): void {
    for (const { forgotten } of this.#readings.values()) forgotten.add(id);
    this.lists.forget(id);
  }

  #begin(app: string, { names, complete, part }: PvListRead): Reading {
    const of = part?.of ?? names.length;
    const isWhole = complete && of <= Math.min(MAX_NAMES, this.lists.room(app));
    const ids = new Uint32Array(isWhole ? of : Math.min(of, this.#spare(app)));
    return { names: 0, ids, count: 0, forgotten: new Set(), isWhole };
  }

  /** How many names there is room for beside those that the application has already. */
  #spare(app: string): number {
    return Math.max(0, Math.min(MAX_NAMES, this.lists.room(app) - this.lists.countOf(app)));
  }

  /** Other lists may have come since this one began. */
  #end(app: string, { ids, count, forgotten, isWhole }: Reading, key: number | undefined): void {
    const sorted = ids.subarray(0, count).sort();
    const each = sorted.filter((id, n) => sorted[n - 1] !== id && !forgotten.has(id));
    const hasRoom = each.length <= this.lists.room(app);
    const taken = hasRoom ? each : each.slice(0, this.#spare(app));
    for (const id of this.lists.set(app, taken, isWhole && hasRoom)) {
      // It says that it does not have the name, as one that refuses a channel does.
      if (key !== undefined) this.states.refused(id, key);
    }
  }

  /** Without names that are refused. */
  *#idsOf(names: readonly string[], at: number, takesUp: boolean): Generator<number> {
    const { names: table } = this.table;
    for (const name of names) {
      const id = takesUp ? table.internOne(name, at) : table.idOf(name);
      if (id !== NONE) yield id;
    }
  }

  /** A server that has a name for itself is the owner of one that nobody has checked, and is seen again with its own. */
  #serves(id: number, key: number, at: number): void {
    const { owners, records } = this.table;
    const owner = owners.latest(id);
    if (owner === NONE) {
      if (records.state(id) === "unverified") this.states.answered(id, key, at);
      return;
    }
    const [current, ...others] = owners.current(id);
    const isItsOwn = current === owner && others.length === 0 && owners.server(owner).key === key;
    if (!isItsOwn || records.state(id) !== "online") return;
    const isOld = at - owners.lastAt(owner) >= SEEN_EVERY_MS;
    if (!isOld && !owners.is(owner, OWNER_FLAG.refused)) return;
    owners.answered(id, key, at);
    this.sink.dirty(id);
  }
}
