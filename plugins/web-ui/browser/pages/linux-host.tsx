/** Everything that the monitor of one host says, A to Z, and reading it now. */
import { change, segment } from "../api/client.js";
import { isSettled } from "../api/loader.js";
import { useOne } from "../api/resource.js";
import type { Health } from "../api/types.js";
import { Action } from "../components/button.js";
import { ClockOffset } from "../components/clock-offset.js";
import type { Column } from "../components/columns.js";
import { Fact, Facts, Section } from "../components/facts.js";
import { useParameter } from "../components/filters.js";
import { HostLink, Name, PvLink } from "../components/links.js";
import { Empty, Loaded, Page } from "../components/page.js";
import { Table } from "../components/table.js";
import { Ago, Nothing, Span, Time } from "../components/time.js";
import { HEALTH_MEANINGS } from "../formats/health.js";
import { go, href } from "../url.js";
import { ForgetMonitor } from "./linux-monitor/forget-monitor.js";
import { valueText } from "./linux-monitor/value-text.js";
import { Verdict } from "./linux-monitor/verdict.js";

export default function LinuxHost() {
  const source = useParameter("source");
  const found = useOne<Health>(source === "" ? undefined : `health/${segment(source)}`, {
    everySeconds: 10,
  });
  const { data } = found;
  return (
    <Page
      title={source === "" ? "Linux monitor of a host" : `Linux monitor of ${source}`}
      note={
        data === undefined ? undefined : (
          <>
            <Verdict health={data} />
            {data.lost && ": these are its last values"}
          </>
        )
      }
      actions={data !== undefined && <Actions health={data} onRead={found.reload} />}
      ready={isSettled(found)}
    >
      <Loaded of={found} missing={<NotKnown />}>
        {(health) => <Known health={health} />}
      </Loaded>
    </Page>
  );
}

function NotKnown() {
  return (
    <Empty title="This monitor is not known">
      <p>
        None with this name was read, or it was forgotten. Monitors come by themselves as soon as
        they can be read.
      </p>
      <p>
        <a href={href("linux-monitor")}>All monitors</a>
      </p>
    </Empty>
  );
}

function Actions({ health, onRead }: { readonly health: Health; readonly onRead: () => void }) {
  return (
    <>
      <Action
        kind="main"
        title="Asks the host's monitor for all its values: one TCP circuit"
        done="Read."
        act={() => change("POST", `health/${segment(health.source)}/read`).then(onRead)}
      >
        Read now
      </Action>
      <ForgetMonitor health={health} kind="danger" onForgotten={() => go(href("linux-monitor"))} />
    </>
  );
}

interface Value {
  readonly name: string;
  readonly value: string | number;
}

function Known({ health }: { readonly health: Health }) {
  const values = Object.entries(health.values)
    .map(([name, value]) => ({ name, value }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return (
    <>
      <Section title="Reading">
        <Facts>
          <Fact name="Host">
            <HostLink host={health.host} name={health.hostName} />
          </Fact>
          <Fact name="Read">
            <Ago at={health.at} /> (<Time at={health.at} />)
          </Fact>
          <Fact name="Up">
            <Span seconds={health.upSeconds} />
          </Fact>
          <Fact name="Clock">
            <ClockOffset seconds={health.clockOffsetSeconds} />
          </Fact>
        </Facts>
      </Section>
      <Section
        title="Values"
        note="Those that are not read in every round are there after “Read now”, for an hour."
      >
        <Table<Value>
          label="Values"
          items={values}
          columns={columnsOf(health.source)}
          keyOf={({ name }) => name}
          empty="None was read."
        />
      </Section>
    </>
  );
}

function columnsOf(source: string): readonly Column<Value>[] {
  return [
    { key: "pv", title: "PV", cell: ({ name }) => <PvLink name={`${source}:${name}`} /> },
    {
      key: "value",
      title: "Value",
      align: "end",
      cell: ({ name, value }) => <Name text={valueText(name, value)} />,
    },
    {
      key: "meaning",
      title: "Meaning",
      cell: ({ name }) => HEALTH_MEANINGS[name]?.text ?? <Nothing />,
    },
  ];
}
