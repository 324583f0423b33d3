/** Tables in the READMEs of plugins that are made from their code, so that they never differ from it. */
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * Writes, or with --check compares, the table between `<!-- name -->` and `<!-- /name -->` in the README of each folder that the command
 * line names. @param rowsOf the rows, heading first, from what the module `file` of the built plugin exports
 */
export async function keepTables({ tool, name, file, rowsOf }) {
  const check = process.argv.includes("--check");
  for (const folder of process.argv.slice(2).filter((argument) => argument !== "--check")) {
    const path = join(folder, "README.md");
    const readme = readFileSync(path, "utf8");
    const module = pathToFileURL(join("dist/plugins", basename(folder), file)).href;
    const renewed = renew(path, readme, name, table(rowsOf(await import(module))));
    if (renewed === readme) continue;
    if (check) {
      console.error(`${path} is stale: node tools/${tool} ${folder}`);
      process.exitCode = 1;
    } else {
      writeFileSync(path, renewed);
    }
  }
}

function renew(path, readme, name, content) {
  const marker = `<!-- ${name} -->\n`;
  const [begin, end] = [readme.indexOf(marker), readme.indexOf(`<!-- /${name} -->`)];
  if (begin < 0 || end < begin) throw new Error(`${path} has no place for ${name}`);
  return readme.slice(0, begin + marker.length) + content + readme.slice(end);
}

/** Padded as the formatter would, so that it leaves the table alone. */
function table(rows) {
  const cells = rows.map((row) =>
    row.map((cell = "") => cell.replaceAll("|", "\\|").replaceAll("\n", " ")),
  );
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |\n`;
  const rule = line(widths.map((width) => "-".repeat(width)));
  return `\n${line(cells[0])}${rule}${cells.slice(1).map(line).join("")}\n`;
}
