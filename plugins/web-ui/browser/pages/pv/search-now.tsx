/** Searching the network for one name now, and what came of it. */
import { useState } from "preact/hooks";
import { change, segment } from "../../api/client.js";
import type { SearchAnswer } from "../../api/types.js";
import { Action } from "../../components/button.js";
import { ServerLink } from "../../components/links.js";
import { State } from "../../components/state.js";
import { rateText } from "../../formats/number.js";

interface Props {
  readonly name: string;
  readonly kind?: "main";
  readonly onSearched: () => void;
}

export function SearchNow({ name, kind, onSearched }: Props) {
  const [answer, setAnswer] = useState<SearchAnswer | undefined>();
  return (
    <div class="asked">
      <p>
        <Action
          {...(kind !== undefined && { kind })}
          title="Sends a few search datagrams, within the budget of the search probe"
          act={async () => {
            setAnswer(await change<SearchAnswer>("POST", `pvs/${segment(name)}/search`));
            onSearched();
          }}
        >
          Search now
        </Action>
      </p>
      <div role="status">{answer !== undefined && <Answer of={answer} />}</div>
    </div>
  );
}

function Answer({ of: { answered, tries, waitedMs } }: { readonly of: SearchAnswer }) {
  if (answered.length === 0) {
    const often = tries === 1 ? "one search" : `${tries} searches`;
    return (
      <State
        tone="warning"
        text={`Nobody answered ${often} within ${rateText(waitedMs / 1000)} s.`}
      />
    );
  }
  return (
    <>
      <State
        tone={answered.length === 1 ? "ok" : "alarm"}
        text={
          answered.length === 1 ? "One server answered." : `${answered.length} servers answered.`
        }
      />
      <ul class="plain-list">
        {answered.map(({ server, afterMs }) => (
          <li key={server}>
            <ServerLink server={server} /> <span class="muted">after {rateText(afterMs)} ms</span>
          </li>
        ))}
      </ul>
    </>
  );
}
