/** What a client can be told, and what it assumes otherwise. */
import { hostname, userInfo } from "node:os";
import { type CircuitOptions, type PacingOptions, SERVER_PORT } from "../index.js";

const MAX_LABEL_CHARACTERS = 255;

export interface CaClientOptions {
  /** Where searches go: IPv4 addresses, unicast or broadcast, with or without a port. Default none. EPICS_CA_ADDR_LIST */
  readonly addresses?: readonly string[];
  /** Searches also go to the broadcast address of each interface. Default false. EPICS_CA_AUTO_ADDR_LIST */
  readonly autoAddressList?: boolean;
  /** Port of addresses without one. Default 5064. EPICS_CA_SERVER_PORT */
  readonly serverPort?: number;
  /** How long a request may take unless it says otherwise, in ms. Default 5,000. */
  readonly timeoutMs?: number;
  /** Rhythm of searches. */
  readonly pacing?: PacingOptions;
  /** Time-outs of circuits. */
  readonly circuit?: CircuitOptions;
  /** How long a circuit without channels stays open, in ms. Default 1,000. */
  readonly idleMs?: number;
  /** What servers are told for access security. Default the user of this process. */
  readonly userName?: string;
  /** The same for the host. Default this one's name. */
  readonly hostName?: string;
  readonly limits?: Partial<CaLimits>;
}

/** None of these is ever exceeded: a request that would is refused with code `limit`. */
export interface CaLimits {
  /** Circuits at a time, those being opened included. Default 100. */
  readonly maxCircuits: number;
  /** Channels of a circuit. Default 10,000. */
  readonly maxChannels: number;
  /** Requests and subscriptions of a circuit. Default 10,000. */
  readonly maxRequests: number;
  /** Searches at a time. Default 100,000. */
  readonly maxSearches: number;
  /** Largest message to accept, in bytes. Default 16 MiB. EPICS_CA_MAX_ARRAY_BYTES */
  readonly maxMessageBytes: number;
  /** What may wait to be sent on a circuit, in bytes. Default 64 MiB. */
  readonly maxUnsentBytes: number;
}

export interface Settings {
  readonly addresses: readonly string[];
  readonly autoAddressList: boolean;
  readonly serverPort: number;
  readonly timeoutMs: number;
  readonly pacing: PacingOptions;
  readonly circuit: CircuitOptions;
  readonly idleMs: number;
  readonly userName: string;
  readonly hostName: string;
  readonly limits: CaLimits;
}

export function fillIn(options: CaClientOptions): Settings {
  return {
    addresses: [],
    autoAddressList: false,
    serverPort: SERVER_PORT,
    timeoutMs: 5000,
    pacing: {},
    circuit: {},
    idleMs: 1000,
    ...options,
    userName: latin1(options.userName ?? ownUserName()),
    hostName: latin1(options.hostName ?? hostname()),
    limits: {
      maxCircuits: 100,
      maxChannels: 10_000,
      maxRequests: 10_000,
      maxSearches: 100_000,
      maxMessageBytes: 16 * 1024 * 1024,
      maxUnsentBytes: 64 * 1024 * 1024,
      ...options.limits,
    },
  };
}

/** A container may run a user that has no name. */
function ownUserName(): string {
  try {
    return userInfo().username;
  } catch {
    return "nobody";
  }
}

/** The protocol knows no other characters; nor does access security compare more than these. */
function latin1(text: string): string {
  return text.replace(/[^\x20-\xff]/gu, "?").slice(0, MAX_LABEL_CHARACTERS);
}
