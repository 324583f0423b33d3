/** What every page wants to know of pvmon itself. */
import { computed, effect, signal } from "@preact/signals";
import { ask } from "../api/client.js";
import { mustLogIn } from "../api/session.js";
import { counters } from "../api/stream.js";
import type { Status } from "../api/types.js";

export const status = signal<Status | undefined>(undefined);
export const siteName = computed(() => status.value?.name ?? "");
/** Nothing can be said of losses now. The stream knows it first. */
export const blind = computed(() => counters.value?.blind ?? status.value?.blind ?? false);

const REFRESH_MS = 15_000;

/** Loads it now and again from time to time; failures are told by the stream's state. */
export function watchSite(): void {
  const load = (): void => {
    if (document.hidden || mustLogIn.value) return;
    ask<Status>("status").then(
      (answer) => {
        status.value = answer;
      },
      () => undefined,
    );
  };
  // Now, and when somebody has logged in.
  effect(load);
  setInterval(load, REFRESH_MS);
}
