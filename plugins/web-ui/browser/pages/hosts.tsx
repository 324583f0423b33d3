/** The wall: how every host is, at one glance. */
import { useMemo } from "preact/hooks";
import { isSettled } from "../api/loader.js";
import { useWholeList } from "../api/resource.js";
import { serverNow } from "../api/server-clock.js";
import { blind } from "../api/site.js";
import { connection } from "../api/stream.js";
import type { Group, Happening, Host } from "../api/types.js";
import { now } from "../app/now.js";
import { Button } from "../components/button.js";
import { Download } from "../components/download.js";
import { Chips, Choice, SearchBox, useParameter } from "../components/filters.js";
import { Empty, Loaded, Page } from "../components/page.js";
import { countText } from "../formats/number.js";
import { clockText } from "../formats/time.js";
import { HOST_STATE } from "../formats/words.js";
import { href, setParameters } from "../url.js";
import { HostTable } from "./hosts/host-table.js";
import { Legend } from "./hosts/legend.js";
import {
  byUserGroup,
  compareByName,
  compareByUrgency,
  countStates,
  passes,
  STATES_BY_URGENCY,
} from "./hosts/standing.js";
import { WaitingWall, Wall } from "./hosts/wall.js";
import { WideWall } from "./hosts/wide-wall.js";
import "../styles/hosts.css";

const REFRESH_SECONDS = 15;
/** An answer that is older says nothing of now. */
const OUTDATED_SECONDS = 60;
const TOLD_BY = /^(host|server|app|sensor|operator)\./;

function concernsHosts({ type, log }: Happening): boolean {
  return log !== null || TOLD_BY.test(type);
}

export default function Hosts() {
  const group = useParameter("group") || "active";
  const view = useParameter("view");
  const byName = useParameter("sort") === "name";
  const inGroups = useParameter("by") === "group";
  const filter = {
    states: useParameter("state").split(",").filter(Boolean),
    match: useParameter("match"),
    pending: useParameter("pending") !== "",
  };
  const hosts = useWholeList<Host>(
    "hosts",
    { group },
    { everySeconds: REFRESH_SECONDS, when: concernsHosts },
  );
  const groups = useWholeList<Group>("groups", {}, { everySeconds: 60, when: concernsHosts });
  const refreshedAt = useMemo(
    () => (hosts.data === undefined ? undefined : serverNow()),
    [hosts.data],
  );
  const outdated = refreshedAt !== undefined && now.value - refreshedAt > OUTDATED_SECONDS * 1000;
  const neutral = blind.value || outdated;
  const wide = view === "wide";

  const key = JSON.stringify(filter);
  const shown = useMemo(() => {
    const passing = (hosts.data ?? []).filter((host) => passes(host, filter));
    return passing.sort(byName ? compareByName : compareByUrgency);
  }, [hosts.data, key, byName]);
  const groupName = groups.data?.find(({ id }) => id === group)?.name ?? group;

  const freshness = refreshedAt !== undefined && (
    <>
      {outdated || hosts.problem !== undefined ? "Not refreshed since " : "Refreshed "}
      <span class="end">{clockText(new Date(refreshedAt))}</span>
      {connection.value === "broken" && ", not connected"}
    </>
  );
  const noSuchGroup = hosts.problem?.parameter === "group";
  const content = noSuchGroup ? (
    <Empty title="There is no such group">
      <p>
        It was deleted, or its address has another spelling.{" "}
        <a href={href("hosts")}>The active hosts</a> · <a href={href("groups")}>All groups</a>
      </p>
    </Empty>
  ) : hosts.data === undefined && hosts.problem === undefined ? (
    <WaitingWall />
  ) : (
    <Loaded of={hosts}>
      {(all) => {
        if (shown.length === 0) return <NoHosts all={all.length} group={groupName} />;
        if (wide) {
          return (
            <WideWall title={groupName} hosts={shown} neutral={neutral} freshness={freshness} />
          );
        }
        if (view === "table") return <HostTable hosts={shown} />;
        const sections = inGroups
          ? byUserGroup(shown, groups.data ?? [])
          : [{ id: "", title: "", hosts: shown }];
        return (
          <>
            <Wall sections={sections} neutral={neutral} />
            <Legend />
          </>
        );
      }}
    </Loaded>
  );
  return (
    <Page
      title="Hosts"
      note={hosts.data === undefined ? undefined : noteOf(shown.length, hosts.data.length)}
      actions={
        <>
          <p class="wall-freshness">{freshness}</p>
          <Button onClick={() => setParameters({ view: "wide" })} title="For a screen on a wall">
            Wide view
          </Button>
          <Download
            path="hosts"
            query={{ group, state: filter.states.join(","), match: filter.match }}
          />
        </>
      }
      ready={isSettled(hosts) && isSettled(groups)}
      full={view === "table" && shown.length > 0}
    >
      <Filters hosts={hosts.data ?? []} groups={groups.data ?? []} group={group} />
      {neutral && hosts.data !== undefined && (
        <p class="wall-neutral" role="status">
          <strong>The states of hosts are not known now.</strong>{" "}
          {blind.value
            ? "pvmon hears nothing, so no host is shown as OK or as in error."
            : "pvmon has not answered for more than a minute."}
        </p>
      )}
      {content}
    </Page>
  );
}

function noteOf(shown: number, all: number): string {
  return shown === all ? countText(all) : `${countText(shown)} of ${countText(all)}`;
}

function Filters(props: {
  readonly hosts: readonly Host[];
  readonly groups: readonly Group[];
  readonly group: string;
}) {
  const counts = countStates(props.hosts);
  const chosen = useParameter("state").split(",");
  const view = useParameter("view");
  const onlyPending = useParameter("pending") !== "";
  const pending = props.hosts.filter(({ pendingLogs }) => pendingLogs > 0).length;
  const options = props.groups.map(({ id, name }) => ({ value: id, text: name }));
  return (
    <div class="toolbar">
      <Choice
        name="group"
        label="Group"
        options={options.length > 0 ? options : [{ value: "active", text: "Active" }]}
      />
      <SearchBox name="match" label="Name, address or description" />
      <Chips
        name="state"
        label="States"
        options={STATES_BY_URGENCY.filter(
          (state) => counts.has(state) || chosen.includes(state),
        ).map((state) => ({
          value: state,
          text: HOST_STATE[state].text,
          count: counts.get(state) ?? 0,
        }))}
      />
      {(pending > 0 || onlyPending) && (
        <Chips
          name="pending"
          label="Log"
          single
          options={[{ value: "yes", text: "To acknowledge", count: pending }]}
        />
      )}
      <span class="toolbar-choices">
        {view !== "table" && (
          <>
            <Choice
              name="sort"
              label="Order"
              options={[
                { value: "state", text: "Worst first" },
                { value: "name", text: "By name" },
              ]}
            />
            <Choice
              name="by"
              label="Sections"
              options={[
                { value: "", text: "None" },
                { value: "group", text: "User groups" },
              ]}
            />
          </>
        )}
        <Choice
          name="view"
          label="View"
          options={[
            { value: "", text: "Tiles" },
            { value: "table", text: "Table" },
          ]}
        />
      </span>
    </div>
  );
}

function NoHosts({ all, group }: { readonly all: number; readonly group: string }) {
  const id = useParameter("group");
  if (all > 0) {
    return (
      <Empty title="No host matches">
        <p>
          None of the {countText(all)} hosts of the group is as the filters say.{" "}
          <a href={href("hosts", { group: id })}>Show all of them</a>
        </p>
      </Empty>
    );
  }
  return (
    <Empty title={`No host in the group ${group}`}>
      <p>
        Hosts appear by themselves: by a beacon or a heartbeat of something on them, or as soon as a
        server there answers a search.
      </p>
      <p>
        <a href={href("hosts", { group: "all" })}>All hosts</a> ·{" "}
        <a href={href("groups")}>Groups</a> · <a href={href("system")}>What pvmon hears</a>
      </p>
    </Empty>
  );
}
