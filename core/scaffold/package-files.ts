/** The files of a new plugin's package that are data: what it depends on, and how it is compiled. */
import { readFileSync } from "node:fs";
import { API_VERSION, type PluginKind } from "../plugin/plugin.js";
import { VERSION } from "../runtime/version.js";

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** pvmon's own, so that a new plugin begins with the versions that pvmon was tested with. */
const OWN = JSON.parse(
  readFileSync(new URL("../../../package.json", import.meta.url), "utf8"),
) as Manifest;

const versionOf = (name: string): string =>
  OWN.dependencies[name] ?? OWN.devDependencies[name] ?? "*";

/** By their paths in the package. */
export function packageFiles(kind: PluginKind, name: string): Readonly<Record<string, string>> {
  return {
    "package.json": json(manifestOf(kind, name)),
    "tsconfig.json": json({
      compilerOptions: {
        target: "es2023",
        module: "nodenext",
        types: ["node"],
        strict: true,
        noUncheckedIndexedAccess: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: true,
        declaration: true,
        sourceMap: true,
        rootDir: ".",
        outDir: "dist",
      },
      include: ["src", "test"],
    }),
    ".gitignore": "node_modules/\ndist/\ndata/\n*.tgz\n",
  };
}

function manifestOf(kind: PluginKind, name: string): object {
  return {
    name,
    version: "0.1.0",
    description: `A ${kind} of pvmon`,
    keywords: ["pvmon-plugin", "epics"],
    license: "MIT",
    type: "module",
    engines: { node: ">=20.19" },
    exports: "./dist/src/index.js",
    pvmon: { apiVersion: API_VERSION, entry: "./dist/src/index.js" },
    files: ["dist/src", "site.yml"],
    scripts: {
      build: "tsc",
      test: "tsc && node --test dist/test/plugin.test.js",
      prepack: "tsc",
    },
    dependencies: { "@sinclair/typebox": versionOf("@sinclair/typebox") },
    peerDependencies: { pvmon: `^${VERSION}` },
    devDependencies: {
      "@types/node": versionOf("@types/node"),
      typescript: versionOf("typescript"),
    },
  };
}

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
