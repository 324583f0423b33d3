/** What a host's programs say of themselves: their heartbeats, and the telnet ports of procServ. */
import type { Heartbeat, Host } from "../../api/types.js";
import { ClockOffset } from "../../components/clock-offset.js";
import type { Column } from "../../components/columns.js";
import { Section } from "../../components/facts.js";
import { Name } from "../../components/links.js";
import { State } from "../../components/state.js";
import { Table } from "../../components/table.js";
import { Ago, Nothing, Span } from "../../components/time.js";
import { countText } from "../../formats/number.js";
import { HEARTBEAT_STATE } from "../../formats/words.js";
import { href } from "../../url.js";

const HEARTBEATS: readonly Column<Heartbeat>[] = [
  {
    key: "app",
    title: "Application",
    cell: ({ app, command, directory }) => (
      <a href={href("heartbeat", { app })}>
        <Name text={`${command} in ${directory}`} />
      </a>
    ),
  },
  {
    key: "state",
    title: "State",
    cell: ({ lost }) => <State {...HEARTBEAT_STATE[lost ? "lost" : "beats"]} />,
  },
  {
    key: "up",
    title: "Up",
    cell: ({ lost, upSeconds }) => (lost ? <Nothing /> : <Span seconds={upSeconds} />),
  },
  { key: "seen", title: "Last seen", cell: ({ lastAt }) => <Ago at={lastAt} /> },
  {
    key: "port",
    title: "Port",
    align: "end",
    cell: ({ port, server }) =>
      server === null ? <Nothing /> : <a href={href("server", { server })}>{port}</a>,
  },
  {
    key: "pvs",
    title: "PVs",
    align: "end",
    cell: ({ pvs }) => (pvs === null ? <Nothing /> : countText(pvs)),
  },
  {
    key: "clock",
    title: "Clock",
    wideOnly: true,
    cell: ({ clockOffsetSeconds }) => <ClockOffset seconds={clockOffsetSeconds} short />,
  },
];

export function Heartbeats({ heartbeats }: { readonly heartbeats: readonly Heartbeat[] }) {
  return (
    <Section id="heartbeats" title="Heartbeats">
      <Table
        label="Heartbeats"
        items={heartbeats}
        columns={HEARTBEATS}
        keyOf={({ app }) => app}
        empty="None: no application here sends heartbeats."
      />
    </Section>
  );
}

type ProcServ = Host["procServs"][number];

const PROC_SERVS: readonly Column<ProcServ>[] = [
  { key: "port", title: "Telnet port", cell: ({ port }) => port },
  {
    key: "command",
    title: "Command",
    cell: ({ commandLine }) => (
      <code>
        <Name text={commandLine} />
      </code>
    ),
  },
];

export function ProcServs({ host }: { readonly host: Host }) {
  return (
    <Section id="consoles" title="Consoles" note={<MapNote host={host} />}>
      <Table
        label="Consoles"
        items={host.procServs}
        columns={PROC_SERVS}
        keyOf={({ port }) => String(port)}
        empty={
          host.processMap === null
            ? "Not known: they are found in the process map, which heartbeats of version 2 give."
            : "None: no process of procServ holds a port."
        }
      />
    </Section>
  );
}

/** How much the list says: it is as old and as whole as the process map. */
function MapNote({ host: { processMap } }: { readonly host: Host }) {
  if (processMap === null) return <>Processes of procServ, by telnet port.</>;
  return (
    <>
      Processes of procServ, by telnet port, among {countText(processMap.processes)} with a port;
      read <Ago at={processMap.at} />
      {processMap.complete ? "." : ", cut short: some may be missing."}
    </>
  );
}
