/** What comes with pvmon for those who install it, held against the programs that read it. */
import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { constants, getPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../core/repository.js";
import {
  Network,
  niceness,
  type Place,
  Program,
  pythonCommand,
  runProgram,
  startSearches,
  unprivileged,
  waitFor,
} from "../peers/index.js";
import { MAIN } from "../site/pvmon-process.js";

const HERE: Place = { prefix: [], environment: {} };
const TIMEOUT_MS = 30_000;
/** Of systemd's scale from 0 to 10, times ten: "OK" ends at 4. A Node service cannot do without writable and executable memory. */
const MOST_EXPOSURE = 20;

const packaged = (file: string): string => join(ROOT, "packaging", file);

describe("what comes for an installation", function () {
  this.timeout(90_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-packaging-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** The unit as it is, but for the program, which is not installed here; with the drop-in that lets it capture. */
  function unit(withCapture: boolean): string {
    const file = join(folder, "pvmon.service");
    const text = readFileSync(packaged("systemd/pvmon.service"), "utf8");
    const runnable = text.replace(/^ExecStart=\S+/m, `ExecStart=${process.execPath} ${MAIN}`);
    assert.notEqual(runnable, text);
    writeFileSync(file, runnable);
    if (withCapture) {
      mkdirSync(`${file}.d`);
      const dropIn = readFileSync(packaged("systemd/pvmon-capture.conf"), "utf8");
      writeFileSync(join(`${file}.d`, "capture.conf"), dropIn);
    }
    return file;
  }

  for (const withCapture of [false, true]) {
    it(`is a unit that systemd takes, little exposed${withCapture ? ", also where it captures" : ""}`, async () => {
      const file = unit(withCapture);
      const verified = await runProgram(
        HERE,
        ["systemd-analyze", "verify", "--man=no", file],
        TIMEOUT_MS,
      );
      assert.deepEqual(
        verified.errors.filter((line) => line.includes("pvmon")),
        [],
      );
      const options = ["security", "--offline=true", `--threshold=${MOST_EXPOSURE}`, "--no-pager"];
      const { lines } = await runProgram(HERE, ["systemd-analyze", ...options, file], TIMEOUT_MS);
      assert.match(lines.at(-1) ?? "", /Overall exposure level for pvmon\.service: \d/);
    });
  }

  it("is a unit whose rights and system calls are enough: a user captures, stores, and lets the network go first", async () => {
    const network = Network.create({ hosts: 2 });
    let program: Program | undefined;
    let sender: Program | undefined;
    try {
      const data = join(folder, "data");
      mkdirSync(data);
      chmodSync(folder, 0o755);
      chmodSync(data, 0o777);
      const site = join(folder, "site.yml");
      const text = readFileSync(packaged("site.yml"), "utf8")
        .replaceAll("/var/lib/pvmon", data)
        .replace(
          "- use: ca-sniffer",
          "- { use: ca-sniffer, config: { source: capture, interfaces: [eth0] } }",
        );
      writeFileSync(site, text);
      const conf = readFileSync(packaged("systemd/pvmon-capture.conf"), "utf8");
      const ambient = /^AmbientCapabilities=CAP_(\w+)$/m.exec(conf)?.[1]?.toLowerCase();
      const host = network.host(1);
      program = host.spawn([
        ...unprivileged(ambient ?? ""),
        ...pythonCommand("unit_filter.py", packaged("systemd/pvmon.service")),
        process.execPath,
        MAIN,
        "--config",
        site,
      ]);
      const asked = async (path: string) =>
        await host.fetchJson(`http://127.0.0.1:5073${path}`).catch(() => undefined);
      const sees = async (): Promise<boolean> => {
        const { sensors = [] } = ((await asked("/api/v1/status"))?.body ?? {}) as {
          sensors?: readonly { readonly id: string; readonly packets: number }[];
        };
        return sensors.some(({ id, packets }) => id === "ca-sniffer/eth0" && packets > 0);
      };
      sender = startSearches(network.host(2), {
        broadcast: network.broadcast,
        names: [{ prefix: "packaged:" }],
        from: 0,
        to: 100_000,
        perDatagram: 1,
        datagramsAtOnce: 1,
        everyMs: 100,
      });
      await waitFor("capture by an unprivileged user", sees, TIMEOUT_MS);
      assert.equal((await asked("/readyz"))?.status, 200, program.errors.join("\n"));
      const { PRIORITY_BELOW_NORMAL } = constants.priority;
      assert.equal(
        Math.max(...niceness(program.pid)),
        Math.max(getPriority(), PRIORITY_BELOW_NORMAL),
      );
      const { code, errors } = await program.stop("SIGTERM");
      assert.equal(code, 0, errors.join("\n"));
    } finally {
      sender?.kill();
      program?.kill();
      network.removeNow();
    }
  });

  it("is a site file without mistakes", async () => {
    const command = [process.execPath, MAIN, "check", packaged("site.yml")];
    assert.deepEqual((await runProgram(HERE, command, TIMEOUT_MS)).lines, [
      `${packaged("site.yml")}: ok`,
    ]);
  });

  it("is a rotation that loses no line of a pvmon that writes on", async () => {
    const log = join(folder, "pvmon.log");
    const conf = join(folder, "logrotate");
    const text = readFileSync(packaged("logrotate"), "utf8");
    // As it is, but for the path and for compression, which would hide the lines.
    writeFileSync(
      conf,
      text.replace("/var/log/pvmon/pvmon.log", log).replace(/^\s*(delay)?compress$/gm, ""),
    );
    chmodSync(conf, 0o644);
    const site = join(folder, "site.yml");
    writeFileSync(
      site,
      "log: { format: json }\noutputs: [{ use: http-api, config: { port: 0 } }]\n",
    );
    const command = `exec "$0" "$1" --config "$2" 2>> "$3"`;
    const program = new Program(HERE, ["sh", "-c", command, process.execPath, MAIN, site, log]);
    await waitFor(
      "the first line",
      () => existsSync(log) && readFileSync(log, "utf8").includes("listening"),
      TIMEOUT_MS,
    );
    const rotate = ["logrotate", "--force", "--state", join(folder, "state"), conf];
    await runProgram(
      { ...HERE, environment: { PATH: `${process.env.PATH}:/usr/sbin` } },
      rotate,
      TIMEOUT_MS,
    );
    assert.match(readFileSync(`${log}.1`, "utf8"), /listening/);
    assert.equal((await program.stop("SIGTERM")).code, 0);
    const after = readFileSync(log, "utf8");
    // Appended: no hole of zeros where it had been before.
    assert.match(after, /^\{.*SIGTERM: stopping.*\n\{.*stopped/);
  });

  it("is a page whose commands name files and commands that there are", async () => {
    const text = readFileSync(packaged("README.md"), "utf8");
    const commands = [...text.matchAll(/^\$ (.+)$/gm)].map(([, command = ""]) => command);
    const files = commands.flatMap(
      (command) =>
        /(?:install|--file) .*?([a-z][\w./-]*\.(?:yml|service|conf)|\S+Containerfile)/.exec(
          command,
        )?.[1] ?? [],
    );
    assert.deepEqual(files, [
      "site.yml",
      "systemd/pvmon.service",
      "systemd/pvmon-capture.conf",
      "packaging/Containerfile",
    ]);
    for (const file of files) {
      assert.ok(existsSync(packaged(file)) || existsSync(join(ROOT, file)), file);
    }
    const used = commands.flatMap((command) => /pvmon pvmon (\w+)/.exec(command)?.[1] ?? []);
    assert.deepEqual(new Set(used), new Set(["doctor", "user", "backup"]));
    const help = await runProgram(HERE, [process.execPath, MAIN, "--help"], TIMEOUT_MS);
    for (const name of used) assert.match(help.lines.join("\n"), new RegExp(`^  ${name}\\b`, "m"));
  });
});
