/** Whether an application is critical: chosen at once, and said. */
import { useState } from "preact/hooks";
import { change, segment } from "../../api/client.js";
import { may, whyNot } from "../../api/session.js";
import type { Application } from "../../api/types.js";
import { say, sayProblem } from "../../app/messages.js";
import { printable } from "../../formats/printable.js";

const CHOICES: readonly {
  readonly value: Application["critical"];
  readonly text: string;
  readonly meaning: string;
}[] = [
  { value: "critical", text: "Critical", meaning: "the host is in error while it does not run" },
  { value: "notCritical", text: "Not critical", meaning: "it may run or not" },
  { value: "ignored", text: "Ignored", meaning: "not shown either while it does not run" },
];

export function CriticalChoice(props: {
  readonly app: Application;
  readonly onChange: () => void;
}) {
  const { app, onChange } = props;
  const [wanted, setWanted] = useState<Application["critical"]>();
  const allowed = may("operator");
  const choose = async (critical: Application["critical"]): Promise<void> => {
    setWanted(critical);
    try {
      await change("PATCH", `apps/${segment(app.id)}`, { critical });
      const choice = CHOICES.find(({ value }) => value === critical);
      say(`${choice?.text ?? critical}: ${choice?.meaning ?? ""}.`);
      onChange();
    } catch (error) {
      sayProblem(error);
    } finally {
      setWanted(undefined);
    }
  };
  const current = wanted ?? app.critical;
  return (
    <select
      class="critical-choice"
      aria-label={printable(`Critical: ${app.name ?? app.command} in ${app.directory}`)}
      title={
        allowed
          ? CHOICES.find(({ value }) => value === current)?.meaning
          : `Not possible: ${whyNot("operator")}`
      }
      disabled={!allowed || wanted !== undefined}
      value={current}
      onChange={(event) => {
        const { value } = event.currentTarget;
        const choice = CHOICES.find((known) => known.value === value);
        if (choice !== undefined) void choose(choice.value);
      }}
    >
      {CHOICES.map(({ value, text }) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </select>
  );
}
