/**
 * Search storms: far more names are asked for than usual, and it does not stop. Looked at once a second, on the time of the
 * data, a second after it has passed, so that a capture that is replayed tells what was told live.
 */
import type { EventDraft, PvmonEvent } from "../event.js";
import { EventBudget } from "../event-budget.js";
import { DELIVERY_MS } from "../lateness.js";
import type { SearchSeen } from "../observation.js";
import type { AnomalyView, StormView } from "../views.js";
import { areOthers } from "./culprits.js";
import { meanOf, type Rate, SECOND_MS, SearchRates } from "./search-rates.js";
import {
  findingOf,
  isSameStorm,
  limitOf,
  remembered,
  type Storm,
  type StormCount,
  setBack,
  stormOf,
  viewOf,
} from "./storm.js";
import { type ClientLookup, type StormEnd, stormEnded, stormStarted } from "./storm-event.js";
import { LATEST_SECONDS, StormOnset } from "./storm-onset.js";
import { UsualRate } from "./usual-rate.js";
import { type Asking, type ClientSource, WhoAsks } from "./who-asks.js";

/** It is over when so little was asked for all this time. */
const CALM_SECONDS = 10;
/** It is over when nothing was heard all this time, because sensors are blind. */
const BLIND_SECONDS = 300;
/** So often it is looked who asks, while it lasts, and of so many seconds. */
const LOOK_AGAIN_SECONDS = 5;
/** Of so many seconds it is said who asks, when it is slow. */
const SLOW_SECONDS = 10;
/** Since the onset, when it is first looked who asks. */
const LOOK_AT_SECONDS = 2;
/** What was watched for a day is what the site is like. */
const USUAL_AFTER_SECONDS = 86_400;
const MAX_PAST = 20;
/** A client that storms now and then. */
const BURST = 20;
const EVERY_MS = 600_000;
/** Kept back for those that are not among the latest. */
const RESERVE = 5;

export interface StormSite extends ClientSource, ClientLookup {}

export class SearchStorms {
  readonly #site: StormSite;
  readonly #tell: (draft: EventDraft) => void;
  readonly #rates = new SearchRates();
  readonly #usual = new UsualRate();
  readonly #onset = new StormOnset();
  readonly #who: WhoAsks;
  readonly #budget = new EventBudget(BURST, EVERY_MS);
  /** Up to when it was looked at. */
  #judgedTo: number | undefined;
  #storm: Storm | undefined;
  /** Until the next second, one that a run before has told of last and not told the end of. */
  #remembered: Storm | undefined;
  /** Latest first. */
  #past: Storm[] = [];
  #notTold = 0;

  constructor(site: StormSite, tell: (draft: EventDraft) => void) {
    this.#site = site;
    this.#tell = tell;
    this.#who = new WhoAsks(site, this.#rates);
  }

  /** Of anybody but pvmon itself; `ids` are those of the search's names. */
  foldSearch(search: SearchSeen, ids: Uint32Array): void {
    this.#rates.add(search.at, search.count);
    this.#who.count(search, ids);
  }

  /** Once per whole second of data time. */
  tick(at: number, blind: boolean): void {
    const from = at - DELIVERY_MS - SECOND_MS;
    const to = from + SECOND_MS;
    if (this.#judgedTo !== undefined && this.#judgedTo !== from) this.#interrupted();
    this.#judgedTo = to;
    if (this.#remembered !== undefined) this.#takeBack(this.#remembered);
    const rate = this.#rates.between(from, to);
    const isBlind = blind && rate.names === 0;
    if (this.#storm !== undefined) {
      if (isBlind) this.#blind(this.#storm);
      else this.#goesOn(this.#storm, rate, to);
      return;
    }
    this.#watch(rate, from, to);
    // What may be a storm is not to become usual, however often it comes.
    const isCalm = this.#storm === undefined && this.#onset.at === undefined;
    if (isCalm && !isBlind) this.#usual.add(rate);
  }

  /** The clock was set back: nothing was later than now. */
  clockSet(at: number): void {
    this.#judgedTo = undefined;
    this.#rates.clockSet(at);
    this.#forgetOnset();
    if (this.#storm !== undefined) this.#storm = setBack(this.#storm, at);
  }

  forgetNames(ids: ReadonlySet<number>): void {
    this.#who.forgetNames(ids);
  }

  /** Goes on with the storm that a run before has told of last, unless it has told of its end. */
  restore(event: PvmonEvent): void {
    if (!event.type.startsWith("storm.")) return;
    const known = [...this.#past, ...(this.#storm === undefined ? [] : [this.#storm])];
    const isKnown = known.some(({ started }) => isSameStorm(started, event));
    const isStart = event.type === "storm.started" && !isKnown;
    this.#remembered = isStart ? remembered(event) : undefined;
  }

  /** The one that lasts. */
  current(): StormView | null {
    const storm = this.#storm ?? this.#remembered;
    return storm === undefined ? null : viewOf(storm);
  }

  /** That one, and the latest that are over; latest first. */
  findings(): AnomalyView[] {
    return this.#all().map(findingOf);
  }

  #all(): readonly Storm[] {
    const storm = this.#storm ?? this.#remembered;
    return storm === undefined ? this.#past : [storm, ...this.#past];
  }

  /** Its store may come late, when another storm lasts. */
  #takeBack(storm: Storm): void {
    this.#remembered = undefined;
    this.#usual.recall(storm.usual);
    if (this.#storm !== undefined) {
      this.#over(storm, this.#storm.started.at, "unseen");
      return;
    }
    this.#forgetOnset();
    this.#storm = storm;
  }

  #watch(rate: Rate, from: number, to: number): void {
    const usual = this.#usual.value;
    if (usual === undefined) return;
    const limit = limitOf(usual);
    this.#onset.add(rate, from, limit);
    const { at } = this.#onset;
    if (at === undefined) this.#who.forget();
    else if (to - at >= LOOK_AT_SECONDS * SECOND_MS) {
      const asking = this.#who.between(Math.max(at, to - LATEST_SECONDS * SECOND_MS), to);
      const isSeen = this.#who.look(asking, to);
      const isFast = isSeen && asking.isFast && this.#onset.isSteady(from);
      if (isFast && !this.#who.isConnecting(asking)) {
        this.#begin(at, this.#onset.seconds(from), usual, asking, to);
        return;
      }
    }
    const lasting = this.#onset.lasting(limit);
    if (lasting === undefined) return;
    const asking = this.#who.between(to - SLOW_SECONDS * SECOND_MS, to);
    this.#begin(to - lasting.length * SECOND_MS, lasting, usual, asking, to);
  }

  #begin(at: number, all: readonly Rate[], usual: Rate, asking: Asking, to: number): void {
    const mean = meanOf(all);
    const seconds = all.length;
    const names = mean.names * seconds;
    const datagrams = mean.datagrams * seconds;
    const peak = all.reduce((most, second) => Math.max(most, second.names), 0);
    this.#start(at, { seconds, names, datagrams, peak }, usual, asking, to);
  }

  #start(at: number, count: StormCount, usual: Rate, asking: Asking, noticedAt: number): void {
    const found = this.#who.found(asking);
    const draft = stormStarted({ at, count, usual, asking, found }, this.#site);
    this.#forgetOnset();
    const isOfLate = this.#past.some(({ started }) => started.subject === draft.subject);
    const isTold = this.#budget.take(noticedAt, isOfLate ? RESERVE : 0);
    const notTold = this.#notTold;
    const started =
      notTold === 0 ? draft : { ...draft, evidence: { ...draft.evidence, stormsNotTold: notTold } };
    this.#notTold = isTold ? 0 : notTold + 1;
    const beginning = { started, usual, isTold, count, lastSeenAt: noticedAt };
    this.#storm = stormOf({ ...beginning, isOnlyRemembered: false });
    if (isTold) this.#tell(started);
  }

  #goesOn(storm: Storm, { names, datagrams }: Rate, to: number): void {
    storm.seconds++;
    storm.names += names;
    storm.datagrams += datagrams;
    storm.peak = Math.max(storm.peak, names);
    storm.blind = 0;
    storm.calm = names < storm.calmBelow ? storm.calm + 1 : 0;
    if (storm.calm === 0) {
      storm.lastSeenAt = to;
      storm.isOnlyRemembered = false;
    }
    if (storm.calm >= CALM_SECONDS) {
      this.#end(to - CALM_SECONDS * SECOND_MS, "over");
    } else if (storm.seconds >= USUAL_AFTER_SECONDS) {
      const { seconds } = storm;
      this.#end(to, "usual");
      this.#usual.recall({ names: storm.names / seconds, datagrams: storm.datagrams / seconds });
    } else if (storm.seconds % LOOK_AGAIN_SECONDS === 0 && storm.calm === 0) {
      this.#lookAgain(storm, to);
    }
  }

  #blind(storm: Storm): void {
    storm.blind++;
    if (storm.blind >= BLIND_SECONDS) this.#end(storm.lastSeenAt, "blind");
  }

  /** Whoever was named may have stopped, and others gone on: they are named once it was seen what they ask for. */
  #lookAgain(storm: Storm, to: number): void {
    const at = Math.max(storm.started.at, to - LOOK_AGAIN_SECONDS * SECOND_MS);
    const asking = this.#who.between(at, to);
    const { busy, counted } = asking;
    if (!areOthers(storm.started.evidence, busy, counted.names)) {
      this.#who.forget();
      return;
    }
    if (!this.#who.look(asking, to)) return;
    const seconds = (to - at) / SECOND_MS;
    const { usual } = storm;
    this.#end(at, "over");
    this.#start(at, { ...counted, seconds, peak: counted.names / seconds }, usual, asking, to);
  }

  #end(at: number, how: StormEnd): void {
    const storm = this.#storm;
    if (storm === undefined) return;
    this.#storm = undefined;
    this.#over(storm, at, storm.isOnlyRemembered ? "unseen" : how);
  }

  #over(storm: Storm, at: number, how: StormEnd): void {
    storm.endedAt = at;
    this.#past = [storm, ...this.#past].slice(0, MAX_PAST);
    if (storm.isTold) this.#tell(stormEnded(storm.started, { at, peak: storm.peak, how }));
  }

  /** Nobody looked for a while. */
  #interrupted(): void {
    this.#forgetOnset();
    this.#usual.skip();
    if (this.#storm !== undefined) this.#end(this.#storm.lastSeenAt, "over");
  }

  #forgetOnset(): void {
    this.#onset.forget();
    this.#who.forget();
  }
}
