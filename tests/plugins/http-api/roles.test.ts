/** Who may ask for what: every row of the table, with every role. */
import assert from "node:assert/strict";
import { hasRole, ROLES, type Role } from "pvmon";
import { type Route, roleOf } from "../../../plugins/http-api/route.js";
import { ROUTES } from "../../../plugins/http-api/routes/index.js";
import { FakeSite, type RunningApi, startApi } from "./fake-site.js";
import { send } from "./requests.js";

const EXAMPLES: Readonly<Record<string, string>> = {
  name: "SYS:a",
  pv: "SYS:a",
  server: "10.7.0.1:5064",
  host: "10.7.0.1",
  port: "41234",
  source: "ioc-one",
  client: "10.7.0.9",
};
const OPEN = [
  "GET /healthz",
  "GET /readyz",
  "GET /api/v1/session",
  "POST /api/v1/session",
  "DELETE /api/v1/session",
];

const titleOf = ({ method, route }: Route) => `${method} ${route}`;
const pathOf = (route: string) =>
  route.replaceAll(/\{(\w+)\}/g, (_all, name) => EXAMPLES[name] ?? "00ffee0000c0ffee");

describe("every path of the API", () => {
  const site = new FakeSite();
  let api: RunningApi;
  before(async () => {
    for (const role of ROLES) site.access.tokens.set(`token-of-a-${role}`, { name: role, role });
    api = await startApi(site);
  });
  after(() => api.stop());
  beforeEach(() => {
    site.access.anonymous = "viewer";
  });

  /** Undefined when the row's handler or checks were reached. */
  async function refusal(row: Route, role: Role | null): Promise<number | undefined> {
    const { status } = await send(api.url, pathOf(row.route), {
      // A stream has no end.
      method: row.messages === undefined ? row.method : "HEAD",
      headers: {
        ...(row.body !== undefined && { "content-type": "application/json" }),
        ...(role !== null && { authorization: `Bearer token-of-a-${role}` }),
      },
      ...(row.body !== undefined && { body: "{}" }),
    });
    return status === 401 || status === 403 ? status : undefined;
  }

  it("that needs no role is about health or logging in", () => {
    assert.deepEqual(ROUTES.filter((row) => roleOf(row) === null).map(titleOf), OPEN);
  });

  it("that is no GET needs an operator, or more", () => {
    const changes = ROUTES.filter((row) => row.method !== "GET" && !OPEN.includes(titleOf(row)));
    assert.ok(changes.length >= 15);
    for (const row of changes) assert.ok(hasRole(roleOf(row), "operator"), titleOf(row));
  });

  for (const row of ROUTES) {
    it(`lets those in who have the role it needs, and nobody else: ${titleOf(row)}`, async () => {
      const needed = roleOf(row);
      for (const role of ROLES) {
        const isLet = needed === null || hasRole(role, needed);
        assert.equal(await refusal(row, role), isLet ? undefined : 403, role);
      }
      for (const anonymous of ["viewer", null] as const) {
        site.access.anonymous = anonymous;
        const isLet = needed === null || hasRole(anonymous, needed);
        assert.equal(await refusal(row, null), isLet ? undefined : 401, `anonymous ${anonymous}`);
      }
    });
  }

  it("says in the description of the API which role it needs", async () => {
    const { body } = await send(api.url, "/api/openapi.json");
    const { paths, components } = JSON.parse(body);
    assert.deepEqual(Object.keys(components.securitySchemes), ["session", "token"]);
    for (const row of ROUTES) {
      const { security } = paths[row.route][row.method.toLowerCase()];
      const role = roleOf(row);
      const named = role === null ? [] : [{ session: [role] }, { token: [role] }];
      assert.deepEqual(security, role === "viewer" ? [{}, ...named] : named, titleOf(row));
    }
  });
});
