import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FIXTURES, ROOT } from "./repository.js";
import { run } from "./run-command.js";

describe("the command line", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-cli-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function site(text: string): string {
    const path = join(folder, "site.yml");
    writeFileSync(path, text.replaceAll("FIXTURES/", FIXTURES));
    return path;
  }

  it("tells its version and how it is used, with exit code 0", async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    assert.deepEqual(await run("--version"), { code: 0, out: `${version}\n`, err: "" });
    const help = await run("--help");
    assert.equal(help.code, 0);
    for (const word of [
      "check <site.yml>",
      "schema [site.yml]",
      "plugins [site.yml]",
      "doctor [options] [site.yml]",
      "--config <site.yml>",
      "replay",
      "78",
    ]) {
      assert.ok(help.out.includes(word), word);
    }
  });

  for (const [what, args, message] of [
    ["nothing to do", [], /say which site file to run/],
    ["an unknown command", ["chek", "site.yml"], /unknown command "chek"; did you mean "check"\?/],
    ["an unknown option", ["--confg", "x"], /unknown option '--confg'/],
    ["a command without its argument", ["check"], /missing required argument/],
    ["a second site file to check", ["check", "a.yml", "b.yml"], /too many arguments/],
  ] as const) {
    it(`takes ${what} for wrong usage: 64`, async () => {
      const { code, out, err } = await run(...args);
      assert.deepEqual([code, out], [64, ""]);
      assert.match(err, message);
    });
  }

  it("checks a site file without starting anything", async () => {
    const path = site(`stores: [{ use: FIXTURES/file-store.js, config: { path: rows } }]\n`);
    assert.deepEqual(await run("check", path), { code: 0, out: `${path}: ok\n`, err: "" });
    assert.ok(!existsSync(join(folder, "rows")));
  });

  it("prints all ten mistakes of a site file, each with its place, and nothing else: 78", async () => {
    const path = site(`nme: Example
log: { level: loud }
inventory: { maxNames: 1 }
detectors:
  - use: FIXTURES/good-detector.js
    config: { prot: 5064 }
  - use: FIXTURES/good-output.js
  - use: ca-snifer
stores:
  - use: FIXTURES/file-store.js
  - use: FIXTURES/throws.js
outputs:
  - use: FIXTURES/good-output.js
    requierd: false
  - use: FIXTURES/good-output.js
`);
    const { code, out, err } = await run("check", path);
    assert.deepEqual([code, out], [78, ""]);
    const lines = err.trimEnd().split("\\n").join("\n").split("\n");
    assert.deepEqual(
      lines.map((line) => /^site\.yml:(\d+:\d+): (\S+):/.exec(line)?.slice(1).join(" ")),
      [
        "1:1 nme",
        "2:15 log.level",
        "3:24 inventory.maxNames",
        "6:15 detectors[0].config.prot",
        "7:10 detectors[1].use",
        "8:10 detectors[2].use",
        "10:5 stores[0].config",
        "11:10 stores[1].use",
        "14:5 outputs[0].requierd",
        "15:5 outputs[1].id",
      ],
    );
    assert.match(lines[5] ?? "", /did you mean "ca-sniffer"\?$/);
  });

  it("places what a plugin's own create says: 78", async () => {
    const path = site(
      "outputs:\n  - use: FIXTURES/create-throws.js\nstores:\n  - use: FIXTURES/no-instance.js\n",
    );
    const { code, err } = await run("check", path);
    assert.equal(code, 78);
    assert.match(
      err,
      /^site\.yml:2:10: outputs\[0\]\.use: "create-throws" could not be created: no screen$/m,
    );
    assert.match(
      err,
      /^site\.yml:4:10: .* plugin "no-instance" is not a plugin: it has no member "write"/m,
    );
  });

  it("lists the built-in plugins, and a site's own", async () => {
    const { code, out } = await run(
      "plugins",
      site("outputs: [{ use: FIXTURES/good-output.js }]\n"),
    );
    assert.equal(code, 0);
    for (const name of ["ca-sniffer", "sqlite-store", "http-api", "good-output.js"]) {
      assert.ok(out.includes(name), name);
    }
    assert.match(out, /^http-api +output +.*; provides HTTP; needs .*HISTORY \(optional\)/m);
  });

  it("prints a schema with the options of every plugin", async () => {
    const { code, out } = await run(
      "schema",
      site("outputs: [{ use: FIXTURES/good-output.js }]\n"),
    );
    assert.equal(code, 0);
    const schema = JSON.parse(out);
    const uses = schema.properties.outputs.items.properties.use.anyOf[0].enum;
    assert.ok(
      uses.includes("http-api") && uses.some((use: string) => use.endsWith("good-output.js")),
    );
    assert.deepEqual(schema.properties.detectors.items.required, ["use"]);
  });

  it("has the schema that editors use beside the example sites, as `pvmon schema` prints it", async () => {
    const { out } = await run("schema");
    const kept = readFileSync(join(ROOT, "configs/site.schema.json"), "utf8");
    assert.deepEqual(
      JSON.parse(kept),
      JSON.parse(out),
      "make it anew: node dist/core/main.js schema > configs/site.schema.json",
    );
  });

  describe("in a process of its own", () => {
    const children: ChildProcess[] = [];
    afterEach(() => {
      for (const child of children.splice(0)) if (child.exitCode === null) child.kill("SIGKILL");
    });

    function start(path: string) {
      const child = spawn(process.execPath, [join(ROOT, "dist/core/main.js"), "--config", path]);
      children.push(child);
      let out = "";
      let err = "";
      child.stdout.on("data", (text) => {
        out += text;
      });
      child.stderr.on("data", (text) => {
        err += text;
      });
      const ended = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
      const says = async (word: string): Promise<void> => {
        while (!`${out}${err}`.includes(word)) {
          await Promise.race([once(child.stdout, "data"), once(child.stderr, "data"), ended]);
          if (child.exitCode !== null) break;
        }
        assert.ok(`${out}${err}`.includes(word), `${word} in: ${out}${err}`);
      };
      return { child, ended, says, texts: () => ({ out, err }) };
    }

    const rows = (): { kind: string; server?: string }[] =>
      readFileSync(join(folder, "rows"), "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));

    const SITE = `name: Example
detectors: [{ use: FIXTURES/good-detector.js }]
stores: [{ use: FIXTURES/file-store.js, config: { path: rows } }]
`;

    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      it(`writes everything on ${signal} and ends with 0`, async () => {
        const { child, ended, says } = start(site(SITE));
        await says('pvmon watches "Example"');
        child.kill(signal);
        assert.deepEqual(await ended, [0, null]);
        assert.ok(
          rows().some(({ kind, server }) => kind === "server" && server === "10.7.0.1:5064"),
        );
        assert.equal(rows().at(-1)?.kind, "stopped");
      });
    }

    it("ends at once on a second signal", async () => {
      const { child, ended, says } = start(site("outputs: [{ use: FIXTURES/never-stops.js }]\n"));
      await says("pvmon watches");
      // npm passes a signal on: one Ctrl-C comes twice. Two of a kind may become one on a busy machine.
      child.kill("SIGTERM");
      child.kill("SIGINT");
      await says("once more ends at once");
      await sleep(400);
      assert.equal(child.exitCode ?? child.signalCode, null, "the same Ctrl-C is no second signal");
      child.kill("SIGTERM");
      assert.deepEqual(await ended, [null, "SIGTERM"]);
    });

    it("writes what it knows after a fault that nobody caught, tells it, and ends with 1", async () => {
      const { ended, texts } = start(site(`${SITE}outputs: [{ use: FIXTURES/late-fault.js }]\n`));
      assert.deepEqual(await ended, [1, null]);
      assert.match(texts().err, /a fault that nobody caught/);
      assert.match(texts().err, /a bug in a timer/);
      assert.ok(rows().some(({ kind }) => kind === "server"));
    });

    it("ends with 1 when a plugin cannot start, and says which and why", async () => {
      const { ended, texts } = start(site(`${SITE}outputs: [{ use: FIXTURES/cannot-start.js }]\n`));
      assert.deepEqual(await ended, [1, null]);
      assert.match(texts().err, /^"cannot-start" \(.*\) could not start: the port is taken$/m);
      assert.equal(rows().at(-1)?.kind, "stopped");
    });

    it("ends with 78 when the site file is wrong", async () => {
      const { ended, texts } = start(site("outputs: [{ use: ./nowhere.js }]\n"));
      assert.deepEqual(await ended, [78, null]);
      assert.match(texts().err, /^site\.yml:1:18: outputs\[0\]\.use: no plugin at /);
    });
  });
});
