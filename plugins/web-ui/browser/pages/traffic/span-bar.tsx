/** Which time is looked at: ranges up to now, any two times, and buttons for what dragging does in a chart. */
import type { ComponentChildren } from "preact";
import { serverNow } from "../../api/server-clock.js";
import { Button } from "../../components/button.js";
import { timeZoneText } from "../../components/chart-export.js";
import { timeText } from "../../formats/time.js";
import { setParameters } from "../../url.js";
import { chosen, intervalOf, panned, parametersOf, RANGES, type Span, zoomed } from "./span.js";

interface Props {
  readonly span: Span;
  readonly now: number;
  /** What else there is to choose. */
  readonly children: ComponentChildren;
}

export function SpanBar({ span, now, children }: Props) {
  const shown = intervalOf(span, now);
  const show = (from: number, to: number): void => {
    if (from < to) setParameters(parametersOf(chosen({ from, to }, serverNow())));
  };
  const step = (change: typeof zoomed, by: number) => () => {
    const { from, to } = change(shown, by, serverNow());
    show(from, to);
  };
  return (
    <div class="span-bar">
      <fieldset class="chips">
        <legend class="visually-hidden">Range up to now</legend>
        {RANGES.map(({ value, text }) => (
          <button
            key={value}
            type="button"
            class="chip"
            aria-pressed={span.fixed === undefined && span.range === value}
            onClick={() => setParameters({ range: value, from: undefined, to: undefined })}
          >
            {text}
          </button>
        ))}
      </fieldset>
      <div class="span-steps">
        <Button label="Earlier" title="Earlier" onClick={step(panned, -0.5)}>
          ←
        </Button>
        <Button
          label="Later"
          title={span.fixed === undefined ? "It goes up to now" : "Later"}
          disabled={span.fixed === undefined}
          onClick={step(panned, 0.5)}
        >
          →
        </Button>
        <Button label="Show less time" title="Show less time" onClick={step(zoomed, 0.5)}>
          +
        </Button>
        <Button label="Show more time" title="Show more time" onClick={step(zoomed, 2)}>
          −
        </Button>
        {span.fixed !== undefined && (
          <Button onClick={() => setParameters({ from: undefined, to: undefined })}>
            Back to now
          </Button>
        )}
      </div>
      <div class="span-times">
        {span.fixed === undefined ? (
          <>
            <span class="muted">
              {timeText(new Date(shown.from)).slice(0, 16)} until now, {timeZoneText(shown.to)}
            </span>
            <Button onClick={() => show(shown.from, shown.to)}>Other times</Button>
          </>
        ) : (
          <>
            <TimeInput label="From" at={shown.from} onChange={(from) => show(from, shown.to)} />
            <TimeInput label="To" at={shown.to} onChange={(to) => show(shown.from, to)} />
            <span class="muted">{timeZoneText(shown.to)}</span>
          </>
        )}
        {children}
      </div>
    </div>
  );
}

interface TimeInputProps {
  readonly label: string;
  readonly at: number;
  readonly onChange: (at: number) => void;
}

function TimeInput({ label, at, onChange }: TimeInputProps) {
  return (
    <label class="choice">
      <span>{label}</span>
      <input
        type="datetime-local"
        value={localText(at)}
        onChange={(event) => {
          const chosenAt = new Date(event.currentTarget.value).getTime();
          if (!Number.isNaN(chosenAt)) onChange(chosenAt);
        }}
      />
    </label>
  );
}

/** `2026-11-28T14:02`, in the viewer's zone, as the input wants it. */
function localText(at: number): string {
  const minutes = new Date(at).getTimezoneOffset();
  return new Date(at - minutes * 60_000).toISOString().slice(0, 16);
}
