/** Instead of a PV that pvmon does not know: what that means, a way to find out, and names like it. */
import { useCallback } from "preact/hooks";
import { ask } from "../../api/client.js";
import { useLoaded } from "../../api/resource.js";
import type { Page as ListPage, Pv } from "../../api/types.js";
import { Section } from "../../components/facts.js";
import { Name, PvLink } from "../../components/links.js";
import { Empty, Loaded, Page } from "../../components/page.js";
import { PvStateCell } from "../../components/pv-state.js";
import { Table } from "../../components/table.js";
import { countText } from "../../formats/number.js";
import { partsOfName } from "../../formats/similar-names.js";
import { href } from "../../url.js";
import { SearchNow } from "./search-now.js";

interface Props {
  readonly name: string;
  readonly onSearched: () => void;
}

export function UnknownPv({ name, onSearched }: Props) {
  return (
    <Page title={name} ready>
      <Empty title="pvmon does not know this name">
        <p>
          No client asked for <Name text={name} /> and no server answered for it while pvmon
          listened; or it was forgotten. It may exist all the same: ask the network.
        </p>
        <SearchNow name={name} kind="main" onSearched={onSearched} />
      </Empty>
      <Similar name={name} />
    </Page>
  );
}

interface Found {
  readonly part: string;
  readonly page: ListPage<Pv>;
}

const MOST = 10;

function Similar({ name }: { readonly name: string }) {
  const load = useCallback((signal: AbortSignal) => similar(name, signal), [name]);
  const found = useLoaded<Found | undefined>(name, load, {});
  if (!found.loading && found.problem === undefined && found.data === undefined) return null;
  return (
    <Section title="Names like it">
      <Loaded of={found}>
        {({ part, page }: Found) => (
          <>
            <Table
              label="Names like it"
              items={page.items}
              columns={[
                { key: "name", title: "Name", cell: (pv) => <PvLink name={pv.name} /> },
                { key: "state", title: "State", cell: (pv) => <PvStateCell {...pv} /> },
              ]}
              keyOf={(pv) => pv.name}
            />
            <p>
              <a href={href("pvs", { match: part })}>
                All {countText(page.total)} with <Name text={part} />
              </a>
            </p>
          </>
        )}
      </Loaded>
    </Section>
  );
}

async function similar(name: string, signal: AbortSignal): Promise<Found | undefined> {
  for (const part of partsOfName(name)) {
    const page = await ask<ListPage<Pv>>("pvs", { match: part, limit: MOST }, signal);
    if (page.total > 0) return { part, page };
  }
  return undefined;
}
