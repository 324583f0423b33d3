/** All CA servers: what their beacons and answers say about them, in events, states, views and rows. */
import type { Endpoint, Ipv4 } from "./address.js";
import type { EventDraft } from "./event.js";
import type { BeaconSeen, ChannelSeen } from "./observation.js";
import type { ServerRow } from "./row.js";
import type {
  AnomalyView,
  Counts,
  HostView,
  Page,
  PageQuery,
  ServerState,
  ServerView,
} from "./views.js";

/** The addresses from `first` to `last`, both included. */
export interface Ipv4Range {
  readonly first: Ipv4;
  readonly last: Ipv4;
}

export interface ServersOptions {
  /** Default 20,000. Further ones displace servers of which a single beacon was seen, or are refused. */
  readonly maxServers?: number;
  /** Default 1,000. */
  readonly maxAnomalies?: number;
  /** Beacons missing for this many of the server's own periods make it lost. Default 3. */
  readonly lostAfterPeriods?: number;
  /** Where beacons may come from; empty (the default) for everywhere. Others are an anomaly and ignored. */
  readonly beaconNetworks?: readonly Ipv4Range[];
  /** Addresses of our own host: beacons from them with the address field filled come through its repeater. 127/8 always counts. */
  readonly ownAddresses?: readonly Ipv4[];
}

export interface ServerSink {
  event(draft: EventDraft): void;
  state(key: number, state: ServerState, at: number): void;
  dirty(key: number): void;
}

export class Servers {
  constructor(options: ServersOptions, sink: ServerSink) {
    void options;
    void sink;
  }
  beacon(beacon: BeaconSeen): void {
    void beacon;
  }
  /** A search reply of this server: it is up, whatever its beacons say. `minorVersion` -1 when the reply does not say. */
  answered(server: Endpoint, minorVersion: number, at: number): void {
    void [server, minorVersion, at];
  }
  /** A channel created or refused shows that the server is up. */
  channel(channel: ChannelSeen): void {
    void channel;
  }
  /** Once per whole second of data time, after the observations before it. Returns at once when nothing is due. */
  tick(at: number, blind: boolean): void {
    void [at, blind];
  }
  stateOf(key: number): ServerState | undefined {
    void key;
    return undefined;
  }
  /** `pvs`: names whose latest owner it is. */
  view(key: number, pvs: number): ServerView | undefined {
    void [key, pvs];
    return undefined;
  }
  /** By address and port. */
  list(
    query: PageQuery & { readonly host?: string; readonly states?: readonly string[] },
    pvsOf: (key: number) => number,
  ): Page<ServerView> {
    void [query, pvsOf];
    return { items: [], total: 0, next: null };
  }
  host(ip: Ipv4): HostView | undefined {
    void ip;
    return undefined;
  }
  /** By address. */
  listHosts(query: PageQuery): Page<HostView> {
    void query;
    return { items: [], total: 0, next: null };
  }
  anomalies(): AnomalyView[] {
    return [];
  }
  counts(): Pick<Counts, "servers" | "hosts"> {
    return { servers: { alive: 0, lost: 0 }, hosts: 0 };
  }
  row(key: number): ServerRow | undefined {
    void key;
    return undefined;
  }
  /** Makes no events, states or dirty marks. Rows that make no sense are left out. */
  restore(row: ServerRow): void {
    void row;
  }
}
