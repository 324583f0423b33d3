/** Where the plugin that `use:` names is: built in, a path, or an npm package found from the site file's folder. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { nearest } from "../config/suggestion.js";
import { PvmonError } from "../plugin/errors.js";
import { checkApiVersion } from "./shape.js";

const BUILT_IN = fileURLToPath(new URL("../../plugins/", import.meta.url));

/** The names of the plugins that come with pvmon. */
export function builtInNames(): readonly string[] {
  if (!existsSync(BUILT_IN)) return [];
  return readdirSync(BUILT_IN)
    .filter((name) => existsSync(join(BUILT_IN, name, "index.js")))
    .toSorted();
}

/**
 * The entry module of a plugin. Nothing is run.
 * @param known names to suggest for a mistyped one.
 * @throws PvmonError PLUGIN_NOT_FOUND, PLUGIN_WRONG_SHAPE or PLUGIN_WRONG_API_VERSION
 */
export function locatePlugin(use: string, folder: string, known: readonly string[]): string {
  if (isAbsolute(use) || /^\.\.?[/\\]/.test(use)) return locatePath(use, resolve(folder, use));
  if (builtInNames().includes(use)) return join(BUILT_IN, use, "index.js");
  const home = /^(@[\w.~-]+\/)?[\w.~-]+$/.test(use) ? findPackage(use, folder) : undefined;
  if (home !== undefined) return packageEntry(use, home);
  throw notFound(`no plugin "${use}"${hint(use, folder, known)}`);
}

function hint(use: string, folder: string, known: readonly string[]): string {
  const near = nearest(use, known);
  if (near !== undefined) return `; did you mean "${near}"?`;
  if (existsSync(resolve(folder, use))) return `; did you mean "./${use}"?`;
  return `: it is neither built in (${known.join(", ")}) nor an npm package found from ${folder}`;
}

/** A path may name the module, or a folder with a package.json or an index.js. */
function locatePath(use: string, path: string): string {
  if (!existsSync(path)) throw notFound(`no plugin at "${use}": there is no ${path}`);
  if (!statSync(path).isDirectory()) return path;
  if (existsSync(join(path, "package.json"))) return packageEntry(use, path);
  const index = join(path, "index.js");
  if (existsSync(index)) return index;
  throw notFound(`no plugin at "${use}": ${path} has neither a package.json nor an index.js`);
}

/** Node's own way up the folders; its resolver is not asked because it hides package.json behind "exports". */
function findPackage(name: string, folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const home = join(at, "node_modules", name);
    if (existsSync(join(home, "package.json"))) return home;
    if (at === dirname(at)) return undefined;
  }
}

/** The `"pvmon": { "apiVersion": 1, "entry": "./dist/index.js" }` of a package. */
function packageEntry(use: string, home: string): string {
  const file = join(home, "package.json");
  const from = `the package "${use}" (${file})`;
  const wrong = (what: string) =>
    new PvmonError("PLUGIN_WRONG_SHAPE", `${from} is not a plugin: ${what}`);
  let manifest: { readonly pvmon?: { readonly apiVersion?: unknown; readonly entry?: unknown } };
  try {
    manifest = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw wrong(`its package.json cannot be read: ${(error as Error).message}`);
  }
  const { pvmon } = manifest;
  if (typeof pvmon !== "object" || typeof pvmon.entry !== "string") {
    throw wrong(`its package.json has no field "pvmon": { "apiVersion": 1, "entry": "./…" }`);
  }
  checkApiVersion(pvmon.apiVersion, from);
  const entry = resolve(home, pvmon.entry);
  if (!existsSync(entry)) throw notFound(`${from} has no entry ${entry}: has it been built?`);
  return entry;
}

function notFound(message: string): PvmonError {
  return new PvmonError("PLUGIN_NOT_FOUND", message);
}
