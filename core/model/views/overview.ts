/** The whole at a glance: how many there are, how much goes on, and who watches. */
import type { Evidence } from "../event.js";

export interface SensorView {
  readonly id: string;
  readonly status: "ok" | "blind";
  readonly reason: string | null;
  readonly lastPacketAt: number | null;
  readonly packets: number;
  readonly bytes: number;
  readonly dropped: { readonly kernel: number; readonly queue: number };
  readonly ignored: number;
  readonly decodeErrors: Readonly<Record<string, number>>;
  /** Share of client datagrams that never reached us, from libca sequence gaps, 0..1; null when it cannot be told. */
  readonly lossEstimate: number | null;
}

export interface Counts {
  readonly pvs: {
    readonly total: number;
    readonly online: number;
    readonly lost: number;
    readonly neverAnswered: number;
    readonly unverified: number;
    readonly duplicate: number;
    readonly invalid: number;
  };
  readonly servers: { readonly alive: number; readonly lost: number };
  readonly hosts: number;
  readonly apps: { readonly running: number; readonly down: number };
  readonly clients: number;
}

/** Over the last 10 s. */
export interface Rates {
  readonly searchNamesPerSecond: number;
  readonly searchDatagramsPerSecond: number;
}

/** Far more searches than usual, for as long as they last. */
export interface StormView {
  readonly startedAt: number;
  /** The address of the client that it is, `network` when it is many. */
  readonly subject: string;
  /** That address, null when it is many. */
  readonly client: string | null;
  /** By how much, by whom, for what, and what would stop it. */
  readonly text: string;
  readonly usualNamesPerSecond: number;
  /** Of its seconds so far. */
  readonly peakNamesPerSecond: number;
  /** That of its event. */
  readonly evidence: Evidence;
}
