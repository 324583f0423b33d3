/** The events of servers and hosts: their words, and the numbers that led to the verdict. */
import type { Pause, Restart } from "../beacons/beacon-verdict.js";
import type { EventDraft, EventType, Evidence, Severity } from "../event.js";
import { circuitWithoutBeacons, type ServerRecord } from "./server-record.js";

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
  const circuit = circuitWithoutBeacons(record, periods);
  const each = ((circuit?.gapMs ?? expectedMs) / 1000).toFixed(1);
  const text =
    circuit === undefined
      ? `lost: no beacon for ${periods} periods of ${each} s`
      : `lost: no beacon, and no circuit for ${periods} times the ${each} s between checks`;
  return draft(record, "server.lost", "alarm", at, text, {
    lastBeaconAt: track?.lastAt ?? null,
    lastSignAt: record.lastSignAt,
    lastEchoAt: record.circuits.echoedAt,
    sequence: track?.sequence ?? null,
    expectedMs: Math.round(expectedMs),
    periodMeasured: track?.periodMs !== undefined,
    periods,
  });
}

/** Its host refuses its port. `at`: by when it has stopped; `sinceAt`: it was up until then, or nobody watched. */
export function stopped(
  record: ServerRecord,
  at: number,
  sinceAt: number,
  refusedAt: number,
): EventDraft {
  const text = "stopped: its host is up and refuses its port, and its beacons are missing";
  return draft(record, "server.stopped", "alarm", at, text, {
    notBeforeAt: sinceAt,
    refusedAt,
    lastBeaconAt: record.track?.lastAt ?? null,
    lastSignAt: record.lastSignAt,
    sequence: record.track?.sequence ?? null,
  });
}

export function unresponsive(record: ServerRecord, at: number, waitedMs: number): EventDraft {
  const text = "hangs: it accepts circuits and does not answer on them";
  return draft(record, "server.unresponsive", "alarm", at, text, {
    waitedMs: Math.round(waitedMs),
    lastEchoAt: record.circuits.echoedAt,
    lastBeaconAt: record.track?.lastAt ?? null,
    sequence: record.track?.sequence ?? null,
  });
}

const SIGNS = {
  beacon: "its beacons go on as if never lost",
  answer: "it answers",
  echo: "it answers on a circuit",
} as const;
/** What showed that a server is up again. */
export type Sign = keyof typeof SIGNS;

export function returned(record: ServerRecord, at: number, sign: Sign): EventDraft {
  return draft(record, "server.returned", "info", at, `is back: ${SIGNS[sign]}`, {
    sign,
    before: record.state,
    lostAt: record.lostAt,
    sequence: record.track?.sequence ?? null,
    lastBeaconAt: record.track?.lastAt ?? null,
  });
}

/** Two addresses of one server. */
export function duplicateRoute(one: ServerRecord, other: ServerRecord, at: number): EventDraft {
  const text = `and ${other.name} are one server: their beacons come together with one counter`;
  return draft(one, "server.duplicateRoute", "warning", at, text, {
    otherServer: other.name,
    sequence: one.track?.sequence ?? null,
    otherSequence: other.track?.sequence ?? null,
    lastBeaconAt: one.track?.lastAt ?? null,
    otherLastBeaconAt: other.track?.lastAt ?? null,
    remedy: `name ${one.host} and ${other.host} as addresses of one host under inventory.hosts`,
  });
}

/** `together`: its servers that fell silent with the last one. */
export function hostLost(host: string, at: number, together: readonly ServerRecord[]): EventDraft {
  const servers = together.map(({ name }) => name);
  const unreachable = together
    .filter(({ circuits, lastSignAt }) => circuits.isUnreachableSince(lastSignAt))
    .map(({ name }) => name);
  return {
    at: Math.round(at),
    type: "host.lost",
    severity: "alarm",
    subject: host,
    text: `host ${host} lost: its ${servers.length} servers fell silent together`,
    evidence: { servers, unreachable },
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
