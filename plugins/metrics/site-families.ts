/** The metrics of the site: PVs, servers, hosts, applications, clients, traffic, and the sensors that see it. */
import type { SensorView } from "pvmon";
import { counters, type Family, gauge, gauges, type Reading, seconds } from "./family.js";
import type { Snapshot, Tally } from "./snapshot.js";

/** A sensor is a label, and anybody may configure many. */
const MAX_SENSORS = 50;
/** Kinds of errors are words of decoders. */
const MAX_KINDS = 50;

export const SITE_FAMILIES: readonly Family[] = [
  gauges("pvmon_pvs", "PVs by state.", ["state"], ({ counts: { pvs } }) => [
    [pvs.online, "online"],
    [pvs.lost, "lost"],
    [pvs.neverAnswered, "neverAnswered"],
    [pvs.unverified, "unverified"],
  ]),
  gauge(
    "pvmon_duplicate_pvs",
    "PVs that more than one server serves.",
    (s) => s.counts.pvs.duplicate,
  ),
  gauge(
    "pvmon_invalid_pvs",
    "PVs whose names break the naming rules.",
    (s) => s.counts.pvs.invalid,
  ),
  gauges("pvmon_servers", "CA servers by state.", ["state"], (s) => readings(s.serverStates)),
  gauges("pvmon_hosts", "Hosts by state.", ["state"], (s) => readings(s.hostStates)),
  gauges("pvmon_host_colours", "Hosts by their colour on the wall.", ["colour"], (s) =>
    readings(s.hostColours),
  ),
  gauges("pvmon_apps", "Applications, running and down.", ["state"], ({ counts: { apps } }) => [
    [apps.running, "running"],
    [apps.down, "down"],
  ]),
  gauges("pvmon_heartbeats", "Heartbeats, beating and lost.", ["state"], ({ heartbeats }) => [
    [heartbeats.beating, "beating"],
    [heartbeats.lost, "lost"],
  ]),
  gauge("pvmon_clients", "Addresses that search for PVs.", (s) => s.counts.clients),
  gauge(
    "pvmon_search_names_per_second",
    "Names searched for in a second, mean of 10 s.",
    (s) => s.rates.searchNamesPerSecond,
  ),
  gauge(
    "pvmon_search_datagrams_per_second",
    "Datagrams with searches in a second, mean of 10 s.",
    (s) => s.rates.searchDatagramsPerSecond,
  ),
  gauges(
    "pvmon_client_search_share",
    "Share of the clients that asked most in the latest 10,000 requests, 0 to 1; none unless topClients says so.",
    ["client"],
    ({ topClients }) => topClients.map(({ name, share }): Reading => [share, name]),
  ),
  gauges(
    "pvmon_open_anomalies",
    "Bad beacons, storms of searches and other findings that last.",
    ["type"],
    (s) => readings(s.openAnomalies),
  ),
  counters("pvmon_events_total", "Events since the start.", ["type", "severity"], (s) => s.events),
  gauge(
    "pvmon_pending_logs",
    "Entries in the logs of hosts that nobody has acknowledged.",
    (s) => s.pendingLogs,
  ),
  gauge(
    "pvmon_blind",
    "1 while a sensor that would see a loss is blind, or was so just now: nothing is called lost then.",
    (s) => Number(s.blind),
  ),
  gauges("pvmon_sensor_blind", "1 while the sensor sees nothing.", ["sensor"], (s) =>
    ofSensors(s, ({ status }) => Number(status === "blind")),
  ),
  counters("pvmon_sensor_packets_total", "Packets that the sensor saw.", ["sensor"], (s) =>
    ofSensors(s, ({ packets }) => packets),
  ),
  counters("pvmon_sensor_bytes_total", "Bytes of these.", ["sensor"], (s) =>
    ofSensors(s, ({ bytes }) => bytes),
  ),
  counters(
    "pvmon_sensor_dropped_packets_total",
    "Packets dropped before they were looked at, by the kernel or in pvmon's own queue.",
    ["sensor", "by"],
    (s) => [...dropped(s, "kernel"), ...dropped(s, "queue")],
  ),
  counters("pvmon_sensor_ignored_packets_total", "Packets of no concern.", ["sensor"], (s) =>
    ofSensors(s, ({ ignored }) => ignored),
  ),
  counters(
    "pvmon_sensor_decode_errors_total",
    "Packets that were not what they should be, by what was wrong.",
    ["sensor", "kind"],
    ({ sensors }) =>
      sensors.slice(0, MAX_SENSORS).flatMap(({ id, decodeErrors }) =>
        Object.entries(decodeErrors)
          .slice(0, MAX_KINDS)
          .map(([kind, count]): Reading => [count, id, kind]),
      ),
  ),
  gauges(
    "pvmon_sensor_loss_ratio",
    "Share of clients' datagrams that never reached the sensor, by gaps in libca's sequence, 0 to 1; none while it cannot be told.",
    ["sensor"],
    (s) => ofSensors(s, ({ lossEstimate }) => lossEstimate),
  ),
  gauges(
    "pvmon_sensor_last_packet_timestamp_seconds",
    "When the sensor last saw a packet.",
    ["sensor"],
    (s) => ofSensors(s, ({ lastPacketAt }) => lastPacketAt && seconds(lastPacketAt)),
  ),
];

function* readings(tally: Tally): Generator<Reading> {
  for (const [word, count] of tally) yield [count, word];
}

function* ofSensors(
  { sensors }: Snapshot,
  read: (sensor: SensorView) => number | null,
): Generator<Reading> {
  for (const sensor of sensors.slice(0, MAX_SENSORS)) {
    const value = read(sensor);
    if (value !== null) yield [value, sensor.id];
  }
}

function dropped(snapshot: Snapshot, by: keyof SensorView["dropped"]): Reading[] {
  const counts = ofSensors(snapshot, (sensor) => sensor.dropped[by]);
  return [...counts].map(([count, ...sensor]) => [count, ...sensor, by]);
}
