/** How costs grow with the number of names: one picture of small plots, drawn from the kept figures without a browser. */
import type { EChartsOption } from "echarts";
import { MILLION } from "./benchmark.js";
import { type Figure, measured } from "./figures.js";
import { svgOf, type Theme, WIDTH } from "./picture.js";
import { amount, short } from "./report-text.js";

interface Plot {
  readonly title: string;
  readonly name: string;
  /** Where a benchmark has several figures. */
  readonly figure?: string;
  /** A member of `also` rather than the figure. */
  readonly of?: string;
  readonly unit: string;
  /** From zero on: for what ought to stay the same. Otherwise by powers of ten, for what grows. */
  readonly isRate?: boolean;
}

const PLOTS: readonly Plot[] = [
  { title: "Known names folded", name: "fold", unit: "names/s", isRate: true },
  { title: "New names folded", name: "growing", unit: "names/s", isRate: true },
  { title: "Names from a capture file", name: "replay", unit: "names/s", isRate: true },
  { title: "Longest pause while names arrive", name: "growing", of: "longestPauseMs", unit: "ms" },
  { title: "Memory of the process at its peak", name: "memory", unit: "MB" },
  { title: "Substring search", name: "list", of: "substringMs", unit: "ms" },
  {
    title: "A page from anywhere in the list (p99)",
    name: "list",
    of: "furtherPagesP99Ms",
    unit: "ms",
  },
  { title: "Start from SQLite", name: "restart", unit: "s" },
  { title: "Start from MariaDB", name: "restart-mariadb", unit: "s" },
];

const COLUMNS = 2;
const PLOT = { left: 62, top: 46, width: 350, height: 130, bottom: 44 };
const ROW = PLOT.top + PLOT.height + PLOT.bottom;

/** The picture, SVG. */
export function growthPicture(figures: readonly Figure[], theme: Theme): string {
  const height = Math.ceil(PLOTS.length / COLUMNS) * ROW;
  return svgOf(optionOf(figures, theme), height);
}

function optionOf(figures: readonly Figure[], { text, faint, line, goal }: Theme): EChartsOption {
  const places = PLOTS.map((_, index) => ({
    left: PLOT.left + (index % COLUMNS) * (WIDTH / COLUMNS),
    top: PLOT.top + Math.floor(index / COLUMNS) * ROW,
  }));
  const axisText = { color: text, fontSize: 11 };
  const split = { show: true, lineStyle: { color: faint } };
  return {
    title: PLOTS.map(({ title, unit }, index) => ({
      text: `${title}, ${unit}`,
      left: places[index]!.left - 6,
      top: places[index]!.top - 34,
      textStyle: { color: text, fontSize: 13, fontWeight: "bold" },
    })),
    grid: places.map((place) => ({ ...place, width: PLOT.width, height: PLOT.height })),
    xAxis: PLOTS.map((_, gridIndex) => ({
      type: "log",
      gridIndex,
      min: 5000,
      max: 10 * MILLION,
      axisLabel: { ...axisText, formatter: short },
      axisLine: { lineStyle: { color: text } },
      splitLine: { show: false },
    })),
    yAxis: PLOTS.map(({ isRate }, gridIndex) => ({
      type: isRate ? "value" : "log",
      gridIndex,
      // Room for the highest label, below the title.
      ...(isRate && { min: 0, boundaryGap: [0, "15%"] }),
      splitNumber: 3,
      axisLabel: { ...axisText, formatter: short },
      splitLine: split,
    })),
    series: PLOTS.map((plot, index) => {
      const bounds = boundsOf(figures, plot);
      return {
        type: "line",
        silent: true,
        xAxisIndex: index,
        yAxisIndex: index,
        data: pointsOf(figures, plot),
        color: line,
        lineStyle: { width: 2 },
        symbol: "circle",
        symbolSize: 7,
        label: {
          show: true,
          position: "top",
          color: text,
          fontSize: 11,
          formatter: ({ value }) => amount((value as number[])[1]!),
        },
        markPoint: {
          symbol: "rect",
          symbolSize: [22, 3],
          itemStyle: { color: goal },
          label: { show: true, position: "right", color: goal, fontSize: 11, formatter: "goal" },
          data: bounds.map((coord) => ({ name: "goal", coord })),
        },
      };
    }),
  };
}

/** Names and value, by names. */
function pointsOf(figures: readonly Figure[], plot: Plot): [number, number][] {
  const { of, unit } = plot;
  return figuresOf(figures, plot).map((figure) => [
    figure.names,
    measured(figure, { ...(of !== undefined && { of }), unit }),
  ]);
}

function boundsOf(figures: readonly Figure[], plot: Plot): [number, number][] {
  return figuresOf(figures, plot).flatMap(({ names, goals = [] }) =>
    goals
      .filter(({ of }) => of === plot.of)
      .map(({ atLeast, atMost }): [number, number] => [names, atLeast ?? atMost ?? 0]),
  );
}

function figuresOf(figures: readonly Figure[], { name, figure }: Plot): readonly Figure[] {
  return figures.filter((one) => one.name === name && one.of === figure);
}
