/** Pictures of the report: SVG, in the colours of the pages that show them, drawn without a browser. */
import { type EChartsOption, init } from "echarts";

export interface Theme {
  readonly text: string;
  readonly faint: string;
  readonly line: string;
  /** Of one line more. */
  readonly other: string;
  readonly goal: string;
}

/** Of GitHub's pages. */
export const THEMES = {
  light: { text: "#1f2328", faint: "#d1d9e0", line: "#0969da", other: "#bc4c00", goal: "#1a7f37" },
  dark: { text: "#f0f6fc", faint: "#3d444d", line: "#4493f8", other: "#db6d28", goal: "#3fb950" },
} satisfies Record<string, Theme>;

/** What fits into a page of GitHub, in pixels as the heights. */
export const WIDTH = 880;

export function svgOf(option: EChartsOption, height: number): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height });
  try {
    chart.setOption({ ...option, animation: false });
    // Its numbers count pictures of the process, and its classes serve a pointer that a picture does not have.
    return chart
      .renderToSVGString()
      .replaceAll(/ class="zr\d+-cls-\d+"/g, "")
      .replaceAll(/zr\d+-/g, "");
  } finally {
    chart.dispose();
  }
}
