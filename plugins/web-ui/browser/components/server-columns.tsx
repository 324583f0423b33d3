/** The columns that every list of servers begins with. */
import type { Server } from "../api/types.js";
import { SERVER_STATE } from "../formats/words.js";
import type { Column } from "./columns.js";
import { HostLink, ServerLink } from "./links.js";
import { State } from "./state.js";

export const SERVER_COLUMNS: readonly Column<Server>[] = [
  {
    key: "server",
    title: "Server",
    width: "minmax(11rem, 1.2fr)",
    sort: "asc",
    cell: ({ server }) => <ServerLink server={server} />,
  },
  {
    key: "host",
    title: "Host",
    width: "minmax(8rem, 1fr)",
    sort: "asc",
    cell: ({ host, hostName }) => <HostLink host={host} name={hostName} />,
  },
  {
    key: "state",
    title: "State",
    width: "9rem",
    sort: "asc",
    cell: ({ state }) => <State {...SERVER_STATE[state]} />,
  },
];
