/** In which state a PV is, why, and the numbers behind that. */
import type { PvDetail } from "../../api/types.js";
import { Fact, Facts, Section } from "../../components/facts.js";
import { ClientLink, Name } from "../../components/links.js";
import { PvStateCell } from "../../components/pv-state.js";
import { Ago, Time } from "../../components/time.js";
import { evidenceName, evidenceText } from "../../formats/evidence.js";
import { countText } from "../../formats/number.js";
import { printable } from "../../formats/printable.js";

/** Evidence that stands elsewhere on the page. */
const SHOWN_ANYWAY = ["requests", "firstSeenAt", "lastRequestedAt", "lastSeenAt", "servers"];

export function StateOf({ pv }: { readonly pv: PvDetail }) {
  const evidence = Object.entries(pv.diagnosis.evidence).filter(
    ([key, value]) => value !== null && !SHOWN_ANYWAY.includes(key),
  );
  return (
    <Section title="State">
      <p class="pv-verdict">
        <PvStateCell {...pv} />
        <Name text={pv.diagnosis.text} />
      </p>
      <Facts>
        <Fact name="Requests">{countText(pv.requests)}</Fact>
        <Fact name="Last request">
          <Ago at={pv.lastRequestedAt} />
        </Fact>
        <Fact name="Last client">
          <ClientLink client={pv.lastClient} />
        </Fact>
        <Fact name="Last seen">
          <Ago at={pv.lastSeenAt} />
        </Fact>
        <Fact name="First seen">
          <Time at={pv.firstSeenAt} />
        </Fact>
        {evidence.map(([key, value]) => (
          <Fact key={key} name={titleOf(key)}>
            {printable(evidenceText(key, value))}
          </Fact>
        ))}
      </Facts>
    </Section>
  );
}

/** `unansweredSinceAt` → `Unanswered since`. */
function titleOf(key: string): string {
  const name = evidenceName(key).replace(/ at$/, "");
  return name.charAt(0).toUpperCase() + name.slice(1);
}
