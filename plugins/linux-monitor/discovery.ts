/** Finds hosts by the names that the inventory knows: in slices, so that a million names never hold up the loop. */
import type { InventoryService } from "pvmon";
import { signatureOf, sourceOf } from "./suffixes.js";

/** A few milliseconds. */
const SLOTS_PER_STEP = 4000;
const MAX_EXPECTED = 1000;
const EXPECTED_PER_STEP = 20;

type Names = Pick<InventoryService, "nameSlots" | "nameAt" | "pv">;

export class Discovery {
  readonly #inventory: Names;
  readonly #everyMs: number;
  #slot = 0;
  #looks = 1;
  #beginsAt: number;
  /** Hosts whose signature was asked for and has no server yet, the one looked at longest ago first. */
  readonly #expected = new Set<string>();

  /** @param now monotonic ms: the first look begins at once. */
  constructor(inventory: Names, everyMs: number, now: number) {
    this.#inventory = inventory;
    this.#everyMs = everyMs;
    this.#beginsAt = now + everyMs;
  }

  /** How many looks at all names have begun. */
  get looks(): number {
    return this.#looks;
  }

  /** Whether the present look has come to the last name. */
  get hasSeenAll(): boolean {
    return this.#slot >= this.#inventory.nameSlots();
  }

  /**
   * The next slice: hosts whose signature is online, known ones too. After the last name it goes on with those that are
   * new, until it is time to begin again: the place of a forgotten name may have a new one.
   */
  *step(now: number): Generator<string> {
    if (now >= this.#beginsAt) {
      this.#slot = 0;
      this.#looks += 1;
      this.#beginsAt = now + this.#everyMs;
      this.#expected.clear();
    }
    yield* this.#come();
    const end = Math.min(this.#inventory.nameSlots(), this.#slot + SLOTS_PER_STEP);
    for (; this.#slot < end; this.#slot++) {
      const found = this.#inventory.nameAt(this.#slot);
      const source = found && sourceOf(found.name);
      if (source === undefined) continue;
      if (found?.state === "online") yield source;
      else if (this.#expected.size < MAX_EXPECTED) this.#expected.add(source);
    }
  }

  *#come(): Generator<string> {
    let left = Math.min(EXPECTED_PER_STEP, this.#expected.size);
    for (const source of this.#expected) {
      if (left-- === 0) return;
      this.#expected.delete(source);
      if (this.#inventory.pv(signatureOf(source))?.state === "online") yield source;
      else this.#expected.add(source);
    }
  }
}
