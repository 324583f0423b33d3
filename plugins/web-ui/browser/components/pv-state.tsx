/** The state of a PV, and what else is wrong with it. */
import type { Pv } from "../api/types.js";
import { PV_STATE } from "../formats/words.js";
import { State } from "./state.js";

export function PvStateCell({
  state,
  duplicate,
  invalid,
}: Pick<Pv, "state" | "duplicate" | "invalid">) {
  return (
    <span class="pv-state">
      <State {...PV_STATE[state]} />
      {duplicate && (
        <span class="tag tag-alarm" title="Several servers answer for it">
          Duplicate
        </span>
      )}
      {invalid && (
        <span class="tag tag-warning" title="The name breaks the naming rules of PVs">
          Invalid
        </span>
      )}
    </span>
  );
}
