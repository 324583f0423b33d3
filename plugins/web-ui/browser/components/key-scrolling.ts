/** What scrolls inside a page must be reached with the keyboard, too; what does not scroll must not be one more stop on the way. */
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

/** Makes the element take the focus while it is too small for its content. */
export function useKeyScrolling(of: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = of.current;
    if (element === null) return;
    const follow = (): void => {
      const scrolls =
        element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight;
      if (scrolls) element.tabIndex = 0;
      else element.removeAttribute("tabindex");
    };
    const observer = new ResizeObserver(follow);
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, []);
}
