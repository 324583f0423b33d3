/** What every page wants to know of pvmon itself. */
import { computed, signal } from "@preact/signals";
import { ask } from "./client.js";
import { heardAt } from "./server-clock.js";
import { counters } from "./stream.js";
import type { Status } from "./types.js";

export const status = signal<Status | undefined>(undefined);
export const siteName = computed(() => status.value?.name ?? "");
/** Nothing can be said of losses now. The stream knows it first. */
export const blind = computed(() => counters.value?.blind ?? status.value?.blind ?? false);

const REFRESH_MS = 15_000;

/** Loads it now and again from time to time; failures are told by the stream's state. */
export function watchSite(): void {
  const load = (): void => {
    if (document.hidden) return;
    ask<Status>("status").then(
      (answer) => {
        heardAt(Date.parse(answer.startedAt) + answer.uptimeSeconds * 1000);
        status.value = answer;
      },
      () => undefined,
    );
  };
  load();
  setInterval(load, REFRESH_MS);
}
