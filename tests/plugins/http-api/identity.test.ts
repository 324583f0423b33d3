/** Who pvmon takes somebody for, over real connections. */
import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { createInstance } from "pvmon/testkit";
import httpApi from "../../../plugins/http-api/index.js";
import { Browser, codeOf, PASSWORD } from "./browser.js";
import { FakeSite, type RunningApi, startApi } from "./fake-site.js";

const TOKEN = "0123456789abcdef";

/** Through an own address of another interface this machine looks like another one, and no packet leaves it. */
function elsewhere(url: string): string {
  const address = Object.values(networkInterfaces())
    .flat()
    .find((own) => own?.family === "IPv4" && !own.internal)?.address;
  assert.ok(address, "this test needs one interface beside loopback");
  return `http://${address}:${new URL(url).port}`;
}

describe("whoever asks", () => {
  let site: FakeSite;
  let api: RunningApi;
  beforeEach(() => {
    site = new FakeSite();
  });
  afterEach(() => api.stop());

  const start = async (config: object = {}) => {
    api = await startApi(site, { host: "0.0.0.0", ...config });
  };
  const here = (headers: Readonly<Record<string, string>> = {}) => new Browser(api.url, headers);
  const there = (headers: Readonly<Record<string, string>> = {}) =>
    new Browser(elsewhere(api.url), headers);
  /** Source, name and role. */
  const takenFor = async (browser: Browser) => {
    const { status, json } = await browser.session();
    assert.equal(status, 200);
    return [json.source, json.who, json.role];
  };
  const ANYBODY = ["anonymous", null, "viewer"];
  const THIS_MACHINE = ["loopback", "loopback", "admin"];

  it("is this machine on a first run, which may change everything, or anybody, who may read", async () => {
    await start();
    assert.deepEqual(await takenFor(here()), THIS_MACHINE);
    assert.deepEqual(await takenFor(there()), ANYBODY);
    assert.equal((await here().forget()).status, 200);
    assert.equal(site.forgotten[0]?.who, "loopback");
    assert.equal(codeOf(await there().forget()), "logInRequired");
  });

  it("is not this machine through anything that says it is a proxy", async () => {
    await start();
    for (const header of [
      "x-forwarded-for",
      "forwarded",
      "via",
      "x-real-ip",
      "x-forwarded-proto",
    ]) {
      assert.deepEqual(await takenFor(here({ [header]: "127.0.0.1" })), ANYBODY, header);
    }
  });

  for (const [what, config, prepare] of [
    [
      "a user",
      {},
      (at: FakeSite) => at.access.users.set("anna", { role: "viewer", password: PASSWORD }),
    ],
    ["a token", {}, (at: FakeSite) => at.access.tokens.set(TOKEN, { name: "x", role: "viewer" })],
    ["a trusted proxy", { trustedProxies: { addresses: ["10.99.0.1"] } }, () => undefined],
  ] as const) {
    it(`is anybody on this machine once there is ${what}: a proxy on it may not say that it is one`, async () => {
      prepare(site);
      await start(config);
      assert.deepEqual(await takenFor(here()), ANYBODY);
      assert.equal(codeOf(await here().forget()), "logInRequired");
    });
  }

  it("is this machine with the role that the site gives it", async () => {
    site.access.users.set("anna", { role: "viewer", password: PASSWORD });
    for (const loopback of ["viewer", "operator", "admin"] as const) {
      site.access.loopback = loopback;
      await start();
      assert.deepEqual(await takenFor(here()), ["loopback", "loopback", loopback]);
      assert.equal((await here().forget()).status, loopback === "viewer" ? 403 : 200);
      assert.deepEqual(await takenFor(there()), ANYBODY);
      await api.stop();
    }
    site.access.loopback = null;
    await start();
    assert.deepEqual(await takenFor(here()), ANYBODY);
  });

  it("is nobody, who may do nothing, where the site wants it so", async () => {
    site.access.anonymous = null;
    await start();
    assert.deepEqual(await takenFor(there()), ["anonymous", null, null]);
    const answer = await there().ask("GET", "/api/v1/pvs");
    assert.equal(answer.status, 401);
    assert.equal(codeOf(answer), "logInRequired");
    assert.equal(answer.headers["www-authenticate"], 'Bearer realm="pvmon"');
    assert.equal((await there().ask("GET", "/api/v1/stream")).status, 401);
    assert.equal((await there().ask("GET", "/healthz")).status, 200);
  });

  it("is the holder of a token, whatever else comes with it", async () => {
    site.access.tokens.set(TOKEN, { name: "backup", role: "operator" });
    await start({ trustedProxies: { addresses: ["127.0.0.1"], userHeader: "X-User" } });
    const browser = here({ authorization: `bearer ${TOKEN}`, "x-user": "anna" });
    assert.deepEqual(await takenFor(browser), ["token", "token backup", "operator"]);
    assert.equal((await browser.forget()).status, 200);
    assert.equal(site.forgotten[0]?.who, "token backup");
  });

  it("is nobody with a token that nobody has, even on this machine", async () => {
    await start();
    const browser = here({ authorization: "Bearer nobodys-token" });
    assert.deepEqual(await takenFor(browser), ["anonymous", null, null]);
    const answer = await browser.ask("GET", "/api/v1/pvs");
    assert.deepEqual([answer.status, codeOf(answer)], [401, "wrongLogIn"]);
    assert.equal(api.host.counters.get("log_ins_failed_total"), 2);
    // Of the proxy in between, not ours.
    assert.deepEqual(await takenFor(here({ authorization: "Basic YTpi" })), THIS_MACHINE);
  });

  describe("through a trusted proxy", () => {
    const trustedProxies = {
      addresses: ["127.0.0.0/8", "::1"],
      userHeader: "X-Remote-User",
      roleHeader: "X-Groups",
      defaultRole: "viewer",
    };

    it("is whom the proxy says, with the highest role that it says", async () => {
      await start({ trustedProxies });
      for (const [groups, role] of [
        [undefined, "viewer"],
        ["staff", "viewer"],
        ["operator", "operator"],
        ["Staff, Admin;operator", "admin"],
      ] as const) {
        const headers = { "x-remote-user": "anna", ...(groups && { "x-groups": groups }) };
        assert.deepEqual(await takenFor(here(headers)), ["proxy", "anna", role]);
      }
      await here({ "x-remote-user": "anna", "x-groups": "operator" }).forget();
      assert.equal(site.forgotten[0]?.who, "anna");
    });

    it("is whom the proxy says only from the proxy's own address", async () => {
      await start({ trustedProxies });
      const forged = { "x-remote-user": "anna", "x-groups": "admin" };
      assert.deepEqual(await takenFor(there(forged)), ANYBODY);
    });

    it("is anybody when the proxy says no name, or one that is none or pvmon's own", async () => {
      await start({ trustedProxies });
      for (const name of [
        "",
        "token backup",
        "loopback",
        "Anonymous",
        "a\tb",
        "x".repeat(201),
        "\xff",
      ]) {
        const headers = { "x-remote-user": name, "x-groups": "admin" };
        assert.deepEqual(await takenFor(here(headers)), ANYBODY, name);
      }
      assert.deepEqual(await takenFor(here()), ANYBODY);
    });

    it("may have a name in any alphabet", async () => {
      await start({ trustedProxies });
      const name = "r\u00fcdiger";
      const sent = Buffer.from(name).toString("latin1");
      assert.deepEqual(await takenFor(here({ "x-remote-user": sent })), ["proxy", name, "viewer"]);
    });

    it("has asked the host that the proxy says, which has to be one of the server's", async () => {
      await start({ trustedProxies, hostNames: ["pvmon.example.org"] });
      const user = { "x-remote-user": "anna", "x-groups": "operator" };
      const page = { origin: "https://pvmon.example.org", "sec-fetch-site": "same-origin" };
      const host = { "x-forwarded-host": "pvmon.example.org", "x-forwarded-proto": "https" };
      assert.equal((await here({ ...user, ...page, ...host }).forget()).status, 200);
      assert.equal(codeOf(await here({ ...user, ...page }).forget()), "crossOrigin");
      const evil = { "x-forwarded-host": "evil.example", origin: "https://evil.example" };
      assert.equal((await here({ ...user, ...evil }).forget()).status, 421);
      // A page that a browser takes for evil.example may send any header; the proxy adds what it was asked for.
      const added = { "x-forwarded-host": "localhost, evil.example" };
      assert.equal((await here(added).session()).status, 421);
      const both = { "x-forwarded-host": "pvmon.example.org, localhost" };
      assert.equal((await here({ ...user, ...page, ...both }).forget()).status, 200);
      // From elsewhere the header is just a text.
      const answer = await there({ ...evil, authorization: "Bearer x" }).forget();
      assert.equal(codeOf(answer), "crossOrigin");
    });
  });
});

describe("a trusted proxy", () => {
  it("has an address, or one of a network's", () => {
    for (const addresses of [["10.7.0.0/33"], ["10.7.0"], ["::g"], ["10.7.0.1:80"]]) {
      assert.throws(
        () => createInstance(httpApi, { trustedProxies: { addresses } }, { ...new FakeSite() }),
        /addresses/,
      );
    }
  });
});
