/** A plugin of one's own, as CONTRIBUTING tells it: every command that stands there is run, on packages as npm gives them. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../core/repository.js";
import { HttpPlace, type Place, Program, runProgram, waitFor } from "../peers/index.js";
import { LocalRegistry } from "../peers/local-registry.js";

const INSTALL_MS = 150_000;

/** The commands of a section of CONTRIBUTING, without what is said about them. */
function commandsOf(heading: string): readonly string[] {
  const text = readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8");
  const [, section = ""] = text.split(`## ${heading}\n`);
  const [own = ""] = section.split("\n## ");
  return [...own.matchAll(/^\$ (.+?)(?:\s+# .*)?$/gm)].map(([, command = ""]) => command);
}

describe("a plugin in fifteen minutes", function () {
  this.timeout(INSTALL_MS + 60_000);
  let folder: string;
  let registry: LocalRegistry;
  let place: Place;
  let pvmon: Program | undefined;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-package-"));
    mkdirSync(join(folder, "home"));
    const here: Place = { prefix: [], environment: { npm_config_cache: join(folder, "cache") } };
    const script = `cd "$1" && npm pack --silent --ignore-scripts --pack-destination "$2"`;
    await runProgram(here, ["sh", "-c", script, "pack", ROOT, folder], 60_000);
    const tarball = readdirSync(folder).find((file) => file.endsWith(".tgz"));
    registry = new LocalRegistry(join(folder, tarball ?? ""));
    await registry.start();
    place = {
      prefix: [],
      environment: {
        HOME: join(folder, "home"),
        npm_config_audit: "false",
        npm_config_cache: join(folder, "cache"),
        npm_config_fund: "false",
        // The one package that is compiled when it is installed is given as it was compiled here.
        npm_config_ignore_scripts: "true",
        npm_config_registry: registry.url,
        npm_config_update_notifier: "false",
        NODE_OPTIONS: "",
      },
    };
  });
  after(() => {
    pvmon?.kill();
    registry?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is made, tested, packed, installed at a site, and runs there", async () => {
    const commands = commandsOf("Write a plugin in fifteen minutes");
    const last = commands.at(-1) ?? "";
    assert.ok(commands.length > 5 && last.startsWith("npx pvmon --config"), commands.join("\n"));
    const steps = [`cd "$1"`, ...commands.slice(0, -1), "pwd"].join("\n");
    const { lines } = await runProgram(
      place,
      ["sh", "-e", "-c", steps, "steps", folder],
      INSTALL_MS,
    );
    assert.ok(lines.includes("site.yml: ok"), lines.join("\n"));
    const passed = lines.map((line) => /\bpass (\d+)/.exec(line)?.[1]).find(Boolean);
    assert.ok(Number(passed) > 15, "the tests of the new plugin did not run");

    const site = lines.at(-1) ?? "";
    pvmon = new Program(place, ["sh", "-c", `cd "$1" && exec ${last}`, "site", site]);
    const asker = new HttpPlace([], {});
    const status = async () => {
      const answer = await asker
        .fetchJson("http://127.0.0.1:5073/api/v1/status")
        .catch(() => undefined);
      return answer?.status === 200 ? answer.body : undefined;
    };
    const { plugins } = (await waitFor("pvmon answers", status, 30_000)) as {
      plugins: readonly { readonly id: string; readonly status: string }[];
    };
    const states = plugins.map(({ id, status: state }) => [id, state]);
    assert.deepEqual(Object.fromEntries(states), { "port-check": "ok", "http-api": "ok" });
  });

  it("can be tested by mocha and by vitest with globals as well as by node:test", async () => {
    const plugin = join(folder, "my-site", "port-check");
    // One file for both: the suite finds its runner by itself.
    const suite = [
      'import { describeProbe } from "pvmon/testkit";',
      'import plugin from "./dist/src/index.js";',
      "describeProbe(plugin);",
    ];
    writeFileSync(join(plugin, "contract.spec.js"), suite.join("\n"));
    const steps = [
      `cd "$1"`,
      "npm install --save-dev mocha vitest",
      "npx mocha contract.spec.js",
      "NO_COLOR=1 npx vitest run --globals contract.spec.js",
    ];
    const { lines } = await runProgram(
      place,
      ["sh", "-e", "-c", steps.join("\n"), "steps", plugin],
      INSTALL_MS,
    );
    const all = lines.join("\n");
    const counts = [/(\d+) passing/, /Tests\D+(\d+) passed/].map((count) => count.exec(all)?.[1]);
    assert.ok(Number(counts[0]) > 10, all);
    assert.equal(counts[0], counts[1], all);
    // Where a rule is broken, both say so.
    const broken = 'describeProbe({ ...plugin, name: "Port Check" });';
    writeFileSync(join(plugin, "contract.spec.js"), [...suite.slice(0, 2), broken].join("\n"));
    for (const command of ["mocha", "vitest run --globals"]) {
      const script = `cd "$1" && ! npx ${command} contract.spec.js 2>&1`;
      const failed = await runProgram(place, ["sh", "-c", script, "runner", plugin], INSTALL_MS);
      assert.match(failed.lines.join("\n"), /has a name in kebab-case/);
    }
  });

  it("comes with everything that a pvmon from a package needs", () => {
    const installed = join(folder, "my-site", "node_modules", "pvmon");
    for (const path of [
      "dist/core/main.js",
      "dist/plugins/http-api/index.js",
      "dist/plugins/web-ui/pages/index.html",
      "core/scaffold/templates/store/src/records.ts",
      "core/testkit/README.md",
      "configs/quickstart.yml",
    ]) {
      assert.ok(readFileSync(join(installed, path)).length > 0, path);
    }
  });
});
