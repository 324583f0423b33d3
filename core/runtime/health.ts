/** How one plugin is: `starting -> ok <-> degraded -> failed`, `stopping -> stopped`, with the reason for people. */
import type { Clock, HealthState } from "../plugin/services.js";

export interface HealthChange {
  readonly from: HealthState;
  readonly to: HealthState;
  readonly reason: string | null;
}

/** Who says that the plugin works less well: itself, or the host that sees its writes or answers fail. */
export type Witness = "plugin" | "writes" | "answers" | "restart";

export class Health {
  readonly #clock: Clock;
  readonly #hide: (text: string) => string;
  readonly #changed: (change: HealthChange) => void;
  readonly #complaints = new Map<Witness, string>();
  /** Where the plugin is in its life; whether it is ok or degraded then depends on the complaints. */
  #life: "starting" | "running" | "failed" | "stopping" | "stopped" = "starting";
  #failure: string | null = null;
  #status: HealthState = "starting";
  #reason: string | null = null;
  #since: number;

  /** @param hide takes secrets out of reasons, which plugins make of anything. */
  constructor(
    clock: Clock,
    hide: (text: string) => string,
    changed: (change: HealthChange) => void,
  ) {
    this.#clock = clock;
    this.#hide = hide;
    this.#changed = changed;
    this.#since = clock.now();
  }

  get status(): HealthState {
    return this.#status;
  }
  get reason(): string | null {
    return this.#reason;
  }
  /** Of the status, UTC ms. */
  get since(): number {
    return this.#since;
  }

  running(): void {
    this.#complaints.delete("restart");
    this.#live("running", null);
  }

  failed(reason: string): void {
    this.#live("failed", this.#hide(reason));
  }

  stopping(): void {
    this.#live("stopping", null);
  }

  stopped(): void {
    this.#live("stopped", null);
  }

  /** It works less well, or again as it should where `reason` is undefined. */
  complain(witness: Witness, reason: string | undefined): void {
    if (reason === undefined) this.#complaints.delete(witness);
    else this.#complaints.set(witness, this.#hide(reason));
    this.#update();
  }

  #live(life: "running" | "failed" | "stopping" | "stopped", failure: string | null): void {
    this.#life = life;
    this.#failure = failure;
    this.#update();
  }

  #update(): void {
    const complaints = [...this.#complaints.values()].join("; ");
    const isDegraded = complaints !== "" && (this.#life === "running" || this.#life === "starting");
    const to = this.#life === "running" ? (isDegraded ? "degraded" : "ok") : this.#life;
    this.#reason = this.#failure ?? (isDegraded ? complaints : null);
    if (to === this.#status) return;
    const from = this.#status;
    this.#status = to;
    this.#since = this.#clock.now();
    this.#changed({ from, to, reason: this.#reason });
  }
}
