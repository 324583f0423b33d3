/** When which server is checked of pvmon's own accord: all of them in turn, and sooner those that there is a doubt about. */
import type { CircuitOutcome, ServerView } from "pvmon";

/** A beacon that is this many of its server's periods late leaves a doubt; three make a loss. */
const LATE_PERIODS = 1.3;
/** No server is checked sooner again, as a circuit without an answer has to be: one alone is no proof. */
const AGAIN_AFTER_MS = 5_000;
/** A doubt that was checked already is checked again so often. */
const DOUBT_EVERY_MS = 30_000;
/** The shortest and the longest round, in shares of the configured one: servers are not checked in step. */
const JITTER = 0.1;

interface Plan {
  nextAt: number;
  checkedAt: number;
  /** The walk over the inventory that saw it last. */
  walk: number;
}

export class Schedule {
  readonly #everyMs: number;
  readonly #random: () => number;
  readonly #plans = new Map<string, Plan>();
  #walk = 0;

  /** @param random 0..1 */
  constructor(everyMs: number, random: () => number = Math.random) {
    this.#everyMs = everyMs;
    this.#random = random;
  }

  get size(): number {
    return this.#plans.size;
  }

  /**
   * Whether to check the server now. The first check of a server comes at a random time within the first round.
   * @param blind beacons of everybody are missing, so that missing ones are no doubt.
   */
  isDue(server: ServerView, now: number, blind: boolean): boolean {
    let plan = this.#plans.get(server.server);
    if (plan === undefined) {
      const checkedAt = Number.NEGATIVE_INFINITY;
      plan = { nextAt: now + this.#random() * this.#everyMs, checkedAt, walk: this.#walk };
      this.#plans.set(server.server, plan);
    }
    plan.walk = this.#walk;
    if (now >= plan.nextAt) return true;
    const lateAt = lateFrom(server);
    if (blind || now <= lateAt) return false;
    return now - plan.checkedAt >= (plan.checkedAt < lateAt ? AGAIN_AFTER_MS : DOUBT_EVERY_MS);
  }

  /** A check of the server begins. */
  begun(server: string, now: number): void {
    const plan = this.#plans.get(server);
    if (plan === undefined) return;
    const share = 1 - JITTER + 2 * JITTER * this.#random();
    plan.checkedAt = now;
    plan.nextAt = now + share * this.#everyMs;
  }

  /** @param wasHanging the server is known to hang already. */
  ended(
    server: string,
    outcome: CircuitOutcome | undefined,
    wasHanging: boolean,
    now: number,
  ): void {
    const plan = this.#plans.get(server);
    if (plan === undefined || outcome !== "unresponsive") return;
    plan.nextAt = Math.min(plan.nextAt, now + (wasHanging ? DOUBT_EVERY_MS : AGAIN_AFTER_MS));
  }

  /** All servers have been looked at: those that were not seen since the walk before are forgotten. */
  endWalk(): void {
    for (const [server, { walk }] of this.#plans) {
      if (walk < this.#walk) this.#plans.delete(server);
    }
    this.#walk++;
  }
}

/** Infinity when nobody can say. */
function lateFrom({ lastBeaconAt, periodMs }: ServerView): number {
  if (lastBeaconAt === null || periodMs === null) return Number.POSITIVE_INFINITY;
  return lastBeaconAt + LATE_PERIODS * periodMs;
}
