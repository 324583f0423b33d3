/** How all hosts are by their own monitors: memory, processor, load and clock, with what is worth a look marked in words. */
import { useMemo } from "preact/hooks";
import { isSettled } from "../api/loader.js";
import { useWholeList } from "../api/resource.js";
import { rowsOf } from "../api/row-source.js";
import type { Health } from "../api/types.js";
import { type Column, useOrder, useSorted } from "../components/columns.js";
import { Download } from "../components/download.js";
import { Chips, SearchBox, useParameter } from "../components/filters.js";
import { LongTable } from "../components/long-table.js";
import { Empty, Loaded, Page } from "../components/page.js";
import { concernsOf } from "../formats/health.js";
import { countText } from "../formats/number.js";
import { go, href } from "../url.js";
import { COLUMNS } from "./linux-monitor/columns.js";
import { ForgetMonitor } from "./linux-monitor/forget-monitor.js";
import "../styles/linux-monitor.css";

export default function LinuxMonitor() {
  const state = useParameter("state");
  const match = useParameter("match").trim().toLowerCase();
  const health = useWholeList<Health>("health", {}, { everySeconds: 15 });
  const someLost = health.data?.some(({ lost }) => lost) === true;
  const columns = useMemo(
    () => (someLost ? [...COLUMNS, forgetColumn(health.reload)] : COLUMNS),
    [health.reload, someLost],
  );
  const order = useOrder(columns, "host");
  const shown = useMemo(
    () => health.data?.filter((one) => isIn(one, state) && mentions(one, match)),
    [health.data, state, match],
  );
  const sorted = useSorted(shown, columns, order);
  const rows = useMemo(() => rowsOf(sorted), [sorted]);
  const all = health.data ?? [];
  const count = (wanted: string): number => all.filter((one) => isIn(one, wanted)).length;
  return (
    <Page
      title="Linux monitor"
      note={
        health.data === undefined
          ? undefined
          : `${countText(count("active"))} active, ${countText(count("lost"))} lost`
      }
      actions={
        <Download
          path="health"
          query={{ match, lost: state === "lost" ? true : state === "active" ? false : undefined }}
        />
      }
      ready={isSettled(health)}
      full
    >
      <div class="toolbar">
        <SearchBox name="match" label="Host, address or architecture" />
        <Chips
          name="state"
          label="State"
          single
          options={[
            { value: "active", text: "Active", count: count("active") },
            { value: "lost", text: "Lost", count: count("lost") },
            { value: "concern", text: "Worth a look", count: count("concern") },
          ]}
        />
      </div>
      <Loaded of={health}>
        {() => (
          <LongTable
            label="Monitors of hosts"
            rows={rows}
            columns={columns}
            keyOf={({ source }) => source}
            order={order}
            onOpen={({ source }) => go(href("linux-host", { source }))}
            empty={
              all.length > 0 ? (
                <Empty title="No host matches">
                  <p>
                    <a href={href("linux-monitor")}>Show all of them</a>
                  </p>
                </Empty>
              ) : (
                <Empty title="No host has a monitor of its own yet">
                  <p>
                    Hosts with a LinuxMonitor appear by themselves as soon as their PV BOOTTIME is
                    online and was read. The plugin linux-monitor does it, where it is configured.
                  </p>
                </Empty>
              )
            }
          />
        )}
      </Loaded>
    </Page>
  );
}

function isIn(health: Health, state: string): boolean {
  if (state === "active") return !health.lost;
  if (state === "lost") return health.lost;
  return state !== "concern" || concernsOf(health).length > 0;
}

function mentions({ source, host, hostName, values }: Health, part: string): boolean {
  return [source, host, hostName ?? "", String(values.MACHINE ?? "")].some((text) =>
    text.toLowerCase().includes(part),
  );
}

/** Of those that are lost: others would come back at once. */
function forgetColumn(onChange: () => void): Column<Health> {
  return {
    key: "forget",
    title: "",
    width: "5.5rem",
    wideOnly: true,
    cell: (health) =>
      health.lost && (
        <span class="cell-action">
          <ForgetMonitor health={health} kind="quiet" onForgotten={onChange} />
        </span>
      ),
  };
}
