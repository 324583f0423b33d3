import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { ConfigError } from "../../../core/config/problem.js";
import { Secrets } from "../../../core/config/secrets.js";
import { SiteFile } from "../../../core/config/site-file.js";

const reference = (source: string, name: string): string => `\${${source}:${name}}`;

describe("secrets of a site file", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-secrets-"));
    writeFileSync(join(folder, "password"), "s3cret: # really\n");
  });
  after(() => rmSync(folder, { recursive: true }));

  const open = (text: string, env: Record<string, string> = {}): SiteFile =>
    new SiteFile({ text, file: "site.yml", folder }, env);

  it("come from the environment and from files beside it, whole or inside a text", () => {
    const file = open(
      `name: "db ${reference("env", "USER")}:${reference("file", "password")}@host"\n`,
      { USER: "pvmon" },
    );
    assert.equal(file.site().name, "db pvmon:s3cret: # really@host");
  });

  it("are text, whatever they look like", () => {
    const file = open(`name: ${reference("env", "NAME")}\n`, { NAME: "007" });
    assert.equal(file.site().name, "007");
  });

  it("that are missing are mistakes with a place", () => {
    const file = open(
      `name: ${reference("env", "NOPE")}\nlog: { level: "${reference("file", "nope")}" }\nstores: [{ use: "${reference("vault", "x")}" }]\n`,
    );
    file.site();
    assert.throws(
      () => file.throwIfWrong(),
      (error: ConfigError) => {
        const lines = error.problems.map(
          ({ line, column, path, message }) => `${line}:${column} ${path} ${message}`,
        );
        assert.equal(lines[0], "1:7 name the environment has no variable NOPE");
        assert.match(lines[1] ?? "", /^2:15 log\.level .*nope cannot be read \(ENOENT\)/);
        assert.match(lines.at(-1) ?? "", /^3:17 stores\[0\]\.use a reference is /);
        return true;
      },
    );
  });

  it("that are short hide the whole of a text in which they do not stand alone", () => {
    const file = open(`name: "pin${reference("env", "PIN")}, ${reference("env", "PIN")}"\n`, {
      PIN: "123",
    });
    assert.equal(file.site().name, "pin123, 123");
    assert.equal(file.secrets.hide("name is pin123, 123"), "name is [secret]");
    assert.equal(file.secrets.hide("port 51235 of 123"), "port 51235 of [secret]");
  });

  it("are in no message about the value they are in", () => {
    const file = open(
      `stores: [{ use: "${reference("env", "PW")}", id: "${reference("env", "PW")}!" }]\n`,
      {
        PW: "hunter2",
      },
    );
    const site = file.site();
    file.problem(["stores", 0, "use"], `no plugin "${site.stores[0]?.use}"`);
    assert.throws(
      () => file.throwIfWrong(),
      (error: ConfigError) => {
        assert.ok(!error.message.includes("hunter2"), error.message);
        assert.ok(error.message.includes('no plugin "[secret]"'));
        return true;
      },
    );
  });
});

describe("hiding", () => {
  it("leaves no secret in a text, nor as JSON or a URL would write it", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4 }), fc.string(), fc.string(), (value, before, after) => {
        const secrets = new Secrets();
        secrets.add(value);
        assert.ok(!secrets.hide(value).includes(value));
        const line = JSON.stringify({ before, text: `x${value}x`, after });
        const shown = secrets.hide(line);
        assert.ok(!shown.includes(`x${JSON.stringify(value).slice(1, -1)}x`));
      }),
    );
    const secrets = new Secrets();
    secrets.add("p@ss/w");
    assert.equal(secrets.hide("mysql://u:p%40ss%2Fw@host"), "mysql://u:[secret]@host");
  });

  it("hides a very short secret only where it stands alone", () => {
    const secrets = new Secrets();
    secrets.add("on");
    assert.equal(secrets.hide("on one iron, on"), "[secret] one iron, [secret]");
  });

  it("hides the longer of two secrets of which one begins the other", () => {
    const secrets = new Secrets();
    secrets.add("abcd");
    secrets.add("abcdefgh");
    assert.equal(secrets.hide("abcdefgh"), "[secret]");
  });
});
