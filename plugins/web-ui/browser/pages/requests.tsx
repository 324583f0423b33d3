/** What is asked on the network now: most by PV and by client, as it goes on. */

import { useMemo } from "preact/hooks";
import { isSettled } from "../api/loader.js";
import { useResource } from "../api/resource.js";
import { rowsOf } from "../api/row-source.js";
import type { Page as ListPage, TopRequests } from "../api/types.js";
import { Button } from "../components/button.js";
import { Download } from "../components/download.js";
import { Choice, useParameter } from "../components/filters.js";
import { LongTable } from "../components/long-table.js";
import { Empty, Loaded, Page } from "../components/page.js";
import { Tabs } from "../components/tabs.js";
import { RANGES } from "../formats/ranges.js";
import { go, href, setParameters } from "../url.js";
import { OfClient, useClient } from "./requests/of-client.js";
import { BY_CLIENT, BY_PV } from "./requests/top-columns.js";

const VIEWS = [
  { value: "pv", text: "By PV" },
  { value: "client", text: "By client" },
];
const SPANS = [{ value: "latest", text: "Latest 10,000 requests" }, ...RANGES];
/** As many as the API tells at one time. */
const LIMIT = 1000;

export default function Requests() {
  const by = useParameter("by") === "client" ? "client" : "pv";
  const chosen = useParameter("client");
  const client = by === "client" ? chosen : "";
  const range = useParameter("range") || "latest";
  const isLive = useParameter("live") !== "off";
  // Longer spans are counted by the minute.
  const seconds = range === "latest" ? 3 : 60;
  const freshness = isLive ? { everySeconds: seconds } : {};
  const ofClient = useClient(client, freshness);
  const query = { by, range };
  const top = useResource<ListPage<TopRequests>>(
    client === "" ? "traffic/top" : undefined,
    { ...query, limit: LIMIT },
    freshness,
  );
  const rows = useMemo(() => rowsOf(top.data?.items), [top.data]);
  const shown = client === "" ? top : ofClient;
  return (
    <Page
      title="Latest requests"
      note={isLive ? "as they come" : "paused"}
      actions={client === "" ? <Download path="traffic/top" query={query} /> : undefined}
      ready={isSettled(shown)}
      full
    >
      <div class="toolbar">
        <Tabs label="Count by" name="by" tabs={VIEWS} />
        {client === "" && <Choice name="range" label="Of" options={SPANS} />}
        <Button
          pressed={!isLive}
          title={isLive ? "Stops the list, to read it" : `Renewed every ${seconds} s again`}
          onClick={() => setParameters({ live: isLive ? "off" : undefined }, { replace: true })}
        >
          {isLive ? "Pause" : "Paused"}
        </Button>
      </div>
      {client !== "" ? (
        <OfClient of={ofClient} />
      ) : (
        <Loaded of={top}>
          {() => (
            <LongTable
              label={by === "pv" ? "Requests by PV" : "Requests by client"}
              rows={rows}
              columns={by === "pv" ? BY_PV : BY_CLIENT}
              keyOf={({ name }) => name}
              onOpen={({ name }) => go(addressOfEntry(by, name))}
              empty={<NoRequests />}
            />
          )}
        </Loaded>
      )}
      <p class="muted">
        {range === "latest" || client !== ""
          ? "Live data: counts and order change while you read, and begin anew when pvmon is restarted."
          : "Of busy minutes only the names and clients that asked most are kept, so small shares are too low."}
      </p>
    </Page>
  );
}

function addressOfEntry(by: "pv" | "client", name: string): string {
  return by === "pv" ? href("pv", { name }) : href("requests", { by, client: name });
}

function NoRequests() {
  return (
    <Empty title="Nobody asked for anything">
      <p>
        No search was heard in this time. Look whether pvmon hears the network:{" "}
        <a href={href("system")}>what to check</a>.
      </p>
    </Empty>
  );
}
