/** PVs that somebody has chosen from the list, and what can be done with them. */
import { useState } from "preact/hooks";
import { ask, change } from "../../api/client.js";
import { readOn } from "../../api/read-on.js";
import type { Pv } from "../../api/types.js";
import { say, sayProblem } from "../../app/messages.js";
import { Action, Button } from "../../components/button.js";
import { Name } from "../../components/links.js";
import { countText } from "../../formats/number.js";
import type { Parameters } from "../../url.js";

/** As many as one request may forget. */
export const MAX_SELECTED = 10_000;
const SHOWN = 8;

interface Props {
  readonly selected: ReadonlySet<string>;
  readonly onChange: (selected: ReadonlySet<string>) => void;
  /** Of the list that is shown. */
  readonly query: Parameters;
  readonly total: number;
  /** They are gone from pvmon. */
  readonly onForgotten: () => void;
}

export function Selection({ selected, onChange, query, total, onForgotten }: Props) {
  const [loading, setLoading] = useState(false);
  const selectAll = async (): Promise<void> => {
    setLoading(true);
    try {
      onChange(new Set(await namesOf(query)));
    } catch (error) {
      sayProblem(error);
    } finally {
      setLoading(false);
    }
  };
  const count = countText(selected.size);
  return (
    <div class="selection">
      <span role="status">{selected.size > 0 && `${count} selected`}</span>
      <Button
        kind="quiet"
        disabled={loading || total === 0 || total > MAX_SELECTED}
        title={
          total > MAX_SELECTED
            ? `At most ${countText(MAX_SELECTED)} can be selected: narrow the list first`
            : total === 0
              ? "There is none"
              : "Every PV that matches, also those out of sight"
        }
        onClick={() => void selectAll()}
      >
        {loading ? "Selecting …" : `Select all ${countText(total)}`}
      </Button>
      {selected.size > 0 && (
        <>
          <Button kind="quiet" onClick={() => onChange(new Set())}>
            Select none
          </Button>
          <Action
            kind="danger"
            question={{
              title: selected.size === 1 ? "Forget this PV?" : `Forget ${count} PVs?`,
              text: <Forgetting names={selected} />,
              yes: "Forget",
              reason: true,
            }}
            act={async (why) => {
              const { forgotten } = await change<{ forgotten: readonly string[] }>(
                "POST",
                "pvs/forget",
                { names: [...selected], ...(why !== undefined && { why }) },
              );
              say(`Forgotten: ${countText(forgotten.length)} of ${count} PVs`);
              onChange(new Set());
              onForgotten();
            }}
          >
            Forget selected
          </Action>
        </>
      )}
    </div>
  );
}

function Forgetting({ names }: { readonly names: ReadonlySet<string> }) {
  const rest = names.size - SHOWN;
  return (
    <div class="forgetting">
      <ul>
        {[...names].slice(0, SHOWN).map((name) => (
          <li key={name}>
            <Name text={name} />
          </li>
        ))}
        {rest > 0 && <li>and {countText(rest)} more</li>}
      </ul>
      <p>
        Their counts and their history of servers and clients go. A PV comes back by itself, and
        begins anew, when a client searches for it or a server answers for it.
      </p>
    </div>
  );
}

async function namesOf(query: Parameters): Promise<readonly string[]> {
  const { items } = await readOn<Pv>(MAX_SELECTED, (part) => ask("pvs", { ...query, ...part }));
  return items.map(({ name }) => name);
}
