/** The hosts of the wall as a table, to be sorted and compared. */

import { useMemo } from "preact/hooks";
import { rowsOf } from "../../api/row-source.js";
import type { Host } from "../../api/types.js";
import { Bell } from "../../components/bell.js";
import { type Column, useOrder, useSorted } from "../../components/columns.js";
import { HostLink, Name, Prose } from "../../components/links.js";
import { LongTable } from "../../components/long-table.js";
import { State } from "../../components/state.js";
import { Ago, Nothing } from "../../components/time.js";
import { countText } from "../../formats/number.js";
import { go, href } from "../../url.js";
import { appsText, standingOf, urgencyOf } from "./standing.js";

const COLUMNS: readonly Column<Host>[] = [
  {
    key: "name",
    title: "Host",
    width: "minmax(9rem, 1fr)",
    sort: "asc",
    value: ({ name, host }) => name ?? host,
    cell: ({ name, host }) => <HostLink host={host} name={name} />,
  },
  {
    key: "state",
    title: "State",
    width: "9.5rem",
    sort: "asc",
    value: urgencyOf,
    cell: (host) => <State {...standingOf(host)} />,
  },
  {
    key: "apps",
    title: "Applications",
    width: "8rem",
    sort: "desc",
    value: ({ apps }) => apps.length,
    cell: appsText,
  },
  {
    key: "logs",
    title: "Pending",
    width: "6rem",
    sort: "desc",
    value: ({ pendingLogs }) => pendingLogs,
    cell: ({ pendingLogs }) => (pendingLogs === 0 ? <Nothing /> : <Bell count={pendingLogs} />),
  },
  {
    key: "servers",
    title: "Servers",
    width: "5.6rem",
    align: "end",
    sort: "desc",
    wideOnly: true,
    value: ({ servers }) => servers.length,
    cell: ({ servers }) => countText(servers.length),
  },
  {
    key: "seen",
    title: "Last seen",
    width: "7rem",
    sort: "desc",
    value: ({ lastSeenAt }) => lastSeenAt,
    cell: ({ lastSeenAt }) => <Ago at={lastSeenAt} />,
  },
  {
    key: "address",
    title: "Address",
    width: "8.5rem",
    sort: "asc",
    wideOnly: true,
    value: ({ host }) => host,
    cell: ({ host, addresses }) => (
      <span title={addresses.join(", ")}>
        {host}
        {addresses.length > 1 && ` +${addresses.length - 1}`}
      </span>
    ),
  },
  {
    key: "problems",
    title: "What is wrong",
    width: "minmax(10.5rem, 2fr)",
    wideOnly: true,
    cell: ({ problems }) =>
      problems.length === 0 ? <Nothing /> : <Name text={problems.join("; ")} />,
  },
  {
    key: "description",
    title: "Description",
    width: "minmax(10.5rem, 2fr)",
    wideOnly: true,
    sort: "asc",
    value: ({ description }) => description || null,
    cell: ({ description }) =>
      description === "" ? <Nothing /> : <Prose text={description} flat />,
  },
];

export function HostTable({ hosts }: { readonly hosts: readonly Host[] }) {
  const order = useOrder(COLUMNS, "state");
  const sorted = useSorted(hosts, COLUMNS, order);
  const rows = useMemo(() => rowsOf(sorted), [sorted]);
  return (
    <LongTable
      label="Hosts"
      rows={rows}
      columns={COLUMNS}
      keyOf={({ host }) => host}
      order={order}
      onOpen={({ host }) => go(href("host", { host }))}
    />
  );
}
