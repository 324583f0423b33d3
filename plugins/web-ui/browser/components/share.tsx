/** A share of a whole: the number, and a bar for the eye. */
import { shareText } from "../formats/number.js";
import type { Tone } from "../formats/words.js";
import { Bar } from "./bar.js";
import "../styles/share.css";

interface Props {
  /** 0..1. */
  readonly share: number;
  readonly tone?: Tone;
}

export function Share({ share, tone = "info" }: Props) {
  return (
    <span class="measure share">
      {shareText(share)}
      <Bar percent={share * 100} tone={tone} />
    </span>
  );
}

/** How bad it is that so many of the names that a client asks for are not answered. */
export function unansweredTone(share: number): Tone {
  if (share === 0) return "quiet";
  return share < 0.5 ? "warning" : "alarm";
}
