/** The servers of a host by port, each with its PVs. */
import { changeExpectedPorts } from "../../api/expected-ports.js";
import type { Host, Server } from "../../api/types.js";
import { Action } from "../../components/button.js";
import type { Column } from "../../components/columns.js";
import { Section } from "../../components/facts.js";
import { Name, ServerLink } from "../../components/links.js";
import { State } from "../../components/state.js";
import { Table } from "../../components/table.js";
import { Ago, Nothing, Since } from "../../components/time.js";
import { countText } from "../../formats/number.js";
import { SERVER_STATE } from "../../formats/words.js";
import { href } from "../../url.js";

interface Props {
  readonly host: Host;
  readonly servers: readonly Server[];
  readonly onChange: () => void;
}

export function Servers({ host, servers, onChange }: Props) {
  const pvs = servers.reduce((sum, server) => sum + server.pvs, 0);
  const ports = servers.filter((server) => server.pvs > 0).length;
  return (
    <Section
      id="servers"
      title="Servers and PVs"
      note={
        <a href={href("pvs", { host: host.host })}>
          {pvs === 1 ? "1 PV" : `${countText(pvs)} PVs`} on{" "}
          {ports === 1 ? "1 port" : `${countText(ports)} ports`}
        </a>
      }
    >
      <Table
        label="Servers"
        items={servers}
        columns={columnsOf(host, onChange)}
        keyOf={({ server }) => server}
        empty="None: no beacon came from here, and nothing here answered a search."
      />
    </Section>
  );
}

function columnsOf(host: Host, onChange: () => void): readonly Column<Server>[] {
  return [
    { key: "server", title: "Server", cell: ({ server }) => <ServerLink server={server} /> },
    { key: "state", title: "State", cell: ({ state }) => <State {...SERVER_STATE[state]} /> },
    {
      key: "up",
      title: "Up",
      cell: ({ state, startedAt }) =>
        state === "lost" || state === "stopped" ? <Nothing /> : <Since at={startedAt?.at} />,
    },
    { key: "seen", title: "Last seen", cell: ({ lastSeenAt }) => <Ago at={lastSeenAt} /> },
    {
      key: "restarts",
      title: "Restarts",
      align: "end",
      wideOnly: true,
      cell: ({ restarts }) => countText(restarts),
    },
    {
      key: "pvs",
      title: "PVs",
      align: "end",
      cell: ({ server, pvs }) => <a href={href("pvs", { server })}>{countText(pvs)}</a>,
    },
    {
      key: "app",
      title: "Application",
      wideOnly: true,
      cell: (server) => <Which server={server} host={host} onChange={onChange} />,
    },
  ];
}

/** Its application; while nobody knows it, the port can be expected instead. */
function Which(props: {
  readonly server: Server;
  readonly host: Host;
  readonly onChange: () => void;
}) {
  const { server, host, onChange } = props;
  if (server.app !== null) {
    const { command, directory, confirmed } = server.app;
    return (
      <>
        <Name text={`${command} in ${directory}`} />
        {!confirmed && <span class="tag"> to be confirmed</span>}
      </>
    );
  }
  const port = Number(server.server.slice(server.server.lastIndexOf(":") + 1));
  const expected = host.expectedPorts.includes(port);
  return (
    <>
      <span class="muted">not known </span>
      {!expected && (
        <Action
          kind="quiet"
          title="The host is in error while nothing serves it"
          done={`Port ${port} is expected.`}
          act={() => changeExpectedPorts(host.host, { add: [port] }).then(onChange)}
        >
          Expect the port
        </Action>
      )}
    </>
  );
}
