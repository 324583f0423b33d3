/** Applications that send heartbeats: which beat, since when, and how their hosts' clocks are. */
import { useMemo } from "preact/hooks";
import { isSettled } from "../api/loader.js";
import { useWholeList } from "../api/resource.js";
import { rowsOf } from "../api/row-source.js";
import type { Heartbeat } from "../api/types.js";
import { ActiveFilters, HOST_FILTER } from "../components/active-filters.js";
import { ClockOffset } from "../components/clock-offset.js";
import { type Column, useOrder, useSorted } from "../components/columns.js";
import { Download } from "../components/download.js";
import { Chips, SearchBox, useParameter } from "../components/filters.js";
import { HostLink, Name } from "../components/links.js";
import { LongTable } from "../components/long-table.js";
import { Empty, Loaded, Page } from "../components/page.js";
import { State } from "../components/state.js";
import { Ago, Nothing, Span } from "../components/time.js";
import { countText } from "../formats/number.js";
import { HEARTBEAT_STATE } from "../formats/words.js";
import { go, href } from "../url.js";

const COLUMNS: readonly Column<Heartbeat>[] = [
  {
    key: "host",
    title: "Host",
    width: "minmax(8.2rem, 1fr)",
    sort: "asc",
    value: ({ hostName, host }) => hostName ?? host,
    cell: ({ host, hostName }) => <HostLink host={host} name={hostName} />,
  },
  {
    key: "app",
    title: "Directory",
    width: "minmax(9.6rem, 1.6fr)",
    sort: "asc",
    value: ({ directory }) => directory,
    cell: ({ app, directory }) => (
      <a href={href("heartbeat", { app })}>
        <Name text={directory === "" ? "(no directory)" : directory} />
      </a>
    ),
  },
  {
    key: "lost",
    title: "State",
    width: "6rem",
    sort: "desc",
    value: ({ lost }) => lost,
    cell: ({ lost }) => <State {...HEARTBEAT_STATE[lost ? "lost" : "beats"]} />,
  },
  {
    key: "port",
    title: "Port",
    width: "4.6rem",
    align: "end",
    sort: "asc",
    value: ({ server, port }) => (server === null ? null : port),
    cell: ({ server, port }) =>
      server === null ? <Nothing /> : <a href={href("server", { server })}>{port}</a>,
  },
  {
    key: "pvs",
    title: "PVs",
    width: "5rem",
    align: "end",
    sort: "desc",
    value: ({ pvs }) => pvs,
    cell: ({ pvs, pvListComplete }) =>
      pvs === null ? <Nothing /> : `${pvListComplete ? "" : "≥ "}${countText(pvs)}`,
  },
  {
    key: "up",
    title: "Up",
    width: "6.8rem",
    sort: "desc",
    value: ({ lost, upSeconds }) => (lost ? null : upSeconds),
    cell: ({ lost, upSeconds }) => (lost ? <Nothing /> : <Span seconds={upSeconds} />),
  },
  {
    key: "seen",
    title: "Last seen",
    width: "6.6rem",
    sort: "desc",
    value: ({ lastAt }) => lastAt,
    cell: ({ lastAt }) => <Ago at={lastAt} />,
  },
  {
    key: "clock",
    title: "Clock",
    width: "8rem",
    sort: "desc",
    wideOnly: true,
    value: ({ clockOffsetSeconds: offset }) => (offset === null ? null : Math.abs(offset)),
    cell: ({ clockOffsetSeconds }) => <ClockOffset seconds={clockOffsetSeconds} short />,
  },
  {
    key: "version",
    title: "Version",
    width: "5.4rem",
    sort: "asc",
    wideOnly: true,
    value: ({ version }) => version,
    cell: ({ version }) => <Name text={version} />,
  },
  {
    key: "command",
    title: "Command",
    width: "minmax(7.8rem, 1.4fr)",
    sort: "asc",
    wideOnly: true,
    value: ({ command }) => command,
    cell: ({ command }) => <Name text={command} />,
  },
  {
    key: "image",
    title: "Image",
    width: "minmax(7.8rem, 1.4fr)",
    sort: "asc",
    wideOnly: true,
    value: ({ image }) => image,
    cell: ({ image }) => <Name text={image} />,
  },
];

export default function Heartbeats() {
  const host = useParameter("host");
  const state = useParameter("state");
  const lost = state === "" ? undefined : state === "lost";
  const match = useParameter("match");
  const heartbeats = useWholeList<Heartbeat>(
    "heartbeats",
    { host },
    { everySeconds: 15, when: ({ type }) => type.startsWith("app.") },
  );
  const order = useOrder(COLUMNS, "host");
  const shown = useMemo(
    () =>
      heartbeats.data?.filter(
        (heartbeat) =>
          (lost === undefined || heartbeat.lost === lost) && mentions(heartbeat, match),
      ),
    [heartbeats.data, lost, match],
  );
  const sorted = useSorted(shown, COLUMNS, order);
  const rows = useMemo(() => rowsOf(sorted), [sorted]);
  const all = heartbeats.data ?? [];
  const lostCount = all.filter((heartbeat) => heartbeat.lost).length;
  return (
    <Page
      title="Heartbeats"
      note={
        shown === undefined
          ? undefined
          : shown.length === all.length
            ? countText(all.length)
            : `${countText(shown.length)} of ${countText(all.length)}`
      }
      actions={<Download path="heartbeats" query={{ host, lost, match: match.trim() }} />}
      ready={isSettled(heartbeats)}
      full
    >
      <div class="toolbar">
        <SearchBox name="match" label="Host, directory, command, image or port" />
        <Chips
          name="state"
          label="State"
          single
          options={[
            { value: "beats", text: HEARTBEAT_STATE.beats.text, count: all.length - lostCount },
            { value: "lost", text: HEARTBEAT_STATE.lost.text, count: lostCount },
          ]}
        />
        <ActiveFilters filters={HOST_FILTER} />
      </div>
      <Loaded of={heartbeats}>
        {() => (
          <LongTable
            label="Heartbeats"
            rows={rows}
            columns={COLUMNS}
            keyOf={({ app }) => app}
            order={order}
            onOpen={({ app }) => go(href("heartbeat", { app }))}
            empty={
              all.length > 0 ? (
                <Empty title="No heartbeat matches">
                  <p>
                    <a href={href("heartbeats")}>Show all of them</a>
                  </p>
                </Empty>
              ) : (
                <Empty title="No heartbeats yet">
                  <p>
                    Applications that send heartbeats appear here by themselves. The site's
                    applications send them, or an ioc-heartbeat detector has to be configured.
                  </p>
                </Empty>
              )
            }
          />
        )}
      </Loaded>
    </Page>
  );
}

function mentions(heartbeat: Heartbeat, part: string): boolean {
  const wanted = part.trim().toLowerCase();
  const { host, hostName, directory, command, image, port } = heartbeat;
  return [host, hostName ?? "", directory, command, image, String(port)].some((text) =>
    text.toLowerCase().includes(wanted),
  );
}
