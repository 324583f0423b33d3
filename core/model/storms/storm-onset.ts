/**
 * Whether so many searches are a storm, or a burst that ends by itself. libca (EPICS Base, `searchTimer.cpp`, `udpiiu.cpp`) has
 * timers of 32 ms, 64 ms, and so on up to 5 min. Each time that one expires it sends one datagram of the names that wait in it,
 * more only while all of the one before were answered, and what is not answered waits in the next timer. So a client with many dead
 * names asks for some 1,550 names/s, however many they are, steadily, until it has been through all of them twice; and after a
 * beacon anomaly each client sends a datagram whenever a timer of 8 s or more expires. An address that asks for more than that and
 * does not fall is a storm within seconds; what is slower, or comes of many, has to last.
 */
import { meanOf, type Rate, SECOND_MS } from "./search-rates.js";

/**
 * names/s that one libca context does not exceed while nobody answers: 1 / 32 ms + 1 / 64 ms + … datagrams/s, of
 * 1,024 bytes, which are 25 to 31 names of 8 to 23 characters.
 */
export const LIBCA_NAMES_PER_SECOND = 2000;
/** Of these it is said whether it goes on, and who it is. */
export const LATEST_SECONDS = 3;
/** Once the first second of a storm is over, it has to go on for so long: with delivery it is told in less than 10 s. */
const LEAST_SECONDS = 7;
/** A storm may begin with a burst, or behind one. */
const MEAN_SECONDS = 60;
/**
 * The latest seconds as a share of the mean since the onset, or of the last minute. What backs off from 32 ms is at 0.3 after seven
 * whole seconds, what does from 5 s at 0.78, in whatever part of a second it began; both only fall from there.
 */
const STEADY = 0.8;
/** What may last for a minute without being one, of the slow ones. A client that asks in bursts has one in each part. */
const PART_SECONDS = 10;
const LASTING_SECONDS = 60 + PART_SECONDS;

export class StormOnset {
  /** Start of its first second, UTC ms; undefined while there is none. */
  #at: number | undefined;
  /** The oldest first, whether there is an onset or not. */
  #latest: Rate[] = [];

  get at(): number | undefined {
    return this.#at;
  }

  /** The next second. @param limit names/s from which on it is an onset */
  add(rate: Rate, from: number, limit: number): void {
    this.#latest.push(rate);
    if (this.#latest.length > LASTING_SECONDS) this.#latest.shift();
    if (this.#at === undefined && rate.names >= limit) this.#at = from;
    // A client that asks every two or three seconds has pauses.
    else if (meanOf(this.#of(from, LATEST_SECONDS)).names < limit) this.#at = undefined;
  }

  /** Nobody looked for a while, or it was told. */
  forget(): void {
    this.#at = undefined;
    this.#latest = [];
  }

  /** Its seconds, at most 70 of the latest, up to the one that begins at `from`. */
  seconds(from: number): readonly Rate[] {
    return this.#of(from, LASTING_SECONDS);
  }

  /** It goes on and does not fall, for some seconds. */
  isSteady(from: number): boolean {
    const [first, second, ...others] = this.#of(from, MEAN_SECONDS);
    if (first === undefined || second === undefined) return false;
    // One that rises began somewhere in its first second.
    const whole = first.names < second.names ? [second, ...others] : [first, second, ...others];
    return whole.length >= LEAST_SECONDS && isLevel(whole, LATEST_SECONDS);
  }

  /** The seconds of one that has gone on for more than a minute without falling, if there is one. */
  lasting(limit: number): readonly Rate[] | undefined {
    const all = this.#latest;
    if (all.length < LASTING_SECONDS) return undefined;
    for (let from = 0; from < all.length; from += PART_SECONDS) {
      if (meanOf(all.slice(from, from + PART_SECONDS)).names < limit) return undefined;
    }
    if (!isLevel(all, LATEST_SECONDS) || !isLevel(all, PART_SECONDS)) return undefined;
    return all.slice(all.findIndex(({ names }) => names >= limit));
  }

  #of(from: number, most: number): readonly Rate[] {
    const since = this.#at === undefined ? 0 : (from - this.#at) / SECOND_MS + 1;
    const seconds = Math.min(since, most);
    return seconds === 0 ? [] : this.#latest.slice(-seconds);
  }
}

/** The latest so many are hardly less than the mean. */
function isLevel(seconds: readonly Rate[], latest: number): boolean {
  return meanOf(seconds.slice(-latest)).names >= STEADY * meanOf(seconds).names;
}
