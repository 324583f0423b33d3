/** What the list of PVs says of each. The keys of columns that can be sorted by are the API's words for it. */
import type { Pv } from "../../api/types.js";
import type { Column } from "../../components/columns.js";
import { ClientLink, PvLink, ServerLink } from "../../components/links.js";
import { PvStateCell } from "../../components/pv-state.js";
import { Ago } from "../../components/time.js";
import { countText } from "../../formats/number.js";

export const PV_COLUMNS: readonly Column<Pv>[] = [
  {
    key: "name",
    title: "Name",
    width: "minmax(13.4rem, 1fr)",
    sort: "asc",
    cell: ({ name }) => <PvLink name={name} />,
  },
  {
    key: "state",
    title: "State",
    width: "14.1rem",
    cell: (pv) => <PvStateCell {...pv} />,
  },
  {
    key: "requests",
    title: "Requests",
    width: "6.8rem",
    align: "end",
    sort: "desc",
    cell: ({ requests }) => countText(requests),
  },
  {
    key: "lastRequested",
    title: "Last request",
    width: "8.2rem",
    sort: "desc",
    cell: ({ lastRequestedAt }) => <Ago at={lastRequestedAt} />,
  },
  {
    key: "client",
    title: "Last client",
    width: "7.5rem",
    wideOnly: true,
    cell: ({ lastClient }) => <ClientLink client={lastClient} />,
  },
  {
    key: "server",
    title: "Server",
    width: "10.4rem",
    cell: ({ server }) => <ServerLink server={server} />,
  },
  {
    key: "lastSeen",
    title: "Last seen",
    width: "6.7rem",
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
