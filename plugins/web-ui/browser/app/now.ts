/** The time for everything on the page that ages: pvmon's, once a second, and not while nobody looks. */
import { signal } from "@preact/signals";
import { serverNow } from "../api/server-clock.js";
import { counters } from "../api/stream.js";

export const now = signal(serverNow());

const tell = (): void => {
  if (!document.hidden) now.value = serverNow();
};
setInterval(tell, 1000);
document.addEventListener("visibilitychange", tell);
// The first of them may show that the clock of this machine is wrong.
counters.subscribe(tell);
