/** How far a host's clock is off: in words, and marked where it is so far that times mislead. */
import { CLOCK_OFF_SECONDS, clockOffsetText, shortClockOffset } from "../formats/clock.js";
import { State } from "./state.js";
import { Nothing } from "./time.js";

interface Props {
  /** Ahead of ours; negative: behind. Null when it is not known. */
  readonly seconds: number | null;
  /** The largest unit only. */
  readonly short?: boolean;
}

export function ClockOffset({ seconds, short = false }: Props) {
  if (seconds === null) return <Nothing />;
  const text = short ? shortClockOffset(seconds) : clockOffsetText(seconds);
  if (Math.abs(seconds) > CLOCK_OFF_SECONDS) return <State tone="warning" text={text} />;
  return <span>{text}</span>;
}
