/** What the summary of all monitors shows of each. */
import type { Health } from "../../api/types.js";
import { Bar } from "../../components/bar.js";
import type { Column } from "../../components/columns.js";
import { HostLink, Name } from "../../components/links.js";
import { State } from "../../components/state.js";
import { Ago, Nothing, Span } from "../../components/time.js";
import { clockOffsetText } from "../../formats/clock.js";
import {
  concernsOf,
  isClockOff,
  isLoadHigh,
  isMemoryFull,
  isProcessorBusy,
  isSwapFull,
  numberOf,
  textOf,
} from "../../formats/health.js";
import { href } from "../../url.js";

export const COLUMNS: readonly Column<Health>[] = [
  {
    key: "host",
    title: "Host",
    width: "minmax(7.5rem, 1fr)",
    sort: "asc",
    value: ({ hostName, host }) => hostName ?? host,
    cell: ({ host, hostName }) => <HostLink host={host} name={hostName} />,
  },
  {
    key: "state",
    title: "State",
    width: "minmax(11rem, 1.2fr)",
    sort: "asc",
    value: (health) => (health.lost ? "0" : (concernsOf(health)[0] ?? "~")),
    cell: (health) => (
      <a class="plain-link" href={href("linux-host", { source: health.source })}>
        <Verdict health={health} />
      </a>
    ),
  },
  {
    key: "seen",
    title: "Last read",
    width: "6.5rem",
    sort: "desc",
    value: ({ at }) => at,
    cell: ({ at }) => <Ago at={at} />,
  },
  {
    key: "up",
    title: "Up",
    width: "6.5rem",
    sort: "desc",
    value: ({ lost, upSeconds }) => (lost ? null : upSeconds),
    cell: ({ lost, upSeconds }) => (lost ? <Nothing /> : <Span seconds={upSeconds} />),
  },
  {
    key: "clock",
    title: "Clock",
    width: "8.5rem",
    sort: "desc",
    value: ({ clockOffsetSeconds: offset }) => (offset === null ? null : Math.abs(offset)),
    cell: (health) => {
      const { clockOffsetSeconds: offset } = health;
      if (offset === null) return <Nothing />;
      const text = clockOffsetText(offset);
      return isClockOff(health) ? <State tone="warning" text={text} /> : text;
    },
  },
  percent("mem", "Memory used", "MEMAVPCT", isMemoryFull),
  percent("memfree", "free", "MEMFREEPCT"),
  percent("swap", "Swap used", "SWAPACTIVEPCT", isSwapFull),
  percent("swapfree", "free", "SWAPFREEPCT"),
  percent("user", "CPU programs", "CPUUSER"),
  percent("sys", "system", "CPUSYSTEM"),
  percent("idle", "idle", "CPUIDLE", isProcessorBusy),
  {
    key: "load",
    title: "Load 15 min",
    width: "7rem",
    align: "end",
    sort: "desc",
    value: (health) => numberOf(health, "LOAD15MIN"),
    cell: (health) => {
      const load = numberOf(health, "LOAD15MIN");
      if (load === null) return <Nothing />;
      return isLoadHigh(health) ? <State tone="warning" text={load.toFixed(2)} /> : load.toFixed(2);
    },
  },
  {
    key: "arch",
    title: "Arch.",
    width: "5rem",
    sort: "asc",
    wideOnly: true,
    value: (health) => textOf(health, "MACHINE"),
    cell: (health) => {
      const text = textOf(health, "MACHINE");
      return text === null ? <Nothing /> : <Name text={text} />;
    },
  },
];

/** One with a bar has one because people compare it from afar. */
function percent(
  key: string,
  title: string,
  value: string,
  isMuch?: (health: Health) => boolean,
): Column<Health> {
  const hasBar = isMuch !== undefined && key !== "idle";
  return {
    key,
    title,
    width: hasBar ? "8.5rem" : title.includes(" ") ? "7.5rem" : "5rem",
    align: "end",
    sort: "desc",
    value: (health) => numberOf(health, value),
    cell: (health) => {
      const number = numberOf(health, value);
      if (number === null) return <Nothing />;
      const much = isMuch?.(health) === true && !health.lost;
      return (
        <span class="measure">
          {much && <State tone="warning" text="" />}
          {number.toFixed(1)} %{hasBar && <Bar percent={number} tone={much ? "warning" : "info"} />}
        </span>
      );
    },
  };
}

function Verdict({ health }: { readonly health: Health }) {
  if (health.lost) return <State tone="alarm" text="Lost" />;
  const concerns = concernsOf(health);
  return concerns.length === 0 ? (
    <State tone="ok" text="OK" />
  ) : (
    <State tone="warning" text={concerns.join(", ")} />
  );
}
