/**
 * Search storms: far more names are asked for than usual, and it does not stop. Looked at once a second, on the time of the
 * data, a second after it has passed, so that a capture that is replayed tells what was told live.
 */
import { formatIpv4 } from "../address.js";
import type { NameLookup } from "../clients/client-views.js";
import type { BusyClients } from "../clients/clients.js";
import type { EventDraft, PvmonEvent } from "../event.js";
import { EventBudget } from "../event-budget.js";
import { DELIVERY_MS } from "../lateness.js";
import type { SearchSeen } from "../observation.js";
import { RateWindow } from "../traffic/traffic-rate.js";
import type { AnomalyView, StormView } from "../views.js";
import { AskedNames } from "./asked-names.js";
import { beginning, findingOf, limitOf, type Storm, viewOf } from "./storm.js";
import {
  type ClientLookup,
  MOST_CULPRITS,
  type Rate,
  soleCulprit,
  stormEnded,
  stormStarted,
} from "./storm-event.js";
import { StormOnset } from "./storm-onset.js";
import { UsualRate } from "./usual-rate.js";

/** It is over when so little was asked for all this time. */
const CALM_SECONDS = 10;
/** Of so many seconds it is said who asks; while it lasts, as often. */
const LATEST_SECONDS = 10;
/** Of those that were told, the one with less than this has stopped, and others go on. */
const GONE_SHARE = 0.25;
/** What lasts for a day is what the site is like. */
const USUAL_AFTER_SECONDS = 86_400;
const SECOND_MS = 1000;
const WINDOW_SECONDS = 16;
/** Since the onset, when it is first looked for whom the names are counted. */
const LOOK_AT_SECONDS = 2;
const LOOK_FOR_MS = 4 * SECOND_MS;
const MAX_PAST = 20;
/** A client that storms now and then. */
const BURST = 20;
const EVERY_MS = 600_000;

export interface StormSite extends NameLookup, ClientLookup {
  busiest(from: number, to: number, limit: number): BusyClients;
}

export class SearchStorms {
  readonly #site: StormSite;
  readonly #tell: (draft: EventDraft) => void;
  readonly #names = new RateWindow(SECOND_MS, WINDOW_SECONDS);
  readonly #datagrams = new RateWindow(SECOND_MS, WINDOW_SECONDS);
  readonly #usualNames = new UsualRate();
  readonly #usualDatagrams = new UsualRate();
  readonly #budget = new EventBudget(BURST, EVERY_MS);
  /** Up to when it was looked at. */
  #judgedTo: number | undefined;
  #onset: StormOnset | undefined;
  #asked: AskedNames | undefined;
  #storm: Storm | undefined;
  /** Latest first. */
  #past: Storm[] = [];
  #notTold = 0;

  constructor(site: StormSite, tell: (draft: EventDraft) => void) {
    this.#site = site;
    this.#tell = tell;
  }

  /** Of anybody but pvmon itself; `ids` are those of the search's names. */
  foldSearch(search: SearchSeen, ids: Uint32Array): void {
    this.#names.add(search.at, search.count);
    this.#datagrams.add(search.at, 1);
    this.#asked?.count(search, ids);
  }

  /** Once per whole second of data time. */
  tick(at: number, blind: boolean): void {
    const from = at - DELIVERY_MS - SECOND_MS;
    if (this.#judgedTo !== undefined && this.#judgedTo !== from) this.#interrupted();
    const to = from + SECOND_MS;
    this.#judgedTo = to;
    const names = this.#names.between(from, to);
    const datagrams = this.#datagrams.between(from, to);
    if (this.#storm !== undefined) {
      if (!blind || names > 0) this.#goesOn(this.#storm, names, to);
      return;
    }
    this.#watch(names, datagrams, from);
    // What may be a storm is not to become usual, however often it comes.
    if (this.#storm === undefined && this.#onset === undefined) {
      this.#learn(names, datagrams, blind);
    }
  }

  /** The clock was set back: nothing was later than now. */
  clockSet(at: number): void {
    this.#judgedTo = undefined;
    this.#forgetOnset();
    const storm = this.#storm;
    if (storm === undefined) return;
    const started = { ...storm.started, at: Math.min(storm.started.at, at) };
    this.#storm = { ...storm, started, lastSeenAt: Math.min(storm.lastSeenAt, at) };
  }

  forgetNames(ids: ReadonlySet<number>): void {
    this.#asked?.forget(ids);
  }

  /** Goes on with the storm that a run before has told of last, unless it has told of its end. */
  restore(event: PvmonEvent): void {
    if (this.#judgedTo !== undefined || !event.type.startsWith("storm.")) return;
    this.#storm = undefined;
    if (event.type !== "storm.started") return;
    const { namesPerSecond, usualNamesPerSecond, usualDatagramsPerSecond } = event.evidence;
    const usual = {
      names: Number(usualNamesPerSecond),
      datagrams: Number(usualDatagramsPerSecond),
    };
    if (!(usual.names >= 0 && usual.datagrams >= 0)) return;
    this.#usualNames.recall(usual.names);
    this.#usualDatagrams.recall(usual.datagrams);
    this.#storm = beginning(event, usual, Number(namesPerSecond) || 0, true);
  }

  /** The one that lasts. */
  current(): StormView | null {
    return this.#storm === undefined ? null : viewOf(this.#storm);
  }

  /** That one, and the latest that are over; latest first. */
  findings(): AnomalyView[] {
    const all = this.#storm === undefined ? this.#past : [this.#storm, ...this.#past];
    return all.map(findingOf);
  }

  #learn(names: number, datagrams: number, blind: boolean): void {
    if (blind && names === 0) {
      this.#usualNames.skip();
      this.#usualDatagrams.skip();
      return;
    }
    this.#usualNames.add(names);
    this.#usualDatagrams.add(datagrams);
  }

  #watch(names: number, datagrams: number, from: number): void {
    const usual = this.#usual();
    if (usual === undefined) return;
    const limit = limitOf(usual);
    if (this.#onset === undefined && names >= limit) this.#onset = new StormOnset(from, limit);
    const onset = this.#onset;
    if (onset === undefined) return;
    onset.add(names, datagrams);
    if (onset.isOver()) {
      this.#forgetOnset();
      return;
    }
    const to = from + SECOND_MS;
    if (onset.seconds === LOOK_AT_SECONDS) this.#lookAtNames(onset, to);
    const isConnecting = this.#asked?.isConnecting(this.#site) ?? false;
    if (onset.isStorm(isConnecting)) this.#begin(onset, usual, to);
  }

  #lookAtNames({ at, names }: StormOnset, to: number): void {
    const culprit = soleCulprit(this.#site.busiest(at, to, MOST_CULPRITS), names);
    // What is of before may have come already, and what is of later has not: as it is when a capture is read.
    const from = to + DELIVERY_MS;
    this.#asked = new AskedNames(culprit, from, from + LOOK_FOR_MS);
  }

  #begin(onset: StormOnset, usual: Rate, to: number): void {
    const { at, names, datagrams, seconds, peak } = onset;
    const { busy, counted } = this.#latest(at, to);
    const asked = this.#asked;
    const isOfCulprit = asked !== undefined && asked.client === soleCulprit(busy, counted);
    const found = isOfCulprit ? asked.findings(this.#site) : undefined;
    const perSecond = { names: names / seconds, datagrams: datagrams / seconds };
    this.#forgetOnset();
    this.#start({ at, perSecond, usual, counted, busy, found }, peak, to);
  }

  #start(facts: Parameters<typeof stormStarted>[0], peak: number, noticedAt: number): void {
    const draft = stormStarted(facts, this.#site);
    const isTold = this.#budget.take(noticedAt);
    const notTold = this.#notTold;
    const started =
      notTold === 0 ? draft : { ...draft, evidence: { ...draft.evidence, stormsNotTold: notTold } };
    this.#notTold = isTold ? 0 : notTold + 1;
    this.#storm = beginning(started, facts.usual, peak, isTold);
    if (isTold) this.#tell(started);
  }

  #goesOn(storm: Storm, names: number, to: number): void {
    storm.seconds++;
    storm.names += names;
    storm.peak = Math.max(storm.peak, names);
    storm.calm = names < storm.calmBelow ? storm.calm + 1 : 0;
    if (storm.calm === 0) storm.lastSeenAt = to;
    if (storm.calm >= CALM_SECONDS) {
      this.#end(storm, to - CALM_SECONDS * SECOND_MS);
    } else if (to - storm.started.at >= USUAL_AFTER_SECONDS * SECOND_MS) {
      this.#end(storm, to, true);
      this.#usualNames.recall(storm.names / storm.seconds);
    } else if (storm.seconds % LATEST_SECONDS === 0 && storm.calm === 0) {
      this.#lookAgain(storm, to);
    }
  }

  /** Whoever was named may have stopped, and others gone on. */
  #lookAgain(storm: Storm, to: number): void {
    const { client } = storm.started;
    const { counted, busy, at } = this.#latest(storm.started.at, to);
    const sole = soleCulprit(busy, counted);
    // Of those that are not among the top three, none has more than a quarter.
    const { names = 0 } = busy.top.find((one) => formatIpv4(one.client) === client) ?? {};
    const isOther = client === undefined ? sole !== undefined : names < GONE_SHARE * counted;
    if (!isOther) return;
    const datagrams = this.#datagrams.between(at, to) / LATEST_SECONDS;
    const perSecond = { names: counted / LATEST_SECONDS, datagrams };
    const { usual } = storm;
    this.#end(storm, at);
    this.#start({ at, perSecond, usual, counted, busy, found: undefined }, perSecond.names, to);
  }

  /** Who asks, of late. */
  #latest(since: number, to: number) {
    const at = Math.max(since, to - LATEST_SECONDS * SECOND_MS);
    const busy = this.#site.busiest(at, to, MOST_CULPRITS);
    return { at, busy, counted: this.#names.between(at, to) };
  }

  #end(storm: Storm, at: number, isUsual = false): void {
    this.#storm = undefined;
    storm.endedAt = at;
    this.#past = [storm, ...this.#past].slice(0, MAX_PAST);
    if (storm.isTold) this.#tell(stormEnded(storm.started, { at, peak: storm.peak, isUsual }));
  }

  /** Nobody looked for a while. */
  #interrupted(): void {
    this.#forgetOnset();
    this.#usualNames.skip();
    this.#usualDatagrams.skip();
    if (this.#storm !== undefined) this.#end(this.#storm, this.#storm.lastSeenAt);
  }

  #forgetOnset(): void {
    this.#onset = undefined;
    this.#asked = undefined;
  }

  #usual(): Rate | undefined {
    const [names, datagrams] = [this.#usualNames.value, this.#usualDatagrams.value];
    return names === null || datagrams === null ? undefined : { names, datagrams };
  }
}
