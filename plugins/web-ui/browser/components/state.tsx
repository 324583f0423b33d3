/** A state as a shape, a colour and a word: each alone is enough, for the colour-blind, from afar, and for screen readers. */
import type { JSX } from "preact";
import type { Tone } from "../formats/words.js";

/** In a square of 16 by 16. */
const SHAPES: Readonly<Record<Tone, JSX.Element>> = {
  ok: <circle cx="8" cy="8" r="5.5" />,
  quiet: <circle cx="8" cy="8" r="4" />,
  warning: <path d="M8 1.8 15 14H1z" />,
  alarm: <path d="M5 1.5h6L14.5 5v6L11 14.5H5L1.5 11V5z" />,
  info: <path d="M8 1.5 14.5 8 8 14.5 1.5 8z" />,
  work: <path d="M2 2h12v12H2zM5 7v2h6V7z" fill-rule="evenodd" />,
  off: <path d="M2 6.5h12v3H2z" />,
  unknown: <circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" stroke-width="2" />,
};

export function Shape({ tone }: { readonly tone: Tone }) {
  return (
    <svg class={`shape tone-${tone}`} viewBox="0 0 16 16" aria-hidden="true">
      {SHAPES[tone]}
    </svg>
  );
}

export function State({ tone, text }: { readonly tone: Tone; readonly text: string }) {
  return (
    <span class="state">
      <Shape tone={tone} />
      {text}
    </span>
  );
}
