/** Beacons as they come, and what is wrong with some: wrong networks, addresses that do not match, identities that are there twice. */
import { useMemo } from "preact/hooks";
import { isSettled } from "../api/loader.js";
import { useResource, useWholeList } from "../api/resource.js";
import type { Anomaly, Page as PageOf, Server } from "../api/types.js";
import { type Column, useOrder, useSorted } from "../components/columns.js";
import { Download } from "../components/download.js";
import { Evidence } from "../components/evidence.js";
import { Section } from "../components/facts.js";
import { Chips, useParameter } from "../components/filters.js";
import { HostLink, Name, ServerLink } from "../components/links.js";
import { Empty, Loaded, Page } from "../components/page.js";
import { State } from "../components/state.js";
import { Table } from "../components/table.js";
import { Ago, Nothing, Since, Time } from "../components/time.js";
import { countText, rateText } from "../formats/number.js";
import { ANOMALY_TEXT, SERVER_STATE } from "../formats/words.js";
import "../styles/happenings.css";

const FINDING_STATES = [
  { value: "open", text: "Open" },
  { value: "closed", text: "Over" },
];
const FINDING_TYPES = Object.entries(ANOMALY_TEXT).map(([value, text]) => ({ value, text }));

const SENDING: ReadonlySet<Server["state"]> = new Set(["alive", "unresponsive", "paused"]);

export default function Beacons() {
  const query = { state: useParameter("state"), type: useParameter("type") };
  const findings = useResource<PageOf<Anomaly>>(
    "anomalies",
    { ...query, limit: 200 },
    { everySeconds: 30, when: ({ type }) => type.startsWith("anomaly.") },
  );
  const servers = useWholeList<Server>("servers", {}, { everySeconds: 15 });
  const live = useMemo(
    () =>
      servers.data?.filter(
        ({ state, lastBeaconAt }) => SENDING.has(state) && lastBeaconAt !== null,
      ),
    [servers.data],
  );
  const order = useOrder(COLUMNS, "server");
  const sorted = useSorted(live, COLUMNS, order);
  return (
    <Page title="Beacons and findings" ready={isSettled(findings) && isSettled(servers)}>
      <Section
        title="Findings"
        note={findings.data === undefined ? undefined : countText(findings.data.total)}
        actions={<Download path="anomalies" query={query} />}
      >
        <div class="toolbar">
          <Chips name="state" label="State" options={FINDING_STATES} single />
          <Chips name="type" label="Kind" options={FINDING_TYPES} />
        </div>
        <Loaded of={findings}>
          {({ items }) =>
            items.length === 0 ? (
              <p class="none">
                Nothing is wrong with the beacons{query.state || query.type ? " of this kind" : ""}.
              </p>
            ) : (
              <ul class="happenings">
                {items.map((anomaly) => (
                  <Finding
                    key={`${anomaly.type} ${anomaly.subject} ${anomaly.openedAt}`}
                    of={anomaly}
                  />
                ))}
              </ul>
            )
          }
        </Loaded>
      </Section>
      <Section
        title="Beacons now"
        note={sorted === undefined ? undefined : `${countText(sorted.length)} servers send them`}
        actions={<Download path="servers" />}
      >
        <Loaded of={{ ...servers, data: sorted }}>
          {(items) => (
            <Table
              label="Beacons now"
              items={items}
              columns={COLUMNS}
              keyOf={({ server }) => server}
              order={order}
              empty={
                <Empty title="No beacons">
                  <p>
                    IOCs send them to UDP port 5065 of their broadcast addresses: pvmon has to be in
                    the same subnet, or to hear them through a repeater.
                  </p>
                </Empty>
              }
            />
          )}
        </Loaded>
      </Section>
    </Page>
  );
}

function Finding({ of: anomaly }: { readonly of: Anomaly }) {
  const open = anomaly.closedAt === null;
  return (
    <li>
      <details class="happening">
        <summary class="finding">
          <State tone={open ? "warning" : "quiet"} text={ANOMALY_TEXT[anomaly.type]} />
          <Name text={anomaly.text} />
          <span class="muted">
            {open ? "since " : "over, "}
            <Ago at={open ? anomaly.openedAt : anomaly.closedAt} />
          </span>
        </summary>
        <div class="happening-more">
          <p class="happening-links">
            <span>
              Subject <Name text={anomaly.subject} />
            </span>
            <span>
              First <Time at={anomaly.openedAt} />
            </span>
            <span>
              Last <Time at={anomaly.lastSeenAt} />
            </span>
            <span>Seen {countText(anomaly.count)} times</span>
          </p>
          <Evidence of={anomaly.evidence} />
        </div>
      </details>
    </li>
  );
}

const COLUMNS: readonly Column<Server>[] = [
  {
    key: "server",
    title: "Server",
    sort: "asc",
    value: ({ server }) => server,
    cell: ({ server }) => <ServerLink server={server} />,
  },
  {
    key: "host",
    title: "Host",
    sort: "asc",
    value: ({ host, hostName }) => hostName ?? host,
    cell: ({ host, hostName }) => <HostLink host={host} name={hostName} />,
  },
  {
    key: "state",
    title: "State",
    sort: "asc",
    value: ({ state }) => SERVER_STATE[state].text,
    cell: ({ state }) => <State {...SERVER_STATE[state]} />,
  },
  {
    key: "started",
    title: "Up",
    sort: "desc",
    value: ({ startedAt }) => startedAt?.at ?? null,
    cell: ({ startedAt }) => <Since at={startedAt?.at} />,
  },
  {
    key: "beacon",
    title: "Last beacon",
    sort: "desc",
    value: ({ lastBeaconAt }) => lastBeaconAt,
    cell: ({ lastBeaconAt }) => <Ago at={lastBeaconAt} />,
  },
  {
    key: "restarts",
    title: "Restarts",
    align: "end",
    sort: "desc",
    wideOnly: true,
    value: ({ restarts }) => restarts,
    cell: ({ restarts }) => countText(restarts),
  },
  {
    key: "sequence",
    title: "Counter",
    align: "end",
    sort: "desc",
    value: ({ sequence }) => sequence,
    cell: ({ sequence }) => (sequence === null ? <Nothing /> : countText(sequence)),
  },
  {
    key: "period",
    title: "Period",
    align: "end",
    sort: "desc",
    wideOnly: true,
    value: ({ periodMs }) => periodMs,
    cell: ({ periodMs }) => (periodMs === null ? <Nothing /> : `${rateText(periodMs / 1000)} s`),
  },
];
