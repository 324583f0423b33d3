/** What every page wants to know of pvmon itself. */
import { computed, effect, signal } from "@preact/signals";
import { ask } from "./client.js";
import { problemFrom } from "./problem.js";
import { heardAt, serverNow } from "./server-clock.js";
import { connection, counters, onGap } from "./stream.js";
import type { Status } from "./types.js";

export const status = signal<Status | undefined>(undefined);
export const siteName = computed(() => status.value?.name ?? "");
/** Nothing can be said of losses now. The stream knows it first. */
export const blind = computed(() => counters.value?.blind ?? status.value?.blind ?? false);
/** When it answered last, while it does not; UTC ms by its clock. */
export const silentSince = signal<number | undefined>(undefined);
/** When this page was loaded. */
const firstVersion = signal<string | undefined>(undefined);
/** Another one than the pages are of; undefined while it is the same. */
export const newVersion = computed(() =>
  status.value?.version === firstVersion.value ? undefined : status.value?.version,
);

const REFRESH_MS = 15_000;
const SILENT_REFRESH_MS = 3000;
/** Of a proxy that cannot reach pvmon. */
const NOT_REACHED = [502, 503, 504];

/** Loads it now and again from time to time, and at once when the stream breaks. */
export function watchSite(): void {
  let answeredAt = serverNow();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isLoading = false;
  const load = async (): Promise<void> => {
    if (document.hidden || isLoading) return;
    isLoading = true;
    try {
      const answer = await ask<Status>("status");
      heardAt(Date.parse(answer.startedAt) + answer.uptimeSeconds * 1000);
      answeredAt = serverNow();
      firstVersion.value ??= answer.version;
      status.value = answer;
      silentSince.value = undefined;
    } catch (error) {
      const problem = problemFrom(error);
      const isSilent = problem.code === "noAnswer" || NOT_REACHED.includes(problem.status);
      if (isSilent) silentSince.value = answeredAt;
    } finally {
      isLoading = false;
    }
    clearTimeout(timer);
    timer = setTimeout(load, silentSince.value === undefined ? REFRESH_MS : SILENT_REFRESH_MS);
  };
  effect(() => {
    if (connection.value === "broken") void load();
  });
  onGap(() => void load());
  document.addEventListener("visibilitychange", () => void load());
  void load();
}
