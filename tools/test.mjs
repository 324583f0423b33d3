/**
 * `npm test`: style, the fast tests with their coverage, then the tests against real peers, each file of those in a sandbox of its own.
 *   npm test [-- [--lint] [--fast] [--peers] [text...]]
 * Without a flag all three run; with a text only the test files whose path contains one of them.
 * Peers, clocks and kernels are not this program's: a file with real peers in which a test failed runs once more after all others, and
 * is said to have needed it. What fails twice has failed, and where it is more than a file or two, so has all of it; neither style,
 * nor a fast test, nor a file that hung or crashed gets a second try.
 * At the end it repeats what failed, because the output of a whole run is long. The last line is "N passed, N failed", where each check
 * of style counts as one; the exit code is 1 if anything failed or no test ran.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { inSandbox, whyNoSandbox } from "./sandbox.mjs";
import { fail, ROOT } from "./steps.mjs";

const MOCHA = [
  "node_modules/mocha/bin/mocha.js",
  "--no-config",
  "--enable-source-maps",
  "--forbid-only",
  "--forbid-pending",
];
/** Catches what hangs. Ten times what the slowest takes on an idle machine, because few machines are. */
const FAST_TIMEOUT_MS = 30_000;
const PEER_TIMEOUT_MS = 120_000;
/** Files: more are no accident. */
const MAX_SECOND_TRIES = 2;
/** A file that takes longer hangs: it is ended and has failed. */
const MAX_RUN_MS = 20 * 60_000;

const { values: flags, positionals: texts } = parseArgs({
  options: { lint: { type: "boolean" }, fast: { type: "boolean" }, peers: { type: "boolean" } },
  allowPositionals: true,
});
const all = Object.keys(flags).length === 0;
let passed = 0;
const failures = [];
/** What failed, and passed when it was tried again. */
const secondTries = [];
const scratch = mkdtempSync(join(tmpdir(), "pvmon-test-"));
let running;
let stopped = false;
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, stop);

if (flags.lint || (all && texts.length === 0)) await checkStyle();
let files = 0;
if (flags.fast || all) files += await runFast(compiledTests().filter((file) => !isPeerTest(file)));
if (flags.peers || all) files += await runPeers(compiledTests().filter(isPeerTest));
if (files === 0 && !flags.lint)
  failure(`no test file matches ${texts.join(" ") || "anything: is it compiled?"}`);

rmSync(scratch, { recursive: true, force: true });
if (stopped) failure("stopped");
for (const text of secondTries) console.log(`\nFAILED AT FIRST, PASSED AT THE SECOND TRY ${text}`);
for (const text of failures) console.log(`\nFAILED ${text}`);
if (secondTries.length > 0) console.log(`\n${secondTries.length} passed at the second try only`);
console.log(`\n${passed} passed, ${failures.length} failed`);
process.exit(failures.length === 0 ? 0 : 1);

async function checkStyle() {
  for (const [what, command] of [
    ["format and lint", ["node_modules/@biomejs/biome/bin/biome", "ci", "."]],
    ["unused code", ["node_modules/knip/bin/knip.js"]],
  ]) {
    heading(what);
    const ended = await execute(process.execPath, command);
    if (ended.code === 0) passed += 1;
    else failure(`${what}: ${describe(ended)}`);
  }
}

async function runFast(tests) {
  if (tests.length === 0) return 0;
  heading("fast tests");
  const coverage = [
    "node_modules/c8/bin/c8.js",
    "--reporter=text-summary",
    "--reporter=lcov",
    process.execPath,
  ];
  const args = [...coverage, ...MOCHA, "--timeout", FAST_TIMEOUT_MS, ...tests];
  count(await runMocha("the fast tests", args));
  return tests.length;
}

/** One process for each file, one after the other: they measure times, on ports that real peers insist on. */
async function runPeers(tests) {
  if (tests.length === 0) return 0;
  const obstacle = whyNoSandbox();
  if (obstacle !== undefined) {
    failure(obstacle);
    return tests.length;
  }
  const again = [];
  for (const file of tests) {
    if (stopped) break;
    const ran = await runPeer(file);
    if (ran.failures.length === 0 || !ran.isWhole) count(ran);
    else again.push([file, ran]);
  }
  for (const [file, first] of again) {
    const second = again.length > MAX_SECOND_TRIES || stopped ? first : await runPeer(file);
    count(second);
    if (second.failures.length === 0) secondTries.push(...first.failures);
  }
  return tests.length;
}

function runPeer(file) {
  heading(file);
  // The processes of a test that failed would keep mocha waiting.
  return runMocha(file, [...MOCHA, "--exit", "--timeout", PEER_TIMEOUT_MS, file], inSandbox);
}

/** What mocha counted. A run that ends without a count (it crashed, or hung) is not whole, and one failure. */
async function runMocha(what, args, wrap = (command) => command) {
  const counts = join(scratch, "counts.json");
  rmSync(counts, { force: true });
  const reporter = ["--reporter", join(ROOT, "tools/counting-reporter.cjs")];
  const [program, ...rest] = wrap([process.execPath, ...args.map(String), ...reporter]);
  const ended = await execute(program, rest, { TEST_COUNTS: counts });
  if (!existsSync(counts))
    return {
      passed: 0,
      failures: [`${what}: ${describe(ended)} before the tests were through`],
      isWhole: false,
    };
  const ran = JSON.parse(readFileSync(counts, "utf8"));
  const failed = ran.failures.map(({ title, why }) => `${what}: ${title}\n${why}`);
  if (ran.passed + failed.length === 0) failed.push(`${what}: no test in it`);
  else if (failed.length === 0 && ended.code !== 0)
    failed.push(`${what}: ${describe(ended)} after its tests had passed`);
  return { passed: ran.passed, failures: failed, isWhole: true };
}

function count(ran) {
  passed += ran.passed;
  failures.push(...ran.failures);
}

/** Runs a program in a process group of its own, so that all of it can be ended. */
async function execute(program, args, environment = {}) {
  if (stopped) return { code: null, why: "stopped" };
  const env = { ...process.env, ...environment };
  running = spawn(program, args, {
    cwd: ROOT,
    detached: true,
    stdio: ["ignore", "inherit", "inherit"],
    env,
  });
  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    signalGroup("SIGKILL");
  }, MAX_RUN_MS);
  const ended = await new Promise((resolve) => {
    running.once("error", (error) => resolve({ code: null, why: error.message }));
    running.once("exit", (code, signal) => resolve({ code, why: signal }));
  });
  clearTimeout(timer);
  running = undefined;
  return hung ? { code: null, why: `no end after ${MAX_RUN_MS / 60_000} minutes` } : ended;
}

/** Once: the tests end and clean up. Twice: they are ended. */
function stop(signal) {
  signalGroup(stopped ? "SIGKILL" : signal);
  stopped = true;
}

function signalGroup(signal) {
  if (running?.pid === undefined) return;
  try {
    process.kill(-running.pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

function compiledTests() {
  const tests = ["dist/tests", "epics-ca/dist/tests"].flatMap((folder) => {
    if (!existsSync(join(ROOT, folder))) fail(`${folder} is missing; run: npm run build`);
    return readdirSync(join(ROOT, folder), { recursive: true }).map((file) => join(folder, file));
  });
  const wanted = tests.filter((file) => file.endsWith(".test.js")).sort();
  if (texts.length === 0) return wanted;
  // Texts may name the compiled file or its source.
  return wanted.filter((file) =>
    texts.some((text) => [file, file.replace("dist/", "")].some((path) => path.includes(text))),
  );
}

function isPeerTest(file) {
  return file.endsWith(".peer.test.js");
}

function describe({ code, why }) {
  return code === null ? `ended by ${why}` : `exit code ${code}`;
}

function heading(text) {
  console.log(`\n== ${text}`);
}

function failure(text) {
  failures.push(text);
}
