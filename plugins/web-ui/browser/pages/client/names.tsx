/** What a client asks for: most, in vain, and last. */
import { useMemo } from "preact/hooks";
import { rowsOf } from "../../api/row-source.js";
import type { ClientDetail } from "../../api/types.js";
import type { Column } from "../../components/columns.js";
import { Section } from "../../components/facts.js";
import { PvLink } from "../../components/links.js";
import { LongTable } from "../../components/long-table.js";
import { Share } from "../../components/share.js";
import { State } from "../../components/state.js";
import { Table } from "../../components/table.js";
import { Time } from "../../components/time.js";
import { countText } from "../../formats/number.js";
import { PV_STATE } from "../../formats/words.js";
import { href } from "../../url.js";

/** PVs remember who asks for them only of ordinary clients, not of archivers and gateways. */
export const COUNTED = "client";

type Top = ClientDetail["top"][number] & { readonly share: number };
type Latest = ClientDetail["latest"][number];

const IN_VAIN_COLUMNS: readonly Column<ClientDetail["top"][number]>[] = [
  { key: "name", title: "Name", cell: ({ name }) => <PvLink name={name} /> },
  { key: "state", title: "State", cell: ({ state }) => <State {...PV_STATE[state]} /> },
  {
    key: "requests",
    title: "Requests",
    align: "end",
    cell: ({ requests }) => countText(requests),
  },
];

const TOP_COLUMNS: readonly Column<Top>[] = [
  ...IN_VAIN_COLUMNS,
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

const MOST_IN_VAIN = 20;

/** Those that it asks for most of them: clients ask again and again for what is not answered. */
export function NamesInVain({ of: detail }: { readonly of: ClientDetail }) {
  const { client, source, top, unanswered } = detail;
  const items = top
    .filter(({ state }) => state === "lost" || state === "neverAnswered")
    .slice(0, MOST_IN_VAIN);
  return (
    <Section
      title="Asked for in vain"
      note={items.length < unanswered ? `most of ${countText(unanswered)} names` : undefined}
      actions={
        source === COUNTED && (
          <a href={href("pvs", { client, state: "lost,neverAnswered" })}>In the list of PVs</a>
        )
      }
    >
      <Table
        label="Names asked for in vain"
        items={items}
        columns={IN_VAIN_COLUMNS}
        keyOf={({ name }) => name}
        empty={
          unanswered === 0
            ? "Everything that it asks for is answered."
            : "None of those that it asks for most."
        }
      />
    </Section>
  );
}

const LATEST_COLUMNS: readonly Column<Latest>[] = [
  { key: "at", title: "Time", width: "11.5rem", cell: ({ at }) => <Time at={at} /> },
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
