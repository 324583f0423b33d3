/** Every answer of the API against its own description. */
import assert from "node:assert/strict";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { OpenApi } from "../../../plugins/http-api/openapi.js";
import { ROUTES } from "../../../plugins/http-api/routes/index.js";
import { event, FakeSite, NOW, type RunningApi, startApi } from "./fake-site.js";
import { APP, OTHER_APP } from "./fake-views.js";
import { send } from "./requests.js";

/** One request for each row of the table that answers with JSON. */
const REQUESTS: Readonly<Record<string, { readonly path: string; readonly body?: object }>> = {
  "GET /healthz": { path: "/healthz" },
  "GET /readyz": { path: "/readyz" },
  "GET /api/v1/status": { path: "/api/v1/status" },
  "GET /api/v1/configuration": { path: "/api/v1/configuration" },
  "GET /api/v1/session": { path: "/api/v1/session" },
  "POST /api/v1/session": {
    path: "/api/v1/session",
    body: { name: "anna", password: "correct horse" },
  },
  "DELETE /api/v1/session": { path: "/api/v1/session" },
  "GET /api/v1/pvs": {
    path: "/api/v1/pvs?limit=2&sort=lastSeen&order=desc&state=online,duplicate",
  },
  "GET /api/v1/pvs/{name}": { path: "/api/v1/pvs/SYS:a" },
  "POST /api/v1/pvs/forget": { path: "/api/v1/pvs/forget", body: { names: ["SYS:a"] } },
  "POST /api/v1/pvs/{name}/search": { path: "/api/v1/pvs/SYS:a/search" },
  "GET /api/v1/pvs/{name}/channel-info": { path: "/api/v1/pvs/SYS:a/channel-info?value=true" },
  "GET /api/v1/servers": { path: "/api/v1/servers?state=alive&host=10.7.0.1" },
  "GET /api/v1/servers/{server}": { path: "/api/v1/servers/10.7.0.1:5064" },
  "DELETE /api/v1/servers/{server}": { path: "/api/v1/servers/10.7.0.1:5064?why=gone" },
  "GET /api/v1/hosts": { path: "/api/v1/hosts?match=IOC&state=ok,error&limit=1" },
  "GET /api/v1/hosts/{host}": { path: "/api/v1/hosts/10.7.0.1" },
  "PATCH /api/v1/hosts/{host}": {
    path: "/api/v1/hosts/ioc-one",
    body: { description: "", options: { hidden: true }, expectedPorts: [5064], expectedApps: 3 },
  },
  "DELETE /api/v1/hosts/{host}": { path: "/api/v1/hosts/10.8.0.1" },
  "GET /api/v1/hosts/{host}/ports/{port}": { path: "/api/v1/hosts/10.7.0.1/ports/41234" },
  "GET /api/v1/apps": { path: "/api/v1/apps?critical=critical&running=true&host=10.7.0.1" },
  "GET /api/v1/apps/{id}": { path: `/api/v1/apps/${APP}` },
  "PATCH /api/v1/apps/{id}": { path: `/api/v1/apps/${APP}`, body: { name: null } },
  "DELETE /api/v1/apps/{id}": { path: `/api/v1/apps/${APP}` },
  "GET /api/v1/heartbeats": { path: "/api/v1/heartbeats?limit=1" },
  "GET /api/v1/heartbeats/{app}": { path: `/api/v1/heartbeats/${OTHER_APP}` },
  "GET /api/v1/heartbeats/{app}/pvs": { path: `/api/v1/heartbeats/${APP}/pvs?limit=2` },
  "GET /api/v1/groups": { path: "/api/v1/groups" },
  "POST /api/v1/groups": { path: "/api/v1/groups", body: { name: "Vacuum" } },
  "GET /api/v1/groups/{id}": { path: "/api/v1/groups/g1" },
  "PATCH /api/v1/groups/{id}": { path: "/api/v1/groups/g1", body: { hosts: [] } },
  "DELETE /api/v1/groups/{id}": { path: "/api/v1/groups/g1" },
  "GET /api/v1/health": { path: "/api/v1/health?lost=false" },
  "GET /api/v1/health/{source}": { path: "/api/v1/health/a%2Fb" },
  "DELETE /api/v1/health/{source}": { path: "/api/v1/health/ioc-one" },
  "POST /api/v1/health/{source}/read": { path: "/api/v1/health/ioc-one/read" },
  "GET /api/v1/clients": { path: "/api/v1/clients?sort=namesPerSecond" },
  "GET /api/v1/clients/{client}": { path: "/api/v1/clients/10.7.0.9" },
  "GET /api/v1/events": { path: "/api/v1/events?type=server.lost&from=2025-12-31T00:00:00Z" },
  "GET /api/v1/events/counts": {
    path: "/api/v1/events/counts?type=server.lost&severity=alarm&range=6h&step=60",
  },
  "GET /api/v1/anomalies": { path: "/api/v1/anomalies?state=open" },
  "GET /api/v1/traffic": { path: "/api/v1/traffic?series=searchNames,client:10.7.0.9&range=6h" },
  "GET /api/v1/traffic/top": { path: "/api/v1/traffic/top?by=client&range=2w" },
  "GET /api/v1/logs": { path: "/api/v1/logs?state=pending,noted&host=10.7.0.1" },
  "POST /api/v1/logs": { path: "/api/v1/logs", body: { text: "Rebooted", pending: true } },
  "POST /api/v1/logs/acknowledge": { path: "/api/v1/logs/acknowledge", body: { all: true } },
  "POST /api/v1/logs/forget": { path: "/api/v1/logs/forget", body: { ids: ["1"] } },
  "GET /api/v1/changes": { path: "/api/v1/changes?range=1d&limit=10" },
  "GET /api/v1.0/heartbeats": { path: "/api/v1.0/heartbeats?raw=1&handle=7" },
  "GET /api/v1.0/beacons": { path: "/api/v1.0/beacons?handle=7" },
  "GET /cainfo/{pv}": { path: "/cainfo/SYS:a" },
  "GET /api/openapi.json": { path: "/api/openapi.json" },
};

describe("the answers of the API", () => {
  const site = new FakeSite();
  let api: RunningApi;
  let document: OpenApi;
  before(async () => {
    site.access.users.set("anna", { role: "operator", password: "correct horse" });
    site.access.loopback = "admin";
    api = await startApi(site);
    document = (await (await fetch(`${api.url}/api/openapi.json`)).json()) as OpenApi;
  });
  after(() => api.stop());

  const get = async (path: string) => JSON.parse((await send(api.url, path)).body);

  it("are each asked for below", () => {
    const rows = ROUTES.filter(({ messages, plainText }) => !(messages || plainText));
    assert.deepEqual(
      rows.map(({ method, route }) => `${method} ${route}`).sort(),
      Object.keys(REQUESTS).sort(),
    );
  });

  for (const [row, { path, body }] of Object.entries(REQUESTS)) {
    it(`have the described shape and nothing else: ${row}`, async () => {
      const [method = "", route = ""] = row.split(" ");
      const answer = await fetch(`${api.url}${path}`, {
        method,
        ...(body !== undefined && {
          body: JSON.stringify(body),
          headers: { "content-type": "application/json" },
        }),
      });
      const json: unknown = await answer.json();
      assert.equal(answer.status, 200, JSON.stringify(json));
      assert.match(answer.headers.get("content-type") ?? "", /^application\/json/);
      check(document, answerSchema(document, method, route, "200", "application/json"), json);
    });
  }

  it("have the described shape as downloads, too", async () => {
    for (const [row, { path }] of Object.entries(REQUESTS)) {
      const [method = "", route = ""] = row.split(" ");
      if (answerSchema(document, method, route, "200", "text/csv") === undefined) continue;
      const all = path.replace(/limit=\d+&?/, "");
      const answer = await fetch(`${api.url}${all}${all.includes("?") ? "&" : "?"}download=json`);
      const json: unknown = await answer.json();
      assert.ok(Array.isArray(json), `${path} ${JSON.stringify(json)}`);
      check(document, answerSchema(document, method, route, "200", "application/json"), json);
    }
  });

  it("are described for the stream, whose data have that shape", async () => {
    const stop = new AbortController();
    const answer = await fetch(`${api.url}/api/v1/stream`, { signal: stop.signal });
    const schema = answerSchema(document, "GET", "/api/v1/stream", "200", "text/event-stream");
    setImmediate(() => site.publish(event(3)));
    let text = "";
    const decoder = new TextDecoder();
    for await (const chunk of answer.body as ReadableStream<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      if (text.includes("event: events") && text.endsWith("\n\n")) break;
    }
    stop.abort();
    const data = [...text.matchAll(/^data: (.*)$/gm)].map(([, json]) => JSON.parse(json ?? ""));
    assert.equal(data.length, 2);
    for (const item of data) check(document, schema, item);
  });

  it("have the described shape for errors", async () => {
    for (const path of ["/api/v1/pvs", "/api/v1.0/beacons"]) {
      const answer = await fetch(`${api.url}${path}?nonsense=1`);
      const json: unknown = await answer.json();
      assert.equal(answer.status, 400);
      check(document, answerSchema(document, "GET", path, "default", "application/json"), json);
    }
  });

  it("are described as text where they are text", async () => {
    for (const [query, status, described] of [
      ["", 200, "200"],
      ["?x=1", 400, "default"],
    ] as const) {
      const answer = await fetch(`${api.url}/caget/SYS:a${query}`);
      assert.equal(answer.status, status);
      assert.equal(answer.headers.get("content-type"), "text/plain; charset=utf-8");
      const schema = answerSchema(document, "GET", "/caget/{pv}", described, "text/plain");
      check(document, schema, await answer.text());
    }
  });

  it("have times in ISO 8601 with milliseconds, whatever the field", async () => {
    const status = await get("/api/v1/status");
    assert.equal(status.plugins[0].since, new Date(NOW - 1000).toISOString());
    const detail = await get("/api/v1/pvs/SYS:a");
    assert.equal(detail.firstSeenAt, "2025-12-31T23:58:30.000Z");
    assert.equal(detail.diagnosis.evidence.lastBeaconAt, "2025-12-31T23:59:15.000Z");
  });

  it("have event ids as strings, and every field of the contract", async () => {
    const { items } = await get("/api/v1/events");
    assert.equal(items[0].id, String(NOW * 1000 + 2));
    assert.equal(items[0].server, "10.7.0.1:5064");
    for (const absent of ["host", "client", "pv", "app", "log", "acknowledgedBy"]) {
      assert.equal(items[0][absent], null, absent);
    }
    assert.equal(items[0].acknowledged, false);
  });

  it("fail their check when a field is missing, has another type, or is not described", () => {
    const schema = answerSchema(document, "GET", "/healthz", "200", "application/json");
    for (const wrong of [{}, { status: 1 }, { status: "ok", more: 1 }]) {
      assert.throws(() => check(document, schema, wrong));
    }
  });
});

describe("the description of the API", () => {
  it("names every operation once, and every parameter in a path", async () => {
    const api = await startApi(new FakeSite());
    try {
      const document = (await (await fetch(`${api.url}/api/openapi.json`)).json()) as OpenApi;
      const ids: unknown[] = [];
      for (const [path, operations] of Object.entries(document.paths)) {
        for (const operation of Object.values(operations)) {
          ids.push(operation.operationId);
          const parameters = operation.parameters as { name: string; in: string }[];
          assert.deepEqual(
            parameters.filter(({ in: place }) => place === "path").map(({ name }) => name),
            [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
          );
        }
      }
      assert.equal(new Set(ids).size, ROUTES.length);
      assert.equal(ids.length, ROUTES.length);
    } finally {
      await api.stop();
    }
  });
});

function answerSchema(
  document: OpenApi,
  method: string,
  route: string,
  status: string,
  type: string,
): unknown {
  const operation = document.paths[route]?.[method.toLowerCase()] as {
    responses: Record<string, { content: Record<string, { schema: unknown }> }>;
  };
  return operation.responses[status]?.content[type]?.schema;
}

/** Stricter than the description, which lets later versions add fields: here nothing may come that it does not name. */
function check(document: OpenApi, schema: unknown, data: unknown): void {
  const ajv = new Ajv2020({
    strict: false,
    formats: { "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ },
  });
  const validate = ajv.compile({
    ...(closed(schema) as object),
    components: closed(document.components),
  });
  assert.ok(validate(data), ajv.errorsText(validate.errors));
}

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (schema === null || typeof schema !== "object") return schema;
  const copy = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, closed(value)]),
  );
  const { type, properties } = copy;
  if (type !== "object" || properties === undefined) return copy;
  // The description describes itself only as far as its version.
  if (Object.hasOwn(Object(properties), "openapi")) return copy;
  return { ...copy, additionalProperties: false };
}
