/** How a chart of uPlot looks and behaves here: the palette of the pages, blind intervals shaded, a part chosen by dragging. */
import type uPlot from "uplot";
import { rateText, shortCount } from "../formats/number.js";
import { timeText } from "../formats/time.js";
import type { TimeChartProps } from "./time-chart.js";

type Props = () => TimeChartProps;

export function chartOptions(
  props: Props,
  size: { readonly width: number; readonly height: number },
): uPlot.Options {
  const { lines, unit, sync, filled } = props();
  const colour = (name: string): string =>
    getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const axis = {
    stroke: colour("muted"),
    grid: { stroke: colour("line"), width: 1 },
    ticks: { stroke: colour("line"), width: 1 },
  };
  return {
    ...size,
    cursor: {
      drag: { x: props().onZoom !== undefined, y: false, setScale: false },
      ...(sync !== undefined && { sync: { key: sync, setSeries: false } }),
    },
    scales: {
      x: { range: () => [props().from / 1000, props().to / 1000] },
      y: { range: (_chart, _min, max) => [0, max > 0 ? max * 1.08 : 1] },
    },
    axes: [
      { ...axis, values: [...TIME_TICKS] },
      { ...axis, size: 60, values: (_chart, ticks) => ticks.map(shortCount), label: unit },
    ],
    series: [
      { value: (_chart, seconds) => (seconds === null ? "–" : timeText(new Date(seconds * 1000))) },
      ...lines.map(({ label, colour: number }) => ({
        label,
        stroke: colour(`chart-${number}`),
        ...(filled === true && { fill: `${colour(`chart-${number}`)}33` }),
        width: 1.5,
        points: { show: false },
        value: (_chart: uPlot, value: number | null) => (value === null ? "–" : rateText(value)),
      })),
    ],
    hooks: {
      drawClear: [(chart) => shadeBlindness(chart, props(), colour("shade"))],
      setSelect: [(chart) => zoom(chart, props())],
    },
  };
}

/** From coarse to fine; the second line of a label says what the first leaves out. */
const TIME_TICKS = [
  [86_400 * 365, "{YYYY}", null, null, null, null, null, null, 1],
  [86_400 * 28, "{MMM}", "\n{YYYY}", null, null, null, null, null, 1],
  [86_400, "{D} {MMM}", "\n{YYYY}", null, null, null, null, null, 1],
  [3600, "{HH}:00", "\n{D} {MMM} {YYYY}", null, "\n{D} {MMM}", null, null, null, 1],
  [60, "{HH}:{mm}", "\n{D} {MMM} {YYYY}", null, "\n{D} {MMM}", null, null, null, 1],
  [1, "{HH}:{mm}:{ss}", "\n{D} {MMM} {YYYY}", null, "\n{D} {MMM}", null, null, null, 1],
] as (string | number | null)[][];

function shadeBlindness(chart: uPlot, { blind = [] }: TimeChartProps, colour: string): void {
  const { left, top, width, height } = chart.bbox;
  chart.ctx.save();
  chart.ctx.fillStyle = colour;
  for (const { from, to } of blind) {
    const begin = Math.max(left, chart.valToPos(from / 1000, "x", true));
    const end = Math.min(left + width, chart.valToPos(to / 1000, "x", true));
    if (end > begin) chart.ctx.fillRect(begin, top, end - begin, height);
  }
  chart.ctx.restore();
}

function zoom(chart: uPlot, { onZoom }: TimeChartProps): void {
  const { left, width } = chart.select;
  if (onZoom === undefined || width < 4) return;
  const at = (pixels: number): number => Math.round(chart.posToVal(pixels, "x") * 1000);
  onZoom(at(left), at(left + width));
  chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
}
