import assert from "node:assert/strict";
import { Clients, type ClientsOptions } from "../../../../core/model/clients/clients.js";
import type { EventDraft } from "../../../../core/model/event.js";
import type { SearchSeen } from "../../../../core/model/observation.js";
import { CursorError } from "../../../../core/model/pages/page.js";
import { CLIENT_SORTS, type PvState } from "../../../../core/model/views.js";

const START = Date.UTC(2026, 0, 1);

/** Clients among names `n0`, `n1`, … of which those in `states` are not unverified. */
function clients(options: ClientsOptions = {}, states: Readonly<Record<number, PvState>> = {}) {
  const events: EventDraft[] = [];
  const dirty: number[] = [];
  const table = new Clients(
    options,
    { nameOf: (id) => `n${id}`, stateOf: (id) => states[id] ?? "unverified" },
    { event: (draft) => events.push(draft), dirty: (client) => dirty.push(client) },
  );
  return { table, events, dirty };
}

function search(
  table: Clients,
  at: number,
  client: number,
  ids: readonly number[],
  also: Partial<SearchSeen> = {},
): void {
  const seen: SearchSeen = {
    type: "searchSeen",
    at,
    client,
    port: 40_000,
    source: "client",
    transport: "udp",
    minorVersion: 13,
    sequence: -1,
    bytes: new Uint8Array(0),
    count: ids.length,
    starts: new Uint32Array(0),
    ends: new Uint32Array(0),
    ...also,
  };
  table.foldSearch(seen, Uint32Array.from(ids));
}

describe("clients", () => {
  it("count names, datagrams and when they were seen", () => {
    const { table } = clients();
    search(table, START, 0x0a070001, [1, 2, 3]);
    search(table, START + 500, 0x0a070001, [1]);
    const item = table.detail(0x0a070001, START + 500)!;
    assert.equal(item.client, "10.7.0.1");
    assert.deepEqual(
      [item.searches, item.datagrams, item.names, item.firstSeenAt, item.lastSeenAt, item.source],
      [4, 2, 3, START, START + 500, "client"],
    );
  });

  it("addresses above 128.0.0.0 are clients like any other", () => {
    const { table } = clients();
    search(table, START, 0xc0a80001, [1]);
    assert.equal(table.detail(0xc0a80001, START)!.client, "192.168.0.1");
    assert.equal(table.list({ limit: 5 }, START).items[0]!.client, "192.168.0.1");
    assert.equal(table.topRequests("client", 5)[0]!.name, "192.168.0.1");
    assert.equal(table.row(0xc0a80001)!.client, 0xc0a80001);
  });

  it("say how many of their latest names nobody answers", () => {
    const { table } = clients({}, { 1: "lost", 2: "neverAnswered", 3: "online" });
    search(table, START, 1, [1, 2, 3, 4, 1, 1]);
    const item = table.detail(1, START)!;
    assert.deepEqual([item.names, item.unanswered, item.unansweredShare], [4, 2, 0.5]);
  });

  it("show the names asked for most, and the latest requests first", () => {
    const { table } = clients({}, { 2: "online" });
    search(table, START, 1, [1, 2]);
    search(table, START + 7, 1, [2]);
    const { top, latest } = table.detail(1, START)!;
    assert.deepEqual(top, [
      { name: "n2", requests: 2, share: 2 / 3, state: "online" },
      { name: "n1", requests: 1, share: 1 / 3, state: "unverified" },
    ]);
    assert.deepEqual(latest, [
      { name: "n2", at: START + 7 },
      { name: "n2", at: START },
      { name: "n1", at: START },
    ]);
  });

  it("keep the latest 1,000 requests each and 10,000 in all", () => {
    const { table } = clients();
    const ids = Array.from({ length: 30 }, (_, id) => id);
    for (let datagram = 0; datagram < 400; datagram++) search(table, START + datagram, 1, ids);
    search(table, START + 400, 2, [99]);
    const detail = table.detail(1, START)!;
    assert.equal(detail.latest.length, 1000);
    assert.equal(detail.latest[0]!.name, "n29");
    assert.equal(detail.searches, 12_000);
    const top = table.topRequests("client", 10);
    assert.equal(
      top.reduce((sum, { requests }) => sum + requests, 0),
      10_000,
    );
    assert.deepEqual(top[1], { name: "0.0.0.2", requests: 1, share: 1 / 10_000 });
  });

  it("names asked for most over all clients come with their share", () => {
    const { table } = clients();
    search(table, START, 1, [1, 2, 3]);
    search(table, START, 2, [2]);
    assert.deepEqual(table.topRequests("pv", 1), [{ name: "n2", requests: 2, share: 0.5 }]);
  });

  it("names per second are those of the last minute", () => {
    const { table } = clients();
    for (let second = 0; second < 120; second++) search(table, START + second * 1000, 1, [1, 2]);
    assert.equal(table.detail(1, START + 120_000)!.namesPerSecond, 2);
    assert.equal(table.detail(1, START + 240_000)!.namesPerSecond, 0);
  });

  it("the 20,001st evicts the one not seen for longest", () => {
    const { table } = clients();
    for (let client = 1; client <= 20_000; client++)
      search(table, START + client * 1000, client, [1]);
    search(table, START + 20_001_000, 1, [1]);
    search(table, START + 20_002_000, 30_000, [1]);
    assert.equal(table.size, 20_000);
    assert.equal(table.row(2), undefined, "the stalest went");
    assert.ok(table.row(1), "the one seen again stayed");
    assert.ok(table.row(30_000));
  });

  it("an evicted client gives its memory back", () => {
    const { table } = clients({ maxClients: 10 });
    const ids = Array.from({ length: 1000 }, (_, id) => id);
    for (let client = 1; client <= 8000; client++)
      search(table, START + client * 1000, client, ids);
    assert.equal(table.detail(8000, START)!.latest.length, 1000);
  });

  it("that number their datagrams are libca, the others caproto or CAJ, or not known", () => {
    const { table } = clients();
    search(table, START, 1, [1], { sequence: 5 });
    search(table, START, 2, [1], { minorVersion: 13 });
    search(table, START, 3, [1], { minorVersion: 8 });
    search(table, START, 4, [1], { transport: "tcp" });
    assert.deepEqual(
      [1, 2, 3, 4].map((client) => table.detail(client, START)!.library),
      ["libca", "caproto or CAJ", "unknown", "unknown"],
    );
  });

  it("show the loss of each, and of all together", () => {
    const { table } = clients();
    assert.equal(table.lossShare(), null);
    for (const sequence of [1, 2, 5]) search(table, START, 1, [1], { sequence });
    for (const sequence of [9, 10, 11]) search(table, START, 2, [1], { sequence });
    search(table, START, 3, [1]);
    assert.deepEqual(
      [1, 2, 3].map((client) => table.detail(client, START)!.lossEstimate),
      [2 / 5, 0, null],
    );
    assert.equal(table.lossShare(), 2 / 8);
  });

  it("are listed a page at a time by any sort, each exactly once", () => {
    const { table } = clients();
    for (let client = 1; client <= 95; client++) {
      search(table, START + (client % 7) * 1000, client, new Array(client % 5).fill(1));
    }
    for (const sort of CLIENT_SORTS) {
      for (const order of ["asc", "desc"] as const) {
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const query = { limit: 10, sort, order, ...(cursor && { cursor }) };
          const page = table.list(query, START + 10_000);
          assert.equal(page.total, 95);
          const { items } = table.list(
            { limit: 10, sort, order, offset: seen.length },
            START + 10_000,
          );
          assert.deepEqual(items, page.items, "a place is the same by cursor and by offset");
          seen.push(...page.items.map(({ client }) => client));
          cursor = page.next ?? undefined;
        } while (cursor !== undefined);
        assert.equal(seen.length, 95, sort);
        assert.equal(new Set(seen).size, 95, sort);
      }
    }
    assert.equal(table.list({ limit: 1, sort: "searches" }, START).items[0]!.searches, 4);
    assert.equal(table.list({ limit: 1, sort: "client" }, START).items[0]!.client, "0.0.0.1");
    const last = table.list({ limit: 1, sort: "client", order: "desc" }, START);
    assert.equal(last.items[0]!.client, "0.0.0.95");
  });

  it("are listed by how many of their latest names nobody answers for, each name once", () => {
    const { table } = clients({}, { 1: "lost", 2: "neverAnswered", 3: "online" });
    search(table, START, 1, [3, 3, 3, 3, 4]);
    search(table, START, 2, [1, 1, 1, 1, 1]);
    search(table, START, 3, [1, 2, 3]);
    const { items } = table.list({ limit: 10, sort: "unanswered" }, START);
    assert.deepEqual(
      items.map(({ client, unanswered }) => [client, unanswered]),
      [
        ["0.0.0.3", 2],
        ["0.0.0.2", 1],
        ["0.0.0.1", 0],
      ],
    );
  });

  it("a cursor that no page gave is a CursorError", () => {
    const { table } = clients();
    for (const cursor of ["", "x", "[1]", "[1,2,3]", "[{},1]", '[1,"x"]']) {
      assert.throws(() => table.list({ limit: 10, cursor }, START), CursorError);
    }
  });

  it("appear as events only ten minutes after a start that remembered none", () => {
    const { table, events } = clients();
    search(table, START, 1, [1]);
    search(table, START + 599_999, 2, [1]);
    assert.deepEqual(events, []);
    search(table, START + 600_000, 3, [1]);
    search(table, START + 600_001, 3, [1]);
    assert.deepEqual(
      events.map(({ type, subject, at }) => [type, subject, at]),
      [["client.appeared", "0.0.0.3", START + 600_000]],
    );
  });

  it("appear at once where others are remembered, and those remembered never do", () => {
    const { table, events } = clients();
    table.restore({
      kind: "client",
      client: 1,
      firstSeenAt: 5,
      lastSeenAt: 6,
      searches: 7,
      datagrams: 8,
    });
    search(table, START, 1, [1]);
    search(table, START, 2, [1]);
    assert.deepEqual(
      events.map(({ subject }) => subject),
      ["0.0.0.2"],
    );
    assert.equal(table.row(1)!.searches, 8);
    assert.equal(table.row(1)!.firstSeenAt, 5);
  });

  it("a flood of forged addresses makes at most 60 events a minute", () => {
    const { table, events } = clients({ settleMinutes: 0 });
    for (let client = 1; client <= 5000; client++) search(table, START, client, [1]);
    assert.equal(events.length, 60);
    search(table, START + 60_000, 9000, [1]);
    assert.equal(events.length, 61);
  });

  it("of too many remembered, those seen last stay", () => {
    const { table, dirty, events } = clients({ maxClients: 3 });
    for (const client of [4, 1, 9, 7, 2, 8]) {
      table.restore({
        kind: "client",
        client,
        firstSeenAt: 0,
        lastSeenAt: client,
        searches: 1,
        datagrams: 1,
      });
    }
    assert.deepEqual(dirty, []);
    search(table, START, 9, [1]);
    assert.equal(table.size, 3);
    search(table, START, 5, [1]);
    assert.deepEqual(
      [9, 8, 5, 7].map((client) => table.row(client) !== undefined),
      [true, true, true, false],
    );
    assert.deepEqual(
      events.map(({ subject }) => subject),
      ["0.0.0.5"],
    );
  });

  it("are told apart by how much they ask for, the busiest first, of equal ones the lower address", () => {
    const { table } = clients();
    const asked = [3, 9, 1, 9, 5, 7, 9, 2];
    for (const [client, count] of asked.entries()) {
      for (let n = 0; n < count; n++) search(table, START + 1000, client, [n]);
    }
    search(table, START + 3000, 4, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const { asking, top } = table.busiest(START, START + 3000, 4);
    assert.equal(asking, 8);
    assert.deepEqual(
      top.map(({ client, names }) => [client, names]),
      [
        [1, 9],
        [3, 9],
        [6, 9],
        [5, 7],
      ],
    );
  });

  it("asked for nothing later than a clock that was set back", () => {
    const { table } = clients();
    search(table, START + 9000, 1, [1, 2]);
    table.clockSet(START + 5000);
    search(table, START + 9000, 1, [1]);
    assert.deepEqual(table.busiest(START, START + 10_000, 3).top[0]?.names, 1);
  });

  it("forget names that were forgotten", () => {
    const { table } = clients();
    search(table, START, 1, [1, 2, 1]);
    table.forgetNames(new Set([1]));
    assert.equal(table.detail(1, START)!.names, 1);
    assert.deepEqual(
      table.topRequests("pv", 5).map(({ name }) => name),
      ["n2"],
    );
  });
});
