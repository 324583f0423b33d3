/** Whatever changes something: every such row of the table stands behind the same guards. */
import assert from "node:assert/strict";
import { ROUTES } from "../../../plugins/http-api/routes/index.js";
import { FakeSite, type RunningApi, startApi } from "./fake-site.js";
import { send } from "./requests.js";

/** All but logging in and out. */
const CHANGES = ROUTES.filter(({ method, role }) => method !== "GET" && role !== "anybody");
const EXAMPLES: Readonly<Record<string, string>> = {
  name: "SYS:a",
  server: "10.7.0.1:5064",
  host: "10.7.0.1",
  source: "ioc-one",
};

/** For an application's id when nothing else is known of the parameter, for a group's it will do too. */
function pathOf(route: string): string {
  return route.replaceAll(/\{(\w+)\}/g, (_all, name) => EXAMPLES[name] ?? "00ffee0000c0ffee");
}

describe("every change", () => {
  const site = new FakeSite();
  let api: RunningApi;
  before(async () => {
    api = await startApi(site);
  });
  after(() => api.stop());
  afterEach(() => {
    assert.deepEqual([site.changes, site.forgotten, site.probed], [[], [], []]);
  });

  async function refused(status: number, code: string, headers: object, body?: string) {
    for (const { method, route } of CHANGES) {
      const answer = await send(api.url, pathOf(route), {
        method,
        headers: headers as Readonly<Record<string, string>>,
        ...(body !== undefined && { body }),
      });
      assert.equal(answer.status, status, `${method} ${route}`);
      assert.equal(JSON.parse(answer.body).error.code, code, `${method} ${route}`);
    }
  }

  it("is there: nothing below would fail otherwise", () => {
    const methods = new Set(CHANGES.map(({ method }) => method));
    assert.deepEqual([...methods].sort(), ["DELETE", "PATCH", "POST"]);
    assert.ok(CHANGES.length >= 15);
  });

  it("is refused through a proxy that says it is one", async () => {
    await refused(401, "logInRequired", { "x-forwarded-for": "127.0.0.1" });
  });

  it("is refused to pages of other origins", async () => {
    await refused(403, "crossOrigin", { origin: "http://evil.example" });
    await refused(403, "crossOrigin", { "sec-fetch-site": "cross-site" });
  });

  it("is refused when its body is a form", async () => {
    const type = "application/x-www-form-urlencoded";
    await refused(415, "notJson", { "content-type": type, "content-length": "6" }, "name=x");
  });

  it("is no GET: nothing happens when a path is only looked at", async () => {
    for (const { route } of CHANGES) await send(api.url, pathOf(route));
  });

  it("takes a reason, unless it only asks the network", () => {
    for (const { method, route, query, body } of CHANGES) {
      if (/\/(search|read)$/.test(route)) continue;
      const properties = method === "DELETE" ? query?.properties : body?.properties;
      assert.ok(properties && "why" in properties, `${method} ${route}`);
    }
  });
});
