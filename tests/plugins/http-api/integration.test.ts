/** The API over the real inventory: what a detector says comes out over HTTP. */
import assert from "node:assert/strict";
import { CLOCK, HTTP, parseEndpoint, parseIpv4, type SearchSeen } from "pvmon";
import { createMemory, createPuppet, FakeClock, type Pvmon, startPvmon } from "pvmon/testkit";
import { send, sendJson } from "./requests.js";

const SITE = `
name: Test site
log: { level: silent }
detectors: [{ use: puppet }]
stores: [{ use: memory }]
outputs: [{ use: http-api, config: { port: 0 } }]
`;

describe("pvmon over HTTP", () => {
  const clock = new FakeClock();
  let pvmon: Pvmon;
  let url: string;
  const puppet = createPuppet();
  before(async () => {
    pvmon = await startPvmon(SITE, {
      plugins: { puppet: puppet.plugin, memory: createMemory() },
      override: [[CLOCK, clock]],
    });
    url = pvmon.service(HTTP)?.address() ?? "";
    observe();
    await clock.advance(5000);
  });
  after(() => pvmon.stop());

  const get = async (path: string) => {
    const { status, body } = await send(url, path);
    return { status, ...JSON.parse(body) };
  };

  /** Two clients ask for ten names, two of which nobody answers; one is answered twice. */
  function observe(): void {
    const at = clock.now();
    const names = Array.from({ length: 8 }, (_, i) => `SYS${i}/sub:Value`);
    const servers = ["10.7.0.1:5064", "10.7.0.2:5064"].map((text) => parseEndpoint(text)!);
    puppet.emit(searchSeen(at, "10.7.0.100", [...names, "SYS:None", "caf\u00e9:x"]));
    puppet.emit(searchSeen(at + 1000, "10.7.0.101", ["SYS0/sub:Value"]));
    for (const [index, server] of servers.entries()) {
      puppet.emit({
        type: "beacon",
        at,
        source: server.ip,
        address: 0,
        port: server.port,
        sequence: 0,
        minorVersion: 13,
      });
      for (const name of index === 0 ? names : names.slice(0, 1)) {
        puppet.emit({
          type: "answer",
          at: at + 10,
          name,
          server,
          replier: server.ip,
          minorVersion: 13,
          asker: "own",
        });
      }
    }
  }

  it("is well, and counts what there is", async () => {
    assert.equal((await get("/healthz")).status, "ok");
    assert.equal((await get("/readyz")).status, "ok");
    const { name, counts, plugins } = await get("/api/v1/status");
    assert.equal(name, "Test site");
    assert.equal(counts.pvs.total, 10);
    assert.equal(counts.pvs.online, 8);
    assert.equal(counts.clients, 2);
    assert.deepEqual(
      plugins.map(({ id, status }: { id: string; status: string }) => [id, status]).sort(),
      [
        ["http-api", "ok"],
        ["memory", "ok"],
        ["puppet", "ok"],
      ],
    );
  });

  it("shows a PV with its servers and clients", async () => {
    const detail = await get(`/api/v1/pvs/${encodeURIComponent("SYS0/sub:Value")}`);
    assert.equal(detail.state, "online");
    assert.deepEqual(detail.servers.map(({ server }: { server: string }) => server).sort(), [
      "10.7.0.1:5064",
      "10.7.0.2:5064",
    ]);
    assert.equal(detail.requests, 2);
    assert.equal(detail.lastClient, "10.7.0.101");
    const strange = await get(`/api/v1/pvs/${encodeURIComponent("caf\u00e9:x")}`);
    assert.equal(strange.nameBytes, "636166e93a78");
  });

  it("pages through all names once, in each order, by offset too, and in a download", async () => {
    for (const sort of ["name", "requests", "lastRequested", "lastSeen", "firstSeen"]) {
      for (const order of ["asc", "desc"]) {
        const seen: string[] = [];
        let query = "";
        for (;;) {
          const page = await get(`/api/v1/pvs?sort=${sort}&order=${order}&limit=3${query}`);
          assert.equal(page.total, 10);
          seen.push(...page.items.map(({ name }: { name: string }) => name));
          if (page.next === null) break;
          query = `&cursor=${encodeURIComponent(page.next)}`;
        }
        assert.equal(seen.length, 10, `${sort} ${order}`);
        assert.equal(new Set(seen).size, 10, `${sort} ${order}`);
        const path = `/api/v1/pvs?sort=${sort}&order=${order}`;
        const namesOf = (items: readonly { name: string }[]) => items.map(({ name }) => name);
        const second = await get(`${path}&limit=4&offset=4`);
        assert.deepEqual([namesOf(second.items), second.next], [seen.slice(4, 8), null]);
        assert.deepEqual((await get(`${path}&limit=1&offset=1000`)).total, 10);
        const { body } = await send(url, `${path}&download=json`);
        assert.deepEqual(namesOf(JSON.parse(body)), seen);
      }
    }
  });

  it("filters by state, server, client, glob, part and expression", async () => {
    for (const [query, total] of [
      ["state=online", 8],
      ["state=online,unverified", 10],
      ["server=10.7.0.1:5064", 8],
      ["client=10.7.0.101", 1],
      ["match=sys*value", 8],
      ["match=YS3", 1],
      ["regex=^SYS[0-4]/", 5],
      ["regex=^SYS[0-4]/&match=2", 1],
      ["state=lost", 0],
    ] as const) {
      const page = await get(`/api/v1/pvs?${query}`);
      assert.equal(page.total, total, query);
      assert.equal(page.items.length, total, query);
    }
  });

  it("lists servers, hosts and clients, and shows each", async () => {
    for (const [path, key, known] of [
      ["/api/v1/servers", "server", "10.7.0.1:5064"],
      ["/api/v1/hosts", "host", "10.7.0.1"],
      ["/api/v1/clients", "client", "10.7.0.100"],
    ] as const) {
      const first = await get(`${path}?limit=1`);
      assert.equal(first.total, 2, path);
      const second = await get(`${path}?limit=1&cursor=${first.next}`);
      assert.notEqual(first.items[0][key], second.items[0][key]);
      assert.equal(second.next, null);
      assert.equal((await get(`${path}/${known}`))[key], known);
    }
    const { items } = await get("/api/v1/traffic/top?by=pv&limit=1");
    assert.equal(items[0].name, "SYS0/sub:Value");
  });

  it("says what state the names are in that were asked for most", async () => {
    const { items } = await get("/api/v1/traffic/top?by=pv&limit=1000");
    assert.equal(items.length, 10);
    const [first] = items;
    assert.deepEqual(
      [first.name, first.requests, first.state, first.invalid, first.lastClient],
      ["SYS0/sub:Value", 2, "online", true, "10.7.0.101"],
    );
    const unanswered = items.find(({ name }: { name: string }) => name === "SYS:None");
    assert.deepEqual([unanswered.state, unanswered.invalid], ["unverified", false]);
    const { top, latest } = await get("/api/v1/clients/10.7.0.100");
    assert.deepEqual([top.length, top[0].share, latest.length], [10, 0.1, 10]);
  });

  it("forgets a PV, and tells who did it", async () => {
    const answer = await send(url, "/api/v1/pvs/forget", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ names: ["SYS:None", "nobody"], why: "typing mistake" }),
    });
    assert.deepEqual(JSON.parse(answer.body), { forgotten: ["SYS:None"] });
    assert.equal((await get("/api/v1/pvs/SYS:None")).error.code, "notFound");
    await clock.advance(5000);
    const { items } = await get("/api/v1/events?type=operator.changed");
    assert.equal(items[0].evidence.who, "loopback");
    assert.equal(items[0].evidence.why, "typing mistake");
  });

  it("shows an entry of the log, and that it was acknowledged and taken out, in the very next list", async () => {
    const change = async (path: string, body: object) =>
      (await sendJson(url, "POST", path, body)).json;
    const { id } = await change("/api/v1/logs", { text: "look at it", pending: true });
    const entry = async () => {
      const { items } = await get("/api/v1/logs?limit=1000");
      const found = items.find((item: { id: string }) => item.id === id);
      return found && [found.needsAcknowledgement, found.acknowledged, found.acknowledgedBy];
    };
    assert.deepEqual(await entry(), [true, false, null]);
    assert.deepEqual(await change("/api/v1/logs/acknowledge", { ids: [id] }), { acknowledged: 1 });
    assert.deepEqual(await entry(), [true, true, "loopback"]);
    assert.deepEqual(await change("/api/v1/logs/forget", { ids: [id] }), { forgotten: 1 });
    assert.equal(await entry(), undefined);
  });

  it("says what is missing for a search", async () => {
    const answer = await send(url, "/api/v1/pvs/SYS:None/search", { method: "POST" });
    assert.equal(answer.status, 501);
    assert.equal(JSON.parse(answer.body).error.code, "serviceMissing");
  });

  it("takes texts as long as it says, and says of longer ones which parameter is wrong", async () => {
    const note = (length: number) =>
      sendJson(url, "POST", "/api/v1/logs", { text: "x".repeat(length) });
    assert.equal((await note(2000)).status, 200);
    const { status, json } = await note(2001);
    assert.deepEqual([status, json.error.parameter], [400, "text"]);
  });
});

function searchSeen(at: number, client: string, names: readonly string[]): SearchSeen {
  const starts: number[] = [];
  const ends: number[] = [];
  let text = "";
  for (const name of names) {
    starts.push(text.length);
    text += name;
    ends.push(text.length);
  }
  return {
    type: "searchSeen",
    at,
    client: parseIpv4(client) ?? 0,
    port: 40_000,
    source: "client",
    transport: "udp",
    minorVersion: 13,
    sequence: -1,
    bytes: Buffer.from(text, "latin1"),
    count: names.length,
    starts: Uint32Array.from(starts),
    ends: Uint32Array.from(ends),
  };
}
