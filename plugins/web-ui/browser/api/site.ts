/** What every page wants to know of pvmon itself. */
import { computed, effect, signal } from "@preact/signals";
import { ask } from "./client.js";
import { Loader, type Outcome } from "./loader.js";
import { mustLogIn } from "./session.js";
import { counters, onGap, onHappening } from "./stream.js";
import type { Status } from "./types.js";

const REFRESH_MS = 15_000;

const outcome = signal<Outcome<Status>>({ data: undefined, problem: undefined, loading: true });
const loader = new Loader<Status>(
  (signal) => ask("status", {}, signal, REFRESH_MS),
  (latest) => {
    outcome.value = latest;
  },
);

export const status = computed(() => outcome.value.data);
/** Why there is none, or none of now. */
export const statusProblem = computed(() => outcome.value.problem);
export const siteName = computed(() => status.value?.name ?? "");
/** Nothing can be said of losses now. The stream knows it first. */
export const blind = computed(() => counters.value?.blind ?? status.value?.blind ?? false);

export function loadSite(): void {
  loader.load();
}

/** Loads it now, when somebody has logged in, and again from time to time. */
export function watchSite(): void {
  const load = (): void => {
    if (!mustLogIn.value) loadSite();
  };
  effect(load);
  onGap(load);
  onHappening(({ type }) => {
    if (type.startsWith("storm.")) load();
  });
  setInterval(() => {
    if (!document.hidden) load();
  }, REFRESH_MS);
}
