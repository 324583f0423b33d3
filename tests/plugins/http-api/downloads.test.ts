/** Whole lists as files: complete, or visibly broken off; safe to open; and never a burden. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { get as httpGet, type IncomingMessage } from "node:http";
import { setImmediate } from "node:timers/promises";
import { parse } from "csv-parse/sync";
import type { PvItem } from "pvmon";
import { itemOf } from "../../../plugins/http-api/downloads.js";
import { ROUTES } from "../../../plugins/http-api/routes/index.js";
import { event, FakeSite, pv, type RunningApi, startApi } from "./fake-site.js";
import { send } from "./requests.js";

const HOSTILE_NAMES = [
  'say "hello", twice',
  "two\r\nlines\nand\rmore",
  "=1+1",
  "+cmd|' /C calc'!A0",
  "-2+3",
  "@SUM(A1)",
  "\tTAB",
  "\rCR",
  "<img src=x onerror=alert(1)>",
  "caf\u00e9\u0080\u00ff",
  " , ;",
  "'quoted'",
];

type Record = Readonly<{ [name: string]: string }>;

const records = (csv: string): Record[] => parse(csv, { columns: true }) as Record[];

/** As a spreadsheet gets it. */
const shown = (name: string): string => (/^[=+\-@\t\r]/.test(name) ? `'${name}` : name);

function itemFor(name: string): PvItem {
  const { servers, clients, duplicates, heartbeat, nameBytes, diagnosis, ...item } = pv(name);
  return item;
}

/** Its pages are taken from the list as they are asked for. */
function listing(site: FakeSite, names: readonly string[]): { asked: number } {
  const count = { asked: 0 };
  site.inventory.listPvs = async ({ limit, cursor = "0" }) => {
    count.asked++;
    const end = Number(cursor) + limit;
    return {
      items: names.slice(Number(cursor), end).map(itemFor),
      total: names.length,
      next: end < names.length ? String(end) : null,
    };
  };
  return count;
}

describe("a download", () => {
  const site = new FakeSite();
  let api: RunningApi;
  before(async () => {
    api = await startApi(site);
  });
  after(() => api.stop());

  const download = async (path: string) => {
    const answer = await send(api.url, path);
    assert.equal(answer.status, 200, answer.body);
    return answer;
  };

  /** The answer before its content is read. */
  const opened = async (path: string): Promise<IncomingMessage> => {
    const request = httpGet(`${api.url}${path}`, { agent: false });
    const [answer] = (await once(request, "response")) as [IncomingMessage];
    return answer;
  };

  /** Until there is a place for another one. */
  const free = async (): Promise<void> => {
    while ((await send(api.url, "/api/v1/groups?download=json")).status !== 200)
      await setImmediate();
  };

  it("has every item, whatever its name is, in CSV and in JSON", async () => {
    listing(site, HOSTILE_NAMES);
    const csv = records((await download("/api/v1/pvs?download=csv")).body);
    assert.deepEqual(
      csv.map(({ name }) => name),
      HOSTILE_NAMES.map(shown),
    );
    const json = JSON.parse((await download("/api/v1/pvs?download=json")).body);
    assert.deepEqual(json, JSON.parse((await send(api.url, "/api/v1/pvs")).body).items);
  });

  it("has lines that end with CR and LF, and columns that follow from the description", async () => {
    listing(site, ["A"]);
    const { body } = await download("/api/v1/pvs?download=csv");
    const [header, line, end, ...more] = body.split("\r\n");
    assert.equal(
      header,
      "name,state,duplicate,invalid,requests,lastRequestedAt,lastClient,server,lastSeenAt,firstSeenAt",
    );
    assert.match(line ?? "", /^A,online,(true|false),(true|false),\d+,20\d\d-/);
    assert.deepEqual([end, more], ["", []]);
  });

  it("has fields of fields, lists and what else there is in cells of their own", async () => {
    const [server] = records((await download("/api/v1/servers?download=csv")).body);
    assert.ok(server !== undefined);
    const [item] = JSON.parse((await send(api.url, "/api/v1/servers")).body).items;
    assert.equal(server["startedAt.at"], item.startedAt.at);
    assert.equal(server["app.command"], item.app.command);
    assert.deepEqual(JSON.parse(server.anomalies ?? ""), item.anomalies);
    const [host] = records((await download("/api/v1/hosts?download=csv")).body);
    const [hostItem] = JSON.parse((await send(api.url, "/api/v1/hosts")).body).items;
    assert.equal(host?.addresses, hostItem.addresses.join(" "));
    assert.equal(host?.["options.hidden"], String(hostItem.options.hidden));
  });

  it("leaves negative numbers as they are", async () => {
    const csv = records((await download("/api/v1/heartbeats?download=csv")).body);
    const { items } = JSON.parse((await send(api.url, "/api/v1/heartbeats")).body);
    const offsets = items.map((item: { clockOffsetSeconds: number | null }) =>
      String(item.clockOffsetSeconds ?? ""),
    );
    assert.deepEqual(
      csv.map(({ clockOffsetSeconds }) => clockOffsetSeconds),
      offsets,
    );
    assert.ok(offsets.some((offset: string) => offset.startsWith("-")));
  });

  it("is offered by every list, and says what kind of file it is and how it is called", async () => {
    const time = new Date(site.clock.now()).toISOString().slice(0, 19).replaceAll(":", "-");
    const paths: { [route: string]: string } = {
      "/api/v1/heartbeats/{app}/pvs": "/api/v1/heartbeats/00ffee0000c0ffee/pvs",
      "/api/v1/pvs/{name}/channel-info": "/api/v1/pvs/SYS%3Aa/channel-info",
      "/api/v1/traffic/top": "/api/v1/traffic/top?by=pv",
    };
    listing(site, ["A"]);
    const lists = ROUTES.filter((row) => itemOf(row) !== undefined);
    assert.ok(lists.length >= 12);
    for (const { route } of lists) {
      const path = paths[route] ?? route;
      for (const format of ["csv", "json"]) {
        const { headers, body } = await download(
          `${path}${path.includes("?") ? "&" : "?"}download=${format}`,
        );
        assert.equal(
          headers["content-type"],
          format === "csv" ? "text/csv; charset=utf-8" : "application/json; charset=utf-8",
        );
        const [, list, rest] =
          /^attachment; filename="([a-z-]+)-(.*)"$/.exec(headers["content-disposition"] ?? "") ??
          [];
        assert.ok(list !== undefined && route.endsWith(list.split("-").at(-1) ?? ""), route);
        assert.equal(rest, `${time}Z.${format}`);
        if (format === "csv") assert.ok(body.length > 3 && body.endsWith("\r\n"), route);
        else assert.ok(Array.isArray(JSON.parse(body)), route);
      }
    }
  });

  it("of 100,000 names has each once, and is made page by page while others are answered", async () => {
    const names = Array.from({ length: 100_000 }, (_, n) => `${HOSTILE_NAMES[n % 12]}${n}`);
    const count = listing(site, names);
    let isOver = false;
    let others = 0;
    const meanwhile = (async () => {
      while (!isOver) {
        assert.equal((await send(api.url, "/healthz")).status, 200);
        others++;
      }
    })();
    const { body } = await download("/api/v1/pvs?download=csv&match=x");
    isOver = true;
    await meanwhile;
    assert.equal(count.asked, 100);
    assert.ok(others > 2, `${others}`);
    assert.deepEqual(
      records(body).map(({ name }) => name),
      names.map(shown),
    );
    const json = JSON.parse((await download("/api/v1/pvs?download=json")).body);
    assert.deepEqual(
      json.map(({ name }: PvItem) => name),
      names,
    );
  });

  it("is read no faster than it is taken, and ends when its reader goes away", async () => {
    const names = Array.from({ length: 300_000 }, (_, n) => `SR:${n}`.padEnd(400, "x"));
    const count = listing(site, names);
    const answer = await opened("/api/v1/pvs?download=json");
    let asked = -1;
    // Until all buffers on the way are full.
    while (asked !== count.asked) {
      asked = count.asked;
      for (let turn = 0; turn < 2000; turn++) await setImmediate();
    }
    assert.ok(asked < 200, `${asked} of 300 pages`);
    answer.destroy();
    await free();
    assert.ok(count.asked <= asked + 2);
  });

  it("breaks off, and gives its place to others, when its reader takes nothing for a minute", async () => {
    const pages = listing(
      site,
      Array.from({ length: 300_000 }, (_, n) => `SR:${n}`.padEnd(400, "x")),
    );
    const stuck = [
      await opened("/api/v1/pvs?download=json"),
      await opened("/api/v1/pvs?download=csv"),
    ];
    const cutOff = stuck.map((answer) => once(answer, "error"));
    assert.equal((await send(api.url, "/api/v1/groups?download=json")).status, 503);
    // Whatever the kernel has room for is taken.
    for (let asked = 0; asked !== pages.asked; ) {
      asked = pages.asked;
      for (let turn = 0; turn < 2000; turn++) await setImmediate();
    }
    for (let second = 0; second < 65; second++) {
      await site.clock.advance(1000);
      for (let turn = 0; turn < 50; turn++) await setImmediate();
    }
    await free();
    assert.equal(api.host.counters.get("downloads_cut_total"), 2);
    for (const answer of stuck) answer.resume();
    await Promise.all(cutOff);
  });

  it("breaks off when the list cannot be read to its end", async () => {
    const names = Array.from({ length: 5000 }, (_, n) => `SR:${n}`);
    for (const encoding of ["identity", "gzip"]) {
      listing(site, names);
      const list = site.inventory.listPvs;
      site.inventory.listPvs = async (query) => {
        if (query.cursor === "2000") throw new Error("the store is gone");
        return list(query);
      };
      await assert.rejects(
        send(api.url, "/api/v1/pvs?download=csv", { headers: { "accept-encoding": encoding } }),
        /aborted|hang up|ECONNRESET/,
        encoding,
      );
    }
    await free();
  });

  it("is refused in words when the list itself is", async () => {
    const cases: readonly (readonly [string, number, string, string | undefined])[] = [
      ["/api/v1/pvs?download=xml", 400, "badParameter", "download"],
      ["/api/v1/pvs?download=csv&limit=50", 400, "badParameter", "limit"],
      ["/api/v1/pvs?download=csv&offset=0", 400, "badParameter", "offset"],
      ["/api/v1/pvs?download=csv&regex=(", 400, "badParameter", "regex"],
      ["/api/v1/hosts?download=csv&group=none", 400, "badParameter", "group"],
      ["/api/v1/pvs/SYS:a?download=csv", 400, "unknownParameter", "download"],
      ["/api/v1/heartbeats/0000000000000000/pvs?download=csv", 404, "notFound", undefined],
    ];
    for (const [path, status, code, parameter] of cases) {
      const answer = await send(api.url, path);
      const { error } = JSON.parse(answer.body);
      assert.deepEqual([answer.status, error.code, error.parameter], [status, code, parameter]);
      assert.equal(answer.headers["content-disposition"], undefined);
    }
    site.events = [3, 2, 1].map(event);
    const { next } = JSON.parse((await send(api.url, "/api/v1/events?limit=1")).body);
    const answer = await send(api.url, `/api/v1/events?cursor=${next}&download=csv`);
    assert.equal(answer.status, 400);
    assert.equal(JSON.parse(answer.body).error.parameter, "cursor");
  });

  it("answers HEAD without the list, as often as it is asked", async () => {
    listing(site, ["A"]);
    for (let time = 0; time < 5; time++) {
      const { status, headers, body } = await send(api.url, "/api/v1/pvs?download=csv", {
        method: "HEAD",
      });
      assert.deepEqual([status, body], [200, ""]);
      assert.equal(headers["content-type"], "text/csv; charset=utf-8");
      await free();
    }
  });

  it("has to wait for one of two others", async () => {
    listing(
      site,
      Array.from({ length: 300_000 }, (_, n) => `SR:${n}`.padEnd(400, "x")),
    );
    const two = [
      await opened("/api/v1/pvs?download=csv"),
      await opened("/api/v1/pvs?download=csv"),
    ];
    const third = await send(api.url, "/api/v1/groups?download=csv");
    assert.equal(third.status, 503);
    assert.equal(JSON.parse(third.body).error.code, "busy");
    assert.equal(third.headers["retry-after"], "1");
    assert.equal((await send(api.url, "/api/v1/groups")).status, 200);
    for (const answer of two) answer.destroy();
    await free();
  });
});
