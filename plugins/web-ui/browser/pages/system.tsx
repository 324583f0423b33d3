/** pvmon itself: whether it works, what it hears, keeps and sends, and how it is configured. */

import { useRef } from "preact/hooks";
import { addressOf } from "../api/client.js";
import { isSettled } from "../api/loader.js";
import { useResource } from "../api/resource.js";
import { may } from "../api/session.js";
import type { Configuration as ConfigurationAnswer, Status } from "../api/types.js";
import { useParameter } from "../components/filters.js";
import { Loaded, Page } from "../components/page.js";
import { State } from "../components/state.js";
import { Tabs } from "../components/tabs.js";
import "../styles/system.css";
import { Configuration } from "./system/configuration.js";
import { ratesBetween } from "./system/metric-rates.js";
import { Metrics } from "./system/metrics.js";
import { Plugins } from "./system/plugins.js";
import { Process } from "./system/process.js";
import { Sending } from "./system/sending.js";
import { Sensors } from "./system/sensors.js";
import { Stores } from "./system/stores.js";

const VIEWS = [
  { value: "state", text: "State" },
  { value: "metrics", text: "Metrics" },
  { value: "configuration", text: "Configuration" },
];

const STATUS = {
  ok: { text: "Works", tone: "ok" },
  degraded: { text: "Degraded", tone: "warning" },
  failed: { text: "Failed", tone: "alarm" },
} as const;

export default function System() {
  const view = useParameter("view");
  const status = useResource<Status>(
    "status",
    {},
    { everySeconds: 5, when: ({ type }) => /^(plugin|sensor)\./.test(type) },
  );
  const configuration = useResource<ConfigurationAnswer>(
    may("admin") ? "configuration" : undefined,
  );
  const rates = useRates(status.data);
  return (
    <Page
      title="System"
      note={
        status.data === undefined || status.problem !== undefined ? undefined : (
          <State {...STATUS[status.data.status]} />
        )
      }
      actions={
        <>
          <a class="button button-quiet" href="./api/openapi.json" target="_blank" rel="noopener">
            OpenAPI
          </a>
          <span class="download">
            <span class="download-label">Export</span>
            <a class="button button-quiet" href={addressOf("status")} download="pvmon-status.json">
              JSON
            </a>
          </span>
        </>
      }
      ready={isSettled(status)}
    >
      <Tabs label="Parts of the system page" name="view" tabs={VIEWS} />
      {view === "configuration" ? (
        <Configuration of={configuration} />
      ) : (
        <Loaded of={status}>
          {(data) =>
            view === "metrics" ? (
              <Metrics metrics={data.metrics} rates={rates} />
            ) : (
              <>
                <Process status={data} rates={rates} />
                <Sensors sensors={data.sensors} />
                <Plugins plugins={data.plugins} />
                <Stores outboxes={data.outboxes} />
                <Sending metrics={data.metrics} rates={rates} yaml={configuration.data?.yaml} />
              </>
            )
          }
        </Loaded>
      )}
    </Page>
  );
}

/** Of the latest two answers. */
function useRates(status: Status | undefined): ReadonlyMap<string, number> {
  const latest = useRef(status);
  const rates = useRef<ReadonlyMap<string, number>>(new Map());
  if (status !== undefined && status !== latest.current) {
    rates.current = ratesBetween(latest.current, status);
    latest.current = status;
  }
  return rates.current;
}
