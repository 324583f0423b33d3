/** The tables that hold the newest state of each record: PVs, servers, clients, facts of site plugins. */
import type { Database, Statement } from "better-sqlite3";
import type { ClientRow, PvForgottenRow, ServerRow, SiteRow } from "pvmon";
import { readPacked, unpackPv } from "./pv-codec.js";

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
    this.#upsertPv = database.prepare("INSERT OR REPLACE INTO pv VALUES (?, ?, ?, ?, ?, ?, ?)");
    this.#deletePv = database.prepare("DELETE FROM pv WHERE name = ?");
    this.#upsertServer = database.prepare("INSERT OR REPLACE INTO server VALUES (?, ?, ?, ?, ?)");
    this.#upsertClient = database.prepare("INSERT OR REPLACE INTO client VALUES (?, ?, ?, ?, ?)");
    this.#purgeClients = database.prepare(
      `DELETE FROM client WHERE client IN
         (SELECT client FROM client ORDER BY last_seen DESC LIMIT -1 OFFSET ?)`,
    );
    this.#upsertSite = database.prepare("INSERT OR REPLACE INTO site_fact VALUES (?, ?, ?, ?)");
  }

  writePvs(packed: Uint8Array): void {
    for (const pv of readPacked(packed)) {
      const { state, requests, firstSeenAt, lastRequestedAt, lastSeenAt } = unpackPv(pv);
      this.#upsertPv.run(
        pv.name,
        state,
        requests,
        firstSeenAt,
        lastRequestedAt,
        lastSeenAt,
        pv.record,
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

  /** All PVs, packed, in buffers of at most `rows` rows; SQLite itself puts them together. */
  *readPvs(rows: number): Generator<Uint8Array<ArrayBuffer>> {
    const statement = this.#database.prepare<
      [Uint8Array, number],
      { packed: Uint8Array | null; last: Uint8Array }
    >(
      `SELECT CAST(group_concat(row, '') AS BLOB) AS packed, max(name) AS last
       FROM (SELECT record || name AS row, name FROM pv WHERE name > ? ORDER BY name LIMIT ?)`,
    );
    for (let after = new Uint8Array(0); ; ) {
      const read = statement.get(after, rows);
      if (read === undefined || read.packed === null) return;
      yield Uint8Array.from(read.packed);
      after = Uint8Array.from(read.last);
    }
  }
}
