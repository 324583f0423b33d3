import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { udpPortFinding } from "pvmon/diagnosis";
import { pidOfSite } from "../../core/doctor/running-site.js";
import { ROOT } from "./repository.js";

/** Shares its port with nobody, whoever it says it is. */
const HOLDER = `const socket = require("node:dgram").createSocket("udp4");
socket.bind(0, "127.0.0.1", () => console.log(socket.address().port));`;

describe("the pvmon that runs already", () => {
  let folder = "";
  let path = "";
  const children: ChildProcess[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-running-"));
    path = join(folder, "site.yml");
    writeFileSync(path, "outputs: [{ use: http-api, config: { port: 0 } }]\n");
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  const start = (script: string, ...args: string[]) => {
    const child = spawn(process.execPath, [script, ...args], { cwd: folder });
    children.push(child);
    return child;
  };
  const pvmon = (...args: string[]) => start(join(ROOT, "dist/core/main.js"), ...args);

  for (const option of [
    ["--config", "site.yml"],
    ["--config=site.yml"],
    ["-c", "site.yml"],
    ["-csite.yml"],
  ]) {
    it(`is known by ${option.join(" ")}`, () => {
      const { pid } = pvmon(...option);
      assert.equal(pidOfSite(path), pid);
    });
  }

  it("is none that runs another site, or a command", () => {
    writeFileSync(join(folder, "other.yml"), "name: Other\n");
    pvmon("--config", "other.yml");
    pvmon("user", "add", "anna", "--role", "admin", "--config", "site.yml");
    pvmon("doctor", "--config=site.yml");
    assert.equal(pidOfSite(path), undefined);
  });

  it("keeps its port to itself: unicast there goes to who has opened it last", async () => {
    const script = join(folder, "core", "main.js");
    mkdirSync(join(folder, "core"));
    writeFileSync(script, HOLDER);
    const foundAt = async (...args: string[]) => {
      const { stdout } = start(script, ...args);
      const [port] = await once(stdout.setEncoding("utf8"), "data");
      return await udpPortFinding({ ip: 0x7f000001, port: Number(port) }, undefined);
    };
    // Opening it would fail.
    const ofPvmon = await foundAt("--config", "other.yml");
    assert.deepEqual([ofPvmon.state, /^shared with /.test(ofPvmon.saw)], ["ok", true]);
    const ofOthers = await foundAt("elsewhere");
    assert.deepEqual([ofOthers.state, /^held by /.test(ofOthers.saw)], ["failed", true]);
  });
});
