/**
 * Builds the pages of web-ui when their sources have changed, and compresses each file once, so that nothing is compressed
 * while people wait.
 *   node tools/build-pages.mjs
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { ROOT, run } from "./steps.mjs";

const SOURCES = join(ROOT, "plugins/web-ui/browser");
const OUTPUT = join(ROOT, "dist/plugins/web-ui/pages");
const STAMP = join(OUTPUT, ".built");
const COMPRESSED = /\.(html|js|css|svg)$/;

export function buildPages() {
  const wanted = fingerprint();
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === wanted) return;
  const vite = "node_modules/vite/bin/vite.js";
  const config = "plugins/web-ui/vite.config.ts";
  const options = ["--config", config, "--logLevel", "warn"];
  run("building the pages", process.execPath, [vite, "build", ...options]);
  for (const file of filesBelow(OUTPUT).filter((name) => COMPRESSED.test(name))) {
    const bytes = readFileSync(join(OUTPUT, file));
    writeFileSync(join(OUTPUT, `${file}.gz`), gzipSync(bytes, { level: 9 }));
    writeFileSync(join(OUTPUT, `${file}.br`), brotliCompressSync(bytes));
  }
  writeFileSync(STAMP, wanted);
}

/** Of everything that the result depends on: the sources, how they are built, and the packages in it. */
function fingerprint() {
  const hash = createHash("sha256");
  const others = ["plugins/web-ui/vite.config.ts", "tools/build-pages.mjs", "package-lock.json"];
  const paths = [...filesBelow(SOURCES).map((file) => join(SOURCES, file)), ...others];
  for (const path of paths) hash.update(path).update(readFileSync(path));
  return hash.digest("hex");
}

function filesBelow(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

if (process.argv[1] === import.meta.filename) buildPages();
