/** Searches of pvmon's own accord that wait for their turn: changed servers first, then the round. Bounded, lazy. */
import type { Target, Targets } from "./verification.js";

/** Server events whose PVs wait to be searched; further ones are left to the next round. */
const MAX_CHANGES = 1000;

export class Feed {
  readonly #changes: Targets[] = [];
  #round: Targets | undefined;

  /** True when it had room. */
  addChange(targets: Targets): boolean {
    if (this.#changes.length >= MAX_CHANGES) return false;
    this.#changes.push(targets);
    return true;
  }

  /** False while a round is under way: it goes on, or the names that come last would never have their turn. */
  beginRound(targets: Targets): boolean {
    if (this.#round !== undefined) return false;
    this.#round = targets;
    return true;
  }

  get empty(): boolean {
    return this.#changes.length === 0 && this.#round === undefined;
  }

  clear(): void {
    this.#changes.length = 0;
    this.#round = undefined;
  }

  /** The next target, `undefined` for a breath, or null when nothing waits. */
  next(): { readonly target: Target | undefined; readonly changed: boolean } | null {
    for (let change = this.#changes[0]; change !== undefined; change = this.#changes[0]) {
      const { value, done } = change.next();
      if (!done) return { target: value ?? undefined, changed: true };
      this.#changes.shift();
    }
    if (this.#round === undefined) return null;
    const { value, done } = this.#round.next();
    if (!done) return { target: value ?? undefined, changed: false };
    this.#round = undefined;
    return null;
  }
}
