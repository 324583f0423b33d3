/** Per-minute totals of the network's traffic, as rows for the store, and the rates of right now. */
import type { Ipv4 } from "../address.js";
import { formatIpv4, parseIpv4 } from "../address.js";
import type { BusyNames } from "../clients/busy-names.js";
import type { SearchSeen, SourceClass } from "../observation.js";
import type { TrafficRow, TrafficSeries } from "../row.js";
import type { Rates } from "../views.js";
import { RateWindow } from "./traffic-rate.js";

export const MINUTE_MS = 60_000;

/** Clients with a series of their own: the busiest of the minute. */
const CLIENT_SERIES = 50;
/** Over so much silence nobody was watching: such minutes get no rows, rather than rows that say that nothing was there. */
const MAX_SILENCE_MS = 3_600_000;
const RATE_SECONDS = 10;
/** In a minute; further ones would not change its mean much. */
const MAX_PROCESS_SAMPLES = 60;
const PV_SERIES = "pv:";
const CLIENT_SERIES_PREFIX = "client:";

type Gauge = Extract<TrafficSeries, `pvs${string}`>;
type ProcessFigure = Extract<TrafficSeries, `process${string}`>;
type Counter = Exclude<TrafficSeries, Gauge | ProcessFigure | "distinctClients">;

/** How pvmon's own process does. */
export type ProcessSample = Readonly<Record<ProcessFigure, number>>;

export interface TrafficSink {
  row(row: TrafficRow): void;
  /** Sampled at the end of the minute, and whenever the running minute is told. */
  gauges(): Readonly<Record<Gauge, number>>;
}

const NAMES_OF: Readonly<Record<SourceClass, Counter>> = {
  client: "clientNames",
  archiver: "archiverNames",
  gateway: "gatewayNames",
  own: "ownNames",
};

function zero(): Record<Counter, number> {
  return {
    searchDatagrams: 0,
    searchNames: 0,
    clientNames: 0,
    archiverNames: 0,
    gatewayNames: 0,
    ownNames: 0,
    answers: 0,
    beacons: 0,
  };
}

export class Traffic {
  readonly #maxClients: number;
  readonly #sink: TrafficSink;
  readonly #busyNames: Pick<BusyNames, "begin" | "restore" | "tell">;
  readonly #nameRate = new RateWindow(1000, RATE_SECONDS);
  readonly #datagramRate = new RateWindow(1000, RATE_SECONDS);
  /** Start of the running minute, 0 before the first. */
  #minuteAt = 0;
  #lastObservedAt = 0;
  #counts = zero();
  /** Names by client address. */
  #byClient = new Map<Ipv4, number>();
  /** Clients that already have a row of this minute, which must not stay at less than the whole. */
  #told = new Set<Ipv4>();
  /** Of this minute; until there are any, the latest one. */
  #processSamples: readonly ProcessSample[] = [];
  #processSampleIsOld = false;
  /** What a run before counted in this minute, by series. */
  #before = new Map<string, number>();

  /** @param maxClients addresses counted in one minute; the names of further ones count in the totals only. */
  constructor(
    maxClients: number,
    sink: TrafficSink,
    busyNames: Pick<BusyNames, "begin" | "restore" | "tell">,
  ) {
    this.#maxClients = maxClients;
    this.#sink = sink;
    this.#busyNames = busyNames;
  }

  /** Every observation, whatever it is: somebody is watching. */
  observed(at: number): void {
    if (at > this.#lastObservedAt) this.#lastObservedAt = at;
    if (at >= this.#minuteAt + MINUTE_MS) this.#begin(at);
  }

  /** `source` is who it is after a look at our own sockets. */
  foldSearch(search: SearchSeen, source: SourceClass): void {
    const { at, client, count } = search;
    const counts = this.#counts;
    counts.searchDatagrams++;
    counts.searchNames += count;
    counts[NAMES_OF[source]] += count;
    this.#nameRate.add(at, count);
    this.#datagramRate.add(at, 1);
    if (source === "own") return;
    const names = this.#byClient.get(client);
    if (names !== undefined || this.#byClient.size < this.#maxClients) {
      this.#byClient.set(client, (names ?? 0) + count);
    }
  }

  answer(): void {
    this.#counts.answers++;
  }

  beacon(): void {
    this.#counts.beacons++;
  }

  /** Counts in the running minute. Says nothing of whether anybody watches the network. */
  processSampled(sample: ProcessSample): void {
    const others = this.#processSampleIsOld ? [] : this.#processSamples;
    if (others.length < MAX_PROCESS_SAMPLES) this.#processSamples = [...others, sample];
    this.#processSampleIsOld = false;
  }

  /** Ends the running minute when `at` is in another. To be called at every whole minute that passes. */
  tick(at: number): void {
    if (this.#minuteAt === 0 || at < this.#minuteAt + MINUTE_MS) return;
    if (this.isWatched(this.#minuteAt + MINUTE_MS)) this.flush();
    this.#begin(at);
  }

  /** Set back, minutes that were told come again, and what is told last of them holds. */
  clockSet(at: number): void {
    this.#nameRate.clockSet(at);
    this.#datagramRate.clockSet(at);
    if (this.#minuteAt <= at) return;
    this.flush();
    this.#lastObservedAt = at;
    this.#begin(at);
  }

  /** False after an hour without any observation. */
  isWatched(at: number): boolean {
    return at - this.#lastObservedAt <= MAX_SILENCE_MS;
  }

  /** Tells the running minute so far: the same rows come again, with more, until it ends. */
  flush(): void {
    if (this.#minuteAt === 0) return;
    for (const [series, value] of Object.entries(this.#counts)) this.#tellMore(series, value);
    this.#tell("distinctClients", this.#distinctClients());
    for (const [series, value] of Object.entries(this.#sink.gauges())) this.#tell(series, value);
    for (const series of ["processRss", "processCpu"] as const) {
      const values = this.#processSamples.map((sample) => sample[series]);
      if (values.length > 0) this.#tell(series, mean(values));
    }
    for (const client of this.#busiest()) this.#told.add(client);
    for (const client of this.#told) {
      this.#tellMore(seriesOf(client), this.#byClient.get(client) ?? 0);
    }
    this.#busyNames.tell((name, value) => this.#tell(`${PV_SERIES}${name}`, value));
  }

  /** Goes on with the latest minute that a run before has begun; that is added to what was counted in it since. */
  restore({ minuteAt, series, value }: TrafficRow): void {
    if (minuteAt < this.#minuteAt) return;
    if (minuteAt > this.#minuteAt) this.#begin(minuteAt);
    if (isCounter(series, this.#counts) || series === "distinctClients") {
      this.#keep(series, value);
    } else if (series.startsWith(CLIENT_SERIES_PREFIX)) {
      const client = parseIpv4(series.slice(CLIENT_SERIES_PREFIX.length));
      if (client === undefined || this.#told.size >= this.#maxClients) return;
      this.#keep(series, value);
      this.#told.add(client);
    } else if (series.startsWith(PV_SERIES)) {
      this.#busyNames.restore(series.slice(PV_SERIES.length), value);
    }
  }

  rates(now: number): Rates {
    return {
      searchNamesPerSecond: this.#nameRate.perSecond(now),
      searchDatagramsPerSecond: this.#datagramRate.perSecond(now),
    };
  }

  #begin(at: number): void {
    this.#minuteAt = Math.floor(at / MINUTE_MS) * MINUTE_MS;
    this.#counts = zero();
    this.#byClient.clear();
    this.#told.clear();
    // Every minute has a value then, however short it was watched: means over several minutes count on it.
    this.#processSamples = this.#processSamples.slice(-1);
    this.#processSampleIsOld = true;
    this.#before.clear();
    this.#busyNames.begin();
  }

  /** Two stores may remember the same minute. */
  #keep(series: string, value: number): void {
    this.#before.set(series, Math.max(value, this.#before.get(series) ?? 0));
  }

  /** Of the clients that a run before counted, only the busiest are known by their addresses. */
  #distinctClients(): number {
    let known = this.#byClient.size;
    let named = 0;
    for (const client of this.#told) {
      if (!this.#before.has(seriesOf(client))) continue;
      named++;
      if (!this.#byClient.has(client)) known++;
    }
    return known + Math.max(0, (this.#before.get("distinctClients") ?? 0) - named);
  }

  #busiest(): Ipv4[] {
    const clients = [...this.#byClient];
    if (clients.length > CLIENT_SERIES) clients.sort(([, a], [, b]) => b - a);
    return clients.slice(0, CLIENT_SERIES).map(([client]) => client);
  }

  #tellMore(series: string, value: number): void {
    this.#tell(series, value + (this.#before.get(series) ?? 0));
  }

  #tell(series: string, value: number): void {
    this.#sink.row({ kind: "traffic", minuteAt: this.#minuteAt, series, value });
  }
}

function seriesOf(client: Ipv4): string {
  return `${CLIENT_SERIES_PREFIX}${formatIpv4(client)}`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function isCounter(series: string, counts: Record<Counter, number>): series is Counter {
  return Object.hasOwn(counts, series);
}
