/** How a chart of uPlot looks and behaves here: the palette of the pages, blind intervals shaded, a part chosen by dragging. */
import type uPlot from "uplot";
import { shortCount } from "../formats/number.js";
import { loneIndexes } from "./chart-data.js";
import type { TimeChartProps } from "./time-chart.js";

interface Behaviour {
  /** Of now: a chart lives longer than what it was made with. */
  props(): TimeChartProps;
  isHidden(name: string): boolean;
  /** The cursor is there; null when it has left the chart. */
  pointed(index: number | null): void;
}

export function chartOptions(
  { props, isHidden, pointed }: Behaviour,
  size: { readonly width: number; readonly height: number },
): uPlot.Options {
  const { lines, sync, filled, format = shortCount } = props();
  const colour = (name: string): string =>
    getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const axis = {
    stroke: colour("muted"),
    grid: { stroke: colour("line"), width: 1 },
    ticks: { stroke: colour("line"), width: 1 },
  };
  return {
    ...size,
    padding: [8, 12, 0, 0],
    legend: { show: false },
    cursor: {
      drag: { x: props().onZoom !== undefined, y: false, setScale: false },
      ...(sync !== undefined && { sync: { key: sync, setSeries: false, filters: ONLY_MOVES } }),
    },
    scales: {
      x: { range: () => [props().from / 1000, props().to / 1000] },
      y: { range: (_chart, _min, max) => [0, max > 0 ? max * 1.08 : 1] },
    },
    axes: [
      { ...axis, values: [...TIME_TICKS], space: 64 },
      { ...axis, size: 64, values: (_chart, ticks) => ticks.map(format) },
    ],
    series: [
      {},
      ...lines.map(({ name, label, colour: number, dashed }) => ({
        label,
        show: !isHidden(name),
        stroke: colour(`chart-${number}`),
        ...(filled === true && dashed !== true && { fill: `${colour(`chart-${number}`)}2e` }),
        ...(dashed === true && { dash: [4, 4] }),
        width: 1.5,
        points: {
          show: false,
          size: 4,
          filter: (chart: uPlot, index: number) => loneIndexes(chart.data[index] ?? []),
        },
      })),
    ],
    hooks: {
      drawClear: [(chart) => shadeBlindness(chart, props(), colour("shade"))],
      setSelect: [(chart) => zoom(chart, props())],
      setCursor: [({ cursor }) => pointed(cursor.idx ?? null)],
    },
  };
}

/** A part is chosen in one chart; the others only show where the cursor is. */
const ONLY_MOVES = {
  pub: (type: string) => type === "mousemove" || type === "mouseleave",
};

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
    // An interval that is shorter than a pixel is still one that people look for.
    if (end >= begin) chart.ctx.fillRect(begin, top, Math.max(1, end - begin), height);
  }
  chart.ctx.restore();
}

function zoom(chart: uPlot, { onZoom }: TimeChartProps): void {
  const { left, width } = chart.select;
  if (onZoom === undefined || width < 4) return;
  const at = (pixels: number): number => Math.round(chart.posToVal(pixels, "x") * 1000);
  const [from, to] = [at(left), at(left + width)];
  chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  onZoom(from, to);
}
