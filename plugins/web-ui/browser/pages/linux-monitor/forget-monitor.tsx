/** Leaves the monitor of a host out of the list; one that is active would come back at once. */
import { segment } from "../../api/client.js";
import { forget } from "../../api/forget.js";
import type { Health } from "../../api/types.js";
import { Action } from "../../components/button.js";

interface Props {
  readonly health: Health;
  readonly kind: "quiet" | "danger";
  readonly onForgotten: () => void;
}

export function ForgetMonitor({ health: { source, lost }, kind, onForgotten }: Props) {
  return (
    <Action
      kind={kind}
      disabled={!lost}
      title={lost ? "Leaves it out of the list" : "It is active: it would come back at once"}
      question={{
        title: `Forget the monitor of ${source}?`,
        text: "It leaves the list. When it can be read again it comes back.",
        yes: "Forget it",
        reason: true,
      }}
      done={`The monitor of ${source} is forgotten.`}
      act={async (why) => {
        await forget(`health/${segment(source)}`, why);
        onForgotten();
      }}
    >
      Forget
    </Action>
  );
}
