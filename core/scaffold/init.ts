/** `pvmon plugin init`: a package of a new plugin that builds, and whose tests pass. Nothing that is there is touched. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { PvmonError } from "../plugin/errors.js";
import type { PluginKind } from "../plugin/plugin.js";
import { builtInNames } from "../runtime/plugin-location.js";
import { packageFiles } from "./package-files.js";

/** Sources, as they are packed beside the compiled files. */
const TEMPLATES = fileURLToPath(new URL("../../../core/scaffold/templates/", import.meta.url));
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const MAX_NAME = 60;

export interface NewPlugin {
  readonly folder: string;
  /** Paths in it, sorted. */
  readonly files: readonly string[];
}

/**
 * Makes the folder `name` in `parent`, whole or not at all.
 * @throws PvmonError SCAFFOLD for a bad name, and where something of that name is there.
 */
export async function initPlugin(
  kind: PluginKind,
  name: string,
  parent: string,
): Promise<NewPlugin> {
  if (!NAME.test(name) || name.length > MAX_NAME) {
    throw fault(
      `"${name}" is no name for a plugin: small letters, digits and dashes, as in rack-names, at most ${MAX_NAME}`,
    );
  }
  if (builtInNames().includes(name)) throw fault(`"${name}" is a plugin of pvmon itself`);
  if (name === "pvmon") throw fault(`"pvmon" is the name of pvmon's own package`);
  const folder = resolve(parent, name);
  const files = { ...packageFiles(kind, name), ...(await templateFiles(kind, name)) };
  const unfinished = `${folder}.${process.pid}.new`;
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(unfinished, path)), { recursive: true });
      await writeFile(join(unfinished, path), text);
    }
    await requireAbsent(folder);
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return { folder, files: Object.keys(files).toSorted() };
}

async function templateFiles(
  kind: PluginKind,
  name: string,
): Promise<Readonly<Record<string, string>>> {
  const root = join(TEMPLATES, kind);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const sources = [...paths, join(TEMPLATES, "README.md")];
  const fill = (text: string): string =>
    text.replaceAll("plugin-name", name).replaceAll("plugin-kind", kind);
  const files = await Promise.all(
    sources.map(async (path) => {
      const target = path.startsWith(root) ? relative(root, path) : "README.md";
      return [target, fill(await readFile(path, "utf8"))] as const;
    }),
  );
  return Object.fromEntries(files);
}

async function requireAbsent(folder: string): Promise<void> {
  const inside = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    if (error.code === "ENOTDIR") return ["a file"];
    throw error;
  });
  if (inside !== undefined) throw fault(`${folder} is there already; nothing was changed`);
}

function fault(message: string): PvmonError {
  return new PvmonError("SCAFFOLD", message);
}
