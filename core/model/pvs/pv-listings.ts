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

export class PvListings {
  readonly lists: PvLists;

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
   * Answers how many names the application lists now.
   * @param key of its CA server, undefined when it has none.
   * @param isUp whether that server is not lost. Without one that is up, names that are not known stay so.
   */
  take(
    app: string,
    { names, at, complete }: PvListRead,
    key: number | undefined,
    isUp: boolean,
  ): number {
    const room = this.lists.room(app);
    const isWhole = complete && names.length <= Math.min(MAX_NAMES, room);
    const spare = Math.max(0, Math.min(MAX_NAMES, room - this.lists.countOf(app)));
    const taken = isWhole ? names : names.slice(0, spare);
    const owner = isUp ? key : undefined;
    const ids = this.#idsOf(taken, at, owner !== undefined);
    if (owner !== undefined) for (const id of ids) this.#serves(id, owner, at);
    for (const id of this.lists.set(app, ids, isWhole)) {
      // It says that it does not have the name, as one that refuses a channel does.
      if (key !== undefined) this.states.refused(id, key);
    }
    return this.lists.countOf(app);
  }

  /** Ascending, each once, without names that are refused. */
  #idsOf(names: readonly string[], at: number, takesUp: boolean): Uint32Array {
    const { names: table } = this.table;
    const ids = new Uint32Array(names.length);
    let count = 0;
    for (const name of names) {
      const id = takesUp ? table.internOne(name, at) : table.idOf(name);
      if (id !== NONE) ids[count++] = id;
    }
    const sorted = ids.subarray(0, count).sort();
    return sorted.filter((id, index) => index === 0 || sorted[index - 1] !== id);
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
