/** The metrics of pvmon itself: plugins, outboxes, process. */
import type { HealthState, OutboxView } from "pvmon";
import { counter, counters, type Family, gauge, gauges, type Reading, seconds } from "./family.js";
import type { Snapshot } from "./snapshot.js";

/** Plugins and stores are labels, and anybody may configure many. */
const MAX_PLUGINS = 200;
const HEALTH_STATES: readonly HealthState[] = [
  "starting",
  "ok",
  "degraded",
  "failed",
  "stopping",
  "stopped",
];

export const OWN_FAMILIES: readonly Family[] = [
  gauges(
    "pvmon_info",
    "1, with the version and the name of the site.",
    ["version", "site"],
    (s) => [[1, s.status.version, s.status.name]],
  ),
  gauge("pvmon_ready", "1 once the stored state has been loaded.", (s) => Number(s.status.ready())),
  gauges(
    "pvmon_status",
    "1 for the state of the worst of the required plugins.",
    ["state"],
    ({ status }) => one(["ok", "degraded", "failed"], status.status()),
  ),
  gauges(
    "pvmon_plugin_state",
    "1 for the state that the plugin is in.",
    ["plugin", "kind", "state"],
    ({ plugins }) =>
      plugins
        .slice(0, MAX_PLUGINS)
        .flatMap(({ id, kind, status }) =>
          one(HEALTH_STATES, status).map(([value, state]): Reading => [value, id, kind, state]),
        ),
  ),
  gauges("pvmon_plugin_required", "1 unless pvmon can do without the plugin.", ["plugin"], (s) =>
    s.plugins.slice(0, MAX_PLUGINS).map(({ id, required }): Reading => [Number(required), id]),
  ),
  gauges("pvmon_outbox_records", "Records whose newest state is not stored yet.", ["store"], (s) =>
    ofStores(s, ({ records }) => records),
  ),
  gauges(
    "pvmon_outbox_history_rows",
    "Rows of history that wait, in memory and on disk.",
    ["store"],
    (s) => ofStores(s, ({ history }) => history),
  ),
  gauges(
    "pvmon_outbox_behind_seconds",
    "For how long the oldest row of history that waits has waited.",
    ["store"],
    (s) => ofStores(s, ({ behindMs }) => seconds(behindMs)),
  ),
  counters(
    "pvmon_outbox_dropped_rows_total",
    "Rows of history given up because there was no room.",
    ["store"],
    (s) => ofStores(s, ({ dropped }) => dropped),
  ),
  counters(
    "pvmon_outbox_refused_rows_total",
    "Rows left out because the store refuses them for good.",
    ["store"],
    (s) => ofStores(s, ({ refused }) => refused),
  ),
  gauges(
    "pvmon_outbox_spooled_bytes",
    "History on disk, because the store cannot take it now.",
    ["store"],
    (s) => ofStores(s, ({ spooledBytes }) => spooledBytes),
  ),
  gauges("pvmon_outbox_failing", "1 when the last write failed.", ["store"], (s) =>
    ofStores(s, ({ error }) => Number(error !== null)),
  ),
  gauges(
    "pvmon_outbox_last_written_timestamp_seconds",
    "When something was last written.",
    ["store"],
    (s) => ofStores(s, ({ lastWrittenAt }) => lastWrittenAt && seconds(lastWrittenAt)),
  ),
  counter("process_cpu_seconds_total", "Time of processors that pvmon has used.", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  }),
  gauge("process_resident_memory_bytes", "Memory of the process.", () => process.memoryUsage.rss()),
  gauge("process_start_time_seconds", "When pvmon started.", ({ status }) =>
    seconds(status.startedAt),
  ),
];

function one(words: readonly string[], current: string): [number, string][] {
  return words.map((word) => [Number(word === current), word]);
}

function* ofStores(
  { outboxes }: Snapshot,
  read: (outbox: OutboxView) => number | null,
): Generator<Reading> {
  for (const outbox of outboxes.slice(0, MAX_PLUGINS)) {
    const value = read(outbox);
    if (value !== null) yield [value, outbox.store];
  }
}
