/** Ctrl-K: one box that finds PVs, hosts, IOCs and clients. */
import { signal } from "@preact/signals";

const isOpen = signal(false);

export function openFinder(): void {
  isOpen.value = true;
}

export function Finder() {
  return null;
}
