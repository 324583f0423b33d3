/** The numbers of a chart, for those who read rather than look; newest first. */
import { useRef } from "preact/hooks";
import { rateText } from "../formats/number.js";
import { timeText, utcText } from "../formats/time.js";
import type { ChartData, Line } from "./chart-data.js";
import { useKeyScrolling } from "./key-scrolling.js";

interface Props {
  readonly label: string;
  readonly unit: string;
  readonly lines: readonly Line[];
  readonly data: ChartData;
  readonly format?: ((value: number) => string) | undefined;
}

export function ChartTable({ label, unit, lines, data, format = rateText }: Props) {
  const frame = useRef<HTMLElement>(null);
  useKeyScrolling(frame);
  const last = data.times.length - 1;
  return (
    <section ref={frame} class="chart-table" aria-label={`${label} as a table, ${unit}`}>
      <table class="table">
        <caption>
          {label}, {unit}
        </caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {lines.map(({ name, label: title }) => (
              <th key={name} scope="col" class="end">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.times.map((_, back) => {
            const index = last - back;
            const at = new Date(data.times[index] ?? 0);
            return (
              <tr key={at.getTime()}>
                <th scope="row">
                  <time dateTime={at.toISOString()} title={utcText(at)}>
                    {timeText(at)}
                  </time>
                </th>
                {lines.map(({ name }, line) => {
                  const value = data.values[line]?.[index] ?? null;
                  return (
                    <td key={name} class="end">
                      {value === null ? "–" : format(value)}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
