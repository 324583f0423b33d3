/**
 * The option tables in the READMEs of plugins, made from their schemas so that they never differ from them.
 *   node tools/option-table.mjs [--check] plugins/<name>...
 * writes the table between `<!-- options -->` and `<!-- /options -->`; with --check it only exits 1 where one is stale.
 */
import { keepTables } from "./readme-table.mjs";

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

await keepTables({
  tool: "option-table.mjs",
  name: "options",
  file: "index.js",
  rowsOf: ({ default: plugin }) => [
    ["option", "type", "default", "meaning"],
    ...rows(plugin.configSchema),
  ],
});
