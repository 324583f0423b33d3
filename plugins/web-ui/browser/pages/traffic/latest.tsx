/** The latest 10,000 requests, by what is asked for and by who asks, as they come. */
import { useResource } from "../../api/resource.js";
import type { Page, TopRequests } from "../../api/types.js";
import { Section } from "../../components/facts.js";
import { ClientLink, PvLink } from "../../components/links.js";
import { Loaded } from "../../components/page.js";
import { countText } from "../../formats/number.js";
import { href } from "../../url.js";
import { Bars } from "./bars.js";

export function Latest() {
  return (
    <div class="columns">
      <LatestBy by="pv" title="By PV" />
      <LatestBy by="client" title="By client" />
    </div>
  );
}

function LatestBy({ by, title }: { readonly by: "pv" | "client"; readonly title: string }) {
  const top = useResource<Page<TopRequests>>("traffic/top", { by, limit: 20 }, { everySeconds: 5 });
  return (
    <Section
      title={title}
      note="Of the latest 10,000 requests"
      actions={
        <a href={href("requests", { by: by === "pv" ? undefined : by })}>All latest requests</a>
      }
    >
      <Loaded of={top}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="none">Nobody has asked for anything yet.</p>
          ) : (
            <Bars
              label={`Latest requests ${title.toLowerCase()}`}
              unit="Requests"
              bars={items.map(({ name, hostName, requests, share }) => ({
                key: name,
                name:
                  by === "pv" ? (
                    <PvLink name={name} />
                  ) : (
                    <ClientLink client={name} name={hostName} />
                  ),
                total: requests,
                share,
                parts: [{ title: `${countText(requests)} requests`, value: requests }],
              }))}
            />
          )
        }
      </Loaded>
    </Section>
  );
}
