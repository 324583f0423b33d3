/** A plugin of one's own, as CONTRIBUTING tells it: every command that stands there is run, on packages as npm gives them. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PLUGIN_KINDS, type PluginKind } from "pvmon";
import { ROOT } from "../core/repository.js";
import {
  HttpPlace,
  type Place,
  Program,
  type ProgramResult,
  runProgram,
  waitFor,
} from "../peers/index.js";
import { LocalRegistry } from "../peers/local-registry.js";
import { URL_BASE } from "./pvmon-process.js";

const INSTALL_MS = 240_000;
const START_MS = 60_000;
/** Longer than a pvmon is looked at. */
const RUN_S = 120;

interface PluginStatus {
  readonly id: string;
  readonly status: string;
}

/** The commands of a section of CONTRIBUTING, without what is said about them. */
function commandsOf(heading: string): readonly string[] {
  const text = readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8");
  const [, section = ""] = text.split(`## ${heading}\n`);
  const [own = ""] = section.split("\n## ");
  return [...own.matchAll(/^\$ (.+?)(?:\s+# .*)?$/gm)].map(([, command = ""]) => command);
}

const COMMANDS = commandsOf("Write a plugin in fifteen minutes");
const BEGINNING = COMMANDS.findIndex((command) => command.includes("plugin init"));
/** They make a folder of a site, once, */
const SITE_COMMANDS = COMMANDS.slice(0, BEGINNING);
/** and in it a plugin: a probe, as they stand there. */
const PLUGIN_COMMANDS = COMMANDS.slice(BEGINNING);
const TOLD: PluginKind = "probe";
/** Another kind takes the pvmon of the site's folder around it, which saves installing one for each. */
const IN_SITE = { npm_config_legacy_peer_deps: "true" } as const;
const NAMES: Readonly<Record<PluginKind, string>> = {
  detector: "rack-readings",
  probe: "port-check",
  store: "json-file",
  output: "event-file",
};

describe("a plugin in fifteen minutes", function () {
  this.timeout(INSTALL_MS + 60_000);
  let folder: string;
  let registry: LocalRegistry;
  let place: Place;
  let site: string;

  const runSteps = (
    from: string,
    steps: readonly string[],
    environment: Place["environment"] = {},
  ): Promise<ProgramResult> => {
    const there = { ...place, environment: { ...place.environment, ...environment } };
    const script = [`cd "$1"`, ...steps].join("\n");
    return runProgram(there, ["sh", "-e", "-c", script, "steps", from], INSTALL_MS);
  };

  /** The plugins of the pvmon that runs. */
  async function answered(): Promise<readonly PluginStatus[]> {
    const asker = new HttpPlace([], {});
    const status = async () => {
      const answer = await asker.fetchJson(`${URL_BASE}/api/v1/status`).catch(() => undefined);
      return answer?.status === 200 ? answer.body : undefined;
    };
    const { plugins } = (await waitFor("pvmon answers", status, START_MS)) as {
      plugins: readonly PluginStatus[];
    };
    return plugins;
  }

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
    site = (await runSteps(folder, [...SITE_COMMANDS, "pwd"])).lines.at(-1) ?? "";
  });
  after(() => {
    registry?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const kind of PLUGIN_KINDS) {
    it(`is made as a ${kind}, tested, packed, installed at a site, and runs there`, async () => {
      const name = NAMES[kind];
      const commands = PLUGIN_COMMANDS.map((command) =>
        command.replace(`${TOLD} ${NAMES[TOLD]}`, `${kind} ${name}`).replaceAll(NAMES[TOLD], name),
      );
      const last = commands.at(-1) ?? "";
      assert.ok(commands.length > 5 && last.startsWith("npx pvmon --config"), commands.join("\n"));
      const { lines } = await runSteps(site, commands.slice(0, -1), kind === TOLD ? {} : IN_SITE);
      assert.ok(lines.includes("site.yml: ok"), lines.join("\n"));
      const passed = lines.map((line) => /\bpass (\d+)/.exec(line)?.[1]).find(Boolean);
      assert.ok(Number(passed) > 10, "the tests of the new plugin did not run");

      // npx passes no signal on; timeout does, to all that it has started.
      const command = ["sh", "-c", `cd "$1" && exec timeout ${RUN_S} ${last}`, "site", site];
      const pvmon = new Program(place, command);
      const plugins = await answered().finally(() => pvmon.stop("SIGTERM"));
      const states = plugins.map(({ id, status }) => [id, status]);
      assert.deepEqual(Object.fromEntries(states), { [name]: "ok", "http-api": "ok" });
      assert.match(pvmon.errors.at(-1) ?? "", /"stopped"/);
    });
  }

  it("can be tested by mocha and by vitest with globals as well as by node:test", async () => {
    const plugin = join(site, NAMES[TOLD]);
    // One file for both: the suite finds its runner by itself.
    const suite = [
      'import { describeProbe } from "pvmon/testkit";',
      'import plugin from "./dist/src/index.js";',
      "describeProbe(plugin);",
    ];
    writeFileSync(join(plugin, "contract.spec.js"), suite.join("\n"));
    const { lines } = await runSteps(plugin, [
      "npm install --save-dev mocha vitest",
      "npx mocha contract.spec.js",
      "NO_COLOR=1 npx vitest run --globals contract.spec.js",
    ]);
    const all = lines.join("\n");
    const counts = [/(\d+) passing/, /Tests\D+(\d+) passed/].map((count) => count.exec(all)?.[1]);
    assert.ok(Number(counts[0]) > 10, all);
    assert.equal(counts[0], counts[1], all);
    // Where a rule is broken, both say so.
    const broken = 'describeProbe({ ...plugin, name: "Port Check" });';
    writeFileSync(join(plugin, "contract.spec.js"), [...suite.slice(0, 2), broken].join("\n"));
    for (const command of ["mocha", "vitest run --globals"]) {
      const failed = await runSteps(plugin, [`! npx ${command} contract.spec.js 2>&1`]);
      assert.match(failed.lines.join("\n"), /has a name in kebab-case/);
    }
  });

  it("comes with everything that a pvmon from a package needs", () => {
    const installed = join(site, "node_modules", "pvmon");
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
