/** Ctrl-K: one box that finds PVs, hosts, servers, clients and pages. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { FinderDialog } from "./finder/finder-dialog.js";

const isOpen = signal(false);

export function openFinder(): void {
  isOpen.value = true;
}

export function Finder() {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const isShortcut = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
      if (!isShortcut || event.key.toLowerCase() !== "k") return;
      // Browsers search the web with it.
      event.preventDefault();
      // Not over a question that waits for its answer.
      if (document.querySelector("dialog[open]") === null) openFinder();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
  return isOpen.value ? <FinderDialog onClose={() => (isOpen.value = false)} /> : null;
}
