/**
 * The image of packaging/Containerfile, built step by step and started. Only its base and the packages of Debian are not the ones
 * that it names, since no packet may leave the machine: they are this machine's.
 */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { statusOf } from "../../core/network/proc.js";
import { ROOT } from "../core/repository.js";
import { HttpPlace, type Place, Program, waitFor } from "../peers/index.js";
import { LocalRegistry } from "../peers/local-registry.js";
import { URL_BASE } from "../site/pvmon-process.js";
import { buildImage, type ContainerImage, copyContext } from "./container-build.js";

const HERE: Place = { prefix: [], environment: {} };
/** Catches what hangs: a minute on a machine with nothing else to do. */
const BUILD_MS = 600_000;
const READY_MS = 60_000;
const ASKED_OF_APT = "/asked-of-apt";

/** Without where packages come from and what they hash to there: here they are packed anew. */
function forgetOrigins(lockFile: string): void {
  const lock = JSON.parse(readFileSync(lockFile, "utf8"));
  for (const entry of Object.values<{ resolved?: string; integrity?: string; link?: boolean }>(
    lock.packages,
  )) {
    delete entry.integrity;
    if (entry.link !== true) delete entry.resolved;
  }
  writeFileSync(lockFile, JSON.stringify(lock));
}

if (process.getuid?.() === 0) {
  describe("the image of the Containerfile", function () {
    this.timeout(BUILD_MS);
    let folder: string;
    let registry: LocalRegistry;
    let image: ContainerImage;
    let container: Program | undefined;

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), "pvmon-container-"));
      const context = join(folder, "context");
      copyContext(ROOT, context);
      forgetOrigins(join(context, "package-lock.json"));
      registry = new LocalRegistry();
      await registry.start();
      image = await buildImage({
        containerfile: join(context, "packaging/Containerfile"),
        context,
        environment: {
          npm_config_registry: registry.url,
          // The one package that is compiled when it is installed is given as it was compiled here.
          npm_config_ignore_scripts: "true",
        },
        stubs: { "/usr/bin/apt-get": `echo "$@" >> ${ASKED_OF_APT}` },
        timeoutMs: BUILD_MS,
      });
    });
    after(() => {
      container?.kill();
      registry?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    const start = (...command: readonly string[]): Program =>
      new Program(HERE, image.commandLine(command));

    it("has pvmon and the program that captures, which alone has the right to", async () => {
      const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
      assert.deepEqual((await start("pvmon", "--version").end(READY_MS)).lines, [version]);
      const asked = readFileSync(join(image.root, ASKED_OF_APT), "utf8");
      assert.match(asked, /^install .*\blibcap2-bin tcpdump$/m);
      const rights = await start("getcap", "/usr/bin/tcpdump").end(READY_MS);
      assert.deepEqual(rights.lines, ["/usr/bin/tcpdump cap_net_raw=ep"]);
    });

    it("becomes a container that runs as nobody special, keeps what it learns, and tells its health", async () => {
      const isHealthy = async () => {
        const { code } = await start(...image.healthCheck).end(READY_MS);
        return code === 0;
      };
      assert.equal(await isHealthy(), false);
      container = start(...image.entrypoint, ...image.command);
      const { pid, errors } = container;
      const asker = new HttpPlace([], {});
      const isReady = async () => {
        const answer = await asker.fetchJson(`${URL_BASE}/readyz`).catch(() => undefined);
        return answer?.status === 200;
      };
      await waitFor("pvmon is ready", isReady, READY_MS).catch((error: Error) => {
        throw new Error(`${error.message}\n${errors.join("\n")}`);
      });
      assert.equal(await isHealthy(), true);
      const uid = (await start("id", "--user").line(/^[1-9]\d*$/, READY_MS))[0];
      assert.equal(statusOf(pid, "Uid")?.split("\t")[0], uid);
      assert.match(statusOf(pid, "CapEff") ?? "", /^0+$/);
      assert.equal((await container.stop("SIGTERM")).code, 0, errors.join("\n"));
      assert.ok(existsSync(join(image.root, "var/lib/pvmon/pvmon.sqlite")));
    });
  });
} else {
  // In a user namespace there is nobody else: files of root and other users cannot be made, and the words have to do.
  describe("the Containerfile", () => {
    it("copies what there is, runs as nobody special, and tells its health", () => {
      const text = readFileSync(join(ROOT, "packaging/Containerfile"), "utf8");
      const copied = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths = ""]) =>
        paths.split(" "),
      );
      assert.ok(copied.length >= 4, copied.join(" "));
      for (const path of copied) assert.ok(existsSync(join(ROOT, path)), path);
      const [, tool = ""] = /node (tools\/\S+)/.exec(text) ?? [];
      assert.ok(existsSync(join(ROOT, tool)), tool);
      const last = text.slice(text.lastIndexOf("\nFROM "));
      assert.match(last, /^USER pvmon$/m);
      assert.match(last, /^VOLUME \/var\/lib\/pvmon$/m);
      assert.match(last, /^HEALTHCHECK .*\n.*healthz/m);
    });
  });
}
