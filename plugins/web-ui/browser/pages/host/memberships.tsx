/** The groups that a host is in: those of users are changed here, the fixed ones follow from its settings and state. */
import { useState } from "preact/hooks";
import { changeMembers } from "../../api/memberships.js";
import type { Group, Host } from "../../api/types.js";
import { Action } from "../../components/button.js";
import { Section } from "../../components/facts.js";
import { Name } from "../../components/links.js";
import { printable } from "../../formats/printable.js";
import { href } from "../../url.js";

interface Props {
  readonly host: Host;
  /** All there are. */
  readonly groups: readonly Group[];
  readonly onChange: () => void;
}

export function Memberships(props: Props) {
  const { host, groups, onChange } = props;
  const [chosen, setChosen] = useState("");
  const itsOwn = groups.filter(({ id, fixed }) => !fixed && host.groups.includes(id));
  const fixed = groups.filter((group) => group.fixed && host.groups.includes(group.id));
  const others = groups.filter((group) => !group.fixed && !host.groups.includes(group.id));
  const target = others.find(({ id }) => id === chosen) ?? others[0];
  return (
    <Section id="groups" title="Groups" actions={<a href={href("groups")}>All groups</a>}>
      {itsOwn.length === 0 ? (
        <p class="none">In no group that users made.</p>
      ) : (
        <ul class="memberships">
          {itsOwn.map(({ id, name }) => (
            <li key={id}>
              <a href={href("hosts", { group: id })}>
                <Name text={name} />
              </a>
              <Action
                kind="quiet"
                done={`Removed from ${name}.`}
                act={() => changeMembers(id, { remove: [host.host] }).then(onChange)}
              >
                Remove
              </Action>
            </li>
          ))}
        </ul>
      )}
      <p class="muted in-text">
        By its settings and state also in{" "}
        {fixed.map(({ id, name }, index) => (
          <span key={id}>
            {index > 0 && ", "}
            <a href={href("hosts", { group: id })}>{name}</a>
          </span>
        ))}
        .
      </p>
      <div class="toolbar">
        {target === undefined ? (
          <p class="muted in-text">
            {itsOwn.length === 0 ? "There is no group yet: " : "It is in every group: "}
            <a href={href("groups")}>make one</a>
          </p>
        ) : (
          <>
            <label class="choice">
              Group
              <select value={target.id} onChange={(event) => setChosen(event.currentTarget.value)}>
                {others.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {printable(name)}
                  </option>
                ))}
              </select>
            </label>
            <Action
              done={`Added to ${target.name}.`}
              act={() => changeMembers(target.id, { add: [host.host] }).then(onChange)}
            >
              Add to it
            </Action>
          </>
        )}
      </div>
    </Section>
  );
}
