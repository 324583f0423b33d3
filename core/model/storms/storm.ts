/** A storm of searches that was noticed: what is kept of it while it lasts, and how it is shown. */
import type { EventDraft } from "../event.js";
import type { AnomalyView, StormView } from "../views.js";
import type { Rate } from "./storm-event.js";

/** So many times as much as usual. */
const FACTOR = 5;
/** names/s: a quiet network may multiply its few names, and every IOC looks up so many a second without anybody noticing. */
const LEAST_NAMES = 500;
/** Of what made it one: with less it calms down. */
const CALM_SHARE = 0.5;

export interface Storm {
  readonly started: EventDraft;
  /** Otherwise it is only counted in the next that is told. */
  readonly isTold: boolean;
  /** names/s below which it calms down. */
  readonly calmBelow: number;
  readonly usual: Rate;
  peak: number;
  names: number;
  seconds: number;
  calm: number;
  lastSeenAt: number;
  endedAt: number | null;
}

/** names/s from which on it is a storm. */
export function limitOf({ names }: Rate): number {
  return Math.max(LEAST_NAMES, FACTOR * names);
}

export function beginning(started: EventDraft, usual: Rate, peak: number, isTold: boolean): Storm {
  const calmBelow = CALM_SHARE * limitOf(usual);
  const lastSeenAt = started.at;
  return {
    started,
    isTold,
    calmBelow,
    usual,
    peak,
    names: 0,
    seconds: 0,
    calm: 0,
    lastSeenAt,
    endedAt: null,
  };
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
