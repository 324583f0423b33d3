/**
 * The option tables in the READMEs of plugins, made from their schemas so that they never differ from them.
 *   node tools/option-table.mjs [--check] plugins/<name>...
 * writes the table between `<!-- options -->` and `<!-- /options -->`; with --check it only exits 1 where one is stale.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";

const BEGIN = "<!-- options -->\n";
const END = "<!-- /options -->";

/** One row for each option; those of a section come after it, with its name in front. */
function rows(schema, prefix = "") {
  return Object.entries(schema.properties ?? {}).flatMap(([name, option]) => {
    const path = prefix + name;
    if (option.properties === undefined) {
      return [[`\`${path}\``, typeOf(option), defaultOf(option), option.description]];
    }
    return [[`\`${path}\``, "section", "", option.description], ...rows(option, `${path}.`)];
  });
}

function typeOf(option) {
  const choices = option.enum ?? option.anyOf?.map((choice) => choice.const);
  if (choices?.every((choice) => choice !== undefined)) {
    return choices.map((choice) => `\`${choice}\``).join(", ");
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
  return option.default === undefined ? "" : `\`${JSON.stringify(option.default)}\``;
}

/** Padded as the formatter would, so that it leaves the table alone. */
function table(schema) {
  const cells = [["option", "type", "default", "meaning"], ...rows(schema)].map((row) =>
    row.map((cell = "") => cell.replaceAll("|", "\\|").replaceAll("\n", " ")),
  );
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |\n`;
  const rule = line(widths.map((width) => "-".repeat(width)));
  return `\n${line(cells[0])}${rule}${cells.slice(1).map(line).join("")}\n`;
}

/** The README with the table as it should be. */
async function renew(folder, readme) {
  const entry = pathToFileURL(join("dist/plugins", basename(folder), "index.js")).href;
  const { default: plugin } = await import(entry);
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${folder}/README.md has no place for options`);
  return readme.slice(0, begin + BEGIN.length) + table(plugin.configSchema) + readme.slice(end);
}

const check = process.argv.includes("--check");
for (const folder of process.argv.slice(2).filter((argument) => argument !== "--check")) {
  const path = join(folder, "README.md");
  const readme = readFileSync(path, "utf8");
  const renewed = await renew(folder, readme);
  if (renewed === readme) continue;
  if (check) {
    console.error(`${path} is stale: node tools/option-table.mjs ${folder}`);
    process.exitCode = 1;
  } else {
    writeFileSync(path, renewed);
  }
}
