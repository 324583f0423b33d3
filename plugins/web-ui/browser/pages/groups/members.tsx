/** Who is in a group: all hosts to choose from, many at once. */
import { useMemo, useState } from "preact/hooks";
import { changeMembers } from "../../api/memberships.js";
import { rowsOf } from "../../api/row-source.js";
import type { Group, Host } from "../../api/types.js";
import { Action, Button } from "../../components/button.js";
import type { Column } from "../../components/columns.js";
import { Dialog } from "../../components/dialog.js";
import { Name, Prose } from "../../components/links.js";
import { LongTable } from "../../components/long-table.js";
import { State } from "../../components/state.js";
import { countText } from "../../formats/number.js";
import { compareByName, passes, standingOf } from "../hosts/standing.js";

interface Props {
  readonly group: Group;
  readonly hosts: readonly Host[];
  readonly onClose: () => void;
  readonly onKept: () => void;
}

const COLUMNS: readonly Column<Host>[] = [
  {
    key: "name",
    title: "Host",
    width: "minmax(8rem, 1.2fr)",
    cell: ({ name, host }) => <Name text={name ?? host} />,
  },
  {
    key: "state",
    title: "State",
    width: "9rem",
    cell: (host) => <State {...standingOf(host)} />,
  },
  {
    key: "description",
    title: "Description",
    width: "minmax(8rem, 2fr)",
    wideOnly: true,
    cell: ({ description, host }) => <Prose text={description || host} flat />,
  },
];

export function Members({ group, hosts, onClose, onKept }: Props) {
  const [members, setMembersHere] = useState<ReadonlySet<string>>(() => new Set(group.hosts));
  const [match, setMatch] = useState("");
  const [onlyMembers, setOnlyMembers] = useState(false);
  const shown = useMemo(
    () =>
      hosts
        .filter(
          (host) =>
            passes(host, { states: [], match, pending: false }) &&
            (!onlyMembers || members.has(host.host)),
        )
        .sort(compareByName),
    [hosts, match, onlyMembers, members],
  );
  const rows = useMemo(() => rowsOf(shown), [shown]);
  const add = [...members].filter((host) => !group.hosts.includes(host));
  const remove = group.hosts.filter((host) => !members.has(host));
  const [added, removed] = [add.length, remove.length];
  const toggle = ({ host }: Host): void => {
    const next = new Set(members);
    if (!next.delete(host)) next.add(host);
    setMembersHere(next);
  };
  const setAll = (isMember: boolean): void => {
    const next = new Set(members);
    for (const { host } of shown) {
      if (isMember) next.add(host);
      else next.delete(host);
    }
    setMembersHere(next);
  };
  return (
    <Dialog title={`Members of ${group.name}`} wide onClose={onClose}>
      <div class="toolbar">
        <input
          class="members-search"
          type="search"
          aria-label="Find hosts by name, address or description"
          placeholder="Name, address or description"
          value={match}
          onInput={(event) => setMatch(event.currentTarget.value)}
        />
        <button
          type="button"
          class="chip"
          aria-pressed={onlyMembers}
          onClick={() => setOnlyMembers(!onlyMembers)}
        >
          Only members <span class="chip-count">{countText(members.size)}</span>
        </button>
        <Button onClick={() => setAll(true)} disabled={shown.length === 0}>
          Add all {countText(shown.length)} shown
        </Button>
        <Button onClick={() => setAll(false)} disabled={shown.length === 0}>
          Remove them
        </Button>
      </div>
      <div class="members">
        <LongTable
          label="Hosts to choose from: the space key chooses"
          rows={rows}
          columns={COLUMNS}
          keyOf={({ host }) => host}
          selected={members}
          onSelect={toggle}
          onOpen={toggle}
          empty={<p class="none">No host matches.</p>}
        />
      </div>
      <div class="dialog-actions">
        <span class="members-changes" role="status">
          {added === 0 && removed === 0
            ? `${countText(members.size)} members`
            : `${countText(added)} added, ${countText(removed)} removed`}
        </span>
        <Button onClick={onClose}>Cancel</Button>
        <Action
          kind="main"
          disabled={added === 0 && removed === 0}
          title={added === 0 && removed === 0 ? "Nothing is changed" : "Puts them in force"}
          done={`${group.name}: ${countText(added)} added, ${countText(removed)} removed.`}
          act={() => changeMembers(group.id, { add, remove }).then(onKept)}
        >
          Keep it
        </Action>
      </div>
    </Dialog>
  );
}
