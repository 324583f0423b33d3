/** Logging in and out, and what a session is good for. */
import assert from "node:assert/strict";
import { get } from "node:http";
import { parseSetCookie } from "cookie";
import { Browser, codeOf, PASSWORD } from "./browser.js";
import { FakeSite, NOW, type RunningApi, startApi } from "./fake-site.js";

const HOUR_MS = 3_600_000;

/** Every tick of a clock that is moved by days costs time: sessions end early, and the stream ticks seldom. */
const SHORT_LIVED = {
  sessions: { maxHours: 48 },
  countersSeconds: 300,
  heartbeatSeconds: 300,
};

describe("a session", () => {
  let site: FakeSite;
  let api: RunningApi;
  let browser: Browser;
  beforeEach(async () => {
    site = new FakeSite();
    site.access.users.set("anna", { role: "operator", password: PASSWORD });
    site.access.users.set("vera", { role: "viewer", password: PASSWORD });
    api = await startApi(site, { trustedProxies: { addresses: ["127.0.0.1"] }, ...SHORT_LIVED });
    browser = new Browser(api.url);
  });
  afterEach(() => api.stop());

  const isIn = async () => (await browser.session()).json.who === "anna";

  it("begins with a name and a password, and is told of", async () => {
    const before = await browser.session();
    assert.deepEqual(before.json, {
      who: null,
      role: "viewer",
      source: "anonymous",
      canLogIn: true,
      csrfToken: null,
      expiresAt: null,
    });
    const { status, json } = await browser.logIn("anna");
    assert.equal(status, 200);
    const { csrfToken, ...rest } = json;
    assert.deepEqual(rest, {
      who: "anna",
      role: "operator",
      source: "user",
      canLogIn: true,
      expiresAt: new Date(NOW + 12 * HOUR_MS).toISOString(),
    });
    assert.match(String(csrfToken), /^[\w-]{43}$/);
    assert.deepEqual((await browser.session()).json, json);
    assert.deepEqual(
      api.host.lines.filter(({ message }) => message === "logged in").map(({ fields }) => fields),
      [{ name: "anna", role: "operator", address: "127.0.0.1" }],
    );
    assert.equal(api.host.counters.get("log_ins_total"), 1);
  });

  it("is told of with the address that a trusted proxy had it from, and nobody else's word for it", async () => {
    const hops = { "x-forwarded-for": "10.99.0.1, 10.7.0.9" };
    const addressTold = async () => {
      await new Browser(api.url, hops).logInOrFail("anna");
      const line = api.host.lines.findLast(({ message }) => message === "logged in");
      return (line?.fields as { address?: string } | undefined)?.address;
    };
    assert.equal(await addressTold(), "10.7.0.9");
    await api.stop();
    api = await startApi(site);
    assert.equal(await addressTold(), "127.0.0.1");
  });

  it("lives in a cookie that no script reads and no other site sends", async () => {
    await browser.logInOrFail("anna");
    const { name, httpOnly, sameSite, path, maxAge, secure } = parseSetCookie(browser.set ?? "");
    assert.deepEqual(
      [name, httpOnly, sameSite, path, maxAge, secure],
      ["pvmon_session", true, "strict", "/", 12 * 3600, undefined],
    );
  });

  it("lives in a cookie for https alone when a trusted proxy was asked over that", async () => {
    const secure = new Browser(api.url, { "x-forwarded-proto": "https" });
    await secure.logInOrFail("anna");
    assert.ok(parseSetCookie(secure.set ?? "").secure);
  });

  it("does not begin with a wrong password, and a wrong name is told in the same words", async () => {
    const answers = [
      await browser.logIn("anna", "wrong horse"),
      await browser.logIn("ann\u001b[31m"),
    ];
    for (const answer of answers) {
      assert.deepEqual([answer.status, codeOf(answer)], [401, "wrongLogIn"]);
      assert.equal(answer.headers["set-cookie"], undefined);
    }
    assert.equal(answers[0]?.body, answers[1]?.body);
    assert.equal(site.access.comparisons, 2);
    assert.equal(api.host.counters.get("log_ins_failed_total"), 2);
    const told = api.host.lines.filter(({ message }) => message === "a log-in failed");
    assert.deepEqual(
      told.map(({ fields }) => fields),
      [
        { name: "anna", address: "127.0.0.1" },
        { name: "ann?[31m", address: "127.0.0.1" },
      ],
    );
    assert.doesNotMatch(JSON.stringify(api.host.lines), /horse/);
  });

  it("is not begun by a form, a page of another origin, a GET, or a flood of bytes", async () => {
    const body = { name: "anna", password: PASSWORD };
    const post = (headers: Record<string, string>, content: unknown = body) =>
      browser.ask("POST", "/api/v1/session", content, headers);
    assert.equal(codeOf(await post({ origin: "http://evil.example" })), "crossOrigin");
    assert.equal(codeOf(await post({ "sec-fetch-site": "same-site" })), "crossOrigin");
    assert.equal(codeOf(await post({ "content-type": "text/plain" })), "notJson");
    assert.equal(codeOf(await post({}, { ...body, more: "x".repeat(20_000) })), "bodyTooLarge");
    assert.equal(codeOf(await post({}, { name: "anna" })), "badParameter");
    assert.equal(codeOf(await post({}, { name: "x".repeat(201), password: "x" })), "badParameter");
    const asked = await browser.ask("GET", `/api/v1/session?name=anna&password=x`);
    assert.equal(codeOf(asked), "unknownParameter");
    assert.equal(site.access.comparisons, 0);
    assert.equal(browser.cookie, undefined);
  });

  it("changes things in the name of its user, with the token that the page was told", async () => {
    await browser.logInOrFail("anna");
    assert.equal((await browser.forget()).status, 200);
    assert.equal(site.forgotten[0]?.who, "anna");
  });

  it("changes nothing without that token, or with another session's", async () => {
    const other = await new Browser(api.url).logInOrFail("anna");
    await browser.logInOrFail("anna");
    assert.notEqual(browser.csrfToken, other.csrfToken);
    for (const token of ["", "x", other.csrfToken ?? "", `${browser.csrfToken}x`]) {
      const answer = await browser.forget({ "x-csrf-token": token });
      assert.deepEqual([answer.status, codeOf(answer)], [403, "csrfTokenMissing"], token);
    }
    browser.csrfToken = undefined;
    assert.equal(codeOf(await browser.forget()), "csrfTokenMissing");
    assert.equal(codeOf(await browser.ask("DELETE", "/api/v1/session")), "csrfTokenMissing");
    assert.equal(site.forgotten.length, 0);
    assert.ok(await isIn());
  });

  it("of a viewer changes nothing", async () => {
    await browser.logInOrFail("vera");
    const answer = await browser.forget();
    assert.deepEqual([answer.status, codeOf(answer)], [403, "roleRequired"]);
  });

  it("ends when its user logs out, for copies of its cookie too", async () => {
    await browser.logInOrFail("anna");
    const { cookie } = browser;
    const { status, json } = await browser.ask("DELETE", "/api/v1/session");
    assert.deepEqual([status, json.who, json.source], [200, null, "anonymous"]);
    assert.equal(browser.cookie, undefined);
    browser.cookie = cookie;
    assert.ok(!(await isIn()));
    assert.ok(api.host.lines.some(({ message }) => message === "logged out"));
    assert.equal((await browser.ask("DELETE", "/api/v1/session")).status, 200);
  });

  it("ends when its user logs in as another one", async () => {
    await browser.logInOrFail("anna");
    const { cookie } = browser;
    await browser.logInOrFail("vera");
    assert.equal((await browser.session()).json.who, "vera");
    browser.cookie = cookie;
    assert.ok(!(await isIn()));
  });

  for (const [what, change] of [
    [
      "password",
      () => site.access.users.set("anna", { role: "operator", password: "another one" }),
    ],
    ["role", () => site.access.users.set("anna", { role: "viewer", password: PASSWORD })],
    ["user, who is removed", () => site.access.users.delete("anna")],
    ["users file, with its key", () => Object.assign(site.access, { sessionKey: "another" })],
  ] as const) {
    it(`ends with another ${what}, and its cookie is taken away`, async () => {
      await browser.logInOrFail("anna");
      change();
      assert.equal(codeOf(await browser.forget()), "logInRequired");
      assert.equal(browser.cookie, undefined);
    });
  }

  it("goes on while it is used, with a cookie that is set anew now and then, up to its greatest age", async () => {
    await browser.logInOrFail("anna");
    const begun = browser.cookie;
    await site.clock.advance(HOUR_MS / 2);
    assert.ok(await isIn());
    assert.equal(browser.cookie, begun);
    let hours = 0;
    while (await isIn()) {
      await site.clock.advance(11 * HOUR_MS);
      hours += 11;
      assert.ok(hours < 100, "it never ends");
    }
    assert.ok(hours > 48 - 12 && hours < 48 + 12, String(hours));
    assert.equal(browser.cookie, undefined);
  });

  it("tells its new end in the answer that sets it", async () => {
    await browser.logInOrFail("anna");
    await site.clock.advance(2 * HOUR_MS);
    const { json } = await browser.session();
    assert.equal(json.expiresAt, new Date(NOW + 14 * HOUR_MS).toISOString());
    assert.ok(browser.set);
  });

  it("ends when it is not used for its idle time", async () => {
    await browser.logInOrFail("anna");
    await site.clock.advance(12 * HOUR_MS - 1000);
    const copy = browser.cookie;
    assert.ok(await isIn());
    browser.cookie = copy;
    await site.clock.advance(1000);
    assert.ok(!(await isIn()));
  });

  it("outlives pvmon", async () => {
    await browser.logInOrFail("anna");
    await api.stop();
    api = await startApi(site, { trustedProxies: { addresses: ["127.0.0.1"] } });
    const later = new Browser(api.url);
    Object.assign(later, { cookie: browser.cookie, csrfToken: browser.csrfToken });
    assert.equal((await later.forget()).status, 200);
  });

  it("cannot begin while the users file cannot be read, which shows", async () => {
    site.access.fault = "the users file is broken";
    await site.clock.advance(10_000);
    site.access.fault = null;
    await site.clock.advance(10_000);
    const reason = "degraded: nobody can log in: the users file is broken";
    assert.deepEqual(api.host.statuses, [reason, "ok"]);
  });

  it("takes the stream with it when it ends, within a minute", async () => {
    site.access.anonymous = null;
    await browser.logInOrFail("anna");
    const anna = await streamOf(api.url, browser.cookie ?? "");
    await browser.logInOrFail("vera");
    const vera = await streamOf(api.url, browser.cookie ?? "");
    await site.clock.advance(60_000);
    assert.equal(await Promise.race([vera.ended, "open"]), "open");
    // Logging in as vera ended anna's session.
    assert.equal(await anna.ended, "ended");
    site.access.users.delete("vera");
    await site.clock.advance(60_000);
    assert.equal(await vera.ended, "ended");
  });
});

/** A stream that has begun. */
async function streamOf(url: string, cookie: string): Promise<{ readonly ended: Promise<string> }> {
  return await new Promise((resolve, reject) => {
    get(`${url}/api/v1/stream`, { headers: { cookie: `pvmon_session=${cookie}` } }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(String(answer.statusCode)));
      answer.resume();
      resolve({ ended: new Promise((end) => answer.once("end", () => end("ended"))) });
    }).once("error", reject);
  });
}
