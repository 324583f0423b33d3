/** PVs: what is known of a name, why, and what may be asked of all of them. */
import type { Evidence } from "../event.js";
import type { PageQuery } from "./pages.js";

export const PV_STATES = ["online", "lost", "neverAnswered", "unverified"] as const;
/**
 * online: its last answer stands · lost: it had an owner, and retries and a second witness say it is gone ·
 * neverAnswered: asked for again and again, or searched by pvmon, and nobody ever answered · unverified: nobody has checked.
 */
export type PvState = (typeof PV_STATES)[number];

export interface PvItem {
  readonly name: string;
  readonly state: PvState;
  /** More than one server answered the latest search round. */
  readonly duplicate: boolean;
  /** The name breaks the naming rules of PV names. */
  readonly invalid: boolean;
  readonly requests: number;
  readonly lastRequestedAt: number | null;
  readonly lastClient: string | null;
  readonly server: string | null;
  readonly lastSeenAt: number | null;
  readonly firstSeenAt: number;
}

export interface PvOwnerView {
  readonly server: string;
  readonly host: string;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
}

export interface PvClientView {
  readonly client: string;
  readonly port: number;
  /** Host name of the client, null when unknown. */
  readonly host: string | null;
  readonly requests: number;
  readonly lastRequestedAt: number;
}

export interface Diagnosis {
  /** A stable word: `answered`, `serverLost`, `noSecondWitness`, `nobodyAnswers`, `notChecked`, `invalidName`, `severalOwners`, … */
  readonly cause: string;
  readonly text: string;
  readonly evidence: Evidence;
}

export interface PvDetail extends PvItem {
  readonly servers: readonly PvOwnerView[];
  readonly clients: readonly PvClientView[];
  /** Every server of the latest round when there was more than one. */
  readonly duplicates: readonly string[];
  /** The application that lists it as its own. */
  readonly heartbeat: { readonly app: string; readonly host: string; readonly port: number } | null;
  /** Lower-case hexadecimal. */
  readonly nameBytes: string;
  readonly diagnosis: Diagnosis;
}

export const PV_SORTS = ["name", "requests", "lastRequested", "lastSeen", "firstSeen"] as const;
export type PvSort = (typeof PV_SORTS)[number];
export type PvFilterState = PvState | "duplicate" | "invalid";

export interface PvQuery extends PageQuery {
  /** Glob when it has `*` or `?`, otherwise a substring; case-insensitive. Of several one has to match. */
  readonly match?: string | readonly string[];
  /**
   * A further test on the whole name, e.g. a compiled RE2 expression. It never throws, and says always the same of a name: what
   * a function said is kept for a while, so that pages of one view cost no further tests.
   */
  readonly accept?: (name: string) => boolean;
  /** A PV passes when it is in any of these. */
  readonly states?: readonly PvFilterState[];
  /** `ip:port`: its latest owner, or one of the owners of a duplicate. */
  readonly server?: string;
  /** Any address of a host: likewise. */
  readonly host?: string;
  /** Address of one of its last requesters. */
  readonly client?: string;
  readonly sort: PvSort;
  readonly order: "asc" | "desc";
  /**
   * In the place of `cursor`: how many PVs come before the page, 0 or more. Any page of a view costs about the same, as its
   * order is kept for some seconds: so old the page can be, and it has fewer items where PVs were forgotten since.
   */
  readonly offset?: number;
}
