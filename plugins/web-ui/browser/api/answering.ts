/** Whether pvmon answers, by what asking for its status comes to, and whether it is still the one that the pages are of. */
import { computed, effect, signal } from "@preact/signals";
import { heardAt, serverNow } from "./server-clock.js";
import { loadSite, status, statusProblem } from "./site.js";
import { connection } from "./stream.js";

/** Of a proxy that cannot reach pvmon. */
const NOT_REACHED: readonly number[] = [502, 503, 504];
const RETRY_MS = 3000;

const answeredAt = signal(serverNow());
/** When this page was loaded. */
const firstVersion = signal<string | undefined>(undefined);

/** When it answered last, while it does not; UTC ms by its clock. */
export const silentSince = computed(() => {
  const problem = statusProblem.value;
  if (problem === undefined) return undefined;
  const isSilent = problem.code === "noAnswer" || NOT_REACHED.includes(problem.status);
  return isSilent ? answeredAt.value : undefined;
});
/** Another one than the pages are of; undefined while it is the same. */
export const newVersion = computed(() =>
  status.value?.version === firstVersion.value ? undefined : status.value?.version,
);

/** Asks at once when the stream breaks, and often until there is an answer. */
export function watchAnswers(): void {
  effect(() => {
    const answer = status.value;
    if (answer === undefined) return;
    heardAt(Date.parse(answer.startedAt) + answer.uptimeSeconds * 1000);
    firstVersion.value = firstVersion.peek() ?? answer.version;
    answeredAt.value = serverNow();
  });
  effect(() => {
    if (connection.value === "broken") loadSite();
  });
  setInterval(() => {
    if (!document.hidden && silentSince.value !== undefined) loadSite();
  }, RETRY_MS);
}
