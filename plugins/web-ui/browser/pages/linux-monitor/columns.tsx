/** What the summary of all monitors shows of each. */
import type { Health } from "../../api/types.js";
import { Bar } from "../../components/bar.js";
import { ClockOffset } from "../../components/clock-offset.js";
import type { Column } from "../../components/columns.js";
import { HostLink, Name } from "../../components/links.js";
import { Much } from "../../components/much.js";
import { State } from "../../components/state.js";
import { Ago, Nothing, Span } from "../../components/time.js";
import {
  concernsOf,
  isLoadHigh,
  isMemoryFull,
  isProcessorBusy,
  isSwapFull,
  numberOf,
  textOf,
} from "../../formats/health.js";
import { href } from "../../url.js";
import { Verdict } from "./verdict.js";

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
    width: "minmax(12.5rem, 1.6fr)",
    sort: "asc",
    value: (health) => (health.lost ? "0" : (concernsOf(health)[0] ?? "~")),
    cell: (health) => (
      <a class="plain-link" href={href("linux-host", { source: health.source })}>
        <Verdict health={health} />
      </a>
    ),
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
    key: "seen",
    title: "Last read",
    width: "6rem",
    sort: "desc",
    value: ({ at }) => at,
    cell: ({ at }) => <Ago at={at} />,
  },
  {
    key: "clock",
    title: "Clock",
    width: "8.2rem",
    sort: "desc",
    value: ({ clockOffsetSeconds: offset }) => (offset === null ? null : Math.abs(offset)),
    cell: ({ clockOffsetSeconds }) => <ClockOffset seconds={clockOffsetSeconds} short />,
  },
  percent({ key: "mem", title: "Memory %", value: "MEMAVPCT", isMuch: isMemoryFull, bar: true }),
  percent({ key: "memfree", title: "free %", value: "MEMFREEPCT", wideOnly: "very" }),
  percent({
    key: "swap",
    title: "Swap %",
    width: "5.4rem",
    value: "SWAPACTIVEPCT",
    isMuch: isSwapFull,
  }),
  percent({ key: "swapfree", title: "free %", value: "SWAPFREEPCT", wideOnly: "very" }),
  percent({ key: "user", title: "CPU user %", value: "CPUUSER", width: "6.8rem" }),
  percent({ key: "sys", title: "system %", value: "CPUSYSTEM", width: "6.2rem", wideOnly: "very" }),
  percent({ key: "idle", title: "idle %", value: "CPUIDLE", isMuch: isProcessorBusy }),
  {
    key: "load",
    title: "Load",
    width: "5rem",
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
    width: "5.2rem",
    sort: "asc",
    wideOnly: "very",
    value: (health) => textOf(health, "MACHINE"),
    cell: (health) => {
      const text = textOf(health, "MACHINE");
      return text === null ? <Nothing /> : <Name text={text} />;
    },
  },
];

interface Percent extends Pick<Column<Health>, "wideOnly"> {
  readonly key: string;
  readonly title: string;
  /** The end of the PV's name. */
  readonly value: string;
  readonly width?: string;
  readonly isMuch?: (health: Health) => boolean;
  /** People compare it from afar. */
  readonly bar?: boolean;
}

function percent({
  key,
  title,
  value,
  width,
  isMuch,
  bar = false,
  wideOnly = false,
}: Percent): Column<Health> {
  return {
    key,
    title,
    width: width ?? (bar ? "8rem" : "5rem"),
    align: "end",
    sort: "desc",
    wideOnly,
    value: (health) => numberOf(health, value),
    cell: (health) => {
      const number = numberOf(health, value);
      if (number === null) return <Nothing />;
      const much = isMuch?.(health) === true && !health.lost;
      return (
        <span class="measure">
          {much && <Much />}
          {number.toFixed(1)}
          {bar && <Bar percent={number} tone={much ? "warning" : "info"} />}
        </span>
      );
    },
  };
}
