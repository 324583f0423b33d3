/** Who serves a PV, who asks for it, and where it is written down. */
import type { PvDetail } from "../../api/types.js";
import type { Column } from "../../components/columns.js";
import { Fact, Facts, Section } from "../../components/facts.js";
import { ClientLink, HostLink, Name, ServerLink } from "../../components/links.js";
import { PortHolder } from "../../components/port-holder.js";
import { Table } from "../../components/table.js";
import { Ago, Nothing, Time } from "../../components/time.js";
import { countText } from "../../formats/number.js";
import { href } from "../../url.js";

type Owner = PvDetail["servers"][number];
type Requester = PvDetail["clients"][number];

function ownerColumns({ duplicates }: PvDetail): readonly Column<Owner>[] {
  return [
    {
      key: "server",
      title: "Server",
      cell: ({ server }) => (
        <>
          <ServerLink server={server} />{" "}
          {duplicates.includes(server) && <span class="tag tag-alarm">Duplicate</span>}
        </>
      ),
    },
    { key: "host", title: "Host", cell: ({ host }) => <HostLink host={host} /> },
    { key: "first", title: "Since", cell: ({ firstSeenAt }) => <Time at={firstSeenAt} /> },
    { key: "last", title: "Last seen", cell: ({ lastSeenAt }) => <Ago at={lastSeenAt} /> },
  ];
}

export function Owners({ pv }: { readonly pv: PvDetail }) {
  return (
    <Section title="Who serves it" note="the last 10, latest first">
      <Table
        label="Servers of the PV"
        items={pv.servers}
        columns={ownerColumns(pv)}
        keyOf={({ server }) => server}
        empty="No server ever answered for it."
      />
    </Section>
  );
}

const REQUESTER_COLUMNS: readonly Column<Requester>[] = [
  {
    key: "client",
    title: "Client",
    cell: ({ client, host }) => <ClientLink client={client} name={host} />,
  },
  { key: "requests", title: "Requests", align: "end", cell: (one) => countText(one.requests) },
  {
    key: "last",
    title: "Last request",
    cell: ({ lastRequestedAt }) => <Ago at={lastRequestedAt} />,
  },
  { key: "port", title: "Port", align: "end", cell: ({ port }) => port },
  {
    key: "process",
    title: "Process",
    cell: ({ client, port }) => <PortHolder host={client} port={port} />,
  },
];

export function Requesters({ pv }: { readonly pv: PvDetail }) {
  return (
    <Section title="Who asks for it" note="the last 10 ports, latest first">
      <Table
        label="Clients of the PV"
        items={pv.clients}
        columns={REQUESTER_COLUMNS}
        keyOf={({ client, port }) => `${client}:${port}`}
        empty="No client asked for it while pvmon listened."
      />
    </Section>
  );
}

export function WhereListed({ pv: { heartbeat, startupFiles } }: { readonly pv: PvDetail }) {
  return (
    <Section title="Where it is listed">
      <Facts>
        <Fact name="Heartbeat" wide>
          {heartbeat === null ? (
            <span class="muted">No application lists it in its heartbeat</span>
          ) : (
            <>
              <a href={href("heartbeat", { app: heartbeat.app })}>An application</a> of{" "}
              <HostLink host={heartbeat.host} />, port {heartbeat.port}
            </>
          )}
        </Fact>
        <Fact name="Start-up files" wide>
          <StartupFiles paths={startupFiles} />
        </Fact>
      </Facts>
    </Section>
  );
}

function StartupFiles({ paths }: { readonly paths: PvDetail["startupFiles"] }) {
  if (paths === null) {
    return <span class="muted">Not known: no plugin has an index of start-up files</span>;
  }
  if (paths.length === 0) return <Nothing />;
  return (
    <ul class="plain-list">
      {paths.map((path) => (
        <li key={path}>
          <code>
            <Name text={path} />
          </code>
        </li>
      ))}
    </ul>
  );
}
