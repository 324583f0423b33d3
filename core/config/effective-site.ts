/** The configuration that is in force, for people to read: every default filled in, every secret hidden. */
import { stringify } from "yaml";
import { SECTIONS, type SiteConfig, SiteSchema } from "./site.js";

/** What is told of a plugin of the site beside its entry. */
export interface IdentifiedEntry {
  /** Section and index. */
  readonly path: readonly (string | number)[];
  readonly id: string;
}

/**
 * As YAML, in the order of the documentation. Secrets are hidden in the values, not in the text: there, one could be folded,
 * quoted or indented.
 * @param site with the defaults of its plugins' options filled in
 * @param hide takes secrets out of a text
 */
export function effectiveYaml(
  site: SiteConfig,
  plugins: readonly IdentifiedEntry[],
  hide: (text: string) => string,
): string {
  const ids = new Map(plugins.map(({ path, id }) => [path.join(), id]));
  const entries = SECTIONS.map(({ section }) => [
    section,
    site[section].map(({ use, id, ...rest }, index) => ({
      use,
      id: ids.get([section, index].join()) ?? id,
      ...rest,
    })),
  ]);
  const whole: Readonly<Record<string, unknown>> = { ...site, ...Object.fromEntries(entries) };
  const ordered = Object.keys(SiteSchema.properties).map((key) => [key, whole[key]]);
  return stringify(hidden(Object.fromEntries(ordered), hide), {
    aliasDuplicateObjects: false,
    lineWidth: 0,
    // Blocks lose blanks in front of line breaks.
    blockQuote: false,
  });
}

function hidden(value: unknown, hide: (text: string) => string): unknown {
  if (typeof value === "string") return hide(value);
  if (Array.isArray(value)) return value.map((item) => hidden(item, hide));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hidden(item, hide)]));
}
