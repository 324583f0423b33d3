/** Who searches for PVs: how much, how much of it in vain, and with which library. */

import type { Client } from "../api/types.js";
import { useRemoteRows } from "../api/use-remote-rows.js";
import { type Column, useOrder } from "../components/columns.js";
import { Download } from "../components/download.js";
import { SearchBox, useParameter } from "../components/filters.js";
import { ClientLink, Name } from "../components/links.js";
import { Empty, Page } from "../components/page.js";
import { RemoteTable } from "../components/remote-table.js";
import { Share, unansweredTone } from "../components/share.js";
import { Ago, Nothing } from "../components/time.js";
import { countText, rateText, shareText } from "../formats/number.js";
import { sourceText } from "../formats/words.js";
import { go, href } from "../url.js";

const COLUMNS: readonly Column<Client>[] = [
  {
    key: "name",
    title: "Client",
    width: "minmax(13rem, 1.6fr)",
    sort: "asc",
    cell: ({ client, name, source }) => (
      <>
        <ClientLink client={client} name={name} />{" "}
        {source !== "client" && <span class="tag">{sourceText(source)}</span>}
      </>
    ),
  },
  {
    key: "client",
    title: "Address",
    width: "9rem",
    sort: "asc",
    wideOnly: true,
    cell: ({ client }) => client,
  },
  {
    key: "namesPerSecond",
    title: "Names/s",
    width: "5.8rem",
    align: "end",
    sort: "desc",
    cell: ({ namesPerSecond }) => rateText(namesPerSecond),
  },
  {
    key: "unansweredShare",
    title: "Unanswered",
    width: "minmax(6.5rem, 8.8rem)",
    align: "end",
    sort: "desc",
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
    cell: ({ searches }) => countText(searches),
  },
  {
    key: "names",
    title: "Names",
    width: "5.2rem",
    align: "end",
    sort: "desc",
    cell: ({ names }) => countText(names),
  },
  {
    key: "library",
    title: "Library",
    width: "minmax(6.5rem, 0.8fr)",
    sort: "asc",
    wideOnly: true,
    cell: ({ library }) => <Name text={library} />,
  },
  {
    key: "lossEstimate",
    title: "Not heard",
    width: "6.4rem",
    align: "end",
    sort: "desc",
    wideOnly: true,
    cell: ({ lossEstimate }) => (lossEstimate === null ? <Nothing /> : shareText(lossEstimate)),
  },
  {
    key: "lastSeen",
    title: "Last seen",
    width: "6.8rem",
    sort: "desc",
    cell: ({ lastSeenAt }) => <Ago at={lastSeenAt} />,
  },
  {
    key: "firstSeen",
    title: "First seen",
    width: "6.8rem",
    sort: "desc",
    wideOnly: true,
    cell: ({ firstSeenAt }) => <Ago at={firstSeenAt} />,
  },
];

export default function Clients() {
  const match = useParameter("match");
  const order = useOrder(COLUMNS, "searches");
  const query = { match, sort: order.key, order: order.order };
  const { rows, loading } = useRemoteRows<Client>("clients", query);
  return (
    <Page
      title="Clients"
      note={loading || rows.total === undefined ? undefined : countText(rows.total)}
      actions={<Download path="clients" query={query} />}
      ready={rows.total !== undefined || rows.problem !== undefined}
      full
    >
      <div class="toolbar">
        <SearchBox name="match" label="Address or name" />
      </div>
      <RemoteTable
        label="Clients"
        rows={rows}
        columns={COLUMNS}
        keyOf={({ client }) => client}
        order={order}
        onOpen={({ client }) => go(href("client", { client }))}
        empty={<NoClients match={match} />}
      />
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
