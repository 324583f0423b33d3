/**
 * The programs that pvmon is tested against: EPICS Base and caproto from PyPI in a virtual environment under .peers/, and tools of the
 * operating system. Installs what is missing where it may, and otherwise says what to run.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fail, ROOT, run, say, succeeds } from "./steps.mjs";

const REQUIREMENTS = join(ROOT, "tests/peers/requirements.txt");
const ENVIRONMENT = join(ROOT, ".peers/python");
const PYTHON = join(ENVIRONMENT, "bin/python");
const STAMP = join(ENVIRONMENT, ".prepared");
/** Where tests find Chromium, whatever it is called here. */
const BROWSER = join(ROOT, ".peers/chromium");
const BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Each with its Debian package and how to see that it is there. */
const SYSTEM_TOOLS = [
  {
    package: "python3",
    isThere: () => succeeds("python3", "-c", "import sys; assert sys.version_info >= (3, 11)"),
  },
  { package: "python3-venv", isThere: () => succeeds("python3", "-c", "import venv, ensurepip") },
  { package: "iproute2", isThere: () => isOnPath("ip") },
  { package: "tcpdump", isThere: () => isOnPath("tcpdump") },
  { package: "tshark", isThere: () => isOnPath("tshark") },
  { package: "logrotate", isThere: () => isOnPath("logrotate") },
  { package: "systemd", isThere: () => isOnPath("systemd-analyze") },
  {
    package: "libseccomp2",
    isThere: () => succeeds("python3", "-c", "import ctypes; ctypes.CDLL('libseccomp.so.2')"),
  },
  { package: "mariadb-server", isThere: () => isOnPath("mariadbd") },
  { package: "libfaketime", isThere: hasFakeTime },
  { package: "nginx", isThere: () => isOnPath("nginx") },
  { package: "prometheus", isThere: () => isOnPath("promtool") && isOnPath("prometheus") },
  { package: "prometheus-alertmanager", isThere: () => isOnPath("prometheus-alertmanager") },
  { package: "chromium", isThere: () => BROWSERS.some(isOnPath) },
];

export function preparePeers() {
  if (process.platform !== "linux") {
    fail(
      "The tests against real EPICS programs need Linux, for its network namespaces; `npm run test:fast` runs anywhere.",
    );
  }
  installSystemTools();
  installPython();
  linkBrowser();
}

function installSystemTools() {
  const missing = SYSTEM_TOOLS.filter((tool) => !tool.isThere()).map((tool) => tool.package);
  if (missing.length === 0) return;
  const command = `apt-get install -y --no-install-recommends ${missing.join(" ")}`;
  if (!isOnPath("apt-get")) {
    fail(
      `The tests need these packages of the operating system (Debian's names): ${missing.join(", ")}`,
    );
  }
  if (process.getuid() !== 0)
    fail(`The tests need packages of the operating system; run: sudo ${command}`);
  say(`installing ${missing.join(", ")}`);
  const quietly = { DEBIAN_FRONTEND: "noninteractive" };
  run("reading the package lists", "apt-get", ["update", "-q"], quietly);
  const [program, ...args] = command.split(" ");
  run("installing packages of the operating system", program, ["-q", ...args], quietly);
  const still = SYSTEM_TOOLS.filter((tool) => !tool.isThere()).map((tool) => tool.package);
  if (still.length > 0) {
    fail(
      `The tests need ${still.join(", ")} (Python 3.11 or newer), which the package manager did not bring.`,
    );
  }
}

function installPython() {
  const wanted = createHash("sha256").update(readFileSync(REQUIREMENTS)).digest("hex");
  const found = existsSync(STAMP) && succeeds(PYTHON, "-c", "") ? readFileSync(STAMP, "utf8") : "";
  if (found === wanted) return;
  say("installing EPICS Base and caproto for Python under .peers/ (some seconds, once)");
  rmSync(ENVIRONMENT, { recursive: true, force: true });
  run("making a Python environment", "python3", ["-m", "venv", ENVIRONMENT]);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  run("installing Python packages", PYTHON, [...pip, "--only-binary=:all:", "-r", REQUIREMENTS]);
  writeFileSync(STAMP, wanted);
}

function linkBrowser() {
  const [found] = BROWSERS.map(whereIs).filter((path) => path !== undefined);
  rmSync(BROWSER, { force: true });
  symlinkSync(found, BROWSER);
}

function isOnPath(program) {
  return whereIs(program) !== undefined;
}

/** A library of one's own architecture: `/usr/lib/<architecture>/faketime/`. */
function hasFakeTime() {
  const folders = readdirSync("/usr/lib").map((name) => join("/usr/lib", name));
  return folders.some((folder) => existsSync(join(folder, "faketime/libfaketimeMT.so.1")));
}

/** System administration programs are often outside the PATH of a user. */
function whereIs(program) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}
