/** What `pvmon plugins` and `pvmon schema` tell: the plugins at hand and the schema of a site file with their options. */
import { siteSchema } from "./config/site-schema.js";
import { Validator } from "./config/validator.js";
import type { Plugin, PluginKind } from "./plugin/plugin.js";
import { checkSite, type PvmonOptions } from "./pvmon.js";
import { Loader } from "./runtime/loader.js";

export interface CatalogEntry {
  /** What `use:` takes. */
  readonly use: string;
  readonly kind: PluginKind;
  readonly description: string;
  readonly needs: readonly string[];
  readonly provides: string | undefined;
}

/** The built-in plugins, and those of a site file when one is given. @throws ConfigError, or PvmonError of a built-in plugin. */
async function pluginsByUse(
  site: string | undefined,
  options: PvmonOptions,
): Promise<ReadonlyMap<string, Plugin>> {
  const { folder = process.cwd(), plugins = {} } = options;
  const loader = new Loader(folder, plugins, new Validator(folder));
  const found = new Map<string, Plugin>();
  for (const use of loader.names()) found.set(use, await loader.load(use));
  if (site !== undefined) {
    const { planned } = await checkSite(site, options);
    for (const { use, plugin } of planned) found.set(use, plugin);
  }
  return found;
}

export async function listPlugins(
  site: string | undefined,
  options: PvmonOptions = {},
): Promise<readonly CatalogEntry[]> {
  return [...(await pluginsByUse(site, options))].map(([use, plugin]) => ({
    use,
    kind: plugin.kind,
    description: plugin.description,
    needs: Object.values(plugin.needs ?? {}).map(({ name, optional }) =>
      optional ? `${name} (optional)` : name,
    ),
    provides: plugin.provides?.name,
  }));
}

/** The JSON Schema of a site file, for editors. */
export async function describeSite(
  site: string | undefined,
  options: PvmonOptions = {},
): Promise<object> {
  return siteSchema(await pluginsByUse(site, options));
}
