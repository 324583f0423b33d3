/** The events of servers and hosts: their words, and the numbers that led to the verdict. */
import type { Pause, Restart } from "./beacon-verdict.js";
import type { EventDraft, EventType, Evidence, Severity } from "./event.js";
import type { ServerRecord } from "./server-record.js";

function draft(
  record: ServerRecord,
  type: EventType,
  severity: Severity,
  at: number,
  text: string,
  evidence: Evidence,
): EventDraft {
  return {
    at: Math.round(at),
    type,
    severity,
    subject: record.name,
    text: `server ${record.name} ${text}`,
    evidence,
    host: record.host,
    server: record.name,
  };
}

/** `server.started` or `server.discovered`: the first thing said about a server. */
export function appeared(record: ServerRecord, started: boolean): EventDraft {
  const { track } = record;
  const start = track?.start;
  const evidence = {
    sequence: track?.sequence ?? null,
    firstSeenAt: record.firstSeenAt,
    startedAt: start?.at ?? null,
    startErrorSeconds: start?.errorSeconds ?? null,
    minorVersion: record.minorVersion,
  };
  if (started) {
    return draft(
      record,
      "server.started",
      "info",
      start?.at ?? record.firstSeenAt,
      "started",
      evidence,
    );
  }
  const text =
    track === undefined ? "answers searches but sends us no beacons" : "found, already running";
  return draft(record, "server.discovered", "info", record.firstSeenAt, text, evidence);
}

/** `watched`: the start was seen, it did not happen while pvmon was blind or not running. */
export function restarted(record: ServerRecord, restart: Restart, watched: boolean): EventDraft {
  const { startedAt, previousSequence, previousBeaconAt } = restart;
  const text = watched ? "restarted" : "restarted while it was not watched";
  return draft(record, "server.restarted", "warning", startedAt, text, {
    previousSequence,
    previousBeaconAt,
    sequence: record.track?.sequence ?? null,
    lastBeaconAt: record.track?.lastAt ?? null,
    lostAt: record.lostAt,
    watched,
    restarts: record.restarts,
  });
}

export function paused(record: ServerRecord, pause: Pause): EventDraft {
  const text = "was paused after this beacon";
  return draft(
    record,
    "server.paused",
    "warning",
    pause.pausedAt,
    text,
    pauseEvidence(record, pause),
  );
}

export function resumed(record: ServerRecord, pause: Pause): EventDraft {
  const seconds = ((pause.resumedAt - pause.pausedAt) / 1000).toFixed(1);
  const text = `resumed: its counter went on after ${seconds} s`;
  return draft(
    record,
    "server.resumed",
    "info",
    pause.resumedAt,
    text,
    pauseEvidence(record, pause),
  );
}

function pauseEvidence(record: ServerRecord, { pausedAt, resumedAt, byRamp }: Pause): Evidence {
  return {
    pausedAt,
    resumedAt,
    evidenceFrom: byRamp ? "ramp" : "counter",
    sequence: record.track?.sequence ?? null,
    periodMs: record.track?.periodMs ?? null,
    lostAt: record.lostAt,
  };
}

export function lost(record: ServerRecord, at: number, periods: number): EventDraft {
  const track = record.track;
  const expectedMs = track?.expectedMs ?? 0;
  const each = (expectedMs / 1000).toFixed(1);
  return draft(
    record,
    "server.lost",
    "alarm",
    at,
    `lost: no beacon for ${periods} periods of ${each} s`,
    {
      lastBeaconAt: track?.lastAt ?? null,
      lastSignAt: record.lastSignAt,
      sequence: track?.sequence ?? null,
      expectedMs: Math.round(expectedMs),
      periodMeasured: track?.periodMs !== undefined,
      periods,
    },
  );
}

/** `sign`: what showed that it is up again. */
export function returned(record: ServerRecord, at: number, sign: "beacon" | "answer"): EventDraft {
  const text =
    sign === "beacon" ? "is back: its beacons go on as if never lost" : "is back: it answers";
  return draft(record, "server.returned", "info", at, text, {
    sign,
    lostAt: record.lostAt,
    sequence: record.track?.sequence ?? null,
    lastBeaconAt: record.track?.lastAt ?? null,
  });
}

export function hostLost(host: string, at: number, servers: readonly string[]): EventDraft {
  return {
    at: Math.round(at),
    type: "host.lost",
    severity: "alarm",
    subject: host,
    text: `host ${host} lost: its ${servers.length} servers fell silent together`,
    evidence: { servers },
    host,
  };
}

export function hostReturned(host: string, at: number, server: string): EventDraft {
  return {
    at: Math.round(at),
    type: "host.returned",
    severity: "info",
    subject: host,
    text: `host ${host} is back: server ${server} is up`,
    evidence: { server },
    host,
    server,
  };
}
