/** What one client asked for most among its latest requests. */
import { useMemo } from "preact/hooks";
import { segment } from "../../api/client.js";
import type { Freshness, Resource } from "../../api/resource.js";
import { useOne } from "../../api/resource.js";
import { rowsOf } from "../../api/row-source.js";
import type { ClientDetail } from "../../api/types.js";
import { ClientLink } from "../../components/links.js";
import { LongTable } from "../../components/long-table.js";
import { Empty, Loaded } from "../../components/page.js";
import { countText } from "../../formats/number.js";
import { go, href } from "../../url.js";
import { OF_CLIENT } from "./top-columns.js";

export function useClient(client: string, freshness: Freshness): Resource<ClientDetail> {
  return useOne<ClientDetail>(client === "" ? undefined : `clients/${segment(client)}`, freshness);
}

export function OfClient({ of: detail }: { readonly of: Resource<ClientDetail> }) {
  const { data } = detail;
  const rows = useMemo(
    () =>
      rowsOf(
        data?.top.map((one) => ({ ...one, share: one.requests / Math.max(1, data.latest.length) })),
      ),
    [data],
  );
  return (
    <Loaded of={detail}>
      {({ client, name, latest }) => (
        <>
          <p class="muted">
            Most among the last {countText(latest.length)} requests of{" "}
            <ClientLink client={client} name={name} />.{" "}
            <a href={href("requests", { by: "client" })}>Back to all clients</a>
          </p>
          <LongTable
            label="What the client asks for"
            rows={rows}
            columns={OF_CLIENT}
            keyOf={(one) => one.name}
            onOpen={(one) => go(href("pv", { name: one.name }))}
            empty={<Empty title="It asked for nothing since pvmon was started" />}
          />
        </>
      )}
    </Loaded>
  );
}
