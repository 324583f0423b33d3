/** The tables that hold the newest state of each record: PVs, servers, clients, facts of site plugins. */
import type { Database, Statement } from "better-sqlite3";
import {
  type ClientRow,
  PV_STATES,
  type PvForgottenRow,
  type ServerRow,
  type SiteRow,
} from "pvmon";
import { type PackedPv, PvWriter, readPacked } from "./pv-codec.js";

interface PvColumns {
  readonly name: Uint8Array;
  readonly state: string;
  readonly duplicate: number;
  readonly first_seen: number;
  readonly last_requested: number;
  readonly last_seen: number;
  readonly requests: number;
  readonly requesters: Uint8Array;
  readonly owners: Uint8Array;
}

const pvState = (text: string): number =>
  Math.max(
    0,
    PV_STATES.findIndex((state) => state === text),
  );

/** More than any site has: addresses that were only ever forged must not fill the disk. */
const MAX_CLIENTS = 100_000;

export class RecordTables {
  readonly #database: Database;
  readonly #upsertPv: Statement;
  readonly #deletePv: Statement;
  readonly #upsertServer: Statement;
  readonly #upsertClient: Statement;
  readonly #upsertSite: Statement;
  readonly #purgeClients: Statement;

  constructor(database: Database) {
    this.#database = database;
    this.#upsertPv = database.prepare(
      "INSERT OR REPLACE INTO pv VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    );
    this.#deletePv = database.prepare("DELETE FROM pv WHERE name = ?");
    this.#upsertServer = database.prepare("INSERT OR REPLACE INTO server VALUES (?, ?, ?, ?, ?)");
    this.#upsertClient = database.prepare("INSERT OR REPLACE INTO client VALUES (?, ?, ?, ?, ?)");
    this.#purgeClients = database.prepare(
      `DELETE FROM client WHERE client IN
         (SELECT client FROM client ORDER BY last_seen DESC LIMIT -1 OFFSET ?)`,
    );
    this.#upsertSite = database.prepare("INSERT OR REPLACE INTO site_fact VALUES (?, ?, ?, ?)");
  }

  writePvs(packed: ArrayBuffer): void {
    for (const pv of readPacked(packed)) {
      this.#upsertPv.run(
        pv.name,
        PV_STATES[pv.state],
        pv.duplicate ? 1 : 0,
        pv.firstSeenAt,
        pv.lastRequestedAt,
        pv.lastSeenAt,
        pv.requests,
        pv.requesters,
        pv.owners,
      );
    }
  }

  write(row: PvForgottenRow | ServerRow | ClientRow | SiteRow): void {
    switch (row.kind) {
      case "pvForgotten":
        this.#deletePv.run(row.name);
        break;
      case "server":
        this.#upsertServer.run(
          row.server,
          row.state,
          row.firstSeenAt,
          row.lastSeenAt,
          JSON.stringify(row.track),
        );
        break;
      case "client":
        this.#upsertClient.run(
          row.client,
          row.firstSeenAt,
          row.lastSeenAt,
          row.searches,
          row.datagrams,
        );
        break;
      case "site":
        this.#upsertSite.run(row.subject, row.name, row.at, JSON.stringify(row.fields));
        break;
    }
  }

  /** Forgets the clients that were not seen for longest, where there are more than can be real. */
  purgeClients(): void {
    this.#purgeClients.run(MAX_CLIENTS);
  }

  /** Everything but PVs, which are few enough to go in one piece. */
  readOthers(): (ServerRow | ClientRow | SiteRow)[] {
    const servers = this.#database.prepare<
      [],
      Omit<ServerRow, "kind" | "track"> & { track: string }
    >(
      "SELECT server, state, first_seen AS firstSeenAt, last_seen AS lastSeenAt, track FROM server",
    );
    const clients = this.#database.prepare<[], Omit<ClientRow, "kind">>(
      "SELECT client, first_seen AS firstSeenAt, last_seen AS lastSeenAt, searches, datagrams FROM client",
    );
    const facts = this.#database.prepare<[], Omit<SiteRow, "kind" | "fields"> & { fields: string }>(
      "SELECT subject, name, at, fields FROM site_fact",
    );
    return [
      ...servers
        .all()
        .map((row) => ({ ...row, kind: "server" as const, track: JSON.parse(row.track) })),
      ...clients.all().map((row) => ({ ...row, kind: "client" as const })),
      ...facts
        .all()
        .map((row) => ({ ...row, kind: "site" as const, fields: JSON.parse(row.fields) })),
    ];
  }

  /** All PVs in buffers of `rows` rows each. */
  *readPvs(rows: number): Generator<ArrayBuffer> {
    let writer = new PvWriter();
    let count = 0;
    const statement = this.#database.prepare<[], PvColumns>("SELECT * FROM pv");
    for (const columns of statement.iterate()) {
      writer.addPacked(fromColumns(columns));
      if (++count === rows) {
        yield writer.take();
        writer = new PvWriter();
        count = 0;
      }
    }
    if (count > 0) yield writer.take();
  }
}

function fromColumns(columns: PvColumns): PackedPv {
  return {
    name: columns.name,
    state: pvState(columns.state),
    duplicate: columns.duplicate === 1,
    firstSeenAt: columns.first_seen,
    lastRequestedAt: columns.last_requested,
    lastSeenAt: columns.last_seen,
    requests: columns.requests,
    requesters: columns.requesters,
    owners: columns.owners,
  };
}
