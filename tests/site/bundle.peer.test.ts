/**
 * pvmon as it comes to a machine of a control network: one file, no network, no compiler, nothing but Node and npm. The sandbox
 * has no way out, and on the path of what runs here is nothing else.
 */
import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../core/repository.js";
import {
  HttpPlace,
  type Place,
  Program,
  type ProgramResult,
  runProgram,
  waitFor,
} from "../peers/index.js";

const HERE: Place = { prefix: [], environment: {} };
const PACK_MS = 120_000;
const INSTALL_MS = 120_000;
/** Twice what it is: larger only by mistake. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Of pvmon itself nothing that only developers need: no tests, no maps, no sources but those that become plugins. */
const OWN = /^package\/(?!node_modules\/(?!epics-ca\/))/;
const FOR_DEVELOPERS =
  /^package\/(tests|bench|tools|data)\/|\.map$|\.tsbuildinfo$|\.test\.js$|^(?!package\/core\/scaffold\/).*(?<!\.d)\.tsx?$/;
/** Of what a compiler was given or has left. */
const OF_COMPILERS = /binding\.gyp$|\.(o|a|c|cc|cpp|h)$/;

describe("the bundle of pvmon, on a machine with nothing but Node", function () {
  this.timeout(PACK_MS + INSTALL_MS);
  let folder: string;
  let bundle: string;
  let program: Program | undefined;

  /** A machine's path: Node, npm and the shell that npm starts. */
  const bare = (): readonly string[] => [
    "env",
    "-i",
    `PATH=${folder}/opt/bin:${folder}/bin`,
    `HOME=${folder}/home`,
  ];
  const run = (command: readonly string[], timeoutMs: number): Promise<ProgramResult> =>
    runProgram(HERE, [...bare(), ...command], timeoutMs);
  const installed = (path: string): string => join(folder, "opt/lib/node_modules/pvmon", path);

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-bundle-"));
    for (const name of ["bin", "home", "opt"]) mkdirSync(join(folder, name));
    symlinkSync(process.execPath, join(folder, "bin/node"));
    symlinkSync("/bin/sh", join(folder, "bin/sh"));
    const which = await runProgram(HERE, ["sh", "-c", `readlink -f "$(command -v npm)"`], 10_000);
    symlinkSync(which.lines[0] ?? "", join(folder, "bin/npm"));
    const command = [process.execPath, join(ROOT, "tools/bundle.mjs"), folder];
    bundle = (await runProgram(HERE, command, PACK_MS)).lines.at(-1) ?? "";
    await run(
      ["npm", "install", "--global", "--offline", "--prefix", `${folder}/opt`, bundle],
      INSTALL_MS,
    );
  });
  after(() => {
    program?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it("has all that is needed and nothing else", async () => {
    const { lines } = await runProgram(HERE, ["tar", "-tzf", bundle], 30_000);
    assert.ok(lines.length > 1000, `only ${lines.length} files were seen`);
    const isSuperfluous = (path: string): boolean =>
      OF_COMPILERS.test(path) || (OWN.test(path) && FOR_DEVELOPERS.test(path));
    assert.deepEqual(lines.filter(isSuperfluous), []);
    assert.match(bundle, /-linux-\w+-(glibc|musl)-node\d+\.tgz$/);
    assert.ok(statSync(bundle).size < MOST_BYTES, `${statSync(bundle).size} bytes`);
    const dependencies = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).dependencies;
    for (const path of [
      "README.md",
      "LICENSE",
      "CHANGELOG.md",
      "configs/site.yml",
      "docs/site-file.md",
      "examples/README.md",
      "packaging/README.md",
      "packaging/systemd/pvmon.service",
      "plugins/metrics/prometheus-alerts.yml",
      "core/scaffold/templates/store/src/records.ts",
      "dist/plugins/web-ui/pages/index.html.br",
      ...Object.keys(dependencies).map((name) => `node_modules/${name}/package.json`),
    ]) {
      assert.ok(existsSync(installed(path)), path);
    }
    for (const name of ["typescript", "mocha", "prebuild-install"]) {
      assert.ok(!existsSync(installed(`node_modules/${name}`)), name);
    }
  });

  it("runs from there: answers, keeps what it learns, is examined and copied, and stops cleanly", async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    assert.deepEqual((await run(["pvmon", "--version"], 20_000)).lines, [version]);
    // As the installation says: a site file of one's own, outside of the package, which the next update replaces.
    const site = join(folder, "site.yml");
    const shipped = readFileSync(installed("packaging/site.yml"), "utf8");
    writeFileSync(site, shipped.replaceAll("/var/lib/pvmon", `${folder}/data`));
    const findings = await run(["pvmon", "doctor", "--config", site], 30_000);
    assert.match(findings.lines.at(-1) ?? "", / 0 failed$/);

    program = new Program(HERE, [...bare(), "pvmon", "--config", site]);
    const place = new HttpPlace([], {});
    const ask = async () => {
      const answer = await place
        .fetchJson("http://127.0.0.1:5073/api/v1/status")
        .catch(() => undefined);
      return answer?.status === 200 ? answer.body : undefined;
    };
    const { plugins } = (await waitFor("pvmon answers", ask, 30_000)) as {
      plugins: readonly { readonly id: string; readonly status: string }[];
    };
    assert.equal(plugins.find(({ id }) => id === "sqlite-store")?.status, "ok");
    assert.equal(plugins.find(({ id }) => id === "web-ui")?.status, "ok");
    const page = await place.fetchText("http://127.0.0.1:5073/");
    assert.deepEqual([page.status, /<script type="module"/.test(page.body)], [200, true]);
    const copy = join(folder, "copy.sqlite");
    await run(["pvmon", "backup", copy, "--config", site], 30_000);
    const { code, errors } = await program.stop("SIGTERM");
    assert.equal(code, 0, errors.join("\n"));
    assert.ok(existsSync(copy) && existsSync(join(folder, "data/pvmon.sqlite")));
  });
});
