/** From a checked site file to the plugins it asks for: loaded, configured, and wired, with every mistake noted. */

import type { Path } from "../config/document.js";
import type { SiteConfig } from "../config/site.js";
import { type PluginEntryConfig, SECTIONS } from "../config/site.js";
import type { SiteFile } from "../config/site-file.js";
import { PvmonError } from "../plugin/errors.js";
import type { Plugin } from "../plugin/plugin.js";
import type { Token } from "../plugin/token.js";
import type { Loader } from "./loader.js";
import type { Setting } from "./supervised.js";
import { wire } from "./wiring.js";

/** A plugin of the site with the place of its entry in the file. */
export interface Planned extends Setting {
  readonly path: Path;
}

/**
 * The plugins in the order they have to be made; mistakes are noted in `file`.
 * @param host tokens that pvmon itself provides.
 * @param overridden tokens whose service is given, whoever else provides it.
 */
export async function planPlugins(
  file: SiteFile,
  site: SiteConfig,
  loader: Loader,
  host: readonly Token<unknown>[],
  overridden: readonly Token<unknown>[] = [],
): Promise<readonly Planned[]> {
  const planned: Planned[] = [];
  let isComplete = true;
  for (const { section, kind } of SECTIONS) {
    for (const [index, entry] of (site[section] as readonly unknown[]).entries()) {
      const path = [section, index];
      const plugin =
        isEntry(entry) && !file.isUnknown([...path, "use"])
          ? await load(file, loader, entry.use, [...path, "use"])
          : undefined;
      if (plugin?.kind !== kind) isComplete = false;
      if (!isEntry(entry) || plugin === undefined) continue;
      if (plugin.kind !== kind) {
        const message = `"${entry.use}" belongs under ${plugin.kind}s:, not under ${section}:`;
        file.problem([...path, "use"], message, "value", "PLUGIN_WRONG_KIND");
        continue;
      }
      file.check(plugin.configSchema, entry.config, [...path, "config"]);
      planned.push({ ...entry, id: entry.id ?? plugin.name, plugin, path });
    }
  }
  checkIds(file, planned);
  const { order, faults } = wire(planned, host, overridden);
  for (const { id, code, message } of faults) {
    // What is missing may well come from a plugin that could not be loaded.
    if (code === "SERVICE_MISSING" && !isComplete) continue;
    const path = planned.find((plugin) => plugin.id === id)?.path ?? [];
    file.problem([...path, "use"], message, "value", code);
  }
  return order;
}

/** Enough of an entry is right to look at its plugin; what is wrong with it has been noted. */
function isEntry(entry: unknown): entry is PluginEntryConfig {
  const { use, config } = Object(entry) as { use?: unknown; config?: unknown };
  return typeof use === "string" && use !== "" && typeof config === "object" && config !== null;
}

async function load(
  file: SiteFile,
  loader: Loader,
  use: string,
  path: Path,
): Promise<Plugin | undefined> {
  try {
    return await loader.load(use);
  } catch (error) {
    if (!(error instanceof PvmonError)) throw error;
    file.problem(path, error.message, "value", error.code);
    return undefined;
  }
}

function checkIds(file: SiteFile, planned: readonly Planned[]): void {
  const seen = new Map<string, Planned>();
  for (const plugin of planned) {
    const { id, path } = plugin;
    const other = seen.get(id);
    if (other === undefined) {
      seen.set(id, plugin);
      continue;
    }
    const [section, index] = other.path;
    const message = `the id "${id}" is taken by ${String(section)}[${String(index)}]: give one of them another with id:`;
    file.problem([...path, "id"], message, "value", "PLUGIN_DUPLICATE_ID");
  }
}
