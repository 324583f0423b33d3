import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import {
  addUser,
  noUsers,
  parseUsers,
  removeUser,
  setPassword,
  setRole,
  stampOf,
  type User,
} from "../../../core/access/users.js";
import { UsersError } from "../../../core/access/users-error.js";
import { changeUsers, readUsers, usersFileFault } from "../../../core/access/users-file.js";

const AT = Date.UTC(2026, 0, 2, 3, 4, 5);

describe("a users file", () => {
  let folder = "";
  let path = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-users-"));
    path = join(folder, "data", "users.json");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const add = (name: string) => changeUsers(path, addUser(name, "operator", "correct horse", AT));
  const user = async (name: string): Promise<User> => {
    const found = (await readUsers(path))?.users.users.find((each) => each.name === name);
    assert.ok(found, `no user ${name}`);
    return found;
  };

  it("is made with its first user, readable by its owner only, with a key that stays", async () => {
    assert.equal(await readUsers(path), undefined);
    assert.equal(await usersFileFault(path), undefined);
    const { sessionKey } = await add("anna");
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.ok(sessionKey.length >= 43);
    assert.equal((await add("bert")).sessionKey, sessionKey);
    const read = await readUsers(path);
    assert.deepEqual(
      read?.users.users.map(({ name, role, changedAt }) => [name, role, changedAt]),
      [
        ["anna", "operator", "2026-01-02T03:04:05.000Z"],
        ["bert", "operator", "2026-01-02T03:04:05.000Z"],
      ],
    );
    assert.equal(read?.exposed, undefined);
    assert.notEqual(noUsers().sessionKey, noUsers().sessionKey);
  });

  it("belongs to the owner of its folder, though root makes it for a pvmon that is not root", async () => {
    mkdirSync(join(folder, "data"));
    const isRoot = process.getuid?.() === 0;
    if (isRoot) chownSync(join(folder, "data"), 1, 1);
    await add("anna");
    assert.equal(statSync(path).uid, isRoot ? 1 : process.getuid?.());
    await add("bert");
    assert.equal(statSync(path).uid, isRoot ? 1 : process.getuid?.());
  });

  it("gives a user another stamp with another password, role or beginning, and only then", async () => {
    await add("anna");
    const stamps = [stampOf(await user("anna"))];
    await add("bert");
    assert.equal(stampOf(await user("anna")), stamps[0]);
    await changeUsers(path, setPassword("anna", "correct horse", AT));
    stamps.push(stampOf(await user("anna")));
    await changeUsers(path, setRole("anna", "admin", AT));
    stamps.push(stampOf(await user("anna")));
    await changeUsers(path, removeUser("anna"));
    await changeUsers(path, addUser("anna", "admin", "correct horse", AT));
    stamps.push(stampOf(await user("anna")));
    assert.equal(new Set(stamps).size, stamps.length);
  });

  it("refuses what cannot be, and stays as it was", async () => {
    await add("anna");
    const before = readFileSync(path, "utf8");
    for (const [change, why] of [
      [addUser("anna", "viewer", "correct horse", AT), /there is a user "anna" already/],
      [addUser("bert", "viewer", "short", AT), /at least 8/],
      [setPassword("anna", "short", AT), /at least 8/],
      [setPassword("ana", "correct horse", AT), /no user "ana"; there are anna/],
      [setRole("bert", "viewer", AT), /no user "bert"/],
      [removeUser("bert"), /no user "bert"/],
    ] as const) {
      await assert.rejects(changeUsers(path, change), why);
    }
    assert.equal(readFileSync(path, "utf8"), before);
    assert.deepEqual(readdirSync(join(folder, "data")), ["users.json"]);
  });

  it("takes no name that could be taken for another, or for pvmon's own", () => {
    for (const name of [
      "",
      "Anna",
      "token backup",
      "a/b",
      "-x",
      "\u00e4",
      "x".repeat(65),
      "anna\n",
    ]) {
      assert.throws(() => addUser(name, "viewer", "correct horse", AT), /a name has/, name);
    }
    for (const name of ["loopback", "anonymous", "pvmon"]) {
      assert.throws(() => addUser(name, "viewer", "correct horse", AT), /pvmon uses it itself/);
    }
  });

  it("is changed by one at a time, so that no change is lost", async () => {
    await add("anna");
    const outcomes = await Promise.allSettled([add("bert"), add("carl")]);
    const failed = outcomes.filter((outcome) => outcome.status === "rejected");
    assert.equal(failed.length, 1);
    assert.match(String(failed[0]?.reason), /another change is being made/);
    assert.equal((await readUsers(path))?.users.users.length, 2);
  });

  it("is mended in its permissions by the next change, and complained of until then", async () => {
    await add("anna");
    for (const mode of [0o640, 0o604, 0o620]) {
      chmodSync(path, mode);
      assert.match((await usersFileFault(path)) ?? "", /open to others .*: chmod 600 /);
    }
    await add("bert");
    assert.equal(await usersFileFault(path), undefined);
  });

  it("says what is wrong with it, and is not overwritten while it is", async () => {
    await add("anna");
    const good = JSON.parse(readFileSync(path, "utf8"));
    const [anna] = good.users;
    for (const [content, why] of [
      ["", /is broken: it is not JSON/],
      ["{", /it is not JSON/],
      ["null", /it must be object/],
      [JSON.stringify({ ...good, version: 2 }), /written by a later pvmon/],
      [JSON.stringify({ ...good, sessionKey: "short" }), /\/sessionKey must NOT have fewer/],
      [JSON.stringify({ ...good, users: [{ ...anna, role: "root" }] }), /\/users\/0\/role/],
      [JSON.stringify({ ...good, users: [{ ...anna, name: "A" }] }), /\/users\/0\/name/],
      [JSON.stringify({ ...good, users: [anna, anna] }), /the user "anna" is in it twice/],
      [
        JSON.stringify({
          ...good,
          users: [{ ...anna, password: { ...anna.password, N: 2 ** 30 } }],
        }),
        /\/users\/0\/password\/N/,
      ],
      [" ".repeat(1024 * 1024 + 1), /larger than a megabyte/],
    ] as const) {
      writeFileSync(path, content);
      assert.match((await usersFileFault(path)) ?? "", why);
      await assert.rejects(add("bert"), why);
      assert.equal(readFileSync(path, "utf8"), content);
    }
  });

  it("may not be a folder, nor a pipe, for which nobody waits", async () => {
    mkdirSync(path, { recursive: true });
    assert.match((await usersFileFault(path)) ?? "", /not a file/);
    rmSync(path, { recursive: true });
    execFileSync("mkfifo", ["-m", "600", path]);
    assert.match((await usersFileFault(path)) ?? "", /not a file/);
  });

  it("may be reached through a link, which stays one", async () => {
    await add("anna");
    const link = join(folder, "users.json");
    symlinkSync(path, link);
    await changeUsers(link, addUser("bert", "viewer", "correct horse", AT));
    assert.ok(lstatSync(link).isSymbolicLink());
    assert.equal((await readUsers(path))?.users.users.length, 2);
    assert.deepEqual(readdirSync(join(folder, "data")), ["users.json"]);
  });

  it("says where it cannot be written", async () => {
    writeFileSync(join(folder, "data"), "no folder");
    await assert.rejects(add("anna"), /data\/users\.json cannot be written \((EEXIST|ENOTDIR)\)/);
    assert.ok(!existsSync(path));
  });

  it("is read without harm whatever is in it", () => {
    const good = JSON.stringify({
      ...noUsers(),
      users: [
        {
          name: "anna",
          role: "admin",
          password: { N: 2 ** 14, r: 8, p: 1, salt: "s".repeat(22), hash: "h".repeat(43) },
          changedAt: "2026-01-02T03:04:05.000Z",
        },
      ],
    });
    parseUsers(good);
    const mutated = fc
      .tuple(fc.nat(good.length - 1), fc.string({ maxLength: 3, unit: "binary" }), fc.nat(5))
      .map(([at, text, cut]) => good.slice(0, at) + text + good.slice(at + cut));
    fc.assert(
      fc.property(fc.oneof(mutated, fc.json(), fc.string()), (text) => {
        try {
          for (const { name, role } of parseUsers(text).users) {
            assert.match(name, /^[a-z0-9][a-z0-9._-]*$/);
            assert.ok(["viewer", "operator", "admin"].includes(role));
          }
        } catch (error) {
          assert.ok(error instanceof UsersError, String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
