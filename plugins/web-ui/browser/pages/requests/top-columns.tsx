/** Who asked most, and what was asked for most. */
import type { ClientDetail, TopRequests } from "../../api/types.js";
import type { Column } from "../../components/columns.js";
import { ClientLink, PvLink } from "../../components/links.js";
import { Share } from "../../components/share.js";
import { State } from "../../components/state.js";
import { countText } from "../../formats/number.js";
import { PV_STATE } from "../../formats/words.js";
import { href } from "../../url.js";

/** What all of them count. */
interface Counted {
  readonly requests: number;
  readonly share: number;
}

const COUNTS: readonly Column<Counted>[] = [
  {
    key: "requests",
    title: "Requests",
    width: "5.9rem",
    align: "end",
    cell: ({ requests }) => countText(requests),
  },
  {
    key: "share",
    title: "Share",
    width: "minmax(4.8rem, 9rem)",
    align: "end",
    cell: ({ share }) => <Share share={share} />,
  },
];

export const BY_PV: readonly Column<TopRequests>[] = [
  {
    key: "name",
    title: "PV",
    width: "minmax(11rem, 1fr)",
    cell: ({ name }) => <PvLink name={name} />,
  },
  ...COUNTS,
];

export const BY_CLIENT: readonly Column<TopRequests>[] = [
  {
    key: "client",
    title: "Client",
    width: "minmax(8rem, 1fr)",
    cell: ({ name, hostName }) => <ClientLink client={name} name={hostName} />,
  },
  {
    key: "address",
    title: "Address",
    width: "9rem",
    wideOnly: true,
    cell: ({ name }) => name,
  },
  ...COUNTS,
  {
    key: "pvs",
    title: "For",
    width: "minmax(4.6rem, 7rem)",
    cell: ({ name }) => <a href={href("requests", { by: "client", client: name })}>its PVs</a>,
  },
];

export type NameOfClient = ClientDetail["top"][number] & Counted;

export const OF_CLIENT: readonly Column<NameOfClient>[] = [
  {
    key: "name",
    title: "PV",
    width: "minmax(11rem, 1fr)",
    cell: ({ name }) => <PvLink name={name} />,
  },
  {
    key: "state",
    title: "State",
    width: "10rem",
    wideOnly: true,
    cell: ({ state }) => <State {...PV_STATE[state]} />,
  },
  ...COUNTS,
];
