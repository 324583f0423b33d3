/** What every plugin's README has to have, read off the folders so that a new plugin is held to it too. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import type { Plugin } from "pvmon";
import { parse } from "yaml";
import { ROOT } from "../core/repository.js";

type Site = Readonly<Record<string, readonly { readonly use: string; readonly config: object }[]>>;

const NAMES = readdirSync(join(ROOT, "plugins"));

async function load(name: string): Promise<Plugin> {
  const entry = pathToFileURL(join(ROOT, "dist/plugins", name, "index.js")).href;
  return ((await import(entry)) as { default: Plugin }).default;
}

it("there are plugins", () => {
  assert.ok(NAMES.includes("ca-sniffer"), NAMES.join());
});

it("the tables in documents are those that the code makes", () => {
  const tool = ["tools/generated-tables.mjs", "--check"];
  execFileSync(process.execPath, tool, { cwd: ROOT, stdio: "pipe" });
});

for (const name of NAMES) {
  describe(`the README of ${name}`, () => {
    it("shows a configuration that is one", async () => {
      const plugin = await load(name);
      const readme = readFileSync(join(ROOT, "plugins", name, "README.md"), "utf8");
      const [, example = ""] = /```yaml\n([\s\S]*?)```/.exec(readme) ?? [];
      const site = parse(example) as Site;
      assert.deepEqual(Object.keys(site), [`${plugin.kind}s`]);
      const [shown] = site[`${plugin.kind}s`]!;
      assert.equal(shown?.use, name);
      const ajv = new Ajv({ useDefaults: true, strict: false, allErrors: true });
      addFormats.default(ajv);
      ajv.addFormat("path", true);
      assert.ok(ajv.validate(plugin.configSchema, shown.config), ajv.errorsText());
    });
  });
}
