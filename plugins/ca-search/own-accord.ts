/** When pvmon searches of its own accord: the whole inventory in rounds, and a server's PVs when something happened to it. */
import type { Clock, EventDraft, Host, InventoryService } from "pvmon";
import type { Config } from "./config.js";
import { Feed } from "./feed.js";
import { serverChanged, wholeInventory } from "./verification.js";

/** A name that a second server has come to serve is found only when everybody is asked. */
const ROUNDS_UNTIL_EVERYBODY = 7;

const APPEARED: ReadonlySet<string> = new Set([
  "server.started",
  "server.restarted",
  "server.returned",
]);
const CHANGED: ReadonlySet<string> = new Set([...APPEARED, "server.lost", "server.stopped"]);

export class OwnAccord {
  readonly feed = new Feed();
  #rounds = 0;
  #ends: (() => void)[] = [];

  /** @param fed is called when there is something in the feed. */
  constructor(
    private readonly config: Config["verification"],
    private readonly inventory: InventoryService,
    private readonly clock: Clock,
    private readonly log: Host["log"],
    private readonly fed: () => void,
  ) {}

  start(): void {
    const { enabled, everyHours, firstAfterSeconds } = this.config;
    if (!enabled) return;
    this.#ends.push(
      this.inventory.subscribe((event) => this.#event(event)),
      this.clock.after(firstAfterSeconds * 1000, () => {
        this.#beginRound();
        this.#ends.push(this.clock.every(everyHours * 3_600_000, () => this.#beginRound()));
      }),
    );
  }

  stop(): void {
    for (const end of this.#ends.splice(0)) end();
    this.feed.clear();
  }

  #event({ type, server }: EventDraft): void {
    if (server === undefined || !CHANGED.has(type)) return;
    const targets = serverChanged(this.inventory, server, APPEARED.has(type));
    if (this.feed.addChange(targets)) this.fed();
  }

  #beginRound(): void {
    const everybody = (this.#rounds + 1) % ROUNDS_UNTIL_EVERYBODY === 0;
    if (!this.feed.beginRound(wholeInventory(this.inventory, Math.random, everybody))) {
      this.log.warn("the round before has not ended: raise the budget or verification.everyHours");
      return;
    }
    this.#rounds += 1;
    this.log.info("searching the whole inventory again", {
      names: this.inventory.counts().pvs.total,
    });
    this.fed();
  }
}
