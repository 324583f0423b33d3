/** What a client asks for: most, in vain, and last. */
import { useMemo } from "preact/hooks";
import { useResource } from "../../api/resource.js";
import type { ClientDetail, Page, Pv } from "../../api/types.js";
import type { Column } from "../../components/columns.js";
import { Section } from "../../components/facts.js";
import { PvLink } from "../../components/links.js";
import { LongTable } from "../../components/long-table.js";
import { Loaded } from "../../components/page.js";
import { PvStateCell } from "../../components/pv-state.js";
import { rowsOf } from "../../components/row-source.js";
import { Share } from "../../components/share.js";
import { State } from "../../components/state.js";
import { Table } from "../../components/table.js";
import { Ago, Time } from "../../components/time.js";
import { countText } from "../../formats/number.js";
import { PV_STATE } from "../../formats/words.js";
import { href } from "../../url.js";

type Top = ClientDetail["top"][number] & { readonly share: number };
type Latest = ClientDetail["latest"][number];

const TOP_COLUMNS: readonly Column<Top>[] = [
  { key: "name", title: "Name", cell: ({ name }) => <PvLink name={name} /> },
  { key: "state", title: "State", cell: ({ state }) => <State {...PV_STATE[state]} /> },
  {
    key: "requests",
    title: "Requests",
    align: "end",
    cell: ({ requests }) => countText(requests),
  },
  { key: "share", title: "Share", align: "end", cell: ({ share }) => <Share share={share} /> },
];

/** By requests, with the share of all that were looked at. */
export function TopNames({ of: { top, latest } }: { readonly of: ClientDetail }) {
  const items = top.map((one) => ({ ...one, share: one.requests / Math.max(1, latest.length) }));
  return (
    <Table
      label="Names asked for most"
      items={items}
      columns={TOP_COLUMNS}
      keyOf={({ name }) => name}
      empty="It asked for nothing since pvmon was started."
    />
  );
}

const IN_VAIN = "lost,neverAnswered";
const SHOWN = 20;

const VAIN_COLUMNS: readonly Column<Pv>[] = [
  { key: "name", title: "Name", cell: ({ name }) => <PvLink name={name} /> },
  { key: "state", title: "State", cell: (pv) => <PvStateCell {...pv} /> },
  { key: "last", title: "Last asked for", cell: (pv) => <Ago at={pv.lastRequestedAt} /> },
];

export function NamesInVain({ client }: { readonly client: string }) {
  const query = { client, state: IN_VAIN, sort: "lastRequested", order: "desc" };
  const pvs = useResource<Page<Pv>>("pvs", { ...query, limit: SHOWN }, { everySeconds: 10 });
  return (
    <Section title="Asked for in vain" note="names that nobody answers now">
      <Loaded of={pvs}>
        {({ items, total }) => (
          <>
            <Table
              label="Names asked for in vain"
              items={items}
              columns={VAIN_COLUMNS}
              keyOf={({ name }) => name}
              empty="Everything that it asks for is answered."
            />
            {total > items.length && (
              <p>
                <a href={href("pvs", query)}>All {countText(total)}</a>
              </p>
            )}
          </>
        )}
      </Loaded>
    </Section>
  );
}

const LATEST_COLUMNS: readonly Column<Latest>[] = [
  { key: "at", title: "Time", width: "11rem", cell: ({ at }) => <Time at={at} /> },
  { key: "name", title: "Name", width: "minmax(14rem, 1fr)", cell: (one) => <PvLink {...one} /> },
];

export function LatestNames({ latest }: { readonly latest: readonly Latest[] }) {
  const rows = useMemo(() => rowsOf(latest), [latest]);
  return (
    <Section title="Latest requests" note={`the last ${countText(latest.length)}, latest first`}>
      {latest.length === 0 ? (
        <p class="none">None since pvmon was started.</p>
      ) : (
        <div class="client-latest">
          <LongTable
            label="Latest requests"
            rows={rows}
            columns={LATEST_COLUMNS}
            keyOf={({ at, name }) => `${at} ${name}`}
          />
        </div>
      )}
    </Section>
  );
}
