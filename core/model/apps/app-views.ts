/** Applications and their heartbeats as the outputs show them. */
import { formatEndpoint, formatIpv4, keyEndpoint } from "../address.js";
import type { AppView, HeartbeatView } from "../views.js";
import {
  type AppRecord,
  type HeartbeatFacts,
  type HeartbeatRecord,
  isBeating,
} from "./app-record.js";
import type { AppServers } from "./app-servers.js";
import type { AppSurroundings } from "./apps.js";

export class AppViews {
  constructor(
    private readonly servers: AppServers,
    private readonly site: AppSurroundings,
  ) {}

  isRunning(app: AppRecord): boolean {
    return isBeating(app) || this.servers.isUp(app);
  }

  /** Of its CA server: as its heartbeat says, or else of one that is up, if any. */
  portOf(app: AppRecord): number | null {
    const facts = app.heartbeat?.facts;
    if (facts?.servesCa && (isBeating(app) || app.ports.size === 0)) return facts.serverPort;
    const ports = [...app.ports].sort((a, b) => a - b);
    const isUp = (port: number): boolean =>
      this.servers.known(app.host, port).some((key) => this.site.serverIsUp(key) === true);
    return ports.find(isUp) ?? ports[0] ?? null;
  }

  app(record: AppRecord): AppView {
    const { id, host, name, command, directory, critical, firstSeenAt, process } = record;
    const life = record.heartbeat?.track.life;
    const beats = isBeating(record);
    const servers = this.servers.ofApp(record);
    const serversSeenAt = servers.map((key) => this.site.serverSeenAt(key) ?? 0);
    return {
      id,
      host: formatIpv4(host),
      hostName: this.site.nameOf(host),
      name,
      command,
      directory,
      commandLine: process?.commandLine ?? null,
      critical,
      running: beats || servers.some((key) => this.site.serverIsUp(key) === true),
      port: this.portOf(record),
      pid: (beats ? (life?.pid ?? process?.pid) : (process?.pid ?? life?.pid)) ?? null,
      startedAt: (beats ? undefined : this.servers.startedAt(record)) ?? life?.startedAt ?? null,
      firstSeenAt,
      lastSeenAt: Math.max(record.lastSeenAt, ...serversSeenAt),
      heartbeat: life !== undefined,
    };
  }

  heartbeat(record: AppRecord, heartbeat: HeartbeatRecord): HeartbeatView {
    const { track, facts, lostAt } = heartbeat;
    const { life, periodMs } = track;
    const sinceMs = lostAt === null ? Math.max(0, this.site.now() - life.at) : 0;
    return {
      app: record.id,
      host: formatIpv4(record.host),
      hostName: this.site.nameOf(record.host),
      port: facts.serverPort,
      server: this.#serverOf(record, facts),
      udpPort: facts.udpPort,
      version: facts.version,
      sequence: life.sequence,
      pid: life.pid,
      image: facts.image,
      command: facts.command,
      directory: record.directory,
      upSeconds: life.upSeconds + Math.round(sinceMs / 1000),
      clockOffsetSeconds: facts.clockOffsetSeconds,
      firstSeenAt: heartbeat.firstSeenAt,
      lastAt: track.heardAt,
      periodMs: periodMs === undefined ? null : Math.round(periodMs),
      lost: lostAt !== null,
      lostAt,
      restarts: heartbeat.restarts,
      pvs: heartbeat.pvs,
      pvListAt: heartbeat.pvListAt,
      pvListComplete: heartbeat.pvListComplete,
    };
  }

  #serverOf({ host }: AppRecord, { servesCa, serverPort }: HeartbeatFacts): string | null {
    const [key] = servesCa ? this.servers.known(host, serverPort) : [];
    return key === undefined ? null : formatEndpoint(keyEndpoint(key));
  }
}
