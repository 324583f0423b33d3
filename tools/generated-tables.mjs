/**
 * The tables in documents that code makes: options, paths, events, error codes, metrics and exports, so that they never differ from it.
 *   node tools/generated-tables.mjs [--check]
 * writes each one between its marks, as `<!-- events -->` and `<!-- /events -->`; with --check it only exits 1 where one is stale.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { exportsOf } from "./exports.mjs";
import { metricsOf, ownMetricsOf } from "./plugin-metrics.mjs";
import { ROOT } from "./steps.mjs";

/** By the name of the mark: the rows of the table, its heading first. */
const TABLES = {
  options,
  "site-options": siteOptions,
  "entry-options": entryOptions,
  "plugin-metrics": pluginMetrics,
  "own-metrics": ownMetrics,
  paths,
  events,
  "http-errors": httpErrors,
  errors,
  metrics,
  "testkit-exports": testkitExports,
};

/** The words an option may be, in a table; of more of them only some, or no line could be read. */
const MOST_CHOICES = 12;

const OPTION_HEADING = ["option", "type", "default", "meaning"];
const METRIC_HEADING = ["metric", "type", "meaning"];

const compiled = (path) => import(pathToFileURL(join(ROOT, "dist", path)).href);

async function options(document) {
  const { default: plugin } = await compiled(`${dirname(document)}/index.js`);
  return [OPTION_HEADING, ...optionRows(plugin.configSchema)];
}

/** What every entry of a plugin may say is the same, and has a table of its own. */
async function siteOptions() {
  const { SECTIONS, SiteSchema } = await compiled("core/config/site.js");
  const ofEntries = SECTIONS.map(({ section }) => `\`${section}[].`);
  const isOfEntry = ([path]) => ofEntries.some((begin) => path.startsWith(begin));
  return [OPTION_HEADING, ...optionRows(SiteSchema).filter((row) => !isOfEntry(row))];
}

async function entryOptions() {
  const { SiteSchema } = await compiled("core/config/site.js");
  return [OPTION_HEADING, ...optionRows(SiteSchema.properties.stores.items)];
}

async function pluginMetrics(document) {
  return [METRIC_HEADING, ...(await metricsOf(dirname(document))).map(metricRow)];
}

/** Of pvmon as a whole, then those that it keeps of each plugin that observes. */
async function ownMetrics() {
  const { whole, observing } = await ownMetricsOf();
  const rows = (metrics, plugin) => metrics.map((metric) => [plugin, ...metricRow(metric)]);
  return [
    ["plugin", ...METRIC_HEADING],
    ...rows(whole, "`pvmon`"),
    ...rows(observing, "each detector and probe"),
  ];
}

const metricRow = ({ type, name, help }) => [`\`${name}\``, type, help];

async function paths() {
  const { ROUTES } = await compiled("plugins/http-api/routes/index.js");
  const rows = ROUTES.map(({ method, route, summary, query, body }) => {
    const names = Object.keys({ ...query?.properties, ...body?.properties });
    return [`${method} \`${route}\``, names.map((name) => `\`${name}\``).join(" "), summary];
  });
  return [["method and path", "parameters", "answer"], ...rows];
}

async function events() {
  const { EVENT_MEANINGS } = await compiled("core/model/event-meanings.js");
  return [["type", "meaning"], ...meanings(EVENT_MEANINGS)];
}

async function httpErrors() {
  const { ERROR_STATUS } = await compiled("plugins/http-api/errors.js");
  const { ERROR_MEANINGS } = await compiled("plugins/http-api/error-meanings.js");
  const rows = Object.entries(ERROR_STATUS).map(([code, status]) => [
    String(status),
    `\`${code}\``,
    ERROR_MEANINGS[code],
  ]);
  return [["status", "code", "meaning"], ...rows];
}

async function errors() {
  const { ERROR_MEANINGS } = await compiled("core/plugin/error-meanings.js");
  return [["code", "meaning"], ...meanings(ERROR_MEANINGS)];
}

async function metrics() {
  const { FAMILIES } = await compiled("plugins/metrics/exposition.js");
  const rows = FAMILIES.map(({ name, type, labels, help }) => [
    `\`${name}\``,
    type,
    labels.map((label) => `\`${label}\``).join(" "),
    help,
  ]);
  return [["metric", "type", "labels", "meaning"], ...rows];
}

async function testkitExports() {
  const rows = exportsOf("core/testkit/index.ts").map(({ name, kind, meaning }) => [
    `\`${name}\``,
    kind,
    meaning,
  ]);
  return [["export", "kind", "meaning"], ...rows];
}

const meanings = (of) => Object.entries(of).map(([name, meaning]) => [`\`${name}\``, meaning]);

/** One row for each option; those of a section come after it, with its name in front, and so do those of a list of sections. */
function optionRows(schema, prefix = "") {
  return Object.entries(schema.properties ?? {}).flatMap(([name, option]) => {
    const path = prefix + name;
    const row = [`\`${path}\``, typeOf(option), defaultOf(option), option.description];
    if (option.type === "array") return [row, ...optionRows(option.items, `${path}[].`)];
    return [row, ...optionRows(option, `${path}.`)];
  });
}

function typeOf(option) {
  const choices = option.enum ?? option.anyOf?.map((choice) => choice.const);
  if (choices?.every((choice) => choice !== undefined)) {
    const shown = choices.map((choice) => `\`${choice}\``);
    return shown.length > MOST_CHOICES ? `${shown.slice(0, 3).join(", ")}, …` : shown.join(", ");
  }
  if (option.anyOf !== undefined) return option.anyOf.map(typeOf).join(" or ");
  if (option.type === "array") {
    const items = typeOf(option.items);
    return items === "section" ? "list of sections" : `list of ${items}`;
  }
  if (option.type === "object") return "section";
  return option.type + rangeOf(option);
}

function rangeOf({ minimum, maximum }) {
  if (minimum === undefined && maximum === undefined) return "";
  const [from, to] = [minimum, maximum].map((bound) => bound?.toLocaleString("en-US"));
  return to === undefined ? ` ≥ ${from}` : from === undefined ? ` ≤ ${to}` : ` ${from} to ${to}`;
}

function defaultOf(option) {
  return option.default === undefined || option.properties !== undefined
    ? ""
    : `\`${JSON.stringify(option.default)}\``;
}

/** Padded where that makes it easier to read, and not where it makes lines that nobody can read. */
function table(rows) {
  const cells = rows.map((row) =>
    row.map((cell = "") => cell.replaceAll("|", "\\|").replaceAll("\n", " ")),
  );
  const widest = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const isPlain = cells[0][0] === "method and path";
  const widths = isPlain ? cells[0].map(() => 0) : widest;
  const line = (row) => `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |\n`;
  const rule = line(widths.map((width) => "-".repeat(Math.max(width, 3))));
  return `\n${line(cells[0])}${rule}${cells.slice(1).map(line).join("")}\n`;
}

/** The document with its tables as they should be. */
async function renewed(document, text) {
  let result = text;
  for (const [name, rows] of Object.entries(TABLES)) {
    const [begin, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`];
    const from = result.indexOf(begin);
    const to = result.indexOf(end);
    if (from < 0 && to < 0) continue;
    if (from < 0 || to < from) throw new Error(`${document}: the marks of ${name} do not match`);
    const fresh = table(await rows(document));
    result = result.slice(0, from + begin.length) + fresh + result.slice(to);
  }
  return result;
}

const check = process.argv.includes("--check");
const readmes = readdirSync(join(ROOT, "plugins")).map((name) => `plugins/${name}/README.md`);
const others = ["core/testkit/README.md", "docs/site-file.md", "CONTRIBUTING.md"];
for (const document of [...readmes, ...others]) {
  const path = join(ROOT, document);
  if (!existsSync(path)) throw new Error(`${document} is missing`);
  const text = readFileSync(path, "utf8");
  if (document.startsWith("plugins/") && !text.includes("<!-- options -->")) {
    throw new Error(`${document} has no place for options`);
  }
  if (document.startsWith("plugins/") && !text.includes("<!-- plugin-metrics -->")) {
    const [first] = await metricsOf(dirname(document));
    if (first !== undefined) throw new Error(`${document} has no place for its metrics`);
  }
  const wanted = await renewed(document, text);
  if (wanted === text) continue;
  if (check) {
    console.error(`${document} is stale: node tools/generated-tables.mjs`);
    process.exitCode = 1;
  } else {
    writeFileSync(path, wanted);
  }
}
