/** Below a list that goes on: how much of it is here, and a way to the rest. */
import type { Pages } from "../api/pages.js";
import { countText } from "../formats/number.js";
import { Button } from "./button.js";

/** So many can be counted at a glance, or need not be. */
const FEW = 20;

export function More<T>({ of: pages }: { readonly of: Pages<T> }) {
  const total = pages.data?.total ?? 0;
  if (total === 0 || (pages.items.length === total && total <= FEW)) return null;
  return (
    <p class="more">
      <span class="muted">
        {countText(pages.items.length)} of {countText(total)}
      </span>
      {pages.isFull && (
        <span class="muted">
          These are the newest: filters, or the list as a file, lead further.
        </span>
      )}
      {pages.hasMore && (
        <Button onClick={pages.more} disabled={pages.loadingMore}>
          {pages.loadingMore ? "Loading …" : "Show more"}
        </Button>
      )}
    </p>
  );
}
