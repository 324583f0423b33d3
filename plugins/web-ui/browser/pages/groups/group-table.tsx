/** Groups with how their hosts are, and what can be done with those that people made. */

import { change, segment } from "../../api/client.js";
import { forget } from "../../api/forget.js";
import { may, whyNot } from "../../api/session.js";
import type { Group, Host } from "../../api/types.js";
import { Bell } from "../../components/bell.js";
import { Action, Button } from "../../components/button.js";
import type { Column } from "../../components/columns.js";
import { EditText } from "../../components/edit-text.js";
import { Name } from "../../components/links.js";
import { State } from "../../components/state.js";
import { Table } from "../../components/table.js";
import { Nothing } from "../../components/time.js";
import { countText } from "../../formats/number.js";
import { printable } from "../../formats/printable.js";
import { HOST_STATE } from "../../formats/words.js";
import { href, setParameters } from "../../url.js";
import { countStates, STATES_BY_URGENCY } from "../hosts/standing.js";

export const MAX_GROUP_NAME_LENGTH = 100;

const MEANINGS: Readonly<Record<string, string>> = {
  active: "has something critical, watched or alive, and is neither hidden nor decommissioned",
  all: "every host that is known",
  unassigned: "in no user group",
  maintenance: "being worked at",
  development: "for tests",
  decommissioned: "out of service",
  hidden: "not to be looked at every day",
};

interface Props {
  readonly label: string;
  readonly groups: readonly Group[];
  readonly hosts: readonly Host[];
  readonly onChange: () => void;
}

export function GroupTable({ label, groups, hosts, onChange }: Props) {
  const byAddress = new Map(hosts.map((host) => [host.host, host]));
  const membersOf = (group: Group): readonly Host[] =>
    group.hosts.flatMap((address) => byAddress.get(address) ?? []);
  const columns: readonly Column<Group>[] = [
    {
      key: "name",
      title: "Group",
      cell: ({ id, name, fixed }) => (
        <>
          <a href={href("hosts", { group: id })}>
            <Name text={name} />
          </a>
          {fixed && <span class="group-meaning">{MEANINGS[id]}</span>}
        </>
      ),
    },
    {
      key: "hosts",
      title: "Hosts",
      align: "end",
      cell: (group) => countText(group.hosts.length),
    },
    {
      key: "states",
      title: "How they are",
      cell: (group) => <States of={membersOf(group)} id={group.id} />,
    },
    {
      key: "logs",
      title: "To acknowledge",
      cell: (group) => {
        const pending = membersOf(group).reduce((sum, host) => sum + host.pendingLogs, 0);
        return pending === 0 ? <Nothing /> : <Bell count={pending} />;
      },
    },
    {
      key: "wall",
      title: "",
      cell: ({ id, name }) => (
        <a
          class="group-wide"
          href={href("hosts", { group: id, view: "wide" })}
          aria-label={`Wide view of ${printable(name)}`}
        >
          Wide view
        </a>
      ),
      wideOnly: true,
    },
    ...(groups.every(({ fixed }) => fixed)
      ? []
      : [
          {
            key: "do",
            title: "",
            align: "end" as const,
            cell: (group: Group) => <Changes group={group} onChange={onChange} />,
          },
        ]),
  ];
  return (
    <Table
      label={label}
      items={groups}
      columns={columns}
      keyOf={({ id }) => id}
      empty="None yet. A group gathers the hosts that somebody looks after, and has a wall of its own."
    />
  );
}

/** Those that need somebody first, each a link to just them. */
function States({ of: hosts, id }: { readonly of: readonly Host[]; readonly id: string }) {
  const counts = countStates(hosts);
  if (counts.size === 0) return <Nothing />;
  return (
    <span class="group-states">
      {STATES_BY_URGENCY.filter((state) => counts.has(state)).map((state) => (
        <a key={state} class="plain-state" href={href("hosts", { group: id, state })}>
          <State
            tone={HOST_STATE[state].tone}
            text={`${countText(counts.get(state) ?? 0)} ${HOST_STATE[state].text}`}
          />
        </a>
      ))}
    </span>
  );
}

function Changes({ group, onChange }: { readonly group: Group; readonly onChange: () => void }) {
  const { id, name, hosts } = group;
  const path = `groups/${segment(id)}`;
  const allowed = may("operator");
  return (
    <span class="group-changes">
      <Button
        disabled={!allowed}
        title={allowed ? `Who is in ${name}` : `Not possible: ${whyNot("operator")}`}
        label={`Members of ${name}`}
        onClick={() => setParameters({ edit: id })}
      >
        Members
      </Button>
      <EditText
        title={`Rename ${name}`}
        label="As people call it"
        value={name}
        maxLength={MAX_GROUP_NAME_LENGTH}
        yes="Rename it"
        done="The group is renamed."
        keep={async (text) => {
          await change("PATCH", path, { name: text });
          onChange();
        }}
      >
        Rename
      </EditText>
      <Action
        kind="danger"
        question={{
          title: `Delete the group ${name}?`,
          text: `Its ${hosts.length === 1 ? "host stays" : `${countText(hosts.length)} hosts stay`} as they are. The group does not come back by itself.`,
          yes: "Delete it",
          reason: true,
        }}
        done={`The group ${name} is deleted.`}
        act={async (why) => {
          await forget(path, why);
          onChange();
        }}
      >
        Delete
      </Action>
    </span>
  );
}
