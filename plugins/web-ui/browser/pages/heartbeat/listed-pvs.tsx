/** The names that an application lists as its own: up to hundreds of thousands, so a part of them at a time. */
import { segment } from "../../api/client.js";
import { useResource } from "../../api/resource.js";
import type { Page } from "../../api/types.js";
import { Button } from "../../components/button.js";
import { useParameter } from "../../components/filters.js";
import { PvLink } from "../../components/links.js";
import { Loaded } from "../../components/page.js";
import { countText } from "../../formats/number.js";
import { setParameters } from "../../url.js";
import "../../styles/listed-pvs.css";

const PART = 300;

/** Where a part begins is in the address: the browser's own way back leads to the part before. */
export function ListedPvs({ app, total }: { readonly app: string; readonly total: number }) {
  const cursor = useParameter("after");
  const before = cursor === "" ? 0 : wholeNumber(useParameter("from"));
  const part = useResource<Page<string>>(`heartbeats/${segment(app)}/pvs`, { limit: PART, cursor });
  return (
    <Loaded of={part}>
      {({ items, next }) => {
        if (items.length === 0) return <p class="none">It lists none.</p>;
        return (
          <>
            <ul class="listed-pvs" aria-label="PVs that it lists">
              {items.map((name) => (
                <li key={name}>
                  <PvLink name={name} />
                </li>
              ))}
            </ul>
            {(next !== null || cursor !== "") && (
              <div class="toolbar">
                <span class="muted">
                  {countText(before + 1)} to {countText(before + items.length)} of{" "}
                  {countText(total)}
                </span>
                <Button
                  disabled={cursor === ""}
                  title={cursor === "" ? "These are the first" : undefined}
                  onClick={() => setParameters({ after: undefined, from: undefined })}
                >
                  First
                </Button>
                <Button
                  disabled={next === null}
                  title={next === null ? "These are the last" : undefined}
                  onClick={() => setParameters({ after: next, from: before + items.length })}
                >
                  Next {countText(PART)}
                </Button>
              </div>
            )}
          </>
        );
      }}
    </Loaded>
  );
}

function wholeNumber(text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
}
