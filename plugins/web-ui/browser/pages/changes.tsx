/** What differs between two instants: what appeared, went and moved. What went and came back in between is no change. */
import type { ComponentChildren } from "preact";
import { isSettled } from "../api/loader.js";
import { useResource } from "../api/resource.js";
import { serverNow } from "../api/server-clock.js";
import type { Changes } from "../api/types.js";
import { Fact, Facts, Section } from "../components/facts.js";
import { Choice, useParameter } from "../components/filters.js";
import { ClientLink, Name, PvLink, ServerLink } from "../components/links.js";
import { Empty, Loaded, Page } from "../components/page.js";
import { Table } from "../components/table.js";
import { Nothing, Time } from "../components/time.js";
import { countText } from "../formats/number.js";
import { href, setParameters } from "../url.js";
import { isoText, localText, questionOf, RANGES } from "./changes/span.js";

const SHOWN = 200;

export default function ChangesPage() {
  const range = useParameter("range") || RANGES[0].value;
  const [from, to] = [useParameter("from"), useParameter("to")];
  const question = questionOf(range, from, to);
  const report = useResource<Changes>(question === undefined ? undefined : "changes", {
    ...question,
    limit: SHOWN,
  });
  return (
    <Page title="Changes" ready={isSettled(report)}>
      <div class="toolbar">
        <Choice name="range" label="Between then and now" options={RANGES} />
        {range === "chosen" && <Instants from={from} to={to} />}
      </div>
      {question === undefined ? (
        <Empty title="Choose two instants">
          <p>The first one has to be the earlier one.</p>
        </Empty>
      ) : (
        <Loaded of={report}>{(data) => <Report of={data} />}</Loaded>
      )}
    </Page>
  );
}

function Instants({ from, to }: { readonly from: string; readonly to: string }) {
  return (
    <>
      {[
        { name: "from", label: "From", value: from },
        { name: "to", label: "To", value: to },
      ].map(({ name, label, value }) => (
        <label key={name} class="choice">
          <span>{label}</span>
          <input
            type="datetime-local"
            value={localText(value)}
            max={localText(new Date(serverNow()).toISOString())}
            onChange={(event) => setParameters({ [name]: isoText(event.currentTarget.value) })}
          />
        </label>
      ))}
    </>
  );
}

function Report({
  of: { from, to, pvs, servers, apps, newClients, newDuplicates },
}: {
  of: Changes;
}) {
  const pv = (name: string) => <PvLink name={name} />;
  const server = (name: string) => <ServerLink server={name} />;
  const lists: readonly ListProps[] = [
    { title: "Servers that appeared", list: servers.appeared, subject: server },
    { title: "Servers that are gone", list: servers.gone, subject: server },
    {
      title: "Applications that appeared",
      list: apps.appeared,
      subject: server,
      values: application,
    },
    { title: "Applications that are gone", list: apps.gone, subject: server, values: application },
    {
      title: "Servers that are another application",
      list: apps.moved,
      subject: server,
      values: application,
    },
    { title: "PVs that are gone", list: pvs.gone, subject: pv, values: server },
    { title: "PVs that moved", list: pvs.moved, subject: pv, values: server },
    { title: "PVs that appeared", list: pvs.appeared, subject: pv, values: server },
  ];
  const names = [
    {
      title: "New clients",
      list: newClients,
      item: (name: string) => <ClientLink client={name} />,
    },
    { title: "PVs with a second owner", list: newDuplicates, item: pv },
  ];
  const totals = [...lists, ...names].map(({ title, list: { total } }) => ({ title, total }));
  return (
    <>
      <Section
        title="At a glance"
        note={
          <>
            <Time at={from} /> to <Time at={to} />
          </>
        }
      >
        <Facts>
          {totals.map(({ title, total }) => (
            <Fact key={title} name={title}>
              {countText(total)}
            </Fact>
          ))}
        </Facts>
      </Section>
      {lists
        .filter(({ list }) => list.total > 0)
        .map((props) => (
          <List key={props.title} {...props} />
        ))}
      {names
        .filter(({ list }) => list.total > 0)
        .map(({ title, list, item }) => (
          <Names key={title} title={title} list={list} names={list.items} of={item} />
        ))}
    </>
  );
}

interface ListProps {
  readonly title: string;
  readonly list: Changes["pvs"]["gone"];
  readonly subject: (name: string) => ComponentChildren;
  /** What was and is; left out where it would say nothing. */
  readonly values?: (value: string) => ComponentChildren;
}

function List({ title, list, subject, values }: ListProps) {
  if (values === undefined) {
    return (
      <Names
        title={title}
        list={list}
        names={list.items.map((item) => item.subject)}
        of={subject}
      />
    );
  }
  const each = (items: readonly string[]): ComponentChildren =>
    items.length === 0 ? <Nothing /> : items.map((item) => <div key={item}>{values(item)}</div>);
  const before = { key: "before", title: "Before", cell: (item: Item) => each(item.before) };
  const after = { key: "after", title: "After", cell: (item: Item) => each(item.after) };
  return (
    <Section title={title} note={shownOf(list)}>
      <Table
        label={title}
        items={list.items}
        keyOf={(item) => item.subject}
        columns={[
          { key: "subject", title: "What", cell: (item) => subject(item.subject) },
          before,
          after,
        ]}
      />
    </Section>
  );
}

interface NamesProps {
  readonly title: string;
  readonly list: { readonly total: number; readonly items: readonly unknown[] };
  readonly names: readonly string[];
  readonly of: (name: string) => ComponentChildren;
}

function Names({ title, list, names, of }: NamesProps) {
  return (
    <Section title={title} note={shownOf(list)}>
      <ul class="name-list">
        {names.map((name) => (
          <li key={name}>{of(name)}</li>
        ))}
      </ul>
    </Section>
  );
}

type Item = Changes["pvs"]["gone"]["items"][number];

function application(text: string) {
  return /^[0-9a-f]{16}$/.test(text) ? (
    <a href={href("events", { app: text, day: "all" })}>{text}</a>
  ) : (
    <Name text={text} />
  );
}

function shownOf({ total, items }: { readonly total: number; readonly items: readonly unknown[] }) {
  if (items.length === total) return countText(total);
  return `the first ${countText(items.length)} of ${countText(total)}`;
}
