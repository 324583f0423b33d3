/** All PVs: found by name, state, server, host or client; sorted, watched, opened and forgotten. */
import { useEffect, useState } from "preact/hooks";
import { status } from "../api/site.js";
import { counters } from "../api/stream.js";
import type { Counts, Pv } from "../api/types.js";
import { useRemoteRows } from "../api/use-remote-rows.js";
import { say } from "../app/messages.js";
import { ActiveFilters, HOST_FILTER } from "../components/active-filters.js";
import { Button } from "../components/button.js";
import { useOrder } from "../components/columns.js";
import { Download } from "../components/download.js";
import { Chips, SearchBox, useParameter } from "../components/filters.js";
import { Empty, Page } from "../components/page.js";
import { RemoteTable } from "../components/remote-table.js";
import { namePattern, PATTERN_HINT } from "../formats/name-pattern.js";
import { countText } from "../formats/number.js";
import { PV_STATE } from "../formats/words.js";
import { go, href, setParameters } from "../url.js";
import "../styles/pvs.css";
import { NoPvs } from "./pvs/no-pvs.js";
import { PV_COLUMNS } from "./pvs/pv-columns.js";
import { MAX_SELECTED, Selection } from "./pvs/selection.js";

const LINKED_FILTERS = [
  { name: "server", label: "Server" },
  ...HOST_FILTER,
  { name: "client", label: "Asked by" },
];

export default function Pvs() {
  const asRegex = useParameter("syntax") === "regex";
  const pattern = namePattern(useParameter("match"), asRegex);
  const others = {
    state: useParameter("state"),
    server: useParameter("server"),
    host: useParameter("host"),
    client: useParameter("client"),
  };
  const order = useOrder(PV_COLUMNS, "name");
  const filter = { ...pattern.query, ...others };
  const query = { ...filter, sort: order.key, order: order.order };
  const { rows, loading } = useRemoteRows<Pv>("pvs", query);
  const filtered = Object.values(others).some((value) => value !== "");
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => setSelected(new Set()), [JSON.stringify(filter)]);

  const { problem } = rows;
  const badPattern =
    problem?.parameter === "regex" || problem?.parameter === "match" ? problem : undefined;
  const counts = (counters.value ?? status.value)?.counts.pvs;

  const select = ({ name }: Pv): void => {
    const next = new Set(selected);
    if (!next.delete(name)) {
      if (next.size >= MAX_SELECTED) {
        say(`At most ${countText(MAX_SELECTED)} PVs can be selected`, "alarm");
        return;
      }
      next.add(name);
    }
    setSelected(next);
  };

  return (
    <Page
      title="PVs"
      note={loading ? "searching …" : <Total shown={rows.total} all={counts?.total} />}
      actions={<Download path="pvs" query={query} />}
      ready={rows.total !== undefined || problem !== undefined}
      full
    >
      <div class="toolbar">
        <div class="pattern">
          <SearchBox
            name="match"
            label="Find names"
            problem={badPattern?.message.replace("(?i)", "")}
          />
          <Button
            pressed={pattern.kind === "regex" || asRegex}
            label="The text is a regular expression"
            title="The text is a regular expression"
            onClick={() => turnRegex(pattern.kind === "regex" || asRegex, pattern.text)}
          >
            .*
          </Button>
        </div>
        <Chips name="state" label="States" options={stateOptions(counts)} />
        <ActiveFilters filters={LINKED_FILTERS} />
      </div>
      <div class="below-toolbar">
        <p class="pattern-hint" role="status">
          {PATTERN_HINT[asRegex ? "regex" : pattern.kind]}
        </p>
        {rows.total !== undefined && rows.total > 0 && (
          <Selection
            selected={selected}
            onChange={setSelected}
            query={filter}
            total={rows.total}
            onForgotten={() => rows.refresh()}
          />
        )}
      </div>
      {rows.total === undefined && badPattern !== undefined ? (
        <Empty title="This cannot be searched for">
          <p>What is wrong with it stands below the box.</p>
        </Empty>
      ) : (
        <RemoteTable
          label="PVs"
          rows={rows}
          columns={PV_COLUMNS}
          keyOf={({ name }) => name}
          order={order}
          onOpen={({ name }) => go(href("pv", { name }))}
          selected={selected}
          onSelect={select}
          empty={<NoPvs pattern={pattern} filtered={filtered} />}
        />
      )}
    </Page>
  );
}

function Total(props: { readonly shown: number | undefined; readonly all: number | undefined }) {
  const { shown, all } = props;
  if (shown === undefined) return <>…</>;
  return (
    <>
      {all === undefined || shown >= all
        ? countText(shown)
        : `${countText(shown)} of ${countText(all)}`}
    </>
  );
}

/** The slashes around an expression go when the switch says the same. */
function turnRegex(isRegex: boolean, text: string): void {
  setParameters({ match: text, syntax: isRegex ? undefined : "regex" });
}

function stateOptions(counts: Counts["pvs"] | undefined) {
  const option = (value: keyof Counts["pvs"], text: string) => ({
    value,
    text,
    ...(counts !== undefined && { count: counts[value] }),
  });
  return [
    option("online", PV_STATE.online.text),
    option("lost", PV_STATE.lost.text),
    option("neverAnswered", PV_STATE.neverAnswered.text),
    option("unverified", PV_STATE.unverified.text),
    option("duplicate", "Duplicate"),
    option("invalid", "Invalid"),
  ];
}
