/**
 * What detectors and probes may say. They only observe: the inventory decides what it means.
 * Times are UTC milliseconds, taken when the packet arrived (a capture's own times in a replay).
 */
import type { Endpoint, Ipv4 } from "./address.js";

/** Who a searching address is, by the site's CIDR lists; only `client` counts as demand for a PV. */
export type SourceClass = "client" | "archiver" | "gateway" | "own";

export const SOURCE_CLASSES: readonly SourceClass[] = ["client", "archiver", "gateway", "own"];

/**
 * The searches of one datagram (or of one TCP read). The hot path: the emitter reuses one object and its arrays, so
 * everything in it, `bytes` included, is valid during the synchronous `emit` only.
 */
export interface SearchSeen {
  readonly type: "searchSeen";
  at: number;
  client: Ipv4;
  /** The client's source port: a new one is a new client process or context (CA specification, search). */
  port: number;
  source: SourceClass;
  transport: "udp" | "tcp";
  /** CA minor version of the VERSION message, or of the search itself where there is none. */
  minorVersion: number;
  /** libca's datagram sequence number (u32), -1 when the datagram carries none. */
  sequence: number;
  /** The buffer that `starts` and `ends` point into. */
  bytes: Uint8Array;
  /** How many entries of `starts` and `ends` hold. */
  count: number;
  /** Offset of the first byte of each name. */
  starts: Uint32Array;
  /** Offset after the last byte of each name; NUL padding is not part of a name, `.FIELD` is. */
  ends: Uint32Array;
}

/** A server said that it has a name: a search reply, seen on the wire or to our own search. */
export interface AnswerSeen {
  readonly type: "answer";
  readonly at: number;
  /** The raw name as asked, latin-1. */
  readonly name: string;
  /** Where the reply says the channel is served (CA specification, search reply: address field honoured). */
  readonly server: Endpoint;
  /** Who sent the reply; differs from `server.ip` for name servers and gateways that answer for others. */
  readonly replier: Ipv4;
  /** CA minor version of the server, -1 when the reply does not say. */
  readonly minorVersion: number;
  /** Whether pvmon asked (`own`) or somebody else did (`seen`). */
  readonly asker: "own" | "seen";
  /** The client that asked; absent for own searches. */
  readonly client?: Endpoint;
  /** Milliseconds from the request to the reply, where both were seen. */
  readonly afterMs?: number;
}

/**
 * Our own search for a name ended without an answer, after every retry. `servers` of the same round that did answer are
 * separate {@link AnswerSeen}; one of these alone never makes a PV lost.
 */
export interface SearchUnanswered {
  readonly type: "unanswered";
  readonly at: number;
  readonly name: string;
  /** Datagrams sent that carried the name. */
  readonly tries: number;
  /** Time from the first of them, ms. */
  readonly waitedMs: number;
}

/** What became of a TCP channel: seen on the wire, or tried by pvmon (`asker` "own"). */
export interface ChannelSeen {
  readonly type: "channel";
  readonly at: number;
  readonly name: string;
  readonly server: Endpoint;
  readonly client?: Endpoint;
  readonly asker: "own" | "seen";
  /** `refused` is CREATE_CH_FAIL: the server is there and says that it does not have the name. */
  readonly outcome: "created" | "refused" | "unreachable";
}

/** One RSRV_IS_UP datagram (CA specification, beacons). */
export interface BeaconSeen {
  readonly type: "beacon";
  readonly at: number;
  /** The datagram's source address. A repeater on our host hides it: then the address field is used as the source. */
  readonly source: Ipv4;
  /** The address field, 0 when the server leaves it to the receiver. */
  readonly address: Ipv4;
  /** The server's TCP port; 0 on ancient servers, which means the default. */
  readonly port: number;
  /** Beacon counter, u32, wraps; always 0 on old servers. */
  readonly sequence: number;
  readonly minorVersion: number;
}

/** How far a server of pvmon's own TCP check went. */
export const CIRCUIT_OUTCOMES = ["echoed", "unresponsive", "refused", "unreachable"] as const;
/**
 * echoed: ECHO was answered · unresponsive: the circuit opened and ECHO was not answered in time · refused: its host is up,
 * and nobody listens at the port · unreachable: no circuit came about, which says nothing of the server alone.
 */
export type CircuitOutcome = (typeof CIRCUIT_OUTCOMES)[number];

/** What a TCP circuit to a server said about it (CA specification, ECHO). */
export interface CircuitChecked {
  readonly type: "circuit";
  readonly at: number;
  readonly server: Endpoint;
  readonly outcome: CircuitOutcome;
  /** From the first packet to the outcome. */
  readonly afterMs: number;
}

/** One heartbeat of an application (the site heartbeat: JSON on UDP 5066, versions 1.1, 2.0, 3.0), checked and in numbers. */
export interface HeartbeatSeen {
  readonly type: "heartbeat";
  readonly at: number;
  readonly source: Ipv4;
  /** UDP source port: commands for the application go there. */
  readonly port: number;
  readonly version: string;
  readonly sequence: number;
  /** TCP port of the application's CA server; of 3.0 a port that only tells applications of one host apart. */
  readonly serverPort: number;
  /** Whether `serverPort` is that of a CA server: true before version 3. */
  readonly servesCa: boolean;
  /** Since the application started, as it says, s. */
  readonly upSeconds: number;
  /** The host's clock, UTC ms; null when it does not say. */
  readonly hostTimeAt: number | null;
  readonly pid: number | null;
  readonly image: string;
  /** What the image was started with; empty when it does not say. */
  readonly command: string;
  readonly directory: string;
}

/** The PVs of an application, as it lists them (LIST_PVS). */
export interface PvListRead {
  readonly type: "pvList";
  readonly at: number;
  readonly source: Ipv4;
  /** As in its heartbeat. */
  readonly serverPort: number;
  /** Raw names, latin-1, each once. */
  readonly names: readonly string[];
  /** False when reading ended before the list did: names that are missing are then no news. */
  readonly complete: boolean;
  /**
   * Of a list in parts, so that a long one holds up nobody: how many names came in the parts before, and how many there are
   * in all of them. `complete` is that of the whole list. Parts come in order; one that does not go on from the part before
   * is left out, and the list with it.
   */
  readonly part?: { readonly offset: number; readonly of: number };
}

export interface ProcessSeen {
  readonly pid: number;
  /** The whole command line; empty when it could not be read. */
  readonly commandLine: string;
  readonly directory: string;
  /** TCP ports it listens on. */
  readonly listens: readonly number[];
  /** Local TCP and UDP ports of its other sockets. */
  readonly sockets: readonly number[];
}

/** The processes of a host with the ports they hold (NETSTAT of a heartbeat). */
export interface ProcessMapRead {
  readonly type: "processMap";
  readonly at: number;
  readonly host: Ipv4;
  readonly processes: readonly ProcessSeen[];
  /** False when reading ended early: processes that are missing are then no news. */
  readonly complete: boolean;
}

/** What a host's own monitor says of its health. */
export interface HostMetricsRead {
  readonly type: "hostMetrics";
  readonly at: number;
  /** Who said it: the prefix of its PVs, which is the name the host gives itself. */
  readonly source: string;
  readonly server: Endpoint;
  /** By suffix, as in `LOAD15MIN`. */
  readonly values: Readonly<Record<string, string | number>>;
  /** Its clock ahead of ours (negative: behind), s; null when it does not say. */
  readonly clockOffsetSeconds: number | null;
  /** Since it booted, s; null when it does not say. */
  readonly upSeconds: number | null;
}

/** The name of an address, or that it has none. */
export interface HostNamed {
  readonly type: "hostName";
  readonly at: number;
  readonly host: Ipv4;
  readonly name: string | null;
}

/** Counters of one sensor since it started; cumulative, so that a lost report loses nothing. Sent about once a second. */
export interface SensorReport {
  readonly type: "sensor";
  readonly at: number;
  /** The plugin id and source, as in `ca-sniffer/eth0`; more than 200 characters are cut off. */
  readonly sensor: string;
  /** False when the sensor cannot see now: interface down, capture ended, silence beyond the configured limit. */
  readonly sees: boolean;
  /** Why it does not see. */
  readonly reason?: string;
  /** Time of the last packet, null before the first. */
  readonly lastPacketAt: number | null;
  readonly packets: number;
  readonly bytes: number;
  readonly dropped: { readonly kernel: number; readonly queue: number };
  /** Datagrams left out by the ignore list. */
  readonly ignored: number;
  /** Count by reason, as in `{ "truncated header": 3 }`; the reasons are a closed set. */
  readonly decodeErrors: Readonly<Record<string, number>>;
}

/** pvmon's own sending socket, so that its traffic is told apart exactly, never guessed. */
export interface OwnSocket {
  readonly type: "ownSocket";
  readonly at: number;
  readonly socket: Endpoint;
  /** False once it is closed. */
  readonly open: boolean;
}

/** A fact of a site's own plugin: stored and shown without the core knowing what it means. */
export interface SiteFact {
  readonly type: "site";
  readonly at: number;
  /** What it is about: `pv`, `server`, `host`, `client` or a word of the plugin's own. */
  readonly subject: string;
  readonly name: string;
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
}

export type Observation =
  | SearchSeen
  | AnswerSeen
  | SearchUnanswered
  | ChannelSeen
  | BeaconSeen
  | CircuitChecked
  | HeartbeatSeen
  | PvListRead
  | ProcessMapRead
  | HostMetricsRead
  | HostNamed
  | SensorReport
  | OwnSocket
  | SiteFact;
