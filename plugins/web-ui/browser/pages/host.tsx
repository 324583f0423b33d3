/** Everything about one host: how it is and why, what runs on it and should, and what people say of it. */
import { segment } from "../api/client.js";
import { isSettled } from "../api/loader.js";
import { type Resource, useOne } from "../api/resource.js";
import type { Host } from "../api/types.js";
import { AddNote } from "../components/add-note.js";
import { Section } from "../components/facts.js";
import { useParameter } from "../components/filters.js";
import { LogTable } from "../components/log-table.js";
import { Empty, Loaded, Page } from "../components/page.js";
import { State } from "../components/state.js";
import { HOST_STATE } from "../formats/words.js";
import { href } from "../url.js";
import { About } from "./host/about.js";
import { Applications } from "./host/applications.js";
import { Banners } from "./host/banners.js";
import { Expectations } from "./host/expectations.js";
import { Health } from "./host/health.js";
import { Memberships } from "./host/memberships.js";
import { concernsHost, type HostParts, useHostParts } from "./host/parts.js";
import { Heartbeats, ProcServs } from "./host/processes.js";
import { Requests } from "./host/requests.js";
import { SectionLinks } from "./host/section-links.js";
import { Servers } from "./host/servers.js";
import { Settings } from "./host/settings.js";
import "../styles/host.css";

const REFRESH_SECONDS = 10;

export default function HostPage() {
  const wanted = useParameter("host");
  const found: Resource<Host> = useOne<Host>(
    wanted === "" ? undefined : `hosts/${segment(wanted)}`,
    {
      everySeconds: REFRESH_SECONDS,
      when: (happening) => concernsHost(happening, found.data?.host ?? wanted),
    },
  );
  const { data } = found;
  const parts = useHostParts(data?.host, REFRESH_SECONDS);
  return (
    <Page
      title={data === undefined ? wanted || "Host" : (data.name ?? data.host)}
      note={data === undefined ? undefined : <State {...HOST_STATE[data.state]} />}
      actions={
        data !== undefined && (
          <>
            <a class="button" href={href("events", { host: data.host, day: "all" })}>
              Its events
            </a>
            <a class="button" href={href("client", { client: data.host })}>
              Its requests
            </a>
          </>
        )
      }
      ready={isSettled(found) && (data === undefined || parts.settled)}
    >
      <Loaded of={found} missing={<NotKnown />}>
        {(host) => <Known host={host} parts={parts} reload={found.reload} />}
      </Loaded>
    </Page>
  );
}

function NotKnown() {
  return (
    <Empty title="This host is not known">
      <p>
        Nothing from it was ever heard, its name has another spelling, or it was forgotten. It comes
        by itself when something on it is seen.
      </p>
      <p>
        <a href={href("hosts", { group: "all" })}>All hosts</a>
      </p>
    </Empty>
  );
}

interface KnownProps {
  readonly host: Host;
  readonly parts: HostParts;
  readonly reload: () => void;
}

function Known({ host, parts, reload }: KnownProps) {
  const { apps, servers, heartbeats, groups, log } = parts;
  const address = host.host;
  const changed = (): void => {
    reload();
    parts.reload();
  };
  const counted = (count: number | undefined) => (count === undefined ? {} : { count });
  return (
    <>
      <Banners host={host} />
      <SectionLinks
        entries={[
          { id: "about", title: "About" },
          { id: "applications", title: "Applications", ...counted(apps.data?.length) },
          { id: "expected", title: "Expected" },
          { id: "servers", title: "Servers and PVs", ...counted(servers.data?.length) },
          { id: "heartbeats", title: "Heartbeats", ...counted(heartbeats.data?.length) },
          { id: "consoles", title: "Consoles", count: host.procServs.length },
          { id: "health", title: "Health" },
          { id: "requests", title: "Requests" },
          { id: "groups", title: "Groups" },
          { id: "settings", title: "Settings" },
          { id: "log", title: "Log", ...counted(log.data?.total) },
        ]}
      />
      <About host={host} onChange={changed} />
      <Loaded of={apps}>{(all) => <Applications apps={all} onChange={changed} />}</Loaded>
      <Expectations host={host} servers={servers.data ?? []} onChange={changed} />
      <Loaded of={servers}>
        {(all) => <Servers host={host} servers={all} onChange={changed} />}
      </Loaded>
      <Loaded of={heartbeats}>{(all) => <Heartbeats heartbeats={all} />}</Loaded>
      <ProcServs host={host} />
      <Health host={host} />
      <Requests host={host} />
      <Loaded of={groups}>
        {(all) => <Memberships host={host} groups={all} onChange={changed} />}
      </Loaded>
      <Settings key={address} host={host} onChange={changed} />
      <Section id="log" title="Log" actions={<AddNote host={address} onWritten={changed} />}>
        <Loaded of={log}>
          {() => (
            <LogTable
              pages={log}
              host={address}
              empty="Nothing yet: losses, restarts and what people change are written here."
            />
          )}
        </Loaded>
      </Section>
    </>
  );
}
