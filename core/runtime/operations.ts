/** OPERATIONS: what an operator may change, each change kept as an event with who, what and why. */
import type { Inventory } from "../model/inventory.js";
import type { Clock, OperationsService } from "../plugin/services.js";

/** Names told in one event; the count is always whole. */
const NAMES_TOLD = 100;

export function serveOperations(
  inventory: Pick<Inventory, "forget" | "record">,
  clock: Clock,
): OperationsService {
  return {
    forgetPvs: (names, { who, why }) => {
      const forgotten = inventory.forget(names);
      const [first] = forgotten;
      if (first === undefined) return forgotten;
      const subject = forgotten.length === 1 ? first : `${forgotten.length} PVs`;
      inventory.record({
        at: clock.now(),
        type: "operator.changed",
        severity: "info",
        subject,
        text: `${who} forgot ${subject}${why === undefined ? "" : `: ${why}`}`,
        evidence: {
          change: "forgetPvs",
          who,
          why: why ?? null,
          count: forgotten.length,
          names: forgotten.slice(0, NAMES_TOLD),
        },
        ...(forgotten.length === 1 ? { pv: first } : {}),
      });
      return forgotten;
    },
  };
}
