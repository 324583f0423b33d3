/** What the beacon watch says about one beacon, and what it needs to go on after a restart of pvmon. */

export interface Pause {
  /** The last beacon before it. */
  readonly pausedAt: number;
  /** The first one after it. */
  readonly resumedAt: number;
  /** Whether the ramp was seen; otherwise the counter shows that nothing was sent meanwhile. */
  readonly byRamp: boolean;
}

export interface Restart {
  /** When the new server sent its first beacon, by its counter. */
  readonly startedAt: number;
  readonly previousSequence: number;
  readonly previousBeaconAt: number;
}

export type BeaconVerdict =
  /** A beacon that is known already, or came too late to matter. */
  | { readonly kind: "copy" }
  /** The counter fits neither this server nor another one yet: the next beacon tells. */
  | { readonly kind: "waiting" }
  | { readonly kind: "advanced"; readonly missed: number; readonly pause?: Pause }
  | { readonly kind: "restarted"; readonly restart: Restart }
  /** Two counters take turns: two servers say that they are this one. */
  | { readonly kind: "interleaved"; readonly otherSequence: number };

/** What a restart of pvmon has to keep. */
export interface TrackState {
  readonly sequence: number;
  readonly lastAt: number;
  readonly beacons: number;
  readonly anchorAt: number;
  readonly anchorSequence: number;
  readonly counts: boolean;
  readonly zeroAt: number;
  readonly periodTotalMs: number;
  readonly periodBeacons: number;
}
