/** How far a host's clock is from that of pvmon, in words. */
import { agoText, spanText } from "./time.js";

/** Less is what the way through the network and a clock of whole seconds make. */
export const CLOCK_RIGHT_SECONDS = 5;
/** More, and times in files and archives of the host mislead. */
export const CLOCK_OFF_SECONDS = 120;

/** @param seconds ahead of ours; negative: behind. */
export function clockOffsetText(seconds: number): string {
  if (Math.abs(seconds) < CLOCK_RIGHT_SECONDS) return "right";
  return `${spanText(Math.abs(seconds))} ${seconds > 0 ? "ahead" : "behind"}`;
}

/** The largest unit only, where there is little room: `3 min ahead`. */
export function shortClockOffset(seconds: number): string {
  if (Math.abs(seconds) < CLOCK_RIGHT_SECONDS) return "right";
  const span = agoText(Math.abs(seconds)).replace(/ ago$/, "");
  return `${span} ${seconds > 0 ? "ahead" : "behind"}`;
}
