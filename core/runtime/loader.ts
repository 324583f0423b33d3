/** Loading plugins, each way of failing told apart from the others. */
import { pathToFileURL } from "node:url";
import type { Validator } from "../config/validator.js";
import { PvmonError } from "../plugin/errors.js";
import type { Plugin } from "../plugin/plugin.js";
import { builtInNames, locatePlugin } from "./plugin-location.js";
import { asPlugin } from "./shape.js";
import { givePvmonTo } from "./this-pvmon.js";

export class Loader {
  readonly #folder: string;
  readonly #given: Readonly<Record<string, Plugin>>;
  readonly #validator: Validator;

  /**
   * @param folder of the site file.
   * @param given plugins that need no loading, by the name `use:` gives; they come first.
   */
  constructor(folder: string, given: Readonly<Record<string, Plugin>>, validator: Validator) {
    this.#folder = folder;
    this.#given = given;
    this.#validator = validator;
  }

  /** The names that need no path and no package. */
  names(): readonly string[] {
    return [...new Set([...Object.keys(this.#given), ...builtInNames()])].toSorted();
  }

  /** @throws PvmonError with the code of what went wrong. */
  async load(use: string): Promise<Plugin> {
    const from = `"${use}"`;
    const given = Object.hasOwn(this.#given, use) ? this.#given[use] : undefined;
    if (given !== undefined) return asPlugin(given, from, this.#validator);
    const entry = locatePlugin(use, this.#folder, this.names());
    givePvmonTo(entry);
    const exported = await importDefault(entry, from);
    return asPlugin(exported, from, this.#validator);
  }
}

async function importDefault(entry: string, from: string): Promise<unknown> {
  let module: { readonly default?: unknown };
  try {
    module = await import(pathToFileURL(entry).href);
  } catch (error) {
    throw importFailure(error, entry, from);
  }
  // A CommonJS module compiled from an ES one has its default export one level down.
  const { default: exported } = module as { default?: { __esModule?: boolean; default?: unknown } };
  const value = exported?.__esModule === true ? exported.default : exported;
  if (value === undefined) {
    const message = `${from} has no default export (${entry}): a plugin is its module's default export`;
    throw new PvmonError("PLUGIN_NO_DEFAULT_EXPORT", message);
  }
  return value;
}

/** The entry is known to exist, so a module that is not found is one that the plugin itself wants. */
function importFailure(error: unknown, entry: string, from: string): PvmonError {
  const { code, message } = Object(error) as { code?: unknown; message?: unknown };
  const text = String(message ?? error).split("\n")[0];
  if (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") {
    const why = `${from} was found (${entry}), but something it needs was not: ${text}; install the plugin's own dependencies`;
    return new PvmonError("PLUGIN_DEPENDENCY_MISSING", why, { cause: error });
  }
  const why = `${from} threw while it was loaded (${entry}): ${text}`;
  return new PvmonError("PLUGIN_THREW", why, { cause: error });
}
