/** The README's table of paths is the code's. `UPDATE_README=1` writes it anew. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { ROUTES } from "../../../plugins/http-api/routes/index.js";

const README = new URL("../../../../plugins/http-api/README.md", import.meta.url);
const BETWEEN = /(<!-- paths -->\n)[\s\S]*(<!-- \/paths -->)/;

function pathsTable(): string {
  const rows = ROUTES.map(({ method, route, summary, query, body }) => {
    const names = Object.keys({ ...query?.properties, ...body?.properties });
    const parameters = names.map((name) => `\`${name}\``).join(" ");
    return `| ${method} \`${route}\` | ${parameters} | ${summary} |\n`;
  });
  return `\n| method and path | parameters | answer |\n| --- | --- | --- |\n${rows.join("")}\n`;
}

describe("the README of http-api", () => {
  it("lists every path with its parameters", () => {
    const text = readFileSync(README, "utf8");
    assert.match(text, BETWEEN);
    const wanted = text.replace(BETWEEN, (_all, before, after) => before + pathsTable() + after);
    if (process.env.UPDATE_README === "1") writeFileSync(README, wanted);
    else assert.equal(unaligned(text), unaligned(wanted), "run UPDATE_README=1 npm run test:fast");
  });
});

/** The formatter aligns the columns. */
function unaligned(markdown: string): string {
  return markdown.replaceAll(/ +/g, " ").replaceAll(/-{3,}/g, "---");
}
