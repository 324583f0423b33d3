/** When nothing is told: windows of time, once or on days of the week, for all hosts or some. */
import type { Config, MaintenanceConfig } from "../config.js";
import type { Subject } from "./alert.js";
import { hostsOf, type Rule } from "./rule.js";

const MINUTE_MS = 60_000;
const DAYS: readonly string[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

interface LocalTime {
  /** 0 is Monday. */
  readonly day: number;
  /** Of the day. */
  readonly minute: number;
}

interface Window {
  contains(at: number, local: () => LocalTime): boolean;
  isAbout(rule: Rule, subject: Subject, hostName: string | null): boolean;
}

export class Maintenance {
  readonly #windows: readonly Window[];
  readonly #localTime: (at: number) => LocalTime;

  /** @throws Error that names the window, or the time zone, and says what to change. */
  constructor({ maintenance, timeZone }: Pick<Config, "maintenance" | "timeZone">) {
    this.#localTime = localTimes(timeZone);
    this.#windows = maintenance.map(windowOf);
  }

  /** @param hostName of the subject's host, null when it is not known */
  covers(rule: Rule, subject: Subject, hostName: string | null, at: number): boolean {
    const local = (): LocalTime => this.#localTime(at);
    return this.#windows.some(
      (window) => window.contains(at, local) && window.isAbout(rule, subject, hostName),
    );
  }
}

function windowOf(config: MaintenanceConfig): Window {
  const isOfHosts = hostsOf(config.hosts);
  const rules = new Set(config.rules);
  return {
    contains: containsOf(config),
    isAbout: (rule, { host }, hostName) =>
      (rules.size === 0 || rules.has(rule.name)) && isOfHosts(host, hostName),
  };
}

function containsOf({ name, from, to, days, start, end }: MaintenanceConfig): Window["contains"] {
  if (days.length > 0) {
    if (from !== "" || to !== "") throw new Error(`maintenance "${name}" has both from and days`);
    return recurring(new Set(days.map((day) => DAYS.indexOf(day))), minuteOf(start), minuteOf(end));
  }
  const [begin, finish] = [Date.parse(from), Date.parse(to)];
  if (!(begin < finish) || ![from, to].every(hasZone)) {
    throw new Error(
      `maintenance "${name}" needs days, or from and to as in 2026-12-01T06:00:00+01:00, in this order`,
    );
  }
  return (at) => begin <= at && at < finish;
}

/** One that ends no later than it starts goes on into the next day. */
function recurring(days: ReadonlySet<number>, start: number, end: number): Window["contains"] {
  const isOvernight = end <= start;
  return (_at, local) => {
    const { day, minute } = local();
    const isToday = days.has(day) && minute >= start && (isOvernight || minute < end);
    return isToday || (isOvernight && days.has((day + 6) % 7) && minute < end);
  };
}

/** What the clock on the wall shows; the same for a whole minute. */
function localTimes(timeZone: string): (at: number) => LocalTime {
  const format = formatOf(timeZone);
  let latest: { readonly minute: number; readonly time: LocalTime } | undefined;
  return (at) => {
    const minute = Math.floor(at / MINUTE_MS);
    if (latest?.minute !== minute) {
      const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
      const day = DAYS.indexOf(parts.get("weekday")?.toLowerCase() ?? "");
      const time = { day, minute: Number(parts.get("hour")) * 60 + Number(parts.get("minute")) };
      latest = { minute, time };
    }
    return latest.time;
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-GB", {
      timeZone,
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
  } catch (error) {
    throw new Error(`timeZone ${timeZone} is not known: use a name such as Europe/Berlin`, {
      cause: error,
    });
  }
}

function minuteOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(":").map(Number);
  return hours * 60 + minutes;
}

function hasZone(text: string): boolean {
  return /(Z|[+-]\d\d:?\d\d)$/i.test(text);
}
