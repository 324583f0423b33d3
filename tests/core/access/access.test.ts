import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AccessOptions, serveAccess } from "../../../core/access/access.js";
import { addUser, removeUser, setPassword, setRole } from "../../../core/access/users.js";
import { changeUsers } from "../../../core/access/users-file.js";
import { hasRole, ROLES } from "../../../core/index.js";
import { FakeClock, RecordingHost } from "../../../core/testkit/index.js";

const AT = Date.UTC(2026, 0, 2);

describe("roles", () => {
  it("each may what those before it may", () => {
    const allowed = ROLES.map((held) => ROLES.filter((needed) => hasRole(held, needed)).join());
    assert.deepEqual(allowed, ["viewer", "viewer,operator", "viewer,operator,admin"]);
    assert.ok(ROLES.every((needed) => !hasRole(null, needed)));
  });
});

describe("ACCESS", () => {
  let folder = "";
  let path = "";
  let clock: FakeClock;
  let host: RecordingHost;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-access-"));
    path = join(folder, "users.json");
    clock = new FakeClock();
    host = new RecordingHost("pvmon");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const serve = (options: Partial<AccessOptions> = {}) =>
    serveAccess({ users: path, anonymous: "viewer", tokens: [], ...options }, clock, host.log);
  const add = (name: string) => changeUsers(path, addUser(name, "operator", "correct horse", AT));
  const warnings = () => host.lines.filter(({ level }) => level === "warn").length;

  it("knows nobody at first, and signs nothing", async () => {
    const access = serve();
    assert.deepEqual(await access.policy(), {
      anonymous: "viewer",
      loopback: undefined,
      hasUsers: false,
      hasTokens: false,
      fault: null,
    });
    assert.equal(await access.sign("text"), undefined);
    assert.ok(!(await access.isSigned("text", "")));
    assert.equal(await access.logIn("anna", "correct horse"), undefined);
    assert.equal(warnings(), 0);
  });

  it("says what the site file says", async () => {
    const token = { name: "backup", role: "viewer", token: "0123456789abcdef" } as const;
    const access = serve({ anonymous: "none", loopback: "none", tokens: [token] });
    const { anonymous, loopback, hasTokens } = await access.policy();
    assert.deepEqual([anonymous, loopback, hasTokens], [null, null, true]);
    assert.equal((await serve({ loopback: "operator" }).policy()).loopback, "operator");
  });

  it("knows the holders of tokens, and nobody by another text", () => {
    const access = serve({
      tokens: [
        { name: "backup", role: "viewer", token: "0123456789abcdef" },
        { name: "robot", role: "operator", token: "fedcba9876543210" },
      ],
    });
    assert.deepEqual(access.tokenHolder("0123456789abcdef"), { name: "backup", role: "viewer" });
    assert.deepEqual(access.tokenHolder("fedcba9876543210"), { name: "robot", role: "operator" });
    for (const wrong of ["", "0123456789abcde", "0123456789abcdef0", "0123456789ABCDEF"]) {
      assert.equal(access.tokenHolder(wrong), undefined, wrong);
    }
  });

  it("sees within two seconds who came, changed and went while it runs", async () => {
    const access = serve();
    assert.equal(await access.user("anna"), undefined);
    await add("anna");
    await clock.advance(2000);
    const anna = await access.user("anna");
    assert.equal(anna?.role, "operator");
    assert.deepEqual(await access.logIn("anna", "correct horse"), anna);
    assert.equal(await access.logIn("anna", "correct horsf"), undefined);
    assert.equal(await access.logIn("ann", "correct horse"), undefined);
    const stamps = new Set<string | undefined>([anna?.stamp]);
    for (const change of [
      setRole("anna", "admin", AT),
      setPassword("anna", "battery staple", AT),
    ]) {
      await changeUsers(path, change);
      await clock.advance(2000);
      stamps.add((await access.user("anna"))?.stamp);
    }
    assert.equal(stamps.size, 3);
    assert.equal((await access.logIn("anna", "battery staple"))?.role, "admin");
    await changeUsers(path, removeUser("anna"));
    await clock.advance(2000);
    assert.equal(await access.user("anna"), undefined);
    assert.equal(warnings(), 0);
  });

  it("does not become a first run again when its last user is removed", async () => {
    await add("anna");
    const access = serve();
    assert.equal((await access.policy()).hasUsers, true);
    await changeUsers(path, removeUser("anna"));
    await clock.advance(2000);
    assert.equal(await access.user("anna"), undefined);
    assert.equal((await access.policy()).hasUsers, true);
  });

  it("looks at the file once a second at most, however often it is asked", async () => {
    await add("anna");
    const access = serve();
    await access.user("anna");
    await add("bert");
    assert.equal(await access.user("bert"), undefined);
    await clock.advance(1000);
    assert.ok(await access.user("bert"));
  });

  it("signs with the key of the file, so that another pvmon with the same file agrees", async () => {
    await add("anna");
    const [one, other] = [serve(), serve()];
    const signature = (await one.sign("session x")) ?? "";
    assert.ok(await other.isSigned("session x", signature));
    for (const [text, given] of [
      ["session y", signature],
      ["session x", signature.slice(1)],
      ["session x", `${signature}=`],
      ["session x", signature.toUpperCase()],
      ["session x", ""],
    ] as const) {
      assert.ok(!(await other.isSigned(text, given)), `${text} ${given}`);
    }
  });

  for (const [what, spoil] of [
    ["broken", (file: string) => writeFileSync(file, "{")],
    ["gone", (file: string) => rmSync(file)],
  ] as const) {
    it(`lets nobody in while the file is ${what}, opens nothing, says so once, and goes on after`, async () => {
      await add("anna");
      const access = serve();
      const signature = (await access.sign("x")) ?? "";
      spoil(path);
      for (let look = 0; look < 3; look++) {
        await clock.advance(2000);
        assert.equal(await access.logIn("anna", "correct horse"), undefined);
        assert.equal(await access.user("anna"), undefined);
        assert.ok(!(await access.isSigned("x", signature)));
        const { hasUsers, fault } = await access.policy();
        assert.ok(hasUsers);
        assert.match(fault ?? "", new RegExp(`users\\.json is ${what}`));
      }
      assert.equal(warnings(), 1);
      rmSync(path, { force: true });
      await add("anna");
      await clock.advance(2000);
      assert.ok(await access.user("anna"));
      assert.equal((await access.policy()).fault, null);
    });
  }

  it("warns of a file that others may read, and goes on", async () => {
    await add("anna");
    chmodSync(path, 0o644);
    const access = serve();
    assert.ok(await access.user("anna"));
    assert.match(host.lines[0]?.message ?? "", /chmod 600/);
  });

  it("never tells a password or a hash", async () => {
    await add("anna");
    const access = serve();
    await access.logIn("anna", "correct horse");
    writeFileSync(path, '{"secret": "correct horse');
    await clock.advance(2000);
    await access.logIn("anna", "correct horse");
    assert.equal(warnings(), 1);
    assert.doesNotMatch(JSON.stringify(host.lines), /correct horse/);
  });
});
