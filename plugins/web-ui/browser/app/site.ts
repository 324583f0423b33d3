/** What every page wants to know of pvmon itself. */
import { computed, signal } from "@preact/signals";
import { ask } from "../api/client.js";
import { counters } from "../api/stream.js";
import type { Status } from "../api/types.js";

export const status = signal<Status | undefined>(undefined);
export const siteName = computed(() => status.value?.name ?? "");
/** Nothing can be said of losses now. The stream knows it first. */
export const blind = computed(() => counters.value?.blind ?? status.value?.blind ?? false);

/** The latest question had no answer; a stream that breaks and comes back does not make it so. */
export const unanswered = signal(false);

const REFRESH_MS = 15_000;

/** Loads it now and again from time to time. */
export function watchSite(): void {
  const load = (): void => {
    if (document.hidden) return;
    ask<Status>("status").then(
      (answer) => {
        status.value = answer;
        unanswered.value = false;
      },
      () => {
        unanswered.value = true;
      },
    );
  };
  load();
  setInterval(load, REFRESH_MS);
}
