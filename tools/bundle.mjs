/**
 * Packs pvmon with everything that it needs, native parts as they are built here, into one tarball that npm installs without a
 * registry, a compiler or any network: for machines of a control network.
 *   node tools/bundle.mjs [folder]
 * prints its path. It is for this platform, C library and major version of Node, which its name says.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fail, npm, ROOT, run } from "./steps.mjs";

/** Brings native parts when a package is installed, which is over here. */
const INSTALLERS = new Set(["prebuild-install", "node-gyp", "node-gyp-build"]);
const LOCK = readJson(join(ROOT, "package-lock.json")).packages;

const [NODE_MAJOR] = process.versions.node.split(".");
const C_LIBRARY = cLibrary();

const folder = resolve(process.argv[2] ?? ".");
const stage = mkdtempSync(join(tmpdir(), "pvmon-bundle-"));
try {
  const content = unpacked(stage);
  const manifest = readJson(join(content, "package.json"));
  for (const path of neededBy("", manifest)) addPackage(path, content);
  writeJson(join(content, "package.json"), bundled(manifest));
  const fits = [process.platform, process.arch, ...C_LIBRARY, `node${NODE_MAJOR}`];
  const name = `pvmon-${manifest.version}-${fits.join("-")}.tgz`;
  const order = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner"];
  const tarball = join(folder, name);
  run("packing", "tar", ["-czf", tarball, ...order, "-C", stage, "package"]);
  console.log(tarball);
} finally {
  rmSync(stage, { recursive: true });
}

/** What `npm pack` packs, in a folder called `package`. */
function unpacked(into) {
  const options = ["pack", "--silent", "--ignore-scripts", "--pack-destination", into];
  const [program, args] = npm(...options);
  const file = execFileSync(program, args, { cwd: ROOT, encoding: "utf8" }).trim();
  run("unpacking", "tar", ["-xzf", join(into, file), "-C", into]);
  return join(into, "package");
}

/** Paths of all packages that one needs, as in the lock file, itself left out. */
function neededBy(path, { dependencies = {} }, found = new Set()) {
  for (const name of Object.keys(dependencies)) {
    const at = placeOf(name, path);
    if (INSTALLERS.has(name) || found.has(at)) continue;
    found.add(at);
    neededBy(at, LOCK[at], found);
  }
  return found;
}

/** As Node looks for it: from the package upwards. */
function placeOf(name, from) {
  for (
    let path = from;
    ;
    path = path.slice(0, Math.max(0, path.lastIndexOf("node_modules/") - 1))
  ) {
    const at = path === "" ? `node_modules/${name}` : `${path}/node_modules/${name}`;
    if (LOCK[at] !== undefined) return at;
    if (path === "") fail(`bundle: ${name}, which ${from} needs, is not in package-lock.json`);
  }
}

function addPackage(path, content) {
  // A workspace is packed already.
  if (LOCK[path].link === true) return;
  const source = join(ROOT, path);
  if (!existsSync(source)) fail(`bundle: ${path} is not installed; run: npm install`);
  const isNative = existsSync(join(source, "binding.gyp"));
  const built = join(source, "build");
  cpSync(source, join(content, path), {
    recursive: true,
    filter: (file) => {
      const within = file.slice(source.length + 1);
      if (within.startsWith("node_modules") || within.endsWith(".map")) return false;
      if (!isNative) return true;
      if (file.startsWith(built)) return isFolderOrModule(within);
      return !/^(src|deps|binding\.gyp)(\/|$)/.test(within);
    },
  });
  if (isNative) removeInstaller(join(content, path, "package.json"));
}

/** Of what a compiler made, only what is loaded. */
function isFolderOrModule(within) {
  return /^build(\/Release(\/(?!test)[^/]+\.node)?)?$/.test(within);
}

/** npm would build it anew, or look for what does. */
function removeInstaller(file) {
  const { scripts: _scripts, dependencies = {}, ...manifest } = readJson(file);
  const kept = Object.entries(dependencies).filter(([name]) => !INSTALLERS.has(name));
  writeJson(file, { ...manifest, gypfile: false, dependencies: Object.fromEntries(kept) });
}

function bundled(manifest) {
  const { scripts, devDependencies, workspaces, allowScripts, ...kept } = manifest;
  return {
    ...kept,
    bundleDependencies: Object.keys(manifest.dependencies),
    os: [process.platform],
    cpu: [process.arch],
    ...(C_LIBRARY.length > 0 && { libc: C_LIBRARY }),
    engines: { node: `${NODE_MAJOR}.x` },
  };
}

/** Of Linux, which alone has several, as npm calls it. */
function cLibrary() {
  if (process.platform !== "linux") return [];
  process.report.excludeNetwork = true;
  return [process.report.getReport().header.glibcVersionRuntime === undefined ? "musl" : "glibc"];
}

function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}

function writeJson(file, value) {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}
