/** Is the site well? One sentence that says it, and behind it what the sentence is made of. */
import { useResource } from "../api/resource.js";
import { serverNow } from "../api/server-clock.js";
import { blind, loadSite, status, statusProblem } from "../api/site.js";
import { counters } from "../api/stream.js";
import { useTraffic } from "../api/traffic.js";
import type { Happening, Page as PageOf, Status, Storm } from "../api/types.js";
import { now } from "../app/now.js";
import { Section } from "../components/facts.js";
import { ClientLink } from "../components/links.js";
import { Empty, Failure, Loaded, Loading, Page } from "../components/page.js";
import { Shape } from "../components/state.js";
import { startOfDay } from "../formats/time.js";
import "../styles/overview.css";
import { href } from "../url.js";
import { useHostCounts } from "./overview/host-counts.js";
import { SearchChart } from "./overview/search-chart.js";
import { Sensors } from "./overview/sensors.js";
import { Tallies } from "./overview/tallies.js";
import { goneOf, TODAY_TYPES, todayOf } from "./overview/today.js";
import { TodayList } from "./overview/today-list.js";
import { Unanswered } from "./overview/unanswered.js";
import { verdictOf } from "./overview/verdict.js";
import { Findings, PendingLogs, useOpenFindings, usePendingLogs } from "./overview/waiting.js";
import { Welcome } from "./overview/welcome.js";

const DAY_MS = 86_400_000;
const MAX_EVENTS = 500;

export default function Overview() {
  if (status.value === undefined) {
    const problem = statusProblem.value;
    return (
      <Page title="Overview" ready={false}>
        {problem === undefined ? <Loading /> : <Failure problem={problem} onRetry={loadSite} />}
      </Page>
    );
  }
  const { pvs, servers, hosts, clients } = (counters.value ?? status.value).counts;
  const isNew = pvs.total + servers.alive + servers.lost + hosts + clients === 0;
  return isNew ? (
    <Page title="Overview" ready>
      <Welcome sensors={status.value.sensors} />
    </Page>
  ) : (
    <Site status={status.value} />
  );
}

function hostNameOf({ evidence }: Storm): string | null {
  return typeof evidence.hostName === "string" ? evidence.hostName : null;
}

function Site({ status }: { readonly status: Status }) {
  const { counts, rates } = counters.value ?? status;
  const { storm } = status;
  const midnight = startOfDay(new Date(now.value)).toISOString();
  const today = useResource<PageOf<Happening>>(
    "events",
    { type: TODAY_TYPES.join(","), from: midnight, limit: MAX_EVENTS },
    { everySeconds: 60, when: ({ type }) => TODAY_TYPES.includes(type) },
  );
  const day = useTraffic(
    {
      series: ["searchNames"],
      key: "1d",
      span: () => ({ from: serverNow() - DAY_MS, to: serverNow() }),
    },
    { everySeconds: 60, when: ({ type }) => type.startsWith("sensor.") },
  );
  const hosts = useHostCounts();
  const findings = useOpenFindings();
  const logs = usePendingLogs();
  const lines = todayOf(today.data?.items ?? []);
  const inError = hosts.data?.inError ?? [];
  const known = inError.map(({ host }) => host);

  const verdict = verdictOf({
    ready: status.ready,
    blind: blind.value,
    failed: idsOf(status, "failed"),
    degraded: idsOf(status, "degraded"),
    hosts: hosts.data?.total ?? counts.hosts,
    hostsInError: {
      total: hosts.data?.states.error ?? 0,
      names: inError.map(({ host, name }) => name ?? host),
    },
    aliveServers: counts.servers.alive,
    goneToday: goneOf(lines, known).map(({ kind, host, server, subject }) =>
      kind === "server" ? (server ?? subject) : (host ?? subject),
    ),
    storm,
    // The storm is one of them.
    openFindings: Math.max(0, (findings.data?.total ?? 0) - (storm === null ? 0 : 1)),
    pendingLogs: logs.data?.total ?? 0,
  });
  const hasHistory = today.problem?.code !== "serviceMissing";
  const isKnown = [hosts, today].every(({ data, problem }) => data ?? problem);

  return (
    <Page title="Overview" ready={isKnown}>
      <div class={`verdict verdict-${verdict.tone}`} role="status">
        <Shape tone={verdict.tone} />
        <div>
          <p class="verdict-text">{isKnown ? verdict.text : "Looking …"}</p>
          {isKnown && verdict.also.length > 0 && <p>{verdict.also.join(" ")}</p>}
          {isKnown && storm !== null && (
            <p>
              {storm.client !== null && (
                <>
                  What <ClientLink client={storm.client} name={hostNameOf(storm)} /> asks for;{" "}
                </>
              )}
              <a href={href("beacons", { state: "open", type: "searchStorm" })}>
                more of this storm
              </a>
            </p>
          )}
        </div>
      </div>
      <Tallies counts={counts} hosts={hosts.data} />
      {hasHistory ? <SearchChart rates={rates} day={day} /> : <NoHistory />}
      <div class="columns">
        <div class="stack">
          {hasHistory && (
            <Section
              title="Lost and restarted today"
              actions={<a href={href("events")}>Events</a>}
              note={
                (today.data?.total ?? 0) > MAX_EVENTS
                  ? `of the latest ${MAX_EVENTS} events`
                  : undefined
              }
            >
              <Loaded of={today}>{() => <TodayList lines={lines} />}</Loaded>
            </Section>
          )}
          <Sensors sensors={status.sensors} />
        </div>
        <div class="stack">
          <Unanswered unanswered={counts.pvs.lost + counts.pvs.neverAnswered} />
          {hasHistory && <PendingLogs of={logs} />}
          <Findings of={findings} />
        </div>
      </div>
    </Page>
  );
}

function idsOf({ plugins }: Status, state: Status["plugins"][number]["status"]): string[] {
  return plugins.flatMap(({ id, status }) => (status === state ? [id] : []));
}

function NoHistory() {
  return (
    <Empty title="There is no history">
      <p>
        No store is configured, so nothing can be said of earlier. Put <code>sqlite-store</code>{" "}
        under <code>stores:</code> in the site file.
      </p>
    </Empty>
  );
}
