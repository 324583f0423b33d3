/** Below a chart: which line is which, its value where the cursor is, and a button for each that hides it. */
import type { ReadonlySignal } from "@preact/signals";
import { rateText } from "../formats/number.js";
import { printable } from "../formats/printable.js";
import { timeText } from "../formats/time.js";
import { type ChartData, type Line, valueAt } from "./chart-data.js";

interface Props {
  readonly lines: readonly Line[];
  readonly data: ChartData;
  readonly unit: string;
  readonly format?: ((value: number) => string) | undefined;
  /** Where the cursor is; null shows the latest values. */
  readonly cursor: ReadonlySignal<number | null>;
  readonly hidden: ReadonlySet<string>;
  readonly onToggle: (name: string) => void;
  readonly isBlind: boolean;
}

export function ChartLegend(props: Props) {
  const { lines, data, hidden, cursor, format = rateText } = props;
  const at = data.times[cursor.value ?? -1];
  return (
    <div class="legend">
      <span class="legend-time">{at === undefined ? "Latest" : timeText(new Date(at))}</span>
      {lines.map(({ name, label, colour, dashed }, index) => {
        const text = printable(label);
        const value = valueAt(data.values[index] ?? [], cursor.value);
        return (
          <button
            key={name}
            type="button"
            class="legend-line"
            aria-pressed={!hidden.has(name)}
            title={hidden.has(name) ? `Show ${text}` : `Hide ${text}`}
            onClick={() => props.onToggle(name)}
          >
            <svg class={`legend-key legend-key-${colour}`} viewBox="0 0 16 4" aria-hidden="true">
              <path d="M0 2h16" stroke-dasharray={dashed === true ? "4 2" : undefined} />
            </svg>
            <span>{text}</span>
            <span class="legend-value">{value === null ? "–" : format(value)}</span>
          </button>
        );
      })}
      {props.isBlind && (
        <span class="legend-blind">
          <span class="legend-shade" />
          pvmon could not see
        </span>
      )}
    </div>
  );
}
