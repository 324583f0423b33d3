/** How a host is by its monitor, in words: what of it is worth a look. */
import type { Health } from "../../api/types.js";
import { State } from "../../components/state.js";
import { concernsOf } from "../../formats/health.js";

export function Verdict({ health }: { readonly health: Health }) {
  if (health.lost) return <State tone="alarm" text="Lost" />;
  const concerns = concernsOf(health);
  if (concerns.length === 0) return <State tone="ok" text="OK" />;
  return <State tone="warning" text={concerns.join(", ")} />;
}
