/** Beacons as they come, and what is wrong with some: wrong networks, addresses that do not match, identities that are there twice. */
import { isSettled } from "../api/loader.js";
import { useResource } from "../api/resource.js";
import type { Anomaly, Page as PageOf, Server } from "../api/types.js";
import { useRemoteRows } from "../api/use-remote-rows.js";
import { type Column, useOrder } from "../components/columns.js";
import { Download } from "../components/download.js";
import { Evidence } from "../components/evidence.js";
import { Section } from "../components/facts.js";
import { Chips, useParameter } from "../components/filters.js";
import { Name } from "../components/links.js";
import { Empty, Loaded, Page } from "../components/page.js";
import { RemoteTable } from "../components/remote-table.js";
import { SERVER_COLUMNS } from "../components/server-columns.js";
import { State } from "../components/state.js";
import { Ago, Nothing, Since, Time } from "../components/time.js";
import { countText, rateText } from "../formats/number.js";
import { ANOMALY_TEXT, isOfFindings } from "../formats/words.js";
import "../styles/happenings.css";

const FINDING_STATES = [
  { value: "open", text: "Open" },
  { value: "closed", text: "Over" },
];
const FINDING_TYPES = Object.entries(ANOMALY_TEXT).map(([value, text]) => ({ value, text }));

const SENDING = ["alive", "unresponsive", "paused"] as const satisfies readonly Server["state"][];

export default function Beacons() {
  const query = { state: useParameter("state"), type: useParameter("type") };
  const findings = useResource<PageOf<Anomaly>>(
    "anomalies",
    { ...query, limit: 200 },
    { everySeconds: 30, when: isOfFindings },
  );
  const order = useOrder(COLUMNS, "server");
  const senders = { state: SENDING.join(","), sort: order.key, order: order.order };
  const { rows } = useRemoteRows<Server>("servers", senders);
  return (
    <Page
      title="Beacons and findings"
      ready={isSettled(findings) && (rows.total !== undefined || rows.problem !== undefined)}
    >
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
                {query.state || query.type
                  ? "Nothing of this kind was found."
                  : "No beacon is wrong, and nobody floods the network."}
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
        note={rows.total === undefined ? undefined : `${countText(rows.total)} servers send them`}
        actions={<Download path="servers" query={senders} />}
      >
        <div class="grid-frame">
          <RemoteTable
            label="Beacons now"
            rows={rows}
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
        </div>
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
            <span>{countOf(anomaly)}</span>
          </p>
          <Evidence of={anomaly.evidence} />
        </div>
      </details>
    </li>
  );
}

/** Of a storm the names are counted, of all else how often it was seen. */
function countOf({ type, count }: Anomaly): string {
  return type === "searchStorm"
    ? `${countText(count)} names asked for`
    : `Seen ${countText(count)} times`;
}

const COLUMNS: readonly Column<Server>[] = [
  ...SERVER_COLUMNS,
  {
    key: "started",
    title: "Up",
    width: "7rem",
    sort: "desc",
    cell: ({ startedAt }) => <Since at={startedAt?.at} />,
  },
  {
    key: "lastBeacon",
    title: "Last beacon",
    width: "7rem",
    sort: "desc",
    cell: ({ lastBeaconAt }) => <Ago at={lastBeaconAt} />,
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
    key: "sequence",
    title: "Counter",
    width: "7rem",
    align: "end",
    sort: "desc",
    cell: ({ sequence }) => (sequence === null ? <Nothing /> : countText(sequence)),
  },
  {
    key: "period",
    title: "Period",
    width: "6rem",
    align: "end",
    sort: "desc",
    wideOnly: true,
    cell: ({ periodMs }) => (periodMs === null ? <Nothing /> : `${rateText(periodMs / 1000)} s`),
  },
];
