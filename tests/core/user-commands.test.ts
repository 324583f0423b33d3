import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../../core/cli.js";
import { ROOT } from "./repository.js";

const MAIN = join(ROOT, "dist/core/main.js");

describe("pvmon user", () => {
  let folder = "";
  let site = "";
  let file = "";
  /** What is typed when a password is asked for. */
  let typed: string[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-user-"));
    site = join(folder, "site.yml");
    file = join(folder, "data", "users.json");
    typed = [];
    writeFileSync(site, "access: { users: data/users.json }\n");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function run(...args: string[]) {
    let out = "";
    let err = "";
    const code = await runCommand(["user", ...args], {
      out: async (text) => {
        out += text;
      },
      error: (line) => {
        err += `${line}\n`;
      },
      newPassword: async () => typed.shift() ?? assert.fail("a password is asked for"),
    });
    return { code, out, err };
  }
  const add = (name: string, role = "operator") => {
    typed.push("correct horse");
    return run("add", name, "--role", role, "--config", site);
  };
  const roles = () =>
    JSON.parse(readFileSync(file, "utf8")).users.map(
      ({ name, role }: { name: string; role: string }) => `${name} ${role}`,
    );

  it("adds users to the file that the site file names, lists them, changes and removes them", async () => {
    assert.equal((await run("list", "--config", site)).out, "no users yet\n");
    const added = await add("anna");
    assert.deepEqual([added.code, added.err], [0, ""]);
    assert.match(added.out, /^added anna, operator, in .*data\/users\.json\n$/);
    await add("bert", "viewer");
    const list = await run("list", "--file", file);
    assert.match(list.out, /^anna +operator changed 20\S+Z\nbert +viewer +changed 20\S+Z\n$/);
    assert.equal((await run("role", "bert", "admin", "--config", site)).code, 0);
    const before = readFileSync(file, "utf8");
    typed.push("battery staple");
    assert.equal((await run("password", "anna", "--config", site)).code, 0);
    assert.notEqual(readFileSync(file, "utf8"), before);
    assert.deepEqual(roles(), ["anna operator", "bert admin"]);
    assert.equal((await run("remove", "anna", "--config", site)).code, 0);
    assert.deepEqual(roles(), ["bert admin"]);
  });

  it("takes --config before its words too", async () => {
    typed.push("correct horse");
    const code = await runCommand(["--config", site, "user", "add", "anna", "-r", "admin"], {
      out: async () => undefined,
      error: () => undefined,
      newPassword: async () => typed.shift() ?? "",
    });
    assert.equal(code, 0);
    assert.deepEqual(roles(), ["anna admin"]);
  });

  it("asks for no password in vain", async () => {
    await add("anna");
    for (const args of [
      ["add", "anna", "--role", "viewer"],
      ["add", "Anna", "--role", "viewer"],
      ["password", "ana"],
    ]) {
      assert.equal((await run(...args, "--config", site)).code, 1, args.join(" "));
    }
  });

  it("finds the users file of a site file with other mistakes, and without its secrets", async () => {
    const store = `stores: [{ use: x, config: { password: "\${env:PVMON_NO_SUCH}" } }]`;
    writeFileSync(site, `access: { users: data/users.json }\nnme: x\n${store}\n`);
    assert.equal((await add("anna")).code, 0);
    assert.deepEqual(roles(), ["anna operator"]);
  });

  for (const [what, args, code, message] of [
    ["no file", ["list"], 64, /say which users: --config site\.yml.*or --file users\.json/],
    ["two files", ["list", "-c", "SITE", "-f", "FILE"], 64, /not both/],
    ["no role", ["add", "anna", "-c", "SITE"], 64, /'-r, --role <role>' not specified/],
    [
      "a role that is none",
      ["add", "x", "-r", "root", "-f", "FILE"],
      64,
      /viewer, operator, admin/,
    ],
    ["a new role that is none", ["role", "x", "root", "-f", "FILE"], 64, /not "root"/],
    ["a password as argument", ["add", "x", "secret", "-r", "admin", "-f", "FILE"], 64, /too many/],
    ["a word that is none", ["ad", "x"], 64, /unknown command 'ad'/],
    ["no site file", ["list", "-c", "FILE"], 78, /the site file cannot be read/],
    [
      "a user that there is not",
      ["remove", "x", "-f", "FILE"],
      1,
      /no user "x"; there is none yet/,
    ],
  ] as const) {
    it(`says what is wrong with ${what}: ${code}`, async () => {
      const filled = args.map((arg) => arg.replace("SITE", site).replace("FILE", file));
      const answer = await run(...filled);
      assert.deepEqual([answer.code, answer.out], [code, ""]);
      assert.match(answer.err, message);
      assert.ok(!existsSync(file));
    });
  }

  it("says what to write into a site file that names no users file", async () => {
    writeFileSync(site, "name: Example\n");
    const { code, err } = await run("list", "--config", site);
    assert.equal(code, 1);
    assert.match(err, /site\.yml names no users file: add {2}access: \{ users: users\.json \}/);
    writeFileSync(site, "access: { users: 7 }\n");
    assert.match((await run("list", "--config", site)).err, /1:18: access\.users: must be string/);
  });

  it("tells how it is used, with an example", async () => {
    for (const args of [["--help"], ["add", "--help"], ["password", "--help"]]) {
      const { code, out } = await run(...args);
      assert.equal(code, 0);
      assert.match(out, /pvmon user add anna --role operator --config site\.yml/);
    }
  });

  it("keeps pvmon from starting with a users file that is broken or open to others, and says where", async () => {
    await add("anna");
    writeFileSync(site, "name: Example\naccess:\n  users: data/users.json\n");
    const check = async () => {
      let err = "";
      const code = await runCommand(["check", site], {
        out: async () => undefined,
        error: (line) => {
          err += line;
        },
        newPassword: async () => "",
      });
      return `${code} ${err}`;
    };
    assert.equal(await check(), "0 ");
    chmodSync(file, 0o644);
    assert.match(await check(), /^78 site\.yml:3:10: access\.users: .* chmod 600 /);
    writeFileSync(file, "{");
    assert.match(await check(), /^78 site\.yml:3:10: access\.users: .* is broken: it is not JSON$/);
  });

  describe("in a process of its own", () => {
    async function pipe(input: string, ...args: string[]) {
      const child = spawn(process.execPath, [MAIN, "user", ...args]);
      let err = "";
      child.stderr.on("data", (text) => {
        err += text;
      });
      child.stdin.end(input);
      const [code] = (await once(child, "close")) as [number];
      return { code, err };
    }

    it("reads the password from the first line of standard input", async () => {
      const args = ["add", "anna", "-r", "admin", "-c", site];
      assert.deepEqual(await pipe("correct horse\nmore\n", ...args), { code: 0, err: "" });
      assert.deepEqual(roles(), ["anna admin"]);
    });

    it("says that none came, or that it is too short", async () => {
      const args = ["add", "anna", "-r", "admin", "-c", site];
      assert.match((await pipe("", ...args)).err, /no password came/);
      assert.match((await pipe("short\n", ...args)).err, /at least 8 characters/);
      assert.ok(!existsSync(file));
    });

    /** On a pseudo terminal, which `script` makes. */
    async function type(answers: readonly string[], ...args: string[]) {
      const command = [process.execPath, MAIN, "user", ...args].map((arg) => `'${arg}'`).join(" ");
      const child = spawn("script", ["-qec", command, "/dev/null"]);
      let shown = "";
      const rest = [...answers];
      child.stdout.on("data", (text) => {
        shown += text;
        if (/(Password|Once more): $/.test(shown)) child.stdin.write(rest.shift() ?? "\u0003");
      });
      const [code] = (await once(child, "close")) as [number];
      return { code, shown };
    }

    it("asks for it twice on a terminal, and shows nothing of it", async () => {
      const args = ["add", "anna", "-r", "admin", "-c", site];
      // With a character taken back.
      const { code, shown } = await type(["correct horsx\u007fe\r", "correct horse\r"], ...args);
      assert.equal(code, 0, shown);
      assert.match(shown, /^Password: \r\nOnce more: \r\nadded anna, admin,/);
      assert.deepEqual(roles(), ["anna admin"]);
    });

    it("changes nothing when the two differ, and on Ctrl-C", async () => {
      const args = ["add", "anna", "-r", "admin", "-c", site];
      const differing = await type(["correct horse\r", "correct horsf\r"], ...args);
      assert.equal(differing.code, 1);
      assert.match(differing.shown, /the two passwords are not the same: nothing was changed/);
      const brokenOff = await type(["correct horse\r"], ...args);
      assert.equal(brokenOff.code, 1);
      assert.match(brokenOff.shown, /broken off: nothing was changed/);
      assert.doesNotMatch(differing.shown + brokenOff.shown, /horse|horsf/);
      assert.ok(!existsSync(file));
    });
  });
});
