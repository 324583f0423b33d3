/** What waits to be stored, and what could not be. */
import type { Outbox } from "../../api/types.js";
import type { Column } from "../../components/columns.js";
import { Section } from "../../components/facts.js";
import { Name } from "../../components/links.js";
import { State } from "../../components/state.js";
import { Table } from "../../components/table.js";
import { Ago, Nothing } from "../../components/time.js";
import { bytesText, countText } from "../../formats/number.js";
import { spanText } from "../../formats/time.js";

/** More than its rhythm. */
const BEHIND_MS = 10_000;

const COLUMNS: readonly Column<Outbox>[] = [
  {
    key: "store",
    title: "Store",
    cell: ({ store }) => (
      <span class="whole">
        <Name text={store} />
      </span>
    ),
  },
  {
    key: "state",
    title: "State",
    cell: ({ error, spoolError, behindMs }) => {
      if (error !== null || spoolError !== null) return <State tone="alarm" text="Cannot write" />;
      return behindMs < BEHIND_MS ? (
        <State tone="ok" text="Writes" />
      ) : (
        <State tone="warning" text="Behind" />
      );
    },
  },
  {
    key: "written",
    title: "Last written",
    cell: ({ lastWrittenAt }) => <Ago at={lastWrittenAt} />,
  },
  {
    key: "error",
    title: "What it says",
    cell: ({ error, spoolError }) => {
      const text = [error, spoolError].filter((each) => each !== null).join("; ");
      return text === "" ? <Nothing /> : <Name text={text} />;
    },
  },
  {
    key: "waiting",
    title: "Waiting",
    align: "end",
    cell: ({ records, history }) => countText(records + history),
  },
  {
    key: "behind",
    title: "Behind by",
    align: "end",
    cell: ({ behindMs }) => (behindMs === 0 ? <Nothing /> : spanText(behindMs / 1000)),
  },
  {
    key: "spooled",
    title: "On disk for later",
    align: "end",
    cell: ({ spooledBytes }) => bytesText(spooledBytes),
  },
  { key: "dropped", title: "Lost", align: "end", cell: ({ dropped }) => countText(dropped) },
  {
    key: "refused",
    title: "Refused",
    align: "end",
    wideOnly: true,
    cell: ({ refused }) => countText(refused),
  },
];

export function Stores({ outboxes }: { readonly outboxes: readonly Outbox[] }) {
  return (
    <Section
      title="Stores"
      note="While one cannot be reached, what it missed waits here and on disk"
    >
      <Table
        label="Stores"
        items={outboxes}
        columns={COLUMNS}
        keyOf={({ store }) => store}
        empty="No store is configured: what pvmon learns is gone when it stops, and there is no history."
      />
    </Section>
  );
}
