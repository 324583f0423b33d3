/** The events of applications: their words, and the numbers that led to the verdict. */
import { formatIpv4 } from "../address.js";
import type { EventDraft, EventType, Evidence, LogState, Severity } from "../event.js";
import type { AppRecord, HeartbeatRecord } from "./app-record.js";
import type { HeartbeatVerdict } from "./heartbeat-track.js";

/** An application that sends heartbeats. */
export interface BeatingApp {
  readonly app: AppRecord;
  readonly heartbeat: HeartbeatRecord;
  /** `ip:port`, when it is known. */
  readonly server: string | undefined;
}

/** `app.started` or `app.discovered`: the first thing said about an application's heartbeats. */
export function appeared(beating: BeatingApp): EventDraft {
  const { heartbeat } = beating;
  const { life } = heartbeat.track;
  const { wasStarting, firstSeenAt, facts } = heartbeat;
  const evidence = {
    sequence: life.sequence,
    upSeconds: life.upSeconds,
    startedAt: life.startedAt,
    firstSeenAt,
    pid: life.pid,
    version: facts.version,
  };
  return wasStarting
    ? draft(beating, "app.started", "info", life.startedAt, "started", evidence, "pending")
    : draft(beating, "app.discovered", "info", firstSeenAt, "found, already running", evidence);
}

export function restarted(
  beating: BeatingApp,
  { startedAt, previous }: HeartbeatVerdict & { kind: "restarted" },
): EventDraft {
  const { track, lostAt, restarts } = beating.heartbeat;
  const { life } = track;
  const evidence = {
    previousSequence: previous.sequence,
    previousUpSeconds: previous.upSeconds,
    previousPid: previous.pid,
    previousHeartbeatAt: previous.at,
    sequence: life.sequence,
    upSeconds: life.upSeconds,
    pid: life.pid,
    heartbeatAt: life.at,
    lostAt,
    restarts,
  };
  return draft(beating, "app.restarted", "warning", startedAt, "restarted", evidence, "pending");
}

export function lost(beating: BeatingApp, at: number, periods: number): EventDraft {
  const { track } = beating.heartbeat;
  const { life, expectedMs, heardAt } = track;
  const text = `lost: no heartbeat for ${periods} periods of ${(expectedMs / 1000).toFixed(1)} s`;
  const evidence = {
    lastHeartbeatAt: heardAt,
    sequence: life.sequence,
    upSeconds: life.upSeconds,
    pid: life.pid,
    expectedMs: Math.round(expectedMs),
    periodMeasured: track.periodMs !== undefined,
    periods,
  };
  return draft(beating, "app.lost", "alarm", at, text, evidence, "pending");
}

/** @param lostAt when it had been lost. */
export function returned(beating: BeatingApp, at: number, lostAt: number): EventDraft {
  const { life } = beating.heartbeat.track;
  const evidence = {
    lostAt,
    sequence: life.sequence,
    upSeconds: life.upSeconds,
    startedAt: life.startedAt,
    pid: life.pid,
  };
  const text = "is back: its heartbeats go on";
  return draft(beating, "app.returned", "info", at, text, evidence, "pending");
}

function draft(
  { app, server }: BeatingApp,
  type: EventType,
  severity: Severity,
  at: number,
  text: string,
  evidence: Evidence,
  log?: LogState,
): EventDraft {
  const host = formatIpv4(app.host);
  return {
    at: Math.round(at),
    type,
    severity,
    subject: app.id,
    text: `application ${app.name ?? app.command} on ${host} ${text}`,
    evidence: { ...evidence, command: app.command, directory: app.directory },
    host,
    app: app.id,
    ...(server !== undefined && { server }),
    ...(log !== undefined && { log }),
  };
}
