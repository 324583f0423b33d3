/** Who may ask for what as long as nobody can log in, and what web pages may not. */
import assert from "node:assert/strict";
import { hostname, networkInterfaces } from "node:os";
import { isLoopback } from "../../../plugins/http-api/guard.js";
import { FakeSite, type RunningApi, startApi } from "./fake-site.js";
import { send } from "./requests.js";

const FORGET = "/api/v1/pvs/forget";
const body = JSON.stringify({ names: ["SYS:a"] });
const json = { "content-type": "application/json" };

describe("loopback", () => {
  it("is 127.0.0.0/8 and ::1, however written, and nothing else", () => {
    for (const address of ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"]) {
      assert.ok(isLoopback(address), address);
    }
    for (const address of [
      "10.7.0.1",
      "0.0.0.0",
      "::",
      "::ffff:10.7.0.1",
      "fe80::1",
      "",
      undefined,
    ]) {
      assert.ok(!isLoopback(address), address);
    }
  });
});

describe("a change", () => {
  const site = new FakeSite();
  let api: RunningApi;
  before(async () => {
    api = await startApi(site, { host: "0.0.0.0" });
  });
  after(() => api.stop());
  beforeEach(() => {
    site.forgotten.length = 0;
  });

  const change = (headers: Readonly<Record<string, string>>) =>
    send(api.url, FORGET, { method: "POST", body, headers: { ...json, ...headers } });
  const code = (answer: { readonly body: string }) => JSON.parse(answer.body).error.code;

  it("is accepted from this machine", async () => {
    assert.equal((await change({})).status, 200);
    assert.equal(site.forgotten.length, 1);
  });

  it("is refused to other machines, whatever their headers say", async () => {
    const address = Object.values(networkInterfaces())
      .flat()
      .find((own) => own?.family === "IPv4" && !own.internal)?.address;
    // Talking to an own address of another interface is how one machine can look like two, without leaving it.
    assert.ok(address, "this test needs one interface beside loopback");
    const url = `http://${address}:${new URL(api.url).port}`;
    for (const headers of [{}, { "x-forwarded-for": "127.0.0.1", forwarded: "for=127.0.0.1" }]) {
      const options = { method: "POST", body, headers: { ...json, ...headers } };
      const answer = await send(url, FORGET, options);
      assert.equal(answer.status, 401);
      assert.equal(code(answer), "logInRequired");
    }
    assert.equal((await send(url, "/api/v1/pvs")).status, 200);
    assert.equal(site.forgotten.length, 0);
  });

  it("is refused through a proxy on this machine that says it is one", async () => {
    for (const header of ["x-forwarded-for", "forwarded", "via", "x-real-ip"]) {
      assert.equal(code(await change({ [header]: "127.0.0.1" })), "logInRequired");
    }
    assert.equal(site.forgotten.length, 0);
  });

  it("is refused to pages of other origins that a browser on this machine shows", async () => {
    for (const headers of [
      { origin: "http://evil.example" },
      { origin: "null" },
      { origin: api.url.replace("http:", "https:").replace(/\d+$/, "1") },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ]) {
      const answer = await change(headers as Record<string, string>);
      assert.equal(answer.status, 403, JSON.stringify(headers));
      assert.equal(code(answer), "crossOrigin");
    }
    assert.equal(site.forgotten.length, 0);
  });

  it("is accepted from pages of this server", async () => {
    const own = `127.0.0.1:${new URL(api.url).port}`;
    const answer = await change({
      host: own,
      origin: `http://${own}`,
      "sec-fetch-site": "same-origin",
    });
    assert.equal(answer.status, 200);
  });

  it("cannot be made by an HTML form", async () => {
    const answer = await send(api.url, "/api/v1/pvs/SYS:a/search", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    assert.equal(code(answer), "notJson");
  });
});

describe("a question to the control network", () => {
  it("is refused to pages of other origins even when it is a GET", async () => {
    const site = new FakeSite();
    const api = await startApi(site);
    try {
      const answer = await send(api.url, "/api/v1/pvs/SYS:a/channel-info", {
        headers: { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" },
      });
      assert.equal(answer.status, 403);
      assert.deepEqual(site.asked, []);
    } finally {
      await api.stop();
    }
  });
});

describe("the name that a browser thinks this server has", () => {
  let api: RunningApi;
  before(async () => {
    api = await startApi(new FakeSite(), { hostNames: ["PVMON.site.example"] });
  });
  after(() => api.stop());

  it("may be an address, localhost, this machine's own, or a configured one", async () => {
    for (const host of [
      "127.0.0.1:5073",
      "10.7.0.1",
      "[::1]:5073",
      "localhost:5073",
      hostname(),
      "pvmon.site.example:80",
    ]) {
      assert.equal((await send(api.url, "/healthz", { headers: { host } })).status, 200, host);
    }
  });

  it("may be no other: a page could have pointed its own name here", async () => {
    for (const host of ["evil.example", "localhost.evil.example:5073", "127.0.0.1.evil.example"]) {
      const answer = await send(api.url, "/api/v1/pvs", { headers: { host } });
      assert.equal(answer.status, 421, host);
      assert.match(JSON.parse(answer.body).error.message, /hostNames/);
    }
  });
});
