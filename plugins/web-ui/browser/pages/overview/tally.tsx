/** How many there are of one kind, by state: a bar from afar, numbers that lead to the lists from near. */
import { State } from "../../components/state.js";
import { countText } from "../../formats/number.js";
import type { Tone } from "../../formats/words.js";

export interface TallyPart {
  readonly tone: Tone;
  readonly text: string;
  readonly count: number;
  readonly href?: string;
  /** Counted within the others too: not in the bar. */
  readonly isExtra?: boolean;
}

interface Props {
  readonly title: string;
  readonly total: number;
  readonly href?: string;
  readonly parts: readonly TallyPart[];
}

export function Tally({ title, total, href, parts }: Props) {
  const heading = (
    <>
      <span class="tally-title">{title}</span>
      <span class="tally-total">{countText(total)}</span>
    </>
  );
  return (
    <section class="tally">
      <h2>{href === undefined ? heading : <a href={href}>{heading}</a>}</h2>
      <TallyBar parts={parts} />
      <ul class="tally-parts">
        {parts.map((part) => {
          const content = (
            <>
              <State tone={part.count === 0 ? "quiet" : part.tone} text={part.text} />
              <span class="tally-count">{countText(part.count)}</span>
            </>
          );
          return (
            <li key={part.text} class={part.count === 0 ? "tally-none" : undefined}>
              {part.href === undefined ? <span>{content}</span> : <a href={part.href}>{content}</a>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** A part that is there is seen, however small its share. */
const LEAST_WIDTH = 1.2;

function TallyBar({ parts }: Pick<Props, "parts">) {
  const shown = parts.filter(({ count, isExtra }) => count > 0 && isExtra !== true);
  const sum = shown.reduce((total, { count }) => total + count, 0);
  const widths = shown.map(({ count }) => Math.max(LEAST_WIDTH, (100 * count) / sum));
  const scale = 100 / widths.reduce((total, width) => total + width, 0);
  let x = 0;
  return (
    <svg class="tally-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      {shown.map(({ text, tone }, index) => {
        const width = (widths[index] ?? 0) * scale;
        x += width;
        return (
          <rect
            key={text}
            class={`tone-${tone}`}
            x={x - width}
            y="0"
            width={Math.max(0.4, width - 0.4)}
            height="8"
          />
        );
      })}
    </svg>
  );
}
