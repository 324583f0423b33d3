/**
 * What happens, as it happens. One stream for the whole page, closed while nobody looks at it: browsers allow six connections to
 * a server over plain HTTP, and people keep many tabs.
 */
import { signal } from "@preact/signals";
import { addressOf, tellRefusal } from "./client.js";
import { Liveness } from "./liveness.js";
import { heardAt } from "./server-clock.js";
import type { Counters, Happening } from "./types.js";

export type Connection = "connecting" | "open" | "broken";

export const connection = signal<Connection>("connecting");
export const counters = signal<Counters | undefined>(undefined);

type Listener = (happening: Happening) => void;
const listeners = new Set<Listener>();
/** Told when something may have been missed, so that what is shown should be loaded anew. */
const gapListeners = new Set<() => void>();

const CHECK_MS = 2000;
const RETRY_MS = 5000;

let source: EventSource | undefined;
let checking: ReturnType<typeof setInterval> | undefined;
const liveness = new Liveness(Date.now());
let isWanted = false;
/** Something may have happened since what is shown was loaded. */
let isBehind = false;

/** The answer ends it. */
export function onHappening(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function onGap(listener: () => void): () => void {
  gapListeners.add(listener);
  return () => gapListeners.delete(listener);
}

/** From then on it follows whether anybody looks. */
export function startStream(): void {
  isWanted = true;
  document.addEventListener("visibilitychange", follow);
  follow();
}

export function stopStream(): void {
  isWanted = false;
  follow();
}

function follow(): void {
  if (isWanted && !document.hidden) {
    open();
  } else {
    close();
    isBehind = true;
  }
}

/** One that only looks open, as after a sleep. */
function reopenSilent(): void {
  if (connection.value !== "open" || !liveness.isSilent(Date.now())) return;
  connection.value = "broken";
  isBehind = true;
  close();
  follow();
}

function open(): void {
  if (source !== undefined) return;
  source = new EventSource(addressOf("stream"));
  checking = setInterval(reopenSilent, CHECK_MS);
  source.addEventListener("open", () => {
    connection.value = "open";
    liveness.opened(Date.now());
    if (isBehind) tellGap();
    isBehind = false;
  });
  source.addEventListener("error", () => {
    connection.value = "broken";
    isBehind = true;
    // The browser tries again by itself unless the answer was a refusal.
    if (source?.readyState === EventSource.CLOSED) {
      close();
      tellRefusal();
      setTimeout(follow, RETRY_MS);
    }
  });
  source.addEventListener("counters", (message) => {
    const latest = JSON.parse(message.data) as Counters;
    liveness.heard(Date.now());
    heardAt(Date.parse(latest.at));
    counters.value = latest;
  });
  for (const name of ["events", "changed"]) source.addEventListener(name, tell);
  source.addEventListener("gap", tellGap);
}

function close(): void {
  source?.close();
  clearInterval(checking);
  source = undefined;
}

function tell(message: MessageEvent<string>): void {
  const happening = JSON.parse(message.data) as Happening;
  for (const listener of listeners) listener(happening);
}

/** Lets everything that is shown be loaded anew. */
export function tellGap(): void {
  for (const listener of gapListeners) listener();
}
