import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PLUGIN_KINDS } from "pvmon";
import { runCommand } from "../../core/cli.js";
import { initPlugin } from "../../core/scaffold/init.js";
import { ROOT } from "./repository.js";

const FILES = [
  ".gitignore",
  "README.md",
  "package.json",
  "site.yml",
  "src/index.ts",
  "test/plugin.test.ts",
  "tsconfig.json",
];

describe("pvmon plugin init", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-scaffold-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function run(...args: string[]) {
    let out = "";
    let err = "";
    const code = await runCommand(["plugin", "init", ...args], {
      out: async (text) => {
        out += text;
      },
      error: (line) => {
        err += `${line}\n`;
      },
      newPassword: () => assert.fail("nobody should be asked for a password"),
    });
    return { code, out, err };
  }

  for (const kind of PLUGIN_KINDS) {
    it(`makes a ${kind} with its own name everywhere`, async () => {
      const made = await initPlugin(kind, "rack-names", folder);
      const records = kind === "store" ? ["src/records.ts"] : [];
      assert.deepEqual(made.files, [...FILES, ...records].toSorted());
      for (const file of made.files) {
        const text = readFileSync(join(folder, "rack-names", file), "utf8");
        assert.doesNotMatch(text, /plugin-name|plugin-kind/, file);
      }
      const manifest = JSON.parse(readFileSync(join(made.folder, "package.json"), "utf8"));
      assert.equal(manifest.name, "rack-names");
      assert.deepEqual(manifest.pvmon, { apiVersion: 1, entry: "./dist/src/index.js" });
      for (const range of Object.values({ ...manifest.dependencies, ...manifest.devDependencies }))
        assert.match(String(range), /^\^\d/);
    });

    it(`makes a ${kind} whose tests pass under node:test`, () => {
      const test = `dist/core/scaffold/templates/${kind}/test/plugin.test.js`;
      const { NODE_OPTIONS: _, ...env } = process.env;
      const { status, stdout } = spawnSync(process.execPath, ["--test", test], {
        cwd: ROOT,
        env,
        timeout: 25_000,
      });
      assert.equal(status, 0, stdout.toString());
    });
  }

  it("says what it made and what to do next", async () => {
    const { code, out } = await run("probe", "rack-names", "--folder", folder);
    assert.equal(code, 0);
    for (const line of [/^made .*rack-names$/m, /npm test/, /- use: rack-names" under probes:/]) {
      assert.match(out, line);
    }
  });

  it("leaves alone what is there, and makes nothing half", async () => {
    mkdirSync(join(folder, "rack-names"));
    writeFileSync(join(folder, "rack-file"), "mine");
    for (const name of ["rack-names", "rack-file"]) {
      const { code, err } = await run("probe", name, "--folder", folder);
      assert.equal(code, 1);
      assert.match(err, /is there already; nothing was changed/);
    }
    assert.deepEqual(readdirSync(folder).sort(), ["rack-file", "rack-names"]);
    assert.deepEqual(readdirSync(join(folder, "rack-names")), []);
  });

  it("refuses names that are none, and those of pvmon's own", async () => {
    for (const name of ["Rack", "../rack", "rack_names", "rack-", "a".repeat(61), "pvmon"]) {
      assert.equal((await run("probe", name, "--folder", folder)).code, 1, name);
    }
    const [builtIn = ""] = readdirSync(join(ROOT, "plugins"));
    assert.match((await run("probe", builtIn, "--folder", folder)).err, /plugin of pvmon itself/);
    assert.equal((await run("sensor", "rack-names", "--folder", folder)).code, 64);
    assert.ok(!existsSync(join(folder, "rack-names")));
  });
});
