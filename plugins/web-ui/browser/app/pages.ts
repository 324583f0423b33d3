/** The pages: their segment of the address, their name, and where they stand in the navigation. Each is loaded when it is opened. */
import type { ComponentType } from "preact";

interface PageEntry {
  readonly segment: string;
  readonly title: string;
  /** In the navigation, under this heading; a page without one is reached by links. */
  readonly group?: "Site" | "Names" | "What happened" | "pvmon";
  /** The page in the navigation that it belongs to. */
  readonly under?: string;
  readonly load: () => Promise<{ readonly default: ComponentType }>;
}

export const PAGES: readonly PageEntry[] = [
  { segment: "", title: "Overview", group: "Site", load: () => import("../pages/overview.js") },
  { segment: "hosts", title: "Hosts", group: "Site", load: () => import("../pages/hosts.js") },
  { segment: "host", title: "Host", under: "hosts", load: () => import("../pages/host.js") },
  {
    segment: "servers",
    title: "Servers",
    group: "Site",
    load: () => import("../pages/servers.js"),
  },
  {
    segment: "server",
    title: "Server",
    under: "servers",
    load: () => import("../pages/server.js"),
  },
  {
    segment: "heartbeats",
    title: "Heartbeats",
    group: "Site",
    load: () => import("../pages/heartbeats.js"),
  },
  {
    segment: "heartbeat",
    title: "Heartbeat",
    under: "heartbeats",
    load: () => import("../pages/heartbeat.js"),
  },
  {
    segment: "linux-monitor",
    title: "Linux monitor",
    group: "Site",
    load: () => import("../pages/linux-monitor.js"),
  },
  {
    segment: "linux-host",
    title: "Linux monitor of a host",
    under: "linux-monitor",
    load: () => import("../pages/linux-host.js"),
  },
  { segment: "groups", title: "Groups", group: "Site", load: () => import("../pages/groups.js") },
  { segment: "pvs", title: "PVs", group: "Names", load: () => import("../pages/pvs.js") },
  { segment: "pv", title: "PV", under: "pvs", load: () => import("../pages/pv.js") },
  {
    segment: "clients",
    title: "Clients",
    group: "Names",
    load: () => import("../pages/clients.js"),
  },
  {
    segment: "client",
    title: "Client",
    under: "clients",
    load: () => import("../pages/client.js"),
  },
  {
    segment: "requests",
    title: "Latest requests",
    group: "Names",
    load: () => import("../pages/requests.js"),
  },
  {
    segment: "events",
    title: "Events",
    group: "What happened",
    load: () => import("../pages/events.js"),
  },
  { segment: "logs", title: "Log", group: "What happened", load: () => import("../pages/logs.js") },
  {
    segment: "changes",
    title: "Changes",
    group: "What happened",
    load: () => import("../pages/changes.js"),
  },
  {
    segment: "beacons",
    title: "Beacons and findings",
    group: "What happened",
    load: () => import("../pages/beacons.js"),
  },
  {
    segment: "traffic",
    title: "Traffic",
    group: "What happened",
    load: () => import("../pages/traffic.js"),
  },
  { segment: "system", title: "System", group: "pvmon", load: () => import("../pages/system.js") },
  { segment: "log-in", title: "Log in", load: () => import("../pages/log-in.js") },
];
