/** The operators' log, of the site or of one host: what happened, who did what, what still has to be acknowledged. */
import { useState } from "preact/hooks";
import { change } from "../api/client.js";
import { type Pages, usePages } from "../api/pages.js";
import type { Happening, LogEntry } from "../api/types.js";
import { countText } from "../formats/number.js";
import { printable } from "../formats/printable.js";
import { SEVERITY_TONE } from "../formats/words.js";
import type { Parameters } from "../url.js";
import { Action } from "./button.js";
import type { Column } from "./columns.js";
import { HostLink, Name, Prose } from "./links.js";
import { More } from "./more.js";
import { Shape, State } from "./state.js";
import { Table } from "./table.js";
import { Nothing, Time } from "./time.js";
import "../styles/logs.css";

/** Entries as they come, newest first. Without a query nothing is asked. */
export function useLog(
  query: Parameters | undefined,
  pageSize: number,
  when: (happening: Happening) => boolean,
): Pages<LogEntry> {
  const path = query === undefined ? undefined : "logs";
  return usePages<LogEntry>(path, query ?? {}, {
    pageSize,
    when: (happening) => happening.log !== null && when(happening),
  });
}

interface Props {
  readonly pages: Pages<LogEntry>;
  /** The host whose log it is; without one, entries say which they are about. */
  readonly host?: string;
  /** Instead of no entries. */
  readonly empty: string;
}

export function LogTable({ pages, host, empty }: Props) {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const shown = pages.items.filter(({ id }) => selected.has(id));
  const pending = shown.filter(isPending);
  const toggle = (id: string): void => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    setSelected(next);
  };
  const done = (): void => {
    setSelected(new Set());
    pages.reload();
  };
  const columns = [selectionColumn(selected, toggle), ...COLUMNS(host === undefined)];
  return (
    <>
      <div class="toolbar">
        <Action
          disabled={pending.length === 0}
          title={pending.length === 0 ? "Choose entries that wait for it" : "Says that it was seen"}
          done={`${countText(pending.length)} acknowledged.`}
          act={() =>
            change("POST", "logs/acknowledge", { ids: pending.map(({ id }) => id) }).then(done)
          }
        >
          Acknowledge {pending.length === 0 ? "selected" : countText(pending.length)}
        </Action>
        <Action
          question={{
            title: host === undefined ? "Acknowledge everything?" : "Acknowledge all of this host?",
            text: "All entries that wait for it, also those that are not shown here.",
            yes: "Acknowledge all",
            reason: true,
          }}
          done="Acknowledged."
          act={(why) =>
            change("POST", "logs/acknowledge", {
              ...(host === undefined ? { all: true } : { host }),
              ...(why !== undefined && { why }),
            }).then(done)
          }
        >
          Acknowledge all
        </Action>
        <Action
          kind="danger"
          disabled={shown.length === 0}
          title={shown.length === 0 ? "Choose entries first" : "They stay among the events"}
          question={{
            title: `Take ${countText(shown.length)} out of the log?`,
            text: "They stay among the events. Those that wait to be acknowledged are acknowledged.",
            yes: "Take them out",
            reason: true,
          }}
          done="Taken out of the log."
          act={(why) =>
            change("POST", "logs/forget", {
              ids: shown.map(({ id }) => id),
              ...(why !== undefined && { why }),
            }).then(done)
          }
        >
          Take out of the log
        </Action>
      </div>
      <Table
        label="Log"
        items={pages.items}
        columns={columns}
        keyOf={({ id }) => id}
        empty={empty}
        rowClass={(entry) => (isPending(entry) ? "log-pending" : undefined)}
      />
      <More of={pages} />
    </>
  );
}

function isPending({ needsAcknowledgement, acknowledged }: LogEntry): boolean {
  return needsAcknowledgement && !acknowledged;
}

function selectionColumn(
  selected: ReadonlySet<string>,
  toggle: (id: string) => void,
): Column<LogEntry> {
  return {
    key: "selected",
    title: "",
    cell: ({ id, text }) => (
      <input
        type="checkbox"
        class="log-box"
        aria-label={`Select: ${printable(text)}`}
        checked={selected.has(id)}
        onChange={() => toggle(id)}
      />
    ),
  };
}

const COLUMNS = (withHost: boolean): readonly Column<LogEntry>[] => [
  {
    key: "at",
    title: "Time",
    cell: ({ at }) => (
      <span class="log-time">
        <Time at={at} />
      </span>
    ),
  },
  ...(withHost
    ? [
        {
          key: "host",
          title: "Host",
          wideOnly: true,
          cell: ({ host, hostName }: LogEntry) => <HostLink host={host} name={hostName} />,
        },
      ]
    : []),
  {
    key: "text",
    title: "What",
    cell: ({ severity, text, type }) => (
      <span class="log-text">
        <Shape tone={SEVERITY_TONE[severity]} />
        {type === "operator.noted" ? <Prose text={text} /> : <Name text={text} />}
      </span>
    ),
  },
  {
    key: "who",
    title: "Who",
    wideOnly: true,
    cell: ({ who }) => (who === null ? <Nothing /> : <Name text={who} />),
  },
  { key: "state", title: "Acknowledged", cell: (entry) => <Acknowledgement of={entry} /> },
];

function Acknowledgement({ of: entry }: { readonly of: LogEntry }) {
  if (!entry.needsAcknowledgement) return <Nothing />;
  if (!entry.acknowledged) return <State tone="warning" text="Waiting" />;
  return (
    <span>
      by <Name text={entry.acknowledgedBy ?? "?"} />, <Time at={entry.acknowledgedAt} />
    </span>
  );
}
