/** Who searches for PVs: how much, how much of it in vain, and with which library. */
import { useMemo } from "preact/hooks";
import { isSettled } from "../api/loader.js";
import { useWholeList } from "../api/resource.js";
import { rowsOf } from "../api/row-source.js";
import type { Client } from "../api/types.js";
import { type Column, useOrder, useSorted } from "../components/columns.js";
import { Download } from "../components/download.js";
import { SearchBox, useParameter } from "../components/filters.js";
import { ClientLink, Name } from "../components/links.js";
import { LongTable } from "../components/long-table.js";
import { Empty, Loaded, Page } from "../components/page.js";
import { Share, unansweredTone } from "../components/share.js";
import { Ago, Nothing } from "../components/time.js";
import { countText, rateText, shareText } from "../formats/number.js";
import { sourceText } from "../formats/words.js";
import { go, href } from "../url.js";

const COLUMNS: readonly Column<Client>[] = [
  {
    key: "client",
    title: "Client",
    width: "minmax(13rem, 1.6fr)",
    sort: "asc",
    value: ({ client, name }) => name ?? client,
    cell: ({ client, name, source }) => (
      <>
        <ClientLink client={client} name={name} />{" "}
        {source !== "client" && <span class="tag">{sourceText(source)}</span>}
      </>
    ),
  },
  {
    key: "address",
    title: "Address",
    width: "9rem",
    sort: "asc",
    wideOnly: true,
    value: ({ client }) => client,
    cell: ({ client }) => client,
  },
  {
    key: "namesPerSecond",
    title: "Names/s",
    width: "5.8rem",
    align: "end",
    sort: "desc",
    value: ({ namesPerSecond }) => namesPerSecond,
    cell: ({ namesPerSecond }) => rateText(namesPerSecond),
  },
  {
    key: "unanswered",
    title: "Unanswered",
    width: "minmax(6.5rem, 8.8rem)",
    align: "end",
    sort: "desc",
    value: ({ unansweredShare }) => unansweredShare,
    cell: ({ unansweredShare, unanswered }) => (
      <span title={`${countText(unanswered)} names that it asked for lately are not answered`}>
        <Share share={unansweredShare} tone={unansweredTone(unansweredShare)} />
      </span>
    ),
  },
  {
    key: "searches",
    title: "Searches",
    width: "6.8rem",
    align: "end",
    sort: "desc",
    value: ({ searches }) => searches,
    cell: ({ searches }) => countText(searches),
  },
  {
    key: "names",
    title: "Names",
    width: "5.2rem",
    align: "end",
    sort: "desc",
    value: ({ names }) => names,
    cell: ({ names }) => countText(names),
  },
  {
    key: "library",
    title: "Library",
    width: "minmax(6.5rem, 0.8fr)",
    sort: "asc",
    wideOnly: true,
    value: ({ library }) => library,
    cell: ({ library }) => <Name text={library} />,
  },
  {
    key: "loss",
    title: "Not heard",
    width: "6.4rem",
    align: "end",
    sort: "desc",
    wideOnly: true,
    value: ({ lossEstimate }) => lossEstimate,
    cell: ({ lossEstimate }) => (lossEstimate === null ? <Nothing /> : shareText(lossEstimate)),
  },
  {
    key: "lastSeen",
    title: "Last seen",
    width: "6.8rem",
    sort: "desc",
    value: ({ lastSeenAt }) => lastSeenAt,
    cell: ({ lastSeenAt }) => <Ago at={lastSeenAt} />,
  },
  {
    key: "firstSeen",
    title: "First seen",
    width: "6.8rem",
    sort: "desc",
    wideOnly: true,
    value: ({ firstSeenAt }) => firstSeenAt,
    cell: ({ firstSeenAt }) => <Ago at={firstSeenAt} />,
  },
];

export default function Clients() {
  const query = { match: useParameter("match") };
  const clients = useWholeList<Client>("clients", query, {
    everySeconds: 15,
    when: ({ type }) => type === "client.appeared",
  });
  const order = useOrder(COLUMNS, "searches");
  const sorted = useSorted(clients.data, COLUMNS, order);
  const rows = useMemo(() => rowsOf(sorted), [sorted]);
  return (
    <Page
      title="Clients"
      note={clients.data === undefined ? undefined : countText(clients.data.length)}
      actions={<Download path="clients" query={query} />}
      ready={isSettled(clients)}
      full
    >
      <div class="toolbar">
        <SearchBox name="match" label="Address or name" />
      </div>
      <Loaded of={clients}>
        {() => (
          <LongTable
            label="Clients"
            rows={rows}
            columns={COLUMNS}
            keyOf={({ client }) => client}
            order={order}
            onOpen={({ client }) => go(href("client", { client }))}
            empty={<NoClients match={query.match} />}
          />
        )}
      </Loaded>
    </Page>
  );
}

function NoClients({ match }: { readonly match: string }) {
  return match === "" ? (
    <Empty title="No client is known yet">
      <p>
        A client appears here with its first search. When none comes, look whether pvmon hears the
        network: <a href={href("system")}>what to check</a>.
      </p>
    </Empty>
  ) : (
    <Empty title="No client matches">
      <p>
        A part of the address or of the name is enough. <a href={href("clients")}>All clients</a>
      </p>
    </Empty>
  );
}
