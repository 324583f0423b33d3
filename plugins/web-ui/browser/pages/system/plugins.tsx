/** The plugins: which work, which complain, and why. */
import type { Plugin } from "../../api/types.js";
import type { Column } from "../../components/columns.js";
import { Section } from "../../components/facts.js";
import { Name } from "../../components/links.js";
import { State } from "../../components/state.js";
import { Table } from "../../components/table.js";
import { Nothing, Since } from "../../components/time.js";
import { countText } from "../../formats/number.js";
import type { Tone } from "../../formats/words.js";

const PLUGIN_STATE: Readonly<
  Record<Plugin["status"], { readonly text: string; readonly tone: Tone }>
> = {
  starting: { text: "Starting", tone: "info" },
  ok: { text: "Works", tone: "ok" },
  degraded: { text: "Degraded", tone: "warning" },
  failed: { text: "Failed", tone: "alarm" },
  stopping: { text: "Stopping", tone: "off" },
  stopped: { text: "Stopped", tone: "off" },
};

const COLUMNS: readonly Column<Plugin>[] = [
  {
    key: "id",
    title: "Plugin",
    cell: ({ id, use }) => (
      <span class="whole">
        <Name text={id} />
        {use !== id && <span class="muted"> ({use})</span>}
      </span>
    ),
  },
  { key: "state", title: "State", cell: ({ status }) => <State {...PLUGIN_STATE[status]} /> },
  { key: "since", title: "Since", cell: ({ since }) => <Since at={since} /> },
  { key: "kind", title: "Kind", wideOnly: true, cell: ({ kind }) => kind },
  {
    key: "required",
    title: "When it fails",
    wideOnly: true,
    cell: ({ required }) => (required ? "pvmon counts as failed" : "the rest goes on"),
  },
  {
    key: "reason",
    title: "What it says",
    cell: ({ reason }) => (reason === null ? <Nothing /> : <Name text={reason} />),
  },
];

export function Plugins({ plugins }: { readonly plugins: readonly Plugin[] }) {
  const bad = plugins.filter(({ status }) => status === "failed" || status === "degraded").length;
  return (
    <Section
      title="Plugins"
      note={
        bad === 0
          ? "All of them work"
          : `${countText(bad)} of ${countText(plugins.length)} complain`
      }
    >
      <Table label="Plugins" items={plugins} columns={COLUMNS} keyOf={({ id }) => id} />
    </Section>
  );
}
