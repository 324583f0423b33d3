/** What is kept of one host: when it was seen, and what operators said of it. */
import { formatIpv4, type Ipv4, parseIpv4 } from "../address.js";
import type { HostRow } from "../row.js";
import { DEFAULT_HOST_OPTIONS, type HostOptions } from "../views.js";

/** What operators say of a host. */
export interface HostSettings {
  readonly description: string;
  readonly options: HostOptions;
  /** Ascending, each once. */
  readonly expectedPorts: readonly number[];
  readonly expectedApps: number | null;
}

/** Fields that are left out stay as they are. */
export type HostChangeDraft = Partial<Omit<HostSettings, "options">> & {
  readonly options?: Partial<HostOptions>;
};

export interface HostRecord {
  /** The address that stands for it. */
  readonly ip: Ipv4;
  firstSeenAt: number;
  lastSeenAt: number;
  /** `lastSeenAt` as it was last told to be stored. */
  storedSeenAt: number;
  /** More than a single forged datagram: seen again after a while, or told of by an operator. */
  confirmed: boolean;
  settings: HostSettings;
  /** A store gave it back. */
  isStored: boolean;
  /** What operators said since pvmon started. */
  said: HostChangeDraft;
}

const MAX_DESCRIPTION_LENGTH = 10_000;
const MAX_EXPECTED_PORTS = 1_000;
const MAX_EXPECTED_APPS = 100_000;

const DEFAULT_SETTINGS: HostSettings = {
  description: "",
  options: DEFAULT_HOST_OPTIONS,
  expectedPorts: [],
  expectedApps: null,
};

export function createHostRecord(ip: Ipv4, at: number): HostRecord {
  return {
    ip,
    firstSeenAt: at,
    lastSeenAt: at,
    storedSeenAt: at,
    confirmed: false,
    settings: DEFAULT_SETTINGS,
    said: {},
    isStored: false,
  };
}

/** Whether an operator said anything that would be missed. */
export function isSet({ settings }: HostRecord): boolean {
  const { description, options, expectedPorts, expectedApps } = settings;
  return (
    description !== "" ||
    expectedPorts.length > 0 ||
    expectedApps !== null ||
    OPTION_NAMES.some((name) => options[name] !== DEFAULT_HOST_OPTIONS[name])
  );
}

/** @throws RangeError for a number that is none of a port or of applications, and for what is too long. */
export function changedSettings(before: HostSettings, change: HostChangeDraft): HostSettings {
  const { description = before.description, expectedApps = before.expectedApps } = change;
  const expectedPorts = [...new Set(change.expectedPorts ?? before.expectedPorts)];
  const wrongPort = expectedPorts.find((port) => !isPort(port));
  if (wrongPort !== undefined) throw new RangeError(`${wrongPort} is no port: 1 to 65535`);
  if (expectedPorts.length > MAX_EXPECTED_PORTS) {
    throw new RangeError(`at most ${MAX_EXPECTED_PORTS} ports can be expected of a host`);
  }
  if (expectedApps !== null && !isAppCount(expectedApps)) {
    throw new RangeError(`${expectedApps} is no number of applications: 0 to ${MAX_EXPECTED_APPS}`);
  }
  if (description.length > MAX_DESCRIPTION_LENGTH) {
    throw new RangeError(`a description has at most ${MAX_DESCRIPTION_LENGTH} characters`);
  }
  return {
    description,
    options: { ...before.options, ...change.options },
    expectedPorts: expectedPorts.sort((a, b) => a - b),
    expectedApps,
  };
}

export function hostRow({ ip, firstSeenAt, lastSeenAt, settings }: HostRecord): HostRow {
  return { kind: "host", host: formatIpv4(ip), firstSeenAt, lastSeenAt, ...settings };
}

/** Undefined for a row that makes no sense, defaults for a part that makes none: a store is outside, too. */
export function restoreHostRecord(row: HostRow): HostRecord | undefined {
  const ip = parseIpv4(row.host);
  if (ip === undefined || !Number.isFinite(row.firstSeenAt)) return undefined;
  const lastSeenAt = Number.isFinite(row.lastSeenAt) ? row.lastSeenAt : row.firstSeenAt;
  const ports = Array.isArray(row.expectedPorts) ? row.expectedPorts.filter(isPort) : [];
  const settings = changedSettings(DEFAULT_SETTINGS, {
    description: String(row.description ?? "").slice(0, MAX_DESCRIPTION_LENGTH),
    options: Object.fromEntries(
      OPTION_NAMES.filter((name) => typeof row.options?.[name] === "boolean").map((name) => [
        name,
        row.options[name],
      ]),
    ),
    expectedPorts: ports.slice(0, MAX_EXPECTED_PORTS),
    expectedApps: isAppCount(row.expectedApps) ? row.expectedApps : null,
  });
  const { firstSeenAt } = row;
  return {
    ...createHostRecord(ip, firstSeenAt),
    lastSeenAt,
    storedSeenAt: lastSeenAt,
    confirmed: true,
    settings,
    isStored: true,
  };
}

const OPTION_NAMES = Object.keys(DEFAULT_HOST_OPTIONS) as readonly (keyof HostOptions)[];

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

function isAppCount(count: number | null): count is number {
  return Number.isInteger(count) && count! >= 0 && count! <= MAX_EXPECTED_APPS;
}

/**
 * Addresses that have become one machine since bring their rows together: the one that says something wins. What an
 * operator said since pvmon started, before the row could be read, stands.
 */
export function takeOver(known: HostRecord, restored: HostRecord): void {
  known.firstSeenAt = Math.min(known.firstSeenAt, restored.firstSeenAt);
  known.lastSeenAt = Math.max(known.lastSeenAt, restored.lastSeenAt);
  if (restored.ip === known.ip ? isSet(restored) : !isSet(known)) {
    known.settings = changedSettings(restored.settings, known.said);
  }
}
