/** Values over time. Where pvmon was blind the chart says so; a table with the same numbers is a click away. */
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { theme } from "../app/theme.js";
import { chartOptions } from "./chart-options.js";

export interface Line {
  readonly name: string;
  readonly label: string;
  /** 1 to 8 of the palette, so that a name keeps its colour. */
  readonly colour: number;
  readonly points: readonly { readonly at: string; readonly value: number }[];
}

export interface Interval {
  readonly from: number;
  readonly to: number;
}

export interface TimeChartProps {
  readonly label: string;
  readonly lines: readonly Line[];
  /** Milliseconds. */
  readonly from: number;
  readonly to: number;
  /** Of the values: `names/min`. */
  readonly unit: string;
  /** When nothing could be seen. */
  readonly blind?: readonly Interval[];
  /** Filled below the lines. */
  readonly filled?: boolean;
  readonly height?: number;
  /** Charts with the same one show one cursor. */
  readonly sync?: string;
  /** Somebody has chosen a part of it. */
  readonly onZoom?: (from: number, to: number) => void;
}

export function TimeChart(props: TimeChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const { label, height = 240 } = props;
  const names = props.lines.map(({ name, label, colour }) => [name, label, colour]);
  const kind = JSON.stringify([names, props.unit, height, props.sync, props.filled, theme.value]);
  const current = useRef(props);
  current.current = props;
  const chart = useRef<uPlot | undefined>(undefined);

  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const width = (): number => Math.max(200, element.clientWidth);
    const made = new uPlot(
      chartOptions(() => current.current, { width: width(), height }),
      dataOf(current.current),
      element,
    );
    chart.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: width(), height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      chart.current = undefined;
    };
  }, [kind]);

  useEffect(() => {
    chart.current?.setData(dataOf(props));
  }, [props.lines, props.from, props.to, props.blind]);

  return (
    <figure class="chart" aria-label={label}>
      <div ref={frame} class="chart-frame" />
    </figure>
  );
}

/** All lines on one axis of times; null where a line has no value. */
export function dataOf({ lines }: Pick<TimeChartProps, "lines">): uPlot.AlignedData {
  const tables = lines.map(({ points }) => {
    const times = points.map(({ at }) => Date.parse(at) / 1000);
    return [times, points.map(({ value }) => value)] as uPlot.AlignedData;
  });
  const [first] = tables;
  if (first === undefined) return [[]];
  return tables.length === 1 ? first : uPlot.join(tables);
}
