import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DoctorFinding, examineSite } from "../../core/doctor/doctor.js";
import { machineFindings, OLDEST_NODE } from "../../core/doctor/machine-findings.js";
import { FIXTURES, ROOT } from "./repository.js";
import { run } from "./run-command.js";

const ofMachine = (findings: Awaited<ReturnType<typeof machineFindings>>) =>
  findings.map((finding) => ({ of: "machine", ...finding }));

describe("pvmon doctor", () => {
  let folder = "";
  let taken: Server;
  before(async () => {
    taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
  });
  after(() => taken.close());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-doctor-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function site(text: string): string {
    const path = join(folder, "site.yml");
    writeFileSync(path, text.replaceAll("FIXTURES/", FIXTURES));
    return path;
  }
  const find = (findings: readonly DoctorFinding[], of: string, subject: RegExp | string) => {
    const found = findings.find(
      (one) =>
        one.of === of &&
        (subject instanceof RegExp ? subject.test(one.subject) : one.subject === subject),
    );
    assert.ok(found, `nothing about ${subject}: ${JSON.stringify(findings, null, 1)}`);
    return found;
  };

  it("tells what is well, with exit code 0, and starts nothing", async () => {
    const path = site(`stores: [{ use: FIXTURES/file-store.js, config: { path: rows } }]
access: { users: users.json }
outputs: [{ use: http-api, config: { port: 0 } }]
`);
    const { code, out, err } = await run("doctor", "--config", path);
    assert.deepEqual([code, err], [0, ""]);
    assert.match(out, /^machine\n {2}ok +Node +v\d+/);
    assert.match(out, /\nsite\n {2}ok +site file/);
    assert.match(out, /\nhttp-api\n {2}ok +TCP 127\.0\.0\.1:0 +free\n/);
    assert.match(
      out,
      /warning +users +none in .*users\.json yet\n +-> pvmon user add <name> --role admin/,
    );
    assert.match(out, /\n\d+ ok, \d+ warnings, 0 failed\n$/);
  });

  it("names the program that has a port, and ends with 1", async () => {
    const { port } = taken.address() as AddressInfo;
    const path = site(`outputs: [{ use: http-api, config: { port: ${port} } }]\n`);
    const { code, out, err } = await run("doctor", "--config", path);
    assert.equal(code, 1);
    assert.match(err, /one thing does not work/);
    assert.match(
      out,
      new RegExp(`FAILED +TCP 127.0.0.1:${port} +held by .*process ${process.pid}\\)`),
    );
    assert.match(out, /-> stop that program/);
  });

  it("shows of that program neither what it was told nor what a terminal would take for an order", async () => {
    const script = join(folder, "hold\x1b[31m\u202e.cjs");
    writeFileSync(
      script,
      `const server = require("node:net").createServer();
      server.listen(0, "127.0.0.1", () => console.log(server.address().port));`,
    );
    const child = spawn(process.execPath, [script, "--password", "s3cr3t", "\x1b[2J"]);
    try {
      const [port] = await once(child.stdout.setEncoding("utf8"), "data");
      const path = site(`outputs: [{ use: http-api, config: { port: ${Number(port)} } }]\n`);
      const { saw } = find(await examineSite(path), "http-api", /^TCP/);
      assert.match(saw, /^held by \S*node \S*\/hold\?\[31m\?\.cjs \(process \d+\), which/);
    } finally {
      child.kill();
    }
  });

  it("prints the findings as JSON", async () => {
    const path = site("outputs: [{ use: http-api, config: { port: 0, host: 0.0.0.0 } }]\n");
    const { code, out } = await run("doctor", "--json", "--config", path);
    assert.equal(code, 0);
    const { state, todo } = find(JSON.parse(out), "http-api", "reach");
    assert.equal(state, "warning");
    assert.match(todo ?? "", /reverse proxy with https/);
  });

  it("takes the mistakes of a site file for findings, and looks at the machine all the same", async () => {
    const path = site("nme: x\noutputs: [{ use: http-ap }]\n");
    const findings = await examineSite(path);
    assert.equal(find(findings, "machine", "Node").state, "ok");
    assert.match(find(findings, "site", "site.yml:1:1").saw, /nme.*did you mean "name"/);
    assert.match(find(findings, "site", "site.yml:2:18").saw, /did you mean "http-api"/);
    assert.equal((await run("doctor", "--config", path)).code, 1);
  });

  it("takes what a plugin refuses when it is made for a mistake, as pvmon check does", async () => {
    const path = site("probes:\n  - use: ca-search\n    config: { destinations: [10.7.0.999] }\n");
    const { state, saw } = find(await examineSite(path), "site", "site.yml:2:10");
    assert.equal(state, "failed");
    assert.match(saw, /"10\.7\.0\.999" is not an IPv4 address/);
    const checked = await run("check", path);
    assert.equal(checked.err, `site.yml:2:10: ${saw}\n`);
  });

  it("says where everybody is trusted to say who they are", async () => {
    const proxies = "{ addresses: [0.0.0.0/0], userHeader: X-Remote-User }";
    const path = site(
      `outputs: [{ use: http-api, config: { port: 0, trustedProxies: ${proxies} } }]\n`,
    );
    assert.equal(find(await examineSite(path), "http-api", "trusted proxies").state, "failed");
  });

  for (const [when, word] of [
    ["later", "async "],
    ["at once", ""],
  ] as const) {
    it(`takes a plugin that cannot find out for a failure when it throws ${when}, and hides secrets in what it says`, async () => {
      writeFileSync(
        join(folder, "plugin.js"),
        `export default {
          apiVersion: 1, kind: "output", name: "bad", description: "Cannot find out anything.",
          configSchema: { type: "object", properties: { key: { type: "string", format: "password" } } },
          create: () => ({ start: async () => {}, stop: async () => {} }),
          diagnose: ${word}({ config }) => { throw new Error("no way with " + config.key); },
        };`,
      );
      writeFileSync(join(folder, "package.json"), `{ "type": "module" }`);
      const path = site("outputs: [{ use: ./plugin.js, config: { key: s3cr3t-key } }]\n");
      const unhandled: unknown[] = [];
      const note = (reason: unknown): unknown => unhandled.push(reason);
      process.on("unhandledRejection", note);
      const { state, saw } = find(await examineSite(path), "bad", "diagnosis");
      await new Promise(setImmediate);
      process.off("unhandledRejection", note);
      assert.deepEqual(unhandled, []);
      assert.equal(state, "failed");
      assert.match(saw, /^no way with /);
      assert.ok(!saw.includes("s3cr3t"), saw);
    });
  }

  it("says where alerts cannot keep what was told, but in a dry run", async () => {
    writeFileSync(join(folder, "file"), "");
    const findingsOf = async (config: string) =>
      await examineSite(site(`outputs: [{ use: alerts, config: { folder: ./${config} } }]\n`));
    assert.equal(find(await findingsOf("new"), "alerts", "folder").state, "ok");
    assert.equal(find(await findingsOf("file"), "alerts", "folder").state, "failed");
    const findings = await findingsOf("file, dryRun: true");
    assert.ok(findings.every(({ of }) => of !== "alerts"));
  });

  it("says whose a damaged or newer database is", async () => {
    writeFileSync(join(folder, "broken.sqlite"), "no database".repeat(1000));
    const path = site("stores: [{ use: sqlite-store, config: { path: broken.sqlite } }]\n");
    const { state, saw, todo } = find(await examineSite(path), "sqlite-store", "database");
    assert.equal(state, "failed");
    assert.match(saw, /broken\.sqlite: file is not a database/);
    assert.match(todo ?? "", /restore a copy/);
  });

  it("wants the Node that the package wants", () => {
    const { engines } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    assert.equal(engines.node, `>=${OLDEST_NODE.join(".")}`);
  });

  it("believes the programs that keep the clock", async () => {
    const { PATH } = process.env;
    const says = (name: string, text: string): void =>
      writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    const clock = async () => find(await machineFindings().then(ofMachine), "machine", "clock");
    process.env.PATH = folder;
    try {
      assert.match((await clock()).saw, /neither systemd nor chrony tell/);
      says("chronyc", "echo 'Leap status     : Normal'");
      assert.equal((await clock()).state, "ok");
      says("chronyc", "echo 'Leap status     : Not synchronised'");
      assert.match((await clock()).saw, /no time server keeps it/);
      says("timedatectl", "echo yes");
      assert.equal((await clock()).state, "ok");
      says("timedatectl", "echo no");
      const { state, todo } = await clock();
      assert.deepEqual([state, /set-ntp true/.test(todo ?? "")], ["warning", true]);
    } finally {
      process.env.PATH = PATH;
    }
  });

  it("takes the site file as an argument as other commands do, or as an option, and once", async () => {
    const path = site("nme: x\n");
    const { code, out } = await run("doctor", path);
    assert.equal(code, 1);
    assert.match(out, /FAILED +site\.yml:1:1/);
    assert.equal((await run("doctor", "--config", path)).code, 1);
    for (const args of [[], [path, "--config", path]]) {
      const { code, err } = await run("doctor", ...args);
      assert.equal(code, 64);
      assert.match(err, /which site file .* pvmon doctor site\.yml/);
    }
  });

  it("says in its help what its exit codes mean", async () => {
    const { out } = await run("doctor", "--help");
    assert.match(out, /0 it can work, .*; 1 something failed, .*; 64 wrong usage\./);
  });
});
