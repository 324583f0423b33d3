/** Clients: who asks, how much, and what for. */
import type { SortedQuery } from "./pages.js";
import type { PvState } from "./pvs.js";

export interface ClientItem {
  readonly client: string;
  readonly name: string | null;
  readonly source: string;
  /** Names in all its searches. */
  readonly searches: number;
  readonly datagrams: number;
  /** Distinct names now remembered for it. */
  readonly names: number;
  /** Over the last minute. */
  readonly namesPerSecond: number;
  /** Distinct names among its latest requests that are lost or never answered. */
  readonly unanswered: number;
  /** `unanswered` / distinct names among its latest requests, 0..1. */
  readonly unansweredShare: number;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  /** The client library, guessed from how it searches (minor version, sequence numbers): `libca`, `caproto or CAJ`, `unknown`. */
  readonly library: string;
  /** Share of its datagrams that never reached us, from gaps in libca's sequence, 0..1; null when it cannot be told. */
  readonly lossEstimate: number | null;
}

export interface ClientDetail extends ClientItem {
  /** Names asked most among its latest 1,000 requests. */
  readonly top: readonly {
    readonly name: string;
    readonly requests: number;
    /** Of those, 0..1. */
    readonly share: number;
    readonly state: PvState;
  }[];
  /** Latest first, at most 1,000. */
  readonly latest: readonly { readonly name: string; readonly at: number }[];
}

export const CLIENT_SORTS = [
  "searches",
  "namesPerSecond",
  "unanswered",
  "unansweredShare",
  "client",
  "name",
  "names",
  "library",
  "lossEstimate",
  "firstSeen",
  "lastSeen",
] as const;
export type ClientSort = (typeof CLIENT_SORTS)[number];

/** By `searches` unless told otherwise. */
export interface ClientQuery extends SortedQuery<ClientSort> {
  /** A part of the address or of the host name, in any case. */
  readonly match?: string;
}
