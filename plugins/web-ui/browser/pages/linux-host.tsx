/** Everything that the monitor of one host says, A to Z, and reading it now. */
import { change, segment } from "../api/client.js";
import { forget } from "../api/forget.js";
import { useResource } from "../api/resource.js";
import type { Health } from "../api/types.js";
import { Action } from "../components/button.js";
import type { Column } from "../components/columns.js";
import { Fact, Facts, Section } from "../components/facts.js";
import { useParameter } from "../components/filters.js";
import { HostLink, Name, PvLink } from "../components/links.js";
import { Empty, Failure, Loading, Page } from "../components/page.js";
import { State } from "../components/state.js";
import { Table } from "../components/table.js";
import { Ago, Nothing, Span, Time } from "../components/time.js";
import { clockOffsetText } from "../formats/clock.js";
import { concernsOf, HEALTH_MEANINGS, isClockOff } from "../formats/health.js";
import { go, href } from "../url.js";
import { valueText } from "./linux-monitor/value-text.js";

export default function LinuxHost() {
  const source = useParameter("source");
  const found = useResource<Health>(
    source === "" ? undefined : `health/${segment(source)}`,
    {},
    { everySeconds: 10 },
  );
  const missing = source === "" || found.problem?.status === 404;
  const { data } = found;
  return (
    <Page
      title={source === "" ? "Linux monitor of a host" : `Linux monitor of ${source}`}
      note={data === undefined ? undefined : <Standing health={data} />}
      actions={data !== undefined && <Actions health={data} onRead={found.reload} />}
      ready={data !== undefined || missing}
    >
      {missing ? (
        <Empty title="No such monitor">
          <p>
            None with this name was read, or it was forgotten. Monitors come by themselves as soon
            as they can be read.
          </p>
          <p>
            <a href={href("linux-monitor")}>All monitors</a>
          </p>
        </Empty>
      ) : data !== undefined ? (
        <Known health={data} />
      ) : found.problem !== undefined ? (
        <Failure problem={found.problem} onRetry={found.reload} />
      ) : (
        <Loading />
      )}
    </Page>
  );
}

function Standing({ health }: { readonly health: Health }) {
  if (health.lost) return <State tone="alarm" text="Lost: these are its last values" />;
  const concerns = concernsOf(health);
  return concerns.length === 0 ? (
    <State tone="ok" text="OK" />
  ) : (
    <State tone="warning" text={concerns.join(", ")} />
  );
}

function Actions({ health, onRead }: { readonly health: Health; readonly onRead: () => void }) {
  const { source, lost } = health;
  return (
    <>
      <Action
        kind="main"
        title="Asks the host's monitor for all its values: one TCP circuit"
        done="Read."
        act={() => change("POST", `health/${segment(source)}/read`).then(onRead)}
      >
        Read now
      </Action>
      <Action
        kind="danger"
        disabled={!lost}
        title={lost ? "Leaves it out of the list" : "It is active: it would come back at once"}
        question={{
          title: `Forget the monitor of ${source}?`,
          text: "It leaves the list. When it can be read again it comes back.",
          yes: "Forget it",
          reason: true,
        }}
        done={`The monitor of ${source} is forgotten.`}
        act={async (why) => {
          await forget(`health/${segment(source)}`, why);
          go(href("linux-monitor"));
        }}
      >
        Forget
      </Action>
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
  const offset = health.clockOffsetSeconds;
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
            {offset === null ? (
              <Nothing />
            ) : isClockOff(health) ? (
              <State tone="warning" text={clockOffsetText(offset)} />
            ) : (
              clockOffsetText(offset)
            )}
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
