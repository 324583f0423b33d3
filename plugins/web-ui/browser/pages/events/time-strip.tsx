/** A day at a glance: how much happened in each quarter of an hour; an hour can be chosen. */
import type { EventCounts } from "../../api/types.js";
import { countText } from "../../formats/number.js";
import { clockText } from "../../formats/time.js";
import type { Span } from "./filter.js";
import { hoursOf } from "./filter.js";

export const STEP_SECONDS = 900;
const SEVERITIES = ["info", "warning", "alarm"] as const;
/** Of the viewBox. */
const HEIGHT = 48;

interface Props {
  readonly counts: EventCounts | undefined;
  readonly day: Span;
  /** The chosen hour's beginning in ms. */
  readonly chosen: number | undefined;
  readonly onChoose: (from: number | undefined) => void;
}

export function TimeStrip({ counts, day, chosen, onChoose }: Props) {
  const most = Math.max(1, ...(counts?.points.map(sumOf) ?? []));
  return (
    <fieldset class="strip">
      <legend class="visually-hidden">Events by hour</legend>
      {hoursOf(day).map(({ from, to }) => {
        const points = (counts?.points ?? []).filter(({ at }) => {
          const time = Date.parse(at);
          return time >= from.getTime() && time < to.getTime();
        });
        const total = points.reduce((sum, point) => sum + sumOf(point), 0);
        const alarms = points.reduce((sum, { alarm }) => sum + alarm, 0);
        const isChosen = chosen === from.getTime();
        const hour = clockText(from).slice(0, 2);
        return (
          <button
            key={from.getTime()}
            type="button"
            class="strip-hour"
            aria-pressed={isChosen}
            aria-label={`${hour} h: ${countText(total)} events, ${countText(alarms)} of them alarms`}
            title={`${hour}:00 to ${clockText(to).slice(0, 5)}: ${countText(total)} events`}
            onClick={() => onChoose(isChosen ? undefined : from.getTime())}
          >
            <svg viewBox={`0 0 40 ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
              {points.map((point, index) => (
                <Bar key={point.at} x={index * 10 + 1} point={point} most={most} />
              ))}
            </svg>
            <span>{hour}</span>
          </button>
        );
      })}
    </fieldset>
  );
}

type Point = EventCounts["points"][number];

function Bar({ x, point, most }: { x: number; point: Point; most: number }) {
  let y = HEIGHT;
  return (
    <>
      {SEVERITIES.map((severity) => {
        // The root keeps a single event visible beside a storm of thousands.
        const share =
          Math.sqrt(sumOf(point) / most) * (point[severity] / Math.max(1, sumOf(point)));
        const height = share * HEIGHT;
        y -= height;
        return (
          <rect key={severity} class={`strip-${severity}`} x={x} y={y} width={8} height={height} />
        );
      })}
    </>
  );
}

function sumOf({ info, warning, alarm }: Point): number {
  return info + warning + alarm;
}
