/** A share as a bar, beside the number that says it. */
import type { Tone } from "../formats/words.js";
import "../styles/bar.css";

/** @param percent 0..100; less or more is drawn as the nearest of these. */
export function Bar({
  percent,
  tone = "info",
}: {
  readonly percent: number;
  readonly tone?: Tone;
}) {
  const width = Math.min(100, Math.max(0, percent));
  return (
    <span class={`bar tone-${tone}`} aria-hidden="true">
      <span style={{ inlineSize: `${width}%` }} />
    </span>
  );
}
