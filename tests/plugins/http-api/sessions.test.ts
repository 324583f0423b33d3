/** What a session's cookie is worth when somebody has tampered with it. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { FakeAccess, FakeClock } from "pvmon/testkit";
import { Sessions } from "../../../plugins/http-api/sessions.js";

describe("the cookie of a session", () => {
  const access = new FakeAccess();
  const clock = new FakeClock();
  const sessions = new Sessions(access, clock, { idleHours: 12, maxHours: 168 });
  let cookie = "";
  before(async () => {
    access.users.set("anna", { role: "viewer", password: "correct horse" });
    access.users.set("root", { role: "admin", password: "battery staple" });
    cookie = await cookieOf("anna");
  });

  async function cookieOf(name: string): Promise<string> {
    const user = await access.user(name);
    assert.ok(user);
    const text = await sessions.write(sessions.begin(user));
    assert.ok(text);
    return text;
  }

  it("is one, and says whose session it is", async () => {
    const session = await sessions.read(cookie);
    assert.deepEqual([session?.name, session?.role], ["anna", "viewer"]);
  });

  it("is nothing once a byte of it is another one, is gone, or is too many", async () => {
    const characters = [..."ABCxyz019-_.=%{ \u00e9"];
    await fc.assert(
      fc.asyncProperty(
        fc.nat(cookie.length),
        fc.array(fc.constantFrom(...characters), { maxLength: 3 }),
        fc.nat(3),
        async (at, inserted, cut) => {
          const text = cookie.slice(0, at) + inserted.join("") + cookie.slice(at + cut);
          fc.pre(text !== cookie);
          assert.equal(await sessions.read(text), undefined, text);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("is nothing when it is any other text", async () => {
    const texts = ["", ".", "..", "a.b", cookie.split(".")[0] ?? "", "x".repeat(100_000)];
    for (const text of texts) assert.equal(await sessions.read(text), undefined);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (text) => {
        assert.equal(await sessions.read(text), undefined);
      }),
    );
  });

  it("is nothing when it is put together from two", async () => {
    const [[a, aSigned], [b, bSigned]] = [cookie, await cookieOf("root")].map((text) =>
      text.split("."),
    ) as [[string, string], [string, string]];
    assert.equal(await sessions.read(`${a}.${bSigned}`), undefined);
    assert.equal(await sessions.read(`${b}.${aSigned}`), undefined);
  });

  it("is not what the other token is signed with", async () => {
    const session = await sessions.read(cookie);
    assert.ok(session);
    const token = (await sessions.csrfToken(session)) ?? "";
    assert.ok(await sessions.isCsrfToken(session, token));
    assert.equal(await sessions.read(`${session.id}.${token}`), undefined);
    assert.ok(!(await sessions.isCsrfToken(session, cookie.split(".")[1] ?? "")));
  });

  it("is nothing when what was signed is not a session of this pvmon", async () => {
    for (const content of [null, {}, [], ["id", "anna"], ["id", "anna", "s", "now", 1], 7]) {
      const text = Buffer.from(JSON.stringify(content)).toString("base64url");
      const signed = await access.sign(`session ${text}`);
      assert.equal(await sessions.read(`${text}.${signed}`), undefined, JSON.stringify(content));
    }
    const broken = Buffer.from("{").toString("base64url");
    const signed = await access.sign(`session ${broken}`);
    assert.equal(await sessions.read(`${broken}.${signed}`), undefined);
  });

  it("is nothing while the clock says that it was begun in the future", async () => {
    const later = await cookieOf("anna");
    clock.set(-2 * 3_600_000);
    assert.equal(await sessions.read(later), undefined);
    clock.set(2 * 3_600_000);
    assert.ok(await sessions.read(later));
  });

  it("cannot be made while there is no key", async () => {
    const user = await access.user("anna");
    assert.ok(user);
    const keyless = new FakeAccess();
    keyless.sign = async () => undefined as unknown as string;
    const others = new Sessions(keyless, clock, { idleHours: 12, maxHours: 168 });
    assert.equal(await others.write(others.begin(user)), undefined);
  });
});
