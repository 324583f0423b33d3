/** One client: how it searches, what for, and what of it nobody answers. */
import { segment } from "../api/client.js";
import { isSettled } from "../api/loader.js";
import { useOne, useResource } from "../api/resource.js";
import type { ClientDetail, Host, Page as ListPage } from "../api/types.js";
import { Fact, Facts, Section } from "../components/facts.js";
import { useParameter } from "../components/filters.js";
import { Happenings } from "../components/happenings.js";
import { HostLink, Name } from "../components/links.js";
import { Empty, Loaded, Page } from "../components/page.js";
import { Share, unansweredTone } from "../components/share.js";
import { Ago, Nothing, Time } from "../components/time.js";
import { countText, rateText, shareText } from "../formats/number.js";
import { sourceText } from "../formats/words.js";
import { href } from "../url.js";
import "../styles/client.css";
import { COUNTED, LatestNames, NamesInVain, TopNames } from "./client/names.js";
import { TrafficOfClient } from "./client/traffic-of-client.js";

const REFRESH_SECONDS = 5;

export default function ClientPage() {
  const client = useParameter("client");
  return client === "" ? <NoAddress /> : <One key={client} client={client} />;
}

function NoAddress() {
  return (
    <Page title="Client" ready>
      <Empty title="Which client?">
        <p>
          The address of this page names none. <a href={href("clients")}>All clients</a>
        </p>
      </Empty>
    </Page>
  );
}

function One({ client }: { readonly client: string }) {
  const path = `clients/${segment(client)}`;
  const detail = useOne<ClientDetail>(path, { everySeconds: REFRESH_SECONDS });
  const { data } = detail;
  const name = data?.name ?? client;
  return (
    <Page title={name} note={name === client ? undefined : client} ready={isSettled(detail)}>
      <Loaded of={detail} missing={<NotKnown client={client} />}>
        {(found) => <Detail of={found} />}
      </Loaded>
    </Page>
  );
}

function Detail({ of: detail }: { readonly of: ClientDetail }) {
  const { client, latest } = detail;
  return (
    <>
      <Section title="How it searches">
        <SearchFacts of={detail} />
      </Section>
      <TrafficOfClient client={client} />
      <div class="columns">
        <Section
          title="Asked for most"
          note={`of its last ${countText(latest.length)} requests`}
          actions={
            detail.source === COUNTED && <a href={href("pvs", { client })}>In the list of PVs</a>
          }
        >
          <TopNames of={detail} />
        </Section>
        <NamesInVain of={detail} />
      </div>
      <LatestNames latest={latest} />
      <Section title="What happened to it">
        <Happenings
          query={{ client }}
          when={(happening) => happening.client === client}
          empty="Nothing is recorded."
        />
      </Section>
    </>
  );
}

function SearchFacts({ of: detail }: { readonly of: ClientDetail }) {
  const { client, lossEstimate, unansweredShare } = detail;
  return (
    <Facts>
      <Fact name="Names searched for">{countText(detail.searches)}</Fact>
      <Fact name="In datagrams">{countText(detail.datagrams)}</Fact>
      <Fact name="Different names, as remembered">{countText(detail.names)}</Fact>
      <Fact name="Now">{rateText(detail.namesPerSecond)} names/s</Fact>
      <Fact name="Names that nobody answers, lately">
        {detail.unanswered === 0 ? (
          "none"
        ) : (
          <>
            {countText(detail.unanswered)},{" "}
            <Share share={unansweredShare} tone={unansweredTone(unansweredShare)} />
          </>
        )}
      </Fact>
      <Fact name="Library, by how it searches">
        <Name text={detail.library} />
      </Fact>
      <Fact name="Datagrams that pvmon did not hear">
        {lossEstimate === null ? (
          <span class="muted">Cannot be told: only libca counts them</span>
        ) : (
          shareText(lossEstimate)
        )}
      </Fact>
      <Fact name="Kind">{sourceText(detail.source)}</Fact>
      <Fact name="First seen">
        <Time at={detail.firstSeenAt} />
      </Fact>
      <Fact name="Last seen">
        <Ago at={detail.lastSeenAt} />
      </Fact>
      <Fact name="Host with this address">
        <HostOf client={client} />
      </Fact>
    </Facts>
  );
}

/** Looked for in the list: many clients are displays of which nothing else is known, and that is no error. */
function HostOf({ client }: { readonly client: string }) {
  const { data } = useResource<ListPage<Host>>("hosts", { match: client, limit: 100 });
  const host = data?.items.find(({ addresses }) => addresses.includes(client));
  return host === undefined ? <Nothing /> : <HostLink host={host.host} name={host.name} />;
}

function NotKnown({ client }: { readonly client: string }) {
  return (
    <Empty title="This client is not known">
      <p>
        It sent no search while pvmon listened, or was silent for so long that it was forgotten.{" "}
        <a href={href("clients")}>All clients</a>
      </p>
      <p>
        Perhaps it is a host: <a href={href("host", { host: client })}>look for the host</a>.
      </p>
    </Empty>
  );
}
