/** What the store remembers: the newest row of each key. */
import { type Row, RowRefusedError } from "pvmon";

/** Members that make the key of a row, beside its kind. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  pv: ["name"],
  server: ["server"],
  client: ["client"],
  host: ["host"],
  app: ["app"],
  group: ["group"],
  metrics: ["source"],
  site: ["subject", "name"],
  traffic: ["minuteAt", "series"],
};

export class Records {
  readonly #rows: ReadonlyMap<string, Row>;

  private constructor(rows: ReadonlyMap<string, Row>) {
    this.#rows = rows;
  }

  /** @throws Error that names the file when it is none of this store's. */
  static parse(text: string, path: string): Records {
    try {
      const rows = JSON.parse(text, revive) as Row[];
      return new Records(new Map(rows.map((row) => [keyOf(row), row])));
    } catch (error) {
      throw new Error(`${path} is not a file of this store, or it is damaged: move it away`, {
        cause: error,
      });
    }
  }

  text(): string {
    return JSON.stringify(this.rows(), replace);
  }

  rows(): Row[] {
    return [...this.#rows.values()];
  }

  /** A copy with a batch in it. PVs come last: one that was forgotten and is back in the same batch is back. */
  with(batch: readonly Row[]): Records {
    const rows = new Map(this.#rows);
    const isPv = ({ kind }: Row): boolean => kind === "pv";
    const ordered = [...batch.filter((row) => !isPv(row)), ...batch.filter(isPv)];
    for (const row of ordered) {
      if (row.kind === "pvForgotten") rows.delete(key("pv", [latin1(row.name)]));
      else if (row.kind === "forgotten") rows.delete(key(row.of, [row.key]));
      // Facts are history, which this store does not keep.
      else if (row.kind !== "fact") rows.set(keyOf(row), row);
    }
    return new Records(rows);
  }
}

/** What a start needs: all records, events that are pending, the latest or the latest of a storm, and the traffic of the latest minute. */
export function isLoaded(): (row: Row, index: number, all: readonly Row[]) => boolean {
  let latestId = "";
  let stormId = "";
  let latestMinute = 0;
  return (row, index, all) => {
    if (index === 0) {
      for (const each of all) {
        if (each.kind === "event") {
          const { id, type } = each.event;
          if (Number(id) > Number(latestId)) latestId = id;
          if (type.startsWith("storm.") && Number(id) > Number(stormId)) stormId = id;
        }
        if (each.kind === "traffic") latestMinute = Math.max(latestMinute, each.minuteAt);
      }
    }
    if (row.kind === "event") {
      return row.event.log === "pending" || [latestId, stormId].includes(row.event.id);
    }
    return row.kind !== "traffic" || row.minuteAt === latestMinute;
  };
}

/** @throws RowRefusedError for what is no row, so that pvmon leaves it out and the others are written. */
function keyOf(row: Row): string {
  const members = row as unknown as Readonly<Record<string, unknown>>;
  const values =
    row.kind === "event" ? [row.event?.id] : KEYS[row.kind]?.map((name) => members[name]);
  if (values === undefined || values.includes(undefined)) {
    throw new RowRefusedError(`no row that this store knows: ${row.kind}`);
  }
  return key(
    row.kind,
    values.map((value) => (value instanceof Uint8Array ? latin1(value) : value)),
  );
}

const key = (kind: string, values: readonly unknown[]): string => JSON.stringify([kind, ...values]);
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

/** Names of PVs are bytes. */
function replace(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? { latin1: latin1(value) } : value;
}

function revive(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("latin1" in value)) return value;
  return Uint8Array.from(Buffer.from(String(value.latin1), "latin1"));
}
