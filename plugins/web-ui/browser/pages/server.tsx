/** One server, mostly an IOC: whether it is up and since when, which application it is, its PVs, and what happened to it. */
import { change, segment } from "../api/client.js";
import { isSettled } from "../api/loader.js";
import { useOne } from "../api/resource.js";
import type { Server } from "../api/types.js";
import { Action } from "../components/button.js";
import { Evidence } from "../components/evidence.js";
import { Fact, Facts, Section } from "../components/facts.js";
import { useParameter } from "../components/filters.js";
import { Happenings } from "../components/happenings.js";
import { HostLink, Name } from "../components/links.js";
import { Empty, Loaded, Page } from "../components/page.js";
import { State } from "../components/state.js";
import { Ago, Nothing, Since, Span, Time } from "../components/time.js";
import { countText, rateText } from "../formats/number.js";
import { ANOMALY_TEXT, SERVER_STATE } from "../formats/words.js";
import { go, href } from "../url.js";

export default function ServerPage() {
  const server = useParameter("server");
  const found = useOne<Server>(server === "" ? undefined : `servers/${segment(server)}`, {
    everySeconds: 5,
    when: (happening) => happening.server === server,
  });
  return (
    <Page
      title={server === "" ? "Server" : server}
      note={found.data === undefined ? undefined : <State {...SERVER_STATE[found.data.state]} />}
      ready={isSettled(found)}
      actions={found.data !== undefined && <Forget server={server} />}
    >
      <Loaded of={found} missing={<NotKnown />}>
        {(data) => <Known server={data} />}
      </Loaded>
    </Page>
  );
}

function NotKnown() {
  return (
    <Empty title="This server is not known">
      <p>It sent no beacon and answered no search since pvmon began, or it was forgotten.</p>
      <p>
        <a href={href("servers")}>All servers</a>
      </p>
    </Empty>
  );
}

function Known({ server }: { readonly server: Server }) {
  return (
    <>
      <Section title="What it is">
        <Facts>
          <Fact name="Host">
            <HostLink host={server.host} name={server.hostName} />
          </Fact>
          <Fact name="PVs">
            <a href={href("pvs", { server: server.server })}>{countText(server.pvs)}</a>
          </Fact>
          <Fact name="Up since">
            <UpSince server={server} />
          </Fact>
          <Fact name="Restarts seen">{countText(server.restarts)}</Fact>
          <Fact name="Last seen">
            <Ago at={server.lastSeenAt} />
          </Fact>
          <Fact name="First seen">
            <Time at={server.firstSeenAt} />
          </Fact>
        </Facts>
      </Section>
      <Section title="Application">
        {server.app === null ? (
          <p class="none">
            Not known: no heartbeat and no process map says which process has this port.
          </p>
        ) : (
          <Facts>
            <Fact name="Command">
              <Name text={server.app.command} />
            </Fact>
            <Fact name="Directory">
              <Name text={server.app.directory} />
            </Fact>
            <Fact name="Identified">
              {server.app.confirmed ? "yes" : "by what ran there last: to be confirmed"}
            </Fact>
            <Fact name="Events">
              <a href={href("events", { app: server.app.id, day: "all" })}>of the application</a>
            </Fact>
          </Facts>
        )}
      </Section>
      <Section title="Beacons and protocol">
        <Facts>
          <Fact name="Last beacon">
            <Ago at={server.lastBeaconAt} />
          </Fact>
          <Fact name="Counter">
            {server.sequence === null ? <Nothing /> : countText(server.sequence)}
          </Fact>
          <Fact name="Period">
            {server.periodMs === null ? <Nothing /> : `${rateText(server.periodMs / 1000)} s`}
          </Fact>
          <Fact name="Minor version of Channel Access">{server.minorVersion ?? <Nothing />}</Fact>
        </Facts>
      </Section>
      {server.anomalies.map((anomaly) => (
        <Section
          key={`${anomaly.type} ${anomaly.openedAt}`}
          title={ANOMALY_TEXT[anomaly.type]}
          note={anomaly.closedAt === null ? <State tone="warning" text="open" /> : "over"}
        >
          <p>
            <Name text={anomaly.text} />
          </p>
          <Evidence of={anomaly.evidence} />
        </Section>
      ))}
      <Section title="What happened to it">
        <Happenings
          query={{ server: server.server }}
          when={(happening) => happening.server === server.server}
          empty="Nothing yet."
        />
      </Section>
    </>
  );
}

/** A start that was computed from the counter has an error, and says so. */
function UpSince({ server: { startedAt, state } }: { readonly server: Server }) {
  if (startedAt === null) return <Nothing />;
  const { at, errorSeconds, source } = startedAt;
  return (
    <>
      <Time at={at} />
      {source === "counter" && (
        <>
          {" "}
          ± <Span seconds={errorSeconds} />, from its beacon counter
        </>
      )}
      {state === "alive" && (
        <>
          {" "}
          (<Since at={at} />)
        </>
      )}
    </>
  );
}

function Forget({ server }: { readonly server: string }) {
  return (
    <Action
      kind="danger"
      question={{
        title: `Forget ${server}?`,
        text: "It leaves the lists. With its next beacon or answer it comes back, as new.",
        yes: "Forget it",
        reason: true,
      }}
      done={`${server} is forgotten.`}
      act={async (why) => {
        const query = why === undefined ? "" : `?why=${encodeURIComponent(why)}`;
        await change("DELETE", `servers/${segment(server)}${query}`);
        go(href("servers"));
      }}
    >
      Forget
    </Action>
  );
}
