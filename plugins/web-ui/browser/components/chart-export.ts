/** A chart as a file: its numbers, or a picture that says by itself what it shows. */
import type uPlot from "uplot";
import { printable } from "../formats/printable.js";
import { timeText } from "../formats/time.js";
import { csvOf, type Line } from "./chart-data.js";

interface Shown {
  readonly label: string;
  readonly unit: string;
  readonly lines: readonly Line[];
  readonly from: number;
  readonly to: number;
}

export function saveCsv({ label, unit, lines, from }: Shown): void {
  save(new Blob([csvOf(lines, unit)], { type: "text/csv" }), `${fileName(label, from)}.csv`);
}

const MARGIN = 16;
const LINE_HEIGHT = 20;

/** @param hidden lines that are not drawn. */
export function savePng(chart: uPlot, shown: Shown, hidden: ReadonlySet<string>): void {
  const { canvas } = chart.ctx;
  const scale = canvas.width / Math.max(1, chart.width);
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const lines = shown.lines.filter(({ name }) => !hidden.has(name));
  const picture = document.createElement("canvas");
  const head = MARGIN + 2.5 * LINE_HEIGHT;
  picture.width = canvas.width + 2 * MARGIN * scale;
  picture.height = canvas.height + (head + (lines.length + 0.5) * LINE_HEIGHT + MARGIN) * scale;
  const context = picture.getContext("2d");
  if (context === null) return;
  context.fillStyle = colour("surface");
  context.fillRect(0, 0, picture.width, picture.height);
  context.drawImage(canvas, MARGIN * scale, head * scale);
  context.scale(scale, scale);
  context.textBaseline = "top";
  context.fillStyle = colour("text");
  context.font = `600 15px ${colour("font")}`;
  context.fillText(`${shown.label} (${shown.unit})`, MARGIN, MARGIN);
  context.font = `13px ${colour("font")}`;
  context.fillStyle = colour("muted");
  const span = `${timeText(new Date(shown.from))} to ${timeText(new Date(shown.to))}`;
  context.fillText(`${span}, ${timeZoneText(shown.to)}`, MARGIN, MARGIN + LINE_HEIGHT);
  lines.forEach(({ label, colour: number }, index) => {
    const top = head + chart.height + (index + 0.5) * LINE_HEIGHT;
    context.fillStyle = colour(`chart-${number}`);
    context.fillRect(MARGIN, top + 6, 18, 3);
    context.fillStyle = colour("text");
    context.fillText(printable(label), MARGIN + 26, top);
  });
  picture.toBlob((blob) => {
    if (blob !== null) save(blob, `${fileName(shown.label, shown.from)}.png`);
  }, "image/png");
}

/** `Europe/Berlin (UTC+01:00)`: the viewer's zone as of then. */
export function timeZoneText(at: number): string {
  const minutes = -new Date(at).getTimezoneOffset();
  const digits = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const size = Math.abs(minutes);
  const offset = `UTC${minutes < 0 ? "-" : "+"}${digits(size / 60)}:${digits(size % 60)}`;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return zone === "UTC" ? zone : `${zone} (${offset})`;
}

function fileName(label: string, from: number): string {
  const words = label.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return `pvmon-${words}-${new Date(from).toISOString().slice(0, 16).replaceAll(":", "")}`;
}

function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
