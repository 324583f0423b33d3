/** Who asks for most names that nobody answers for. */
import { useResource } from "../../api/resource.js";
import type { Client, Page } from "../../api/types.js";
import type { Column } from "../../components/columns.js";
import { Section } from "../../components/facts.js";
import { ClientLink } from "../../components/links.js";
import { Loaded } from "../../components/page.js";
import { Table } from "../../components/table.js";
import { Nothing } from "../../components/time.js";
import { countText, rateText, shareText } from "../../formats/number.js";
import { href } from "../../url.js";

/** @param all names that nobody answers for, of all clients. */
const columnsOf = (all: number): readonly Column<Client>[] => [
  {
    key: "client",
    title: "Client",
    cell: ({ client, name }) => <ClientLink client={client} name={name} />,
  },
  {
    key: "unanswered",
    title: "Unanswered",
    align: "end",
    cell: ({ unanswered }) => countText(unanswered),
  },
  {
    key: "shareOfAll",
    title: "Of all",
    align: "end",
    cell: ({ unanswered }) => (all === 0 ? <Nothing /> : shareText(Math.min(1, unanswered / all))),
  },
  {
    key: "share",
    title: "Of its names",
    align: "end",
    wideOnly: true,
    cell: ({ unansweredShare }) => shareText(unansweredShare),
  },
  {
    key: "rate",
    title: "Names/s",
    align: "end",
    wideOnly: true,
    cell: ({ namesPerSecond }) => rateText(namesPerSecond),
  },
];

/** @param unanswered PVs that nobody answers for, in all. */
export function Unanswered({ unanswered }: { readonly unanswered: number }) {
  const clients = useResource<Page<Client>>(
    "clients",
    { sort: "unanswered", limit: 5 },
    { everySeconds: 15 },
  );
  return (
    <Section
      title="Asking in vain"
      note={unanswered === 0 ? undefined : `${countText(unanswered)} names have no server`}
      actions={<a href={href("clients", { sort: "unansweredShare" })}>All clients</a>}
    >
      <Loaded of={clients}>
        {({ items }) => (
          <Table
            label="Clients that ask for names nobody answers for"
            items={items.filter((client) => client.unanswered > 0)}
            columns={columnsOf(unanswered)}
            keyOf={({ client }) => client}
            empty="Every client gets answers for all it asks for."
          />
        )}
      </Loaded>
    </Section>
  );
}
