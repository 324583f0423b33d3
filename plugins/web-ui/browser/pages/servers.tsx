/** Servers of PVs, most of them IOCs: which are up, since when, and which application each is. */

import type { Server } from "../api/types.js";
import { useRemoteRows } from "../api/use-remote-rows.js";
import { type Column, useOrder } from "../components/columns.js";
import { Download } from "../components/download.js";
import { Chips, SearchBox, useParameter } from "../components/filters.js";
import { Name } from "../components/links.js";
import { Empty, Page } from "../components/page.js";
import { RemoteTable } from "../components/remote-table.js";
import { SERVER_COLUMNS } from "../components/server-columns.js";
import { Ago, Nothing, Since } from "../components/time.js";
import { countText } from "../formats/number.js";
import { SERVER_STATE } from "../formats/words.js";
import { go, href } from "../url.js";

const COLUMNS: readonly Column<Server>[] = [
  ...SERVER_COLUMNS,
  {
    key: "started",
    title: "Up",
    width: "7rem",
    sort: "desc",
    cell: ({ state, startedAt }) =>
      state === "lost" || state === "stopped" ? <Nothing /> : <Since at={startedAt?.at} />,
  },
  {
    key: "lastSeen",
    title: "Last seen",
    width: "7rem",
    sort: "desc",
    cell: ({ lastSeenAt }) => <Ago at={lastSeenAt} />,
  },
  {
    key: "restarts",
    title: "Restarts",
    width: "6rem",
    align: "end",
    sort: "desc",
    wideOnly: true,
    cell: ({ restarts }) => countText(restarts),
  },
  {
    key: "pvs",
    title: "PVs",
    width: "6rem",
    align: "end",
    sort: "desc",
    cell: ({ server, pvs }) => <a href={href("pvs", { server })}>{countText(pvs)}</a>,
  },
  {
    key: "app",
    title: "Application",
    width: "minmax(12rem, 2fr)",
    sort: "asc",
    wideOnly: true,
    cell: ({ app }) => (app === null ? <Nothing /> : <ApplicationText of={app} />),
  },
];

/** The directory first: the commands of IOCs begin alike. */
function ApplicationText({ of: { directory, command } }: { of: NonNullable<Server["app"]> }) {
  return (
    <span title={directory === "" ? command : `${command} in ${directory}`}>
      <Name text={directory || command} />{" "}
      {directory !== "" && (
        <span class="muted">
          <Name text={command} />
        </span>
      )}
    </span>
  );
}

const STATES = (["alive", "lost", "unresponsive", "stopped", "unknown"] as const).map((state) => ({
  value: state,
  text: SERVER_STATE[state].text,
}));

export default function Servers() {
  const filter = { state: useParameter("state"), match: useParameter("match") };
  const order = useOrder(COLUMNS, "server");
  const query = { ...filter, sort: order.key, order: order.order };
  const { rows, loading } = useRemoteRows<Server>("servers", query);
  return (
    <Page
      title="Servers"
      note={loading || rows.total === undefined ? undefined : countText(rows.total)}
      actions={<Download path="servers" query={query} />}
      ready={rows.total !== undefined || rows.problem !== undefined}
      full
    >
      <div class="toolbar">
        <SearchBox name="match" label="Address, host or application" />
        <Chips name="state" label="States" options={STATES} />
      </div>
      <RemoteTable
        label="Servers"
        rows={rows}
        columns={COLUMNS}
        keyOf={({ server }) => server}
        order={order}
        onOpen={({ server }) => go(href("server", { server }))}
        empty={
          <Empty title="No server matches">
            <p>Servers appear here by their beacons, or as soon as one answers a search.</p>
          </Empty>
        }
      />
    </Page>
  );
}
