/** What lists are asked for: by offset, by part of a name, in another order. */
import assert from "node:assert/strict";
import type { ClientQuery, PvQuery, ServerQuery } from "pvmon";
import { FakeSite, type RunningApi, startApi } from "./fake-site.js";
import { send } from "./requests.js";

describe("a list", () => {
  const site = new FakeSite();
  const asked: (PvQuery | ServerQuery | ClientQuery)[] = [];
  let api: RunningApi;
  before(async () => {
    const empty = { items: [], total: 0, next: null };
    site.inventory.listPvs = async (query) => {
      asked.push(query);
      return { ...empty, next: query.offset === undefined ? "x" : null };
    };
    site.inventory.listServers = (query) => {
      asked.push(query);
      return empty;
    };
    site.inventory.listClients = (query) => {
      asked.push(query);
      return empty;
    };
    api = await startApi(site);
  });
  after(() => api.stop());

  const refused = async (path: string, parameter: string) => {
    const { status, body } = await send(api.url, path);
    assert.equal(status, 400, path);
    assert.equal(JSON.parse(body).error.parameter, parameter, path);
  };
  const queryOf = async (path: string) => {
    const { status, body } = await send(api.url, path);
    assert.equal(status, 200, body);
    return { ...asked.at(-1) };
  };

  it("of PVs is asked for by offset, from 0, and then has no next page", async () => {
    for (const offset of [0, 999_950]) {
      assert.deepEqual(await queryOf(`/api/v1/pvs?offset=${offset}&limit=100`), {
        sort: "name",
        order: "asc",
        limit: 100,
        offset,
      });
    }
    const { body } = await send(api.url, "/api/v1/pvs?offset=5");
    assert.equal(JSON.parse(body).next, null);
  });

  it("of PVs refuses an offset that is none, or that comes with a cursor", async () => {
    for (const offset of ["-1", "1.5", "x", "", "1e3"]) {
      await refused(`/api/v1/pvs?offset=${offset}`, "offset");
    }
    const { next } = JSON.parse((await send(api.url, "/api/v1/pvs")).body);
    await refused(`/api/v1/pvs?offset=5&cursor=${next}`, "offset");
    await refused("/api/v1/hosts?offset=5", "offset");
  });

  it("of PVs has the same test for the same expression, so that its pages can share an order", async () => {
    const testOf = async (regex: string) => {
      const query = await queryOf(`/api/v1/pvs?offset=0&regex=${regex}`);
      return "accept" in query ? query.accept : undefined;
    };
    const one = await testOf("A$");
    assert.ok(one !== undefined);
    assert.equal(await testOf("A$"), one);
    assert.notEqual(await testOf("B$"), one);
  });

  it("of servers and clients is searched for a part of what they are called", async () => {
    assert.deepEqual(await queryOf("/api/v1/servers?match=st.cmd&state=alive"), {
      limit: 50,
      sort: "server",
      match: "st.cmd",
      states: ["alive"],
    });
    assert.deepEqual(await queryOf("/api/v1/clients?match=10.7&sort=unanswered"), {
      limit: 50,
      match: "10.7",
      sort: "unanswered",
    });
    for (const list of ["servers", "clients"]) {
      await refused(`/api/v1/${list}?match=`, "match");
      await refused(`/api/v1/${list}?match=${"x".repeat(201)}`, "match");
    }
  });

  it("of servers and clients is sorted by any column, either way, and had from any offset", async () => {
    for (const [list, sort] of [
      ["servers", "app"],
      ["clients", "lossEstimate"],
    ] as const) {
      assert.deepEqual(
        await queryOf(`/api/v1/${list}?sort=${sort}&order=asc&offset=4800&limit=200`),
        { sort, order: "asc", offset: 4800, limit: 200 },
      );
      await refused(`/api/v1/${list}?sort=address`, "sort");
      await refused(`/api/v1/${list}?offset=-1`, "offset");
    }
  });
});
