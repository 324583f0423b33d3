/** What the traffic page can show: for each of its views the charts, and for each chart the lines. */
import { bytesText, shareText } from "../../formats/number.js";

interface ChartLine {
  /** Of the API. */
  readonly series: string;
  readonly label: string;
  readonly colour: number;
}

export interface Chart {
  readonly title: string;
  readonly note: string;
  readonly unit: string;
  readonly lines: readonly ChartLine[];
  readonly format?: (value: number) => string;
}

const line = (series: string, label: string, colour: number): ChartLine => ({
  series,
  label,
  colour,
});

const perMinute = (what: string): string => `${what} per minute`;

/** The colour of the line of a client that was chosen. */
const CLIENT_COLOUR = 6;

export const SEARCHES: readonly Chart[] = [
  {
    title: "Names searched for",
    note: "How many PV names are asked for in all searches, and by whom.",
    unit: perMinute("names"),
    lines: [
      line("searchNames", "All", 8),
      line("clientNames", "Clients", 1),
      line("gatewayNames", "Gateways", 4),
      line("archiverNames", "Archivers", 3),
      line("ownNames", "pvmon itself", 7),
    ],
  },
  {
    title: "Search datagrams",
    note: "Packets that carry these names; a full one holds some dozens.",
    unit: perMinute("datagrams"),
    lines: [line("searchDatagrams", "Datagrams", 1)],
  },
  {
    title: "Answers and beacons",
    note: "Replies of servers as far as they can be seen, and their signs of life.",
    unit: "per minute",
    lines: [line("answers", "Answers", 3), line("beacons", "Beacons", 5)],
  },
];

export const PVS: readonly Chart[] = [
  {
    title: "PVs",
    note: "All that pvmon knows, and those that a server has.",
    unit: "PVs",
    lines: [line("pvsTotal", "All", 8), line("pvsOnline", "Online", 3)],
  },
  {
    title: "PVs that are not well",
    note: "Lost, never answered, served twice, or with names that cannot be right.",
    unit: "PVs",
    lines: [
      line("pvsLost", "Lost", 6),
      line("pvsNeverAnswered", "Never answered", 7),
      line("pvsDuplicate", "Duplicate", 4),
      line("pvsInvalid", "Invalid", 8),
    ],
  },
];

export const CLIENTS: readonly Chart[] = [
  {
    title: "Clients that search",
    note: "Different addresses that asked for a name in a minute.",
    unit: "clients",
    lines: [line("distinctClients", "Clients", 1)],
  },
];

export const PVMON: readonly Chart[] = [
  {
    title: "Memory of pvmon",
    note: "What the process holds of the machine's memory.",
    unit: "resident memory",
    lines: [line("processRss", "Memory", 4)],
    format: bytesText,
  },
  {
    title: "Processor time of pvmon",
    note: "Of one core; 200 % is two whole cores.",
    unit: "of one core",
    lines: [line("processCpu", "Processor", 2)],
    format: shareText,
  },
];

/** The first of the charts with a line for a client, where the charts count names. */
export function withClient(charts: readonly Chart[], client: string | undefined): readonly Chart[] {
  const [first, ...others] = charts;
  if (first === undefined || client === undefined || charts !== SEARCHES) return charts;
  const lines = [...first.lines, line(`client:${client}`, client, CLIENT_COLOUR)];
  return [{ ...first, lines }, ...others];
}
