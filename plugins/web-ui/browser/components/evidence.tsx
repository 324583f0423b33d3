/** What led to a verdict. */

import type { Happening } from "../api/types.js";
import { evidenceName, evidenceText } from "../formats/evidence.js";
import { printable } from "../formats/printable.js";
import { Fact, Facts } from "./facts.js";

export function Evidence({ of: evidence }: { readonly of: Happening["evidence"] }) {
  const entries = Object.entries(evidence);
  if (entries.length === 0) return <p class="none">Nothing more is known.</p>;
  return (
    <Facts>
      {entries.map(([key, value]) => (
        <Fact key={key} name={evidenceName(key)}>
          {printable(evidenceText(key, value))}
        </Fact>
      ))}
    </Facts>
  );
}
