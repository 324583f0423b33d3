/** A storm of searches that was noticed: what is kept of it while it lasts, and how it is shown. */
import type { EventDraft } from "../event.js";
import type { AnomalyView, StormView } from "../views.js";
import type { Rate } from "./search-rates.js";

/** So many times as much as usual. */
const FACTOR = 5;
/** names/s: a quiet network may multiply its few names, and every IOC looks up so many a second without anybody noticing. */
const LEAST_NAMES = 500;
/** Of what made it one: with less it calms down. */
const CALM_SHARE = 0.5;

/** What was counted of it, all together. */
export interface StormCount {
  seconds: number;
  names: number;
  datagrams: number;
  /** names/s of its busiest second. */
  peak: number;
}

export interface Storm extends StormCount {
  readonly started: EventDraft;
  /** Otherwise it is only counted in the next that is told. */
  readonly isTold: boolean;
  /** names/s below which it calms down. */
  readonly calmBelow: number;
  readonly usual: Rate;
  /** A run before told of it, and it has not been seen since. */
  isOnlyRemembered: boolean;
  /** Of the latest seconds, how many were calm. */
  calm: number;
  /** Of the latest seconds, in how many nothing was heard while sensors were blind. */
  blind: number;
  /** End of the latest second that was not calm, UTC ms. */
  lastSeenAt: number;
  endedAt: number | null;
}

/** names/s from which on it is a storm. */
export function limitOf({ names }: Rate): number {
  return Math.max(LEAST_NAMES, FACTOR * names);
}

export interface StormBeginning {
  readonly started: EventDraft;
  readonly usual: Rate;
  readonly isTold: boolean;
  readonly count: StormCount;
  readonly lastSeenAt: number;
  readonly isOnlyRemembered: boolean;
}

export function stormOf({ count, ...beginning }: StormBeginning): Storm {
  const calmBelow = CALM_SHARE * limitOf(beginning.usual);
  return { ...beginning, ...count, calmBelow, calm: 0, blind: 0, endedAt: null };
}

/** The one that an event of a run before tells of; undefined when it does not say what was usual. */
export function remembered(started: EventDraft): Storm | undefined {
  const { namesPerSecond, usualNamesPerSecond, usualDatagramsPerSecond } = started.evidence;
  const usual = { names: Number(usualNamesPerSecond), datagrams: Number(usualDatagramsPerSecond) };
  const peak = Number(namesPerSecond);
  const isRate = (value: number): boolean => Number.isFinite(value) && value >= 0;
  if (![usual.names, usual.datagrams, peak].every(isRate)) return undefined;
  return stormOf({
    started,
    usual,
    isTold: true,
    count: { seconds: 0, names: 0, datagrams: 0, peak },
    lastSeenAt: started.at,
    isOnlyRemembered: true,
  });
}

export function isSameStorm(one: EventDraft, other: EventDraft): boolean {
  return one.at === other.at && one.subject === other.subject;
}

/** Without times that are later than now, after the clock was set back. */
export function setBack(storm: Storm, at: number): Storm {
  const started = { ...storm.started, at: Math.min(storm.started.at, at) };
  return { ...storm, started, lastSeenAt: Math.min(storm.lastSeenAt, at) };
}

export function viewOf({ started, usual, peak }: Storm): StormView {
  const { subject, client = null, text, at, evidence } = started;
  return {
    startedAt: at,
    subject,
    client,
    text,
    usualNamesPerSecond: usual.names,
    peakNamesPerSecond: peak,
    evidence,
  };
}

export function findingOf({ started, names, lastSeenAt, endedAt }: Storm): AnomalyView {
  const { subject, text, at, evidence } = started;
  return {
    type: "searchStorm",
    subject,
    text,
    openedAt: at,
    closedAt: endedAt,
    lastSeenAt,
    count: names,
    evidence,
  };
}
