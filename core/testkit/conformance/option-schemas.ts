/** The options of a plugin's schema as a list, those of sections and of lists of sections included. */

export interface OptionSchema {
  readonly description?: unknown;
  readonly default?: unknown;
  readonly format?: unknown;
  readonly additionalProperties?: unknown;
  readonly properties?: Readonly<Record<string, OptionSchema>>;
  readonly required?: readonly string[];
  readonly items?: OptionSchema;
}

export interface OptionEntry {
  /** As people write it: `verification.everyHours`, `entries[].record`. */
  readonly path: string;
  readonly schema: OptionSchema;
  readonly isRequired: boolean;
}

export function optionsOf(schema: OptionSchema, prefix = ""): readonly OptionEntry[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, option]) => {
    const path = prefix + name;
    const isRequired = schema.required?.includes(name) ?? false;
    const below = optionsOf(option, `${path}.`);
    const items = option.items === undefined ? [] : optionsOf(option.items, `${path}[].`);
    return [{ path, schema: option, isRequired }, ...below, ...items];
  });
}

/** The objects in it that have options: itself, sections, and those in lists. */
export function sectionsOf(schema: OptionSchema): readonly OptionEntry[] {
  const inLists = (entry: OptionEntry): OptionEntry[] =>
    entry.schema.items === undefined
      ? [entry]
      : [{ ...entry, path: `${entry.path}[]`, schema: entry.schema.items }];
  const all = [{ path: "config", schema, isRequired: true }, ...optionsOf(schema).flatMap(inLists)];
  return all.filter((entry) => entry.schema.properties !== undefined);
}
