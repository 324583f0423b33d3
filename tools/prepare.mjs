/**
 * Brings a clone to where something can run, from any state it is in; npm's pre-scripts call it.
 *   node tools/prepare.mjs [build] [peers]
 * It runs before anything is installed, so that it imports nothing but Node, and does in a blink what is done already.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fail, npm, ROOT, run, say } from "./steps.mjs";

const STEPS = { build, peers };

const steps = process.argv.slice(2);
for (const step of steps) {
  if (!Object.hasOwn(STEPS, step)) {
    fail(`prepare: no step "${step}"; there are ${Object.keys(STEPS).join(", ")}`);
  }
}
for (const step of steps) await STEPS[step]();

async function build() {
  if (!dependenciesAreInstalled()) {
    say("installing npm packages (about a minute, once)");
    // Not `npm ci`: it refuses a lock file made where packages for other platforms could not be seen.
    run("installing npm packages", ...npm("install", "--no-save", "--no-audit", "--no-fund"));
  }
  for (const out of ["dist", "epics-ca/dist"]) removeOrphans(out);
  run("compiling", process.execPath, ["node_modules/typescript/bin/tsc", "-b"]);
  const { buildPages } = await import("./build-pages.mjs");
  buildPages();
}

async function peers() {
  const { preparePeers } = await import("./prepare-peers.mjs");
  preparePeers();
}

/** Whether what is installed is what package-lock.json says. npm keeps a list of it in node_modules. */
function dependenciesAreInstalled() {
  const list = join(ROOT, "node_modules/.package-lock.json");
  if (!existsSync(list)) return false;
  const installed = JSON.parse(readFileSync(list, "utf8")).packages;
  const wanted = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")).packages;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === "") return true;
    const found = installed[path];
    return found === undefined ? optional === true : found.version === version;
  });
}

/** Compiled files whose source is gone would go on being tested. */
function removeOrphans(out) {
  if (!existsSync(join(ROOT, out))) return;
  for (const file of readdirSync(join(ROOT, out), { recursive: true })) {
    if (file.startsWith(join("plugins", "web-ui", "pages"))) continue;
    const stem = /^(.*?)\.(js|js\.map|d\.ts|d\.ts\.map)$/.exec(file)?.[1];
    if (stem === undefined) continue;
    if ([".ts", ".tsx"].some((end) => existsSync(join(ROOT, out, "..", stem + end)))) continue;
    rmSync(join(ROOT, out, file));
  }
}
