/** The JSON Schema of a whole site file with the options of every loaded plugin: what editors complete and check with. */
import type { Plugin } from "../plugin/plugin.js";
import { SECTIONS, SiteSchema } from "./site.js";

/** @param plugins by the name that `use:` takes; others are allowed too, their options unchecked. */
export function siteSchema(plugins: ReadonlyMap<string, Plugin>): object {
  // Through JSON, which gives each section an entry of its own; they share one in the schema.
  const schema = JSON.parse(JSON.stringify(SiteSchema)) as {
    properties: Record<string, { items: EntrySchema }>;
  };
  for (const { section, kind } of SECTIONS) {
    const ours = [...plugins].filter(([, plugin]) => plugin.kind === kind);
    const entry = schema.properties[section]?.items;
    if (entry === undefined || ours.length === 0) continue;
    entry.properties.use = {
      ...entry.properties.use,
      anyOf: [{ enum: ours.map(([use]) => use) }, { type: "string" }],
    };
    // Either it is not this plugin, or its options are these.
    entry.allOf = ours.map(([use, { configSchema, description }]) => ({
      anyOf: [
        { properties: { use: { not: { const: use } } } },
        { properties: { use: { const: use }, config: { description, ...configSchema } } },
      ],
    }));
  }
  return withoutDefaultsRequired({
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "pvmon site file",
    ...schema,
  });
}

interface EntrySchema {
  properties: Record<string, object>;
  allOf?: object[];
}

/** pvmon fills defaults in before it checks; an editor does not, so what has a default is not required there. */
function withoutDefaultsRequired(schema: object): object {
  return JSON.parse(
    JSON.stringify(schema, (_key, part: unknown) => {
      if (part === null || typeof part !== "object" || !("required" in part)) return part;
      const { required, properties } = part as {
        required: unknown;
        properties?: Record<string, object>;
      };
      if (!Array.isArray(required) || properties === undefined) return part;
      const left = required.filter((key: string) => !("default" in (properties[key] ?? {})));
      const { required: _dropped, ...rest } = part as { required: unknown };
      return left.length === 0 ? rest : { ...rest, required: left };
    }),
  ) as object;
}
