/** How much is asked on the network, from an hour to two years: who asks, who answers, how many PVs there are, and what pvmon itself takes. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { isSettled } from "../api/loader.js";
import { serverNow } from "../api/server-clock.js";
import { useTraffic } from "../api/traffic.js";
import { now } from "../app/now.js";
import { Choice, SearchBox, useParameter } from "../components/filters.js";
import { Loaded, Page } from "../components/page.js";
import { Tabs } from "../components/tabs.js";
import "../styles/traffic.css";
import { setParameters } from "../url.js";
import { Charts } from "./traffic/charts.js";
import { Latest } from "./traffic/latest.js";
import {
  beganNow,
  chosen,
  DAY_MS,
  intervalOf,
  parametersOf,
  refreshSeconds,
  spanOf,
} from "./traffic/span.js";
import { SpanBar } from "./traffic/span-bar.js";
import { TopClients } from "./traffic/top-clients.js";
import { TopPvs } from "./traffic/top-pvs.js";
import { type Chart, CLIENTS, PVMON, PVS, SEARCHES, withClient } from "./traffic/views.js";

const VIEWS: readonly {
  readonly value: string;
  readonly text: string;
  readonly charts: readonly Chart[];
}[] = [
  { value: "searches", text: "Searches", charts: SEARCHES },
  { value: "pvs", text: "PVs", charts: PVS },
  { value: "clients", text: "Most active", charts: CLIENTS },
  { value: "latest", text: "Latest requests", charts: [] },
  { value: "pvmon", text: "pvmon itself", charts: PVMON },
];

const COMPARISONS = [
  { value: "none", text: "nothing", ms: 0 },
  { value: "day", text: "a day before", ms: DAY_MS },
  { value: "week", text: "a week before", ms: 7 * DAY_MS },
];

const ADDRESS = /^(\d{1,3}\.){3}\d{1,3}$/;

export default function TrafficPage() {
  const wanted = useParameter("view");
  const view = VIEWS.find((entry) => entry.value === wanted) ?? VIEWS[0];
  const [isYoung, setYoung] = useState(false);
  const range = useParameter("range");
  const span = spanOf(range, useParameter("from"), useParameter("to"), isYoung);
  const compared = useParameter("compare");
  const comparison = COMPARISONS.find(({ value }) => value === compared) ?? COMPARISONS[0];
  const client = useParameter("client");
  const isAddress = ADDRESS.test(client);
  const charts = useMemo(
    () => withClient(view?.charts ?? [], isAddress ? client : undefined),
    [view, client, isAddress],
  );
  const name = JSON.stringify(span);
  const everySeconds = refreshSeconds(span);
  const freshness = everySeconds === undefined ? {} : { everySeconds };
  const traffic = useTraffic(
    {
      series: charts.flatMap(({ lines }) => lines.map(({ series }) => series)),
      key: name,
      span: () => intervalOf(span, serverNow()),
      beforeMs: comparison?.ms ?? 0,
    },
    freshness,
  );
  const isTooLong =
    range === "" &&
    !isYoung &&
    span.fixed === undefined &&
    traffic.data !== undefined &&
    beganNow(traffic.data);
  useEffect(() => {
    if (isTooLong) setYoung(true);
  }, [isTooLong]);
  const shown = useLatest(view, traffic.data);
  const most = {
    name,
    span: () => intervalOf(span, serverNow()),
    freshness: everySeconds === undefined ? {} : { everySeconds: 2 * everySeconds },
  };
  const isLatest = view?.value === "latest";
  const zoom = (from: number, to: number): void =>
    setParameters(parametersOf(chosen({ from, to }, serverNow())));

  return (
    <Page title="Traffic" ready={isLatest || (isSettled(traffic) && !isTooLong)}>
      <Tabs label="Kinds of charts" name="view" tabs={VIEWS} />
      {isLatest ? (
        <Latest />
      ) : (
        <>
          <SpanBar span={span} now={traffic.data?.to ?? now.value}>
            <Choice name="compare" label="Compare with" options={COMPARISONS} />
            {view?.charts === SEARCHES && (
              <SearchBox
                name="client"
                label="Add a client: its address"
                hotkey={false}
                problem={client === "" || isAddress ? undefined : "An address is like 10.7.0.31"}
              />
            )}
          </SpanBar>
          <Loaded of={{ ...traffic, data: shown }}>
            {(data) => (
              <Charts
                charts={charts}
                data={data}
                beforeText={comparison?.text ?? ""}
                onZoom={zoom}
              />
            )}
          </Loaded>
          {view?.charts === CLIENTS && (
            <div class="columns">
              <TopClients {...most} />
              <TopPvs {...most} />
            </div>
          )}
        </>
      )}
    </Page>
  );
}

/** What was there before stays until what is wanted now has come: charts that come and go as one zooms are hard to follow. */
function useLatest<T>(view: unknown, data: T | undefined): T | undefined {
  const latest = useRef({ view, data });
  if (data !== undefined || latest.current.view !== view) latest.current = { view, data };
  return latest.current.data;
}
