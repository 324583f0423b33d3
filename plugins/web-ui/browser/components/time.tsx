/** An instant or a span on a page: in the viewer's zone, with UTC on hover and for machines. */
import { now } from "../app/now.js";
import { agoText, spanText, timeText, utcText } from "../formats/time.js";

interface At {
  /** ISO 8601; null shows a dash. */
  readonly at: string | null | undefined;
}

/** `2026-11-28 14:02:09`. */
export function Time({ at }: At) {
  if (at === null || at === undefined) return <Nothing />;
  const date = new Date(at);
  return (
    <time dateTime={at} title={utcText(date)}>
      {timeText(date)}
    </time>
  );
}

/** `3 min ago`, and the time itself on hover. */
export function Ago({ at }: At) {
  if (at === null || at === undefined) return <Nothing />;
  const date = new Date(at);
  return (
    <time dateTime={at} title={`${timeText(date)} (${utcText(date)})`}>
      {agoText((now.value - date.getTime()) / 1000)}
    </time>
  );
}

/** How long it is since then: `3 d 4 h`. */
export function Since({ at }: At) {
  if (at === null || at === undefined) return <Nothing />;
  const date = new Date(at);
  return (
    <time dateTime={at} title={`since ${timeText(date)} (${utcText(date)})`}>
      {spanText((now.value - date.getTime()) / 1000)}
    </time>
  );
}

export function Span({ seconds }: { readonly seconds: number | null | undefined }) {
  if (seconds === null || seconds === undefined) return <Nothing />;
  return (
    <span class="span-of-time" title={`${Math.round(seconds)} s`}>
      {spanText(seconds)}
    </span>
  );
}

/** For what is not known or does not exist. */
export function Nothing() {
  return (
    <span class="nothing" role="img" aria-label="none">
      –
    </span>
  );
}
