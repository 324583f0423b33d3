/** Rules as they are applied: compiled from the configuration, every mistake in them found at the start. */
import { compileGlobs, type EventType, type HostState, SEVERITIES, type Severity } from "pvmon";
import type { Config, RuleConfig } from "../config.js";
import type { Subject } from "./alert.js";

export interface Rule {
  readonly name: string;
  readonly events: ReadonlySet<EventType>;
  readonly hostStates: ReadonlySet<HostState>;
  readonly figure: RuleConfig["figure"];
  readonly above: number;
  readonly severity: Severity;
  readonly forMs: number;
  readonly calmMs: number;
  /** Infinity: never. */
  readonly repeatMs: number;
  readonly destinations: readonly string[];
  readonly owner: string;
  readonly procedure: string;
  /** @param hostName of its host, null when it is not known */
  isAbout(subject: Subject, hostName: string | null): boolean;
  isSevere(severity: Severity): boolean;
}

/** @throws Error that names the rule and says what to change. */
export function rulesOf({ rules, destinations }: Pick<Config, "rules" | "destinations">): Rule[] {
  const all = destinations.map(({ name }) => name);
  requireUnique("destinations", all);
  requireUnique(
    "rules",
    rules.map(({ name }) => name),
  );
  return rules.map((rule) => ruleOf(rule, all));
}

/** Whether a host is one of those that the globs mean; what is of no host is one only of `*`. */
export function hostsOf(
  globs: readonly string[],
): (host: string | undefined, name: string | null) => boolean {
  if (globs.includes("*")) return () => true;
  const fits = compileGlobs(globs, { ignoreCase: true });
  return (host, name) => host !== undefined && (fits(host) || (name !== null && fits(name)));
}

function ruleOf(config: RuleConfig, all: readonly string[]): Rule {
  const { name, events, hostStates, figure, hosts, match, destinations } = config;
  const causes = [events.length > 0, hostStates.length > 0, figure !== "none"];
  if (causes.filter(Boolean).length !== 1) {
    throw new Error(`rule ${name} needs exactly one of events, hostStates and figure`);
  }
  const unknown = destinations.find((destination) => !all.includes(destination));
  if (unknown !== undefined) {
    throw new Error(`rule ${name} names destination ${unknown}, which is not among destinations`);
  }
  const isMatched = compileGlobs(match, { ignoreCase: true });
  const isOfHosts = hostsOf(hosts);
  const lowest = SEVERITIES.indexOf(config.minSeverity);
  return {
    name,
    events: new Set(events),
    hostStates: new Set(hostStates),
    figure,
    above: config.above,
    severity: config.severity,
    forMs: config.forSeconds * 1000,
    calmMs: config.calmSeconds * 1000,
    repeatMs: config.repeatHours === 0 ? Number.POSITIVE_INFINITY : config.repeatHours * 3_600_000,
    destinations: destinations.length === 0 ? all : destinations,
    owner: config.owner,
    procedure: config.procedure,
    isAbout: (subject, hostName) => isMatched(subject.name) && isOfHosts(subject.host, hostName),
    isSevere: (severity) => SEVERITIES.indexOf(severity) >= lowest,
  };
}

function requireUnique(what: string, names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new Error(`two of the ${what} are called ${twice}`);
}
