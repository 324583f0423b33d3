/** What became of figures in the course of a long run: one plot, with a line for each. */
import type { EChartsOption } from "echarts";
import type { Course } from "./benchmark.js";
import { svgOf, type Theme } from "./picture.js";
import { short } from "./report-text.js";

const HEIGHT = 240;

/** The picture, SVG. */
export function coursePicture({ minutes, lines, unit }: Course, theme: Theme): string {
  const { text, faint } = theme;
  const colors = [theme.line, theme.other, theme.goal];
  const names = Object.keys(lines);
  const axisText = { color: text, fontSize: 11 };
  const option: EChartsOption = {
    color: colors,
    grid: { left: 62, right: 20, top: 40, bottom: 44 },
    legend: { top: 4, itemGap: 70, data: names, textStyle: { ...axisText, fontSize: 13 } },
    xAxis: {
      type: "value",
      name: "minutes",
      nameLocation: "middle",
      nameGap: 26,
      nameTextStyle: axisText,
      min: 0,
      max: Math.ceil(minutes.at(-1) ?? 0),
      axisLabel: { ...axisText, showMaxLabel: false },
      axisLine: { lineStyle: { color: text } },
      splitLine: { show: false },
    },
    yAxis: {
      type: "value",
      min: 0,
      splitNumber: 4,
      axisLabel: { ...axisText, formatter: (value: number) => `${short(value)} ${unit}` },
      splitLine: { lineStyle: { color: faint } },
    },
    series: names.map((name) => ({
      type: "line",
      name,
      silent: true,
      showSymbol: false,
      lineStyle: { width: 2 },
      data: lines[name]!.map((value, index) => [minutes[index]!, value]),
    })),
  };
  return svgOf(option, HEIGHT);
}
