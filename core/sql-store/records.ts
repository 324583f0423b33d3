/** Which table and which columns hold which record. PVs have a table of their own kind; see pv-codec.ts. */
import type {
  AppRow,
  ClientRow,
  ForgottenRow,
  GroupRow,
  HostRow,
  MetricsRow,
  Row,
  ServerRow,
  SiteRow,
} from "../model/row.js";
import type { SqlRow, SqlValue } from "./sql.js";

export type TableRow = ServerRow | ClientRow | HostRow | AppRow | GroupRow | MetricsRow | SiteRow;

export interface RecordTable<R extends TableRow = TableRow> {
  readonly kind: R["kind"];
  readonly table: string;
  /** In the order of `values` and `row`. */
  readonly columns: readonly string[];
  /** So many of the columns, from the first, are the key. */
  readonly keys: number;
  values(row: R): readonly SqlValue[];
  row(columns: SqlRow): R;
}

/** A table whose columns are one member each, in JSON where the member is an object. */
function table<R extends TableRow>(
  kind: R["kind"],
  name: string,
  columns: Readonly<Record<Exclude<keyof R, "kind">, string>>,
  json: readonly Exclude<keyof R, "kind">[] = [],
  keys = 1,
): RecordTable {
  const members = Object.keys(columns) as Exclude<keyof R, "kind">[];
  const isJson = members.map((member) => json.includes(member));
  const table: RecordTable<R> = {
    kind,
    table: name,
    columns: Object.values(columns),
    keys,
    values: (row) =>
      members.map((member, n) =>
        isJson[n] ? JSON.stringify(row[member]) : (row[member] as SqlValue),
      ),
    row: (values) => {
      const entries = members.map((member, n) => {
        const value = values[n];
        return [member, isJson[n] ? JSON.parse(String(value)) : value];
      });
      return { kind, ...Object.fromEntries(entries) } as R;
    },
  };
  return table as unknown as RecordTable;
}

const SEEN = { firstSeenAt: "first_seen", lastSeenAt: "last_seen" } as const;

export const RECORD_TABLES: readonly RecordTable[] = [
  table<ServerRow>(
    "server",
    "server",
    { server: "server", state: "state", ...SEEN, track: "track" },
    ["track"],
  ),
  table<ClientRow>("client", "client", {
    client: "client",
    ...SEEN,
    searches: "searches",
    datagrams: "datagrams",
  }),
  table<HostRow>(
    "host",
    "host",
    {
      host: "host",
      ...SEEN,
      description: "description",
      options: "options",
      expectedPorts: "expected_ports",
      expectedApps: "expected_apps",
    },
    ["options", "expectedPorts"],
  ),
  table<AppRow>(
    "app",
    "app",
    {
      app: "app",
      host: "host",
      command: "command",
      directory: "directory",
      commandLine: "command_line",
      name: "name",
      critical: "critical",
      ...SEEN,
      port: "port",
      heartbeat: "heartbeat",
    },
    ["heartbeat"],
  ),
  table<GroupRow>("group", "host_group", { group: "id", name: "name", hosts: "hosts" }, ["hosts"]),
  table<MetricsRow>(
    "metrics",
    "metrics",
    {
      source: "source",
      host: "host",
      at: "at",
      values: "readings",
      clockOffsetSeconds: "clock_offset_seconds",
      upSeconds: "up_seconds",
    },
    ["values"],
  ),
  table<SiteRow>(
    "site",
    "site_fact",
    { subject: "subject", name: "name", at: "at", fields: "fields" },
    ["fields"],
    2,
  ),
];

const BY_KIND = new Map<Row["kind"], RecordTable>(RECORD_TABLES.map((of) => [of.kind, of]));

/** @throws Error for a kind that has no such table. */
export function recordTable(kind: TableRow["kind"] | ForgottenRow["of"]): RecordTable {
  const found = BY_KIND.get(kind);
  if (found === undefined) throw new Error(`there is no record of the kind ${kind}`);
  return found;
}
