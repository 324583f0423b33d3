/**
 * Which servers answered for a PV, latest first, and the other way round: which PVs a server serves now, so that what
 * happens to a server costs only as much as it has PVs.
 */
import { indexInChunk, NONE, RecordPool } from "./pv-pool.js";
import { PV_WORD, type PvRecords } from "./pv-record.js";
import { type ServingServer, ServingServers } from "./pv-servers.js";

/** Kept per name, the latest. */
export const MAX_OWNERS = 10;
/** Kept over all names; answers that name further ones are refused. */
const MAX_SERVERS = 50_000;

const OWNER_BYTES = 40;
const WORDS = OWNER_BYTES / 4;
const DOUBLES = OWNER_BYTES / 8;
const FIRST_AT = 0;
const LAST_AT = 1;
/** The server's number in the low 24 bits, flags above them. */
const SERVER = 4;
const PV = 5;
/** The owner that answered last before this one. */
const NEXT = 6;
const SERVER_PREVIOUS = 7;
const SERVER_NEXT = 8;
const SILENT_AFTER_MS = 9;
const SERVER_MASK = 0xff_ffff;

export const OWNER_FLAG = {
  /** It serves the PV as far as we know; the others did once. */
  current: 1 << 24,
  /** It was told of: as the first owner, as that of a moved PV, or as one of several. */
  settled: 1 << 25,
  /** It refused the channel since its last answer. */
  refused: 1 << 26,
} as const;

type OwnerFlag = (typeof OWNER_FLAG)[keyof typeof OWNER_FLAG];

/** An owner is the number of its record; it holds until the PV is forgotten or has had {@link MAX_OWNERS} later ones. */
export class PvOwners {
  readonly #records: PvRecords;
  readonly #maxOwners: number;
  readonly #pool = new RecordPool(OWNER_BYTES);
  readonly servers = new ServingServers(MAX_SERVERS);

  /** @param maxOwners kept over all names. */
  constructor(records: PvRecords, maxOwners: number) {
    this.#records = records;
    this.#maxOwners = maxOwners;
  }

  /** NONE when no server ever answered. */
  latest(id: number): number {
    return this.#records.word(id, PV_WORD.owner);
  }

  /** Latest first. */
  all(id: number): number[] {
    const owners: number[] = [];
    for (let owner = this.latest(id); owner !== NONE; owner = this.#word(owner, NEXT)) {
      owners.push(owner);
    }
    return owners;
  }

  /** Those that serve it now, latest first. */
  current(id: number): number[] {
    return this.all(id).filter((owner) => this.is(owner, OWNER_FLAG.current));
  }

  /** Whether one that serves it now is wanted, by its endpointKey; without a list, since all PVs may be asked. */
  isServed(id: number, isWanted: (key: number) => boolean): boolean {
    for (let owner = this.latest(id); owner !== NONE; owner = this.#word(owner, NEXT)) {
      if (this.is(owner, OWNER_FLAG.current) && isWanted(this.server(owner).key)) return true;
    }
    return false;
  }

  /** Whether the server is the only one that serves it now; without a list, since every answer asks. */
  isServedOnlyBy(id: number, key: number): boolean {
    let isServed = false;
    for (let owner = this.latest(id); owner !== NONE; owner = this.#word(owner, NEXT)) {
      if (!this.is(owner, OWNER_FLAG.current)) continue;
      if (this.server(owner).key !== key) return false;
      isServed = true;
    }
    return isServed;
  }

  server(owner: number): ServingServer {
    return this.servers.numbered(this.#word(owner, SERVER) & SERVER_MASK);
  }

  firstAt(owner: number): number {
    return this.#double(owner, FIRST_AT);
  }

  lastAt(owner: number): number {
    return this.#double(owner, LAST_AT);
  }

  /** How long after its last answer another server answered and it did not, ms; 0 while that has not happened. */
  silentAfterMs(owner: number): number {
    return this.#word(owner, SILENT_AFTER_MS);
  }

  setSilentAfterMs(owner: number, afterMs: number): void {
    this.#setWord(owner, SILENT_AFTER_MS, Math.min(afterMs, 0xffff_ffff));
  }

  is(owner: number, flag: OwnerFlag): boolean {
    return (this.#word(owner, SERVER) & flag) !== 0;
  }

  setFlag(owner: number, flag: OwnerFlag, on: boolean): void {
    if (this.is(owner, flag) === on) return;
    this.#setWord(owner, SERVER, this.#word(owner, SERVER) ^ flag);
    if (flag !== OWNER_FLAG.current) return;
    if (on) this.#link(owner);
    else this.#unlink(owner);
  }

  /** An answer: the server's owner record becomes the latest and a current one. Undefined when there are too many. */
  answered(id: number, key: number, at: number): number | undefined {
    const owner = this.#takeOut(id, key) ?? this.#add(id, key, at);
    if (owner === undefined) return undefined;
    this.#setWord(owner, NEXT, this.latest(id));
    this.#records.setWord(id, PV_WORD.owner, owner);
    this.setLastAt(owner, at);
    this.setSilentAfterMs(owner, 0);
    this.setFlag(owner, OWNER_FLAG.refused, false);
    this.setFlag(owner, OWNER_FLAG.current, true);
    return owner;
  }

  setFirstAt(owner: number, at: number): void {
    this.#pool.chunk(owner).f64[indexInChunk(owner) * DOUBLES + FIRST_AT] = at;
  }

  setLastAt(owner: number, at: number): void {
    this.#pool.chunk(owner).f64[indexInChunk(owner) * DOUBLES + LAST_AT] = at;
  }

  /** Ids of the PVs that the server serves now: a copy, which stays as it is while they change. */
  pvsOf(server: ServingServer): Uint32Array {
    const ids = new Uint32Array(server.pvs);
    let owner = server.first;
    for (let index = 0; index < ids.length; index++) {
      ids[index] = this.#word(owner, PV);
      owner = this.#word(owner, SERVER_NEXT);
    }
    return ids;
  }

  /** Drops all owners of a PV. */
  clear(id: number): void {
    for (const owner of this.all(id)) this.#remove(owner);
    this.#records.setWord(id, PV_WORD.owner, NONE);
  }

  #add(id: number, key: number, at: number): number | undefined {
    const server = this.servers.admit(key);
    if (server === undefined) return undefined;
    if (this.latest(id) !== NONE) this.#makeRoom(id);
    const owner = this.#pool.allocate();
    server.owners++;
    this.#setWord(owner, SERVER, server.number);
    this.#setWord(owner, PV, id);
    this.setFirstAt(owner, at);
    return owner;
  }

  /** For one more owner of a PV that has some. */
  #makeRoom(id: number): void {
    const owners = this.all(id);
    if (owners.length < MAX_OWNERS && this.#pool.used < this.#maxOwners) return;
    const oldest = owners.at(-1)!;
    this.#takeOut(id, this.server(oldest).key);
    this.#remove(oldest);
  }

  /** Takes the server's owner record out of the PV's list. */
  #takeOut(id: number, key: number): number | undefined {
    let before = NONE;
    for (let owner = this.latest(id); owner !== NONE; owner = this.#word(owner, NEXT)) {
      if (this.server(owner).key === key) {
        const next = this.#word(owner, NEXT);
        if (before === NONE) this.#records.setWord(id, PV_WORD.owner, next);
        else this.#setWord(before, NEXT, next);
        return owner;
      }
      before = owner;
    }
    return undefined;
  }

  #remove(owner: number): void {
    this.setFlag(owner, OWNER_FLAG.current, false);
    const server = this.server(owner);
    server.owners--;
    if (server.owners === 0) this.servers.remove(server);
    this.#pool.free(owner);
  }

  #link(owner: number): void {
    const server = this.server(owner);
    this.#setWord(owner, SERVER_PREVIOUS, NONE);
    this.#setWord(owner, SERVER_NEXT, server.first);
    if (server.first !== NONE) this.#setWord(server.first, SERVER_PREVIOUS, owner);
    server.first = owner;
    server.pvs++;
  }

  #unlink(owner: number): void {
    const server = this.server(owner);
    const previous = this.#word(owner, SERVER_PREVIOUS);
    const next = this.#word(owner, SERVER_NEXT);
    if (previous === NONE) server.first = next;
    else this.#setWord(previous, SERVER_NEXT, next);
    if (next !== NONE) this.#setWord(next, SERVER_PREVIOUS, previous);
    server.pvs--;
  }

  #double(owner: number, field: number): number {
    return this.#pool.chunk(owner).f64[indexInChunk(owner) * DOUBLES + field]!;
  }

  #word(owner: number, field: number): number {
    return this.#pool.chunk(owner).u32[indexInChunk(owner) * WORDS + field]!;
  }

  #setWord(owner: number, field: number, value: number): void {
    this.#pool.chunk(owner).u32[indexInChunk(owner) * WORDS + field] = value;
  }
}
