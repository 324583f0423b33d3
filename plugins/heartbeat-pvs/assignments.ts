/** Which heartbeat each entry shows now. An application is compared with the entries once, when it is first seen. */
import type { HeartbeatView } from "pvmon";
import { type Entry, matcherOf } from "./entries.js";

export class Assignments {
  readonly #matchers: readonly ((beat: HeartbeatView) => boolean)[];
  /** Indices of the entries that an application fits, by its id. */
  #fits = new Map<string, readonly number[]>();
  readonly #shown: (HeartbeatView | undefined)[];
  #doubtful = 0;

  constructor(entries: readonly Entry[]) {
    this.#matchers = entries.map(matcherOf);
    this.#shown = entries.map(() => undefined);
  }

  /** Entries that more than one beating application fits: they show the one they showed before. */
  get doubtful(): number {
    return this.#doubtful;
  }

  of(entry: number): HeartbeatView | undefined {
    return this.#shown[entry];
  }

  /** Entries that show this application. */
  showing(app: string): number[] {
    return (this.#fits.get(app) ?? []).filter((entry) => this.#shown[entry]?.app === app);
  }

  /** @param heartbeats all that there are */
  update(heartbeats: Iterable<HeartbeatView>): void {
    const fits = new Map<string, readonly number[]>();
    const shown = new Map<number, HeartbeatView>();
    const doubtful = new Set<number>();
    for (const beat of heartbeats) {
      const entries = this.#fits.get(beat.app) ?? this.#fitting(beat);
      fits.set(beat.app, entries);
      for (const entry of entries) {
        const other = shown.get(entry);
        if (other !== undefined && !other.lost && !beat.lost) doubtful.add(entry);
        if (other === undefined || this.#isBetter(entry, beat, other)) shown.set(entry, beat);
      }
    }
    this.#fits = fits;
    this.#doubtful = doubtful.size;
    for (const entry of this.#shown.keys()) this.#shown[entry] = shown.get(entry);
  }

  #fitting(beat: HeartbeatView): number[] {
    return [...this.#matchers.keys()].filter((entry) => this.#matchers[entry]!(beat));
  }

  /** One that beats, then the one shown before, then the latest. */
  #isBetter(entry: number, beat: HeartbeatView, other: HeartbeatView): boolean {
    if (beat.lost !== other.lost) return other.lost;
    const before = this.#shown[entry]?.app;
    if (before === other.app) return false;
    return before === beat.app || beat.lastAt > other.lastAt;
  }
}
