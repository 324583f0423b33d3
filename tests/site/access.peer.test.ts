/** The first days of a pvmon: nobody has a password, then somebody logs in, changes something, and stays logged in over a restart. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Program, waitFor } from "../peers/index.js";
import { Browser, codeOf, PASSWORD } from "../plugins/http-api/browser.js";
import { MAIN, URL_BASE } from "./pvmon-process.js";
import { runUserCommand } from "./pvmon-users.js";

const HERE = { prefix: [], environment: { PVMON_TEST_TOKEN: "0123456789abcdef0123456789abcdef" } };
const WAIT_MS = 30_000;
const SITE = `
name: Access
access:
  users: users.json
TOKENS
stores: [{ use: sqlite-store, config: { path: pvmon.sqlite } }]
outputs: [{ use: http-api }]
`;
const TOKENS = `  tokens: [{ name: backup, role: viewer, token: "\${env:PVMON_TEST_TOKEN}" }]`;

describe("access to a pvmon", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "pvmon-access-"));
  const site = join(folder, "site.yml");
  const anna = new Browser(URL_BASE);
  const logs: string[] = [];
  let program: Program | undefined;

  before(async () => {
    writeFileSync(site, SITE.replace("TOKENS", ""));
    await start();
  });
  after(() => {
    program?.kill();
    rmSync(folder, { recursive: true });
  });

  async function start(): Promise<void> {
    const started = new Program(HERE, [process.execPath, MAIN, "--config", site]);
    program = started;
    await waitFor("pvmon is ready", async () => (await status("/readyz")) === 200, WAIT_MS);
  }

  async function stop(): Promise<void> {
    const { code, errors } = (await program?.stop("SIGTERM")) ?? { code: null, errors: [] };
    assert.equal(code, 0, errors.join("\n"));
    logs.push(...errors);
  }

  async function status(path: string): Promise<number | undefined> {
    const answer = await new Browser(URL_BASE).ask("GET", path).catch(() => undefined);
    return answer?.status;
  }

  const user = (password: string | undefined, ...args: string[]): Promise<void> =>
    runUserCommand(HERE, site, password, ...args);

  const note = (browser: Browser, text: string) =>
    browser.ask("POST", "/api/v1/logs", { text, why: "a test" });
  const whoNoted = async (text: string): Promise<unknown> =>
    await waitFor(
      "the note is told",
      async () => {
        const { json } = await new Browser(URL_BASE).ask("GET", "/api/v1/events?limit=10");
        const events = json.items as { text: string; evidence: { who?: string } }[];
        return events.find((event) => event.text.includes(text))?.evidence.who;
      },
      WAIT_MS,
    );

  it("needs no password on the machine itself before there is a user", async () => {
    const first = new Browser(URL_BASE);
    const { json } = await first.session();
    assert.deepEqual([json.source, json.role, json.canLogIn], ["loopback", "admin", false]);
    assert.equal((await note(first, "before anybody")).status, 200);
    assert.equal(await whoNoted("before anybody"), "loopback");
  });

  it("belongs to users as soon as there is one, while pvmon runs", async () => {
    await user(PASSWORD, "add", "anna", "--role", "operator");
    assert.equal(statSync(join(folder, "users.json")).mode & 0o777, 0o600);
    await waitFor(
      "pvmon knows of the user",
      async () => {
        const { json } = await anna.session();
        return json.canLogIn === true && json.role === "viewer";
      },
      WAIT_MS,
    );
    assert.equal(codeOf(await note(new Browser(URL_BASE), "by nobody")), "logInRequired");
  });

  it("is had by a log-in, and what is changed is told with the user's name", async () => {
    assert.equal((await anna.logIn("anna", "wrong horse")).status, 401);
    await anna.logInOrFail("anna");
    assert.equal((await note(anna, "by a user")).status, 200);
    assert.equal(await whoNoted("by a user"), "anna");
  });

  it("outlasts a restart, which also brings a token", async () => {
    await stop();
    writeFileSync(site, SITE.replace("TOKENS", TOKENS));
    await start();
    const { json } = await anna.session();
    assert.deepEqual([json.who, json.role, json.source], ["anna", "operator", "user"]);
    assert.equal((await note(anna, "after a restart")).status, 200);
    assert.equal(await whoNoted("after a restart"), "anna");
    const authorization = `Bearer ${HERE.environment.PVMON_TEST_TOKEN}`;
    const backup = new Browser(URL_BASE, { authorization });
    assert.equal((await backup.session()).json.who, "token backup");
    assert.equal(codeOf(await note(backup, "by a viewer")), "roleRequired");
  });

  it("ends with another password, and with the user", async () => {
    await user("battery staple", "password", "anna");
    await waitFor(
      "the session has ended",
      async () => (await anna.session()).json.who === null,
      WAIT_MS,
    );
    assert.equal((await anna.logIn("anna")).status, 401);
    assert.equal((await anna.logIn("anna", "battery staple")).status, 200);
    await user(undefined, "remove", "anna");
    await waitFor(
      "the user is gone",
      async () => (await anna.session()).json.who === null,
      WAIT_MS,
    );
  });

  it("leaves no secret in the log", async () => {
    await stop();
    const log = logs.join("\n");
    assert.match(log, /logged in/);
    assert.match(log, /a log-in failed/);
    const { sessionKey } = JSON.parse(readFileSync(join(folder, "users.json"), "utf8"));
    for (const secret of [
      PASSWORD,
      "battery staple",
      "wrong horse",
      sessionKey,
      "0123456789abcdef",
    ]) {
      assert.ok(!log.includes(secret), secret);
    }
  });
});
