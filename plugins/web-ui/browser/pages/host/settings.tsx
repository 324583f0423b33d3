/** What operators say of a host, with what each option does; taking it out of service, and forgetting it. */
import { useState } from "preact/hooks";
import { change, segment } from "../../api/client.js";
import { forget } from "../../api/forget.js";
import { may, whyNot } from "../../api/session.js";
import type { Host } from "../../api/types.js";
import { Action, Button } from "../../components/button.js";
import { Section } from "../../components/facts.js";
import { go, href } from "../../url.js";

type Options = Host["options"];

/** Decommissioning has a button of its own. */
const OPTIONS: readonly {
  readonly key: Exclude<keyof Options, "decommissioned">;
  readonly title: string;
  readonly meaning: string;
}[] = [
  {
    key: "development",
    title: "Development",
    meaning:
      "Critical applications that do not run are no error. It is in the group Development, and still among the active hosts.",
  },
  {
    key: "maintenance",
    title: "Maintenance",
    meaning: "Being worked at: shown as such, and no error. It is in the group Maintenance.",
  },
  {
    key: "newAppsCritical",
    title: "New applications are critical",
    meaning:
      "Applications that are found on it begin as critical. Not for hosts whose applications cannot be told apart.",
  },
  {
    key: "monitorAppCount",
    title: "Only count applications",
    meaning:
      "How many run is watched, not which: it is in error when fewer run than are expected (above, under Expected).",
  },
  {
    key: "hidden",
    title: "Hidden",
    meaning: "Never among the active hosts. It is in the group Hidden.",
  },
];

interface Props {
  readonly host: Host;
  readonly onChange: () => void;
}

export function Settings({ host, onChange }: Props) {
  const [draft, setDraft] = useState<Partial<Options>>({});
  const path = `hosts/${segment(host.host)}`;
  const changed = OPTIONS.filter(
    ({ key }) => draft[key] !== undefined && draft[key] !== host.options[key],
  );
  const allowed = may("operator");
  const changes = Object.fromEntries(changed.map(({ key }) => [key, draft[key]]));
  const name = host.name ?? host.host;
  const out = host.options.decommissioned;
  return (
    <Section
      id="settings"
      title="Settings"
      note={allowed ? undefined : `To change them, ${whyNot("operator")}.`}
    >
      <fieldset class="options">
        <legend class="visually-hidden">Options of {name}</legend>
        {OPTIONS.map(({ key, title, meaning }) => (
          <label key={key} class="option">
            <input
              type="checkbox"
              disabled={!allowed}
              checked={draft[key] ?? host.options[key]}
              onChange={(event) => setDraft({ ...draft, [key]: event.currentTarget.checked })}
            />
            <span>
              <span class="option-title">{title}</span>
              <span class="option-meaning">{meaning}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <div class="toolbar">
        <Action
          kind="main"
          disabled={changed.length === 0}
          title={changed.length === 0 ? "Nothing is changed" : "Puts them in force"}
          done="The settings are changed."
          act={async () => {
            await change("PATCH", path, { options: changes });
            setDraft({});
            onChange();
          }}
        >
          Apply
        </Action>
        {changed.length > 0 && (
          <>
            <Button onClick={() => setDraft({})}>Reset</Button>
            <span class="muted">
              Changed: {changed.map(({ title }) => title.toLowerCase()).join(", ")}
            </span>
          </>
        )}
        <span class="toolbar-end toolbar-choices">
          <Action
            question={
              out
                ? {
                    title: `Take ${name} back into service?`,
                    text: "It is watched again, and in error when something critical does not run.",
                    yes: "Take it back",
                    reason: true,
                  }
                : {
                    title: `Decommission ${name}?`,
                    text: "It leaves the active hosts for the group Decommissioned, and nothing on it counts as an error. All that is known of it stays.",
                    yes: "Decommission it",
                    reason: true,
                  }
            }
            done={out ? `${name} is in service.` : `${name} is decommissioned.`}
            act={async (why) => {
              const options = { decommissioned: !out };
              await change("PATCH", path, { options, ...(why !== undefined && { why }) });
              onChange();
            }}
          >
            {out ? "Take back into service" : "Decommission"}
          </Action>
          <Action
            kind="danger"
            question={{
              title: `Forget ${name}?`,
              text: "It goes with its servers, applications, description, settings, expected ports, log and memberships. When something on it is seen again it comes back, with default settings and in no group.",
              yes: "Forget it",
              reason: true,
            }}
            done={`${name} is forgotten.`}
            act={async (why) => {
              await forget(path, why);
              go(href("hosts"));
            }}
          >
            Forget
          </Action>
        </span>
      </div>
    </Section>
  );
}
