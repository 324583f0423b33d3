/** The heartbeat of one application: what it says of itself, what happened to it, and the PVs that it lists as its own. */
import { segment } from "../api/client.js";
import { isSettled } from "../api/loader.js";
import { useOne } from "../api/resource.js";
import type { Application, Heartbeat } from "../api/types.js";
import { ClockOffset } from "../components/clock-offset.js";
import { Fact, Facts, Section } from "../components/facts.js";
import { useParameter } from "../components/filters.js";
import { Happenings } from "../components/happenings.js";
import { HostLink, Name, ServerLink } from "../components/links.js";
import { Empty, Loaded, Page } from "../components/page.js";
import { State } from "../components/state.js";
import { Ago, Nothing, Span, Time } from "../components/time.js";
import { countText, rateText } from "../formats/number.js";
import { HEARTBEAT_STATE } from "../formats/words.js";
import { href } from "../url.js";
import { ListedPvs } from "./heartbeat/listed-pvs.js";

export default function HeartbeatPage() {
  const app = useParameter("app");
  const found = useOne<Heartbeat>(app === "" ? undefined : `heartbeats/${segment(app)}`, {
    everySeconds: 10,
    when: (happening) => happening.app === app,
  });
  const { data } = found;
  return (
    <Page
      title={data === undefined ? "Heartbeat" : titleOf(data)}
      note={
        data === undefined ? undefined : (
          <State {...HEARTBEAT_STATE[data.lost ? "lost" : "beats"]} />
        )
      }
      actions={
        data !== undefined && (
          <a class="button" href={href("host", { host: data.host })}>
            Its host
          </a>
        )
      }
      ready={isSettled(found)}
    >
      <Loaded of={found} missing={<NotKnown />}>
        {(heartbeat) => <Known heartbeat={heartbeat} />}
      </Loaded>
    </Page>
  );
}

function NotKnown() {
  return (
    <Empty title="This heartbeat is not known">
      <p>
        No application with this id sends heartbeats, or it was forgotten: it comes back with its
        next one.
      </p>
      <p>
        <a href={href("heartbeats")}>All heartbeats</a>
      </p>
    </Empty>
  );
}

function titleOf({ directory, command, hostName, host }: Heartbeat): string {
  return `${directory || command || "Application"} on ${hostName ?? host}`;
}

function Known({ heartbeat }: { readonly heartbeat: Heartbeat }) {
  const { app } = heartbeat;
  return (
    <>
      <Section title="Heartbeat">
        <Facts>
          <Fact name="Up">
            {heartbeat.lost ? (
              <>
                lost <Ago at={heartbeat.lostAt} />
              </>
            ) : (
              <Span seconds={heartbeat.upSeconds} />
            )}
          </Fact>
          <Fact name="Last seen">
            <Ago at={heartbeat.lastAt} />
          </Fact>
          <Fact name="First seen">
            <Time at={heartbeat.firstSeenAt} />
          </Fact>
          <Fact name="Restarts seen">{countText(heartbeat.restarts)}</Fact>
          <Fact name="Clock of the host">
            <ClockOffset seconds={heartbeat.clockOffsetSeconds} />
          </Fact>
          <Fact name="Period">
            {heartbeat.periodMs === null ? <Nothing /> : `${rateText(heartbeat.periodMs / 1000)} s`}
          </Fact>
          <Fact name="Counter">{countText(heartbeat.sequence)}</Fact>
          <Fact name="Version of heartbeats">
            <Name text={heartbeat.version} />
          </Fact>
          <Fact name="Sent from UDP port">{heartbeat.udpPort}</Fact>
        </Facts>
      </Section>
      <Section title="Process">
        <Facts>
          <Fact name="Host">
            <HostLink host={heartbeat.host} name={heartbeat.hostName} />
          </Fact>
          <Fact name="CA server">
            {heartbeat.server === null ? "none" : <ServerLink server={heartbeat.server} />}
          </Fact>
          <Fact name="Process id">{heartbeat.pid ?? <Nothing />}</Fact>
          <Fact name="Directory">
            <Name text={heartbeat.directory} />
          </Fact>
          <Fact name="Command">
            <Name text={heartbeat.command} />
          </Fact>
          <Fact name="Image">
            <Name text={heartbeat.image} />
          </Fact>
          <CommandLine app={app} />
        </Facts>
      </Section>
      <Section title="What happened to it">
        <Happenings
          query={{ app }}
          when={(happening) => happening.app === app}
          empty="Nothing yet."
        />
      </Section>
      <Section
        title="PVs"
        note={
          heartbeat.pvs === null ? undefined : (
            <>
              {heartbeat.pvListComplete ? "" : "a part of its list: "}
              {countText(heartbeat.pvs)} that it lists as its own, read{" "}
              <Ago at={heartbeat.pvListAt} />
            </>
          )
        }
        actions={
          heartbeat.server !== null && (
            <a class="button" href={href("pvs", { server: heartbeat.server })}>
              Their states
            </a>
          )
        }
      >
        {heartbeat.pvs === null ? (
          <p class="none">
            Its list was not read yet. Applications of version 1.1 and later are asked for it, where
            the site allows that.
          </p>
        ) : (
          <ListedPvs app={app} total={heartbeat.pvs} />
        )}
      </Section>
    </>
  );
}

/** As its process map has it; not every application is in one. */
function CommandLine({ app }: { readonly app: string }) {
  const found = useOne<Application>(`apps/${segment(app)}`);
  return (
    <>
      <Fact name="Command line">
        {found.data?.commandLine == null ? <Nothing /> : <Name text={found.data.commandLine} />}
      </Fact>
      <Fact name="Called">
        {found.data?.name == null ? <Nothing /> : <Name text={found.data.name} />}
      </Fact>
    </>
  );
}
