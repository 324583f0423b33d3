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

/** Counters of one sensor since it started; cumulative, so that a lost report loses nothing. Sent about once a second. */
export interface SensorReport {
  readonly type: "sensor";
  readonly at: number;
  /** The plugin id and source, as in `ca-sniffer/eth0`. */
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
  | SensorReport
  | OwnSocket
  | SiteFact;
