/** A PV that was observed before its row could be read, because the store could not be reached: both made one. */
import { endpointKey } from "../address.js";
import type { PvRow, Requester } from "../row.js";
import type { PvState } from "../views.js";
import { MAX_OWNERS, OWNER_FLAG, type PvOwners } from "./pv-owners.js";
import { NONE } from "./pv-pool.js";
import { PV_DOUBLE, PV_FLAG } from "./pv-record.js";
import type { PvTable } from "./pv-table.js";

type Add = (a: number, b: number) => number;

/**
 * A row whose requests all came before those that are known is added to them; of one that counts the same requests, as
 * that of a second store, the greater count holds.
 * @returns false when there is nothing older in the row than is known: then nothing changes.
 */
export function mergePv(table: PvTable, id: number, row: PvRow): boolean {
  const { records, requesters, owners } = table;
  const firstSeenAt = records.double(id, PV_DOUBLE.firstSeenAt);
  if (row.firstSeenAt >= firstSeenAt) return false;
  const add: Add = row.lastRequestedAt < firstSeenAt ? (a, b) => a + b : Math.max;
  const requests = records.double(id, PV_DOUBLE.requests);
  const lastRequestedAt = records.double(id, PV_DOUBLE.lastRequestedAt);
  requesters.restore(id, mergeRequesters(requesters.list(id), row.requesters, add));
  const latestRequestAt = Math.max(lastRequestedAt, row.lastRequestedAt);
  records.setDouble(id, PV_DOUBLE.lastRequestedAt, latestRequestAt);
  records.setDouble(id, PV_DOUBLE.requests, add(requests, row.requests));
  records.setDouble(id, PV_DOUBLE.firstSeenAt, row.firstSeenAt);
  const hadOwner = owners.latest(id) !== NONE;
  mergeOwners(owners, id, row);
  const hasOwner = owners.latest(id) !== NONE;
  records.setState(id, stateOf(row, records.state(id), hadOwner, hasOwner));
  const isDuplicate = row.duplicate || records.is(id, PV_FLAG.duplicate);
  records.setFlag(id, PV_FLAG.duplicate, isDuplicate && owners.current(id).length > 1);
  return true;
}

/** An answer tells more than a row from before it; that nobody answered yet says nothing against owners of before. */
function stateOf(row: PvRow, known: PvState, hadOwner: boolean, hasOwner: boolean): PvState {
  if (hadOwner) return known;
  const needsOwner = row.state === "online" || row.state === "lost";
  if (needsOwner) return hasOwner ? row.state : known;
  return known === "unverified" ? row.state : known;
}

function mergeRequesters(
  known: readonly Requester[],
  restored: readonly Requester[],
  add: Add,
): Requester[] {
  const merged = new Map(known.map((each) => [`${each.client}:${each.port}`, each]));
  for (const each of restored) {
    const key = `${each.client}:${each.port}`;
    const same = merged.get(key);
    const count = add(each.count, same?.count ?? 0);
    merged.set(key, { ...each, count, lastAt: Math.max(each.lastAt, same?.lastAt ?? 0) });
  }
  return [...merged.values()].sort((a, b) => b.lastAt - a.lastAt);
}

/**
 * A row does not say which owners are current: the latest, and of a duplicate the one before too. They stay so beside
 * those that answered since, which the next answers will judge as after any start.
 */
function mergeOwners(owners: PvOwners, id: number, row: PvRow): void {
  const known = owners.all(id).map((owner) => ({
    key: owners.server(owner).key,
    firstAt: owners.firstAt(owner),
    lastAt: owners.lastAt(owner),
    current: owners.is(owner, OWNER_FLAG.current),
    settled: owners.is(owner, OWNER_FLAG.settled),
    refused: owners.is(owner, OWNER_FLAG.refused),
    silentAfterMs: owners.silentAfterMs(owner),
  }));
  const merged = new Map(known.map((owner) => [owner.key, owner]));
  const currentCount = row.duplicate ? 2 : 1;
  const isTold = known.filter(({ settled }) => settled).length > 1;
  row.owners.forEach(({ server, firstAt, lastAt }, index) => {
    const key = endpointKey(server.ip, server.port);
    const own = merged.get(key);
    const isCurrent = index < currentCount;
    merged.set(key, {
      key,
      firstAt: Math.min(firstAt, own?.firstAt ?? firstAt),
      lastAt: Math.max(lastAt, own?.lastAt ?? lastAt),
      current: own?.current ?? isCurrent,
      // One that was there before the present owner was told of; the present one was not told of as the new one yet.
      settled: isCurrent || (own?.settled ?? false),
      refused: own?.refused ?? false,
      silentAfterMs: own?.silentAfterMs ?? 0,
    });
  });
  const stored = new Set(
    row.owners.slice(0, currentCount).map(({ server }) => endpointKey(server.ip, server.port)),
  );
  const latest = [...merged.values()].sort((a, b) => b.lastAt - a.lastAt).slice(0, MAX_OWNERS);
  for (const each of latest.reverse()) {
    const owner = owners.answered(id, each.key, each.lastAt);
    if (owner === undefined) continue;
    const isNews = stored.size > 0 && !stored.has(each.key) && !isTold;
    owners.setFirstAt(owner, each.firstAt);
    owners.setSilentAfterMs(owner, each.silentAfterMs);
    owners.setFlag(owner, OWNER_FLAG.refused, each.refused);
    owners.setFlag(owner, OWNER_FLAG.settled, each.settled && !isNews);
    owners.setFlag(owner, OWNER_FLAG.current, each.current);
  }
}
