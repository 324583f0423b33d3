/** What every capture file format comes down to: frames with a time and a link type, parsed as the bytes arrive. */

/** Takes one frame, `bytes[start .. end)`; valid during the call. `at` is UTC ms. */
export type FrameHandler = (
  linkType: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  at: number,
) => void;

export interface FormatEvents {
  readonly frame: FrameHandler;
  /** Packets that the capturing side itself lost, cumulative, as far as the format says. */
  dropped(packets: number): void;
}

/** Thrown where the bytes cannot be what they claim to be; nothing after that point can be trusted. */
export class CaptureDamage extends Error {
  override readonly name = "CaptureDamage";
}

/** A parser of whole records at the front of the bytes it is shown. */
export interface RecordParser {
  /** True while a record is being stepped over whose end has not come yet. */
  readonly inRecord: boolean;
  /**
   * Handles the record at `offset` and answers its length, or 0 when `bytes` ends before the record does.
   * Throws {@link CaptureDamage}.
   */
  parse(bytes: Uint8Array, view: DataView, offset: number): number;
}

/** No frame on any link is longer; libpcap's own MAXIMUM_SNAPLEN. */
export const MAX_FRAME_BYTES = 262_144;
