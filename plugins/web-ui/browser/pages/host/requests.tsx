/** What a host asks for itself: a machine that serves PVs is often a client too. */

import { segment } from "../../api/client.js";
import { useOne, useWholeList } from "../../api/resource.js";
import type { Client, ClientDetail, Host } from "../../api/types.js";
import { Section } from "../../components/facts.js";
import { ClientLink, PvLink } from "../../components/links.js";
import { Loaded } from "../../components/page.js";
import { Table } from "../../components/table.js";
import { Ago } from "../../components/time.js";
import { countText, rateText } from "../../formats/number.js";

const MOST_ADDRESSES = 4;
const MOST_NAMES = 10;

export function Requests({ host }: { readonly host: Host }) {
  return (
    <Section id="requests" title="Requests" note="What it asks for as a client.">
      {host.addresses.slice(0, MOST_ADDRESSES).map((address) => (
        <OfAddress key={address} address={address} />
      ))}
    </Section>
  );
}

type Top = ClientDetail["top"][number];

/** Whether it asks at all is in the list: asking for what is not there would be an error. */
function OfAddress({ address }: { readonly address: string }) {
  const clients = useWholeList<Client>("clients", { match: address }, { everySeconds: 15 });
  return (
    <Loaded of={clients}>
      {(all) =>
        all.some(({ client }) => client === address) ? (
          <Asked address={address} />
        ) : (
          <p class="none">{address} asks for nothing.</p>
        )
      }
    </Loaded>
  );
}

function Asked({ address }: { readonly address: string }) {
  const found = useOne<ClientDetail>(`clients/${segment(address)}`, { everySeconds: 15 });
  return <Loaded of={found}>{(client) => <Summary of={client} />}</Loaded>;
}

function Summary({
  of: { client, searches, namesPerSecond, unanswered, lastSeenAt, top },
}: {
  readonly of: ClientDetail;
}) {
  return (
    <>
      <p class="in-text">
        <ClientLink client={client} /> has searched {countText(searches)} times, now{" "}
        {rateText(namesPerSecond)} names/s, last <Ago at={lastSeenAt} />.{" "}
        {unanswered > 0 && `${countText(unanswered)} of its names have no answer.`}
      </p>
      <Table<Top>
        label={`Asked for most by ${client}`}
        items={top.slice(0, MOST_NAMES)}
        columns={[
          { key: "name", title: "Asked for most", cell: ({ name }) => <PvLink name={name} /> },
          {
            key: "requests",
            title: "Requests",
            align: "end",
            cell: ({ requests }) => countText(requests),
          },
        ]}
        keyOf={({ name }) => name}
        empty="None of its latest requests is remembered."
      />
    </>
  );
}
