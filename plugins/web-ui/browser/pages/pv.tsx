/** One PV: its state and why, who serves it, who asks for it, what happened to it, and ways to ask the network. */

import { change, segment } from "../api/client.js";
import { isSettled } from "../api/loader.js";
import { useOne } from "../api/resource.js";
import type { PvDetail } from "../api/types.js";
import { Action } from "../components/button.js";
import { Section } from "../components/facts.js";
import { useParameter } from "../components/filters.js";
import { Happenings } from "../components/happenings.js";
import { Empty, Loaded, Page } from "../components/page.js";
import { printable } from "../formats/printable.js";
import { go, href } from "../url.js";
import "../styles/pv.css";
import { NameBytes } from "./pv/name-bytes.js";
import { AskOwners } from "./pv/owners.js";
import { Owners, Requesters, WhereListed } from "./pv/relations.js";
import { SearchNow } from "./pv/search-now.js";
import { StateOf } from "./pv/state.js";
import { UnknownPv } from "./pv/unknown-pv.js";

const REFRESH_SECONDS = 5;

export default function PvPage() {
  const name = useParameter("name");
  return name === "" ? <NoName /> : <One key={name} name={name} />;
}

function NoName() {
  return (
    <Page title="PV" ready>
      <Empty title="Which PV?">
        <p>
          The address of this page names none. <a href={href("pvs")}>Find it in the list</a>.
        </p>
      </Empty>
    </Page>
  );
}

function One({ name }: { readonly name: string }) {
  const pv = useOne<PvDetail>(`pvs/${segment(name)}`, {
    everySeconds: REFRESH_SECONDS,
    when: (happening) => happening.pv === name,
  });
  if (pv.problem?.status === 404) return <UnknownPv name={name} onSearched={pv.reload} />;
  return (
    <Page title={name} actions={<Forget name={name} />} ready={isSettled(pv)}>
      <Loaded of={pv}>{(data) => <Detail pv={data} reload={pv.reload} />}</Loaded>
    </Page>
  );
}

function Detail({ pv, reload }: { readonly pv: PvDetail; readonly reload: () => void }) {
  const { name } = pv;
  return (
    <>
      <StateOf pv={pv} />
      <Section title="Ask the network" note="nothing is sent until you do">
        <div class="asking">
          <SearchNow name={name} onSearched={reload} />
          <AskOwners name={name} hasServers={pv.servers.length > 0} />
        </div>
      </Section>
      <div class="columns">
        <Owners pv={pv} />
        <Requesters pv={pv} />
      </div>
      <WhereListed pv={pv} />
      <NameBytes hex={pv.nameBytes} odd={pv.invalid || printable(name) !== name} />
      <Section title="What happened to it">
        <Happenings
          query={{ pv: name }}
          when={(happening) => happening.pv === name}
          empty="Nothing of its own: it did not move and had no second owner. What happened to its server is on the page of that server."
        />
      </Section>
    </>
  );
}

function Forget({ name }: { readonly name: string }) {
  return (
    <Action
      kind="danger"
      question={{
        title: "Forget this PV?",
        text: "Its counts and its history of servers and clients go. It comes back by itself, and begins anew, when a client searches for it or a server answers for it.",
        yes: "Forget",
        reason: true,
      }}
      done="The PV is forgotten."
      act={async (why) => {
        await change("POST", "pvs/forget", {
          names: [name],
          ...(why !== undefined && { why }),
        });
        go(href("pvs"));
      }}
    >
      Forget
    </Action>
  );
}
