/** What applications do, what operators do to them, and how they are kept, bounded and listed. */
import assert from "node:assert/strict";
import { CursorError } from "../../../../core/model/pages/page.js";
import {
  BEGIN,
  beat,
  HOST,
  ip,
  keyOf,
  MINUTE,
  processMap,
  processSeen,
  SECOND,
  SERVER,
  WatchedApps,
} from "./app-site.js";

const OTHER = "10.7.0.2";

describe("what applications do", () => {
  it("is running while the server is up or the heartbeat beats", () => {
    const site = new WatchedApps().serve(SERVER).feed(beat(0, 1), beat(0, 2));
    site.servers.set(SERVER, { up: false });
    assert.equal(site.only().running, true);
    site.advance(BEGIN + 10 * MINUTE);
    assert.equal(site.only().running, false);
    site.serve(SERVER);
    assert.equal(site.only().running, true);
  });

  it("is counted, of those that are ignored only while they run", () => {
    const site = new WatchedApps().feed(
      beat(0, 1),
      beat(0, 2),
      beat(0, 1, { image: "b" }),
      beat(0, 2, { image: "b" }),
    );
    assert.deepEqual(site.apps.counts(), { running: 2, down: 0 });
    site.apps.set(site.all()[0]!.id, { critical: "ignored" });
    assert.deepEqual(site.apps.counts(), { running: 2, down: 0 });
    site.advance(BEGIN + 10 * MINUTE);
    assert.deepEqual(site.apps.counts(), { running: 0, down: 1 });
    assert.equal(site.apps.ofHost(ip(HOST)).length, 2);
  });

  it("gives the port's list of PVs to the application that was heard there last", () => {
    const site = new WatchedApps().feed(beat(0, 1, { image: "old" }), beat(0, 2));
    const list = {
      type: "pvList",
      at: BEGIN + 65 * SECOND,
      source: ip(HOST),
      serverPort: 5064,
      names: ["SR:A", "SR:B"],
      complete: false,
    } as const;
    site.feed(list, { ...list, serverPort: 1 });
    const { id } = site.all().find(({ command }) => !command.startsWith("old"))!;
    assert.deepEqual(site.lists, [{ app: id, names: ["SR:A", "SR:B"], servesCa: true }]);
    const view = site.apps.heartbeatView(id);
    assert.deepEqual(
      [view?.pvs, view?.pvListAt, view?.pvListComplete],
      [2, BEGIN + 65 * SECOND, false],
    );
  });
});

describe("what operators do to applications", () => {
  it("is kept over a restart", () => {
    const site = new WatchedApps().feed(beat(0, 1), beat(0, 2));
    const { id } = site.only();
    assert.equal(site.apps.set(id, { critical: "ignored", name: " vacuum " }), true);
    const { critical, name } = new WatchedApps({}, site.rows()).only();
    assert.deepEqual([critical, name], ["ignored", "vacuum"]);
    site.apps.set(id, { name: null });
    assert.equal(site.only().name, null);
    assert.equal(site.apps.set("0000000000000000", {}), false);
  });

  it("comes back from a store that could not be read before the application was heard", () => {
    const before = new WatchedApps().feed(beat(0, 1), beat(0, 2));
    const { id, firstSeenAt } = before.only();
    before.apps.set(id, { critical: "ignored", name: "vacuum" });
    const [row] = before.rows();
    const site = new WatchedApps({}, [], MINUTE).feed(beat(0, 3), beat(0, 4));
    site.apps.restore(row!);
    const { critical, name } = site.only();
    assert.deepEqual([critical, name, site.only().firstSeenAt], ["ignored", "vacuum", firstSeenAt]);
  });

  it("comes back from no store where something else was said since", () => {
    const before = new WatchedApps().feed(beat(0, 1), beat(0, 2));
    before.apps.set(before.only().id, { critical: "ignored", name: "vacuum" });
    const [row] = before.rows();
    const site = new WatchedApps({}, [], MINUTE).feed(beat(0, 3), beat(0, 4));
    site.apps.set(site.only().id, { critical: "notCritical" });
    site.apps.restore(row!);
    assert.deepEqual([site.only().critical, site.only().name], ["notCritical", "vacuum"]);
    site.apps.set(site.only().id, { name: null });
    site.apps.restore(row!);
    assert.equal(site.only().name, null);
  });

  it("forgets one with what its servers were, until it is heard again", () => {
    const site = new WatchedApps().serve(SERVER).feed(beat(0, 1), beat(0, 2));
    const { id } = site.only();
    assert.equal(site.apps.forget(id), true);
    assert.equal(site.apps.forget(id), false);
    assert.deepEqual([site.all(), site.forgotten], [[], [id]]);
    assert.equal(site.apps.ofServer(keyOf(SERVER)), null);
    assert.equal(site.facts.at(-1), `${SERVER} was ${id} 60000`);
    assert.equal(site.feed(beat(0, 3)).only().id, id);
  });
});

describe("forged heartbeats", () => {
  it("displace no application that was heard twice", () => {
    const site = new WatchedApps({ maxApps: 50 }).feed(beat(0, 1), beat(0, 2));
    const { id } = site.only();
    for (let host = 0; host < 2_000; host++) {
      site.feed(beat(0, 2, { source: ip("10.9.0.0") + host, directory: `/${host}` }));
    }
    assert.ok(site.apps.view(id));
    assert.equal(site.all().length, 50);
    site.feed(
      beat(0, 2, { directory: "/from one host" }),
      beat(0, 3, { directory: "/from one host" }),
    );
    assert.equal(site.all().filter(({ directory }) => directory === "/from one host").length, 1);
  });

  it("make room for others when they came twice and then no more", () => {
    const site = new WatchedApps({ maxApps: 20 });
    for (let index = 0; index < 20; index++) {
      const forged = { directory: `/${index}` };
      site.feed(beat(0, 2, forged), { ...beat(0, 3, forged), at: beat(0, 2).at + 3 * SECOND });
    }
    site.advance(BEGIN + 5 * MINUTE);
    assert.equal(site.count("app.lost"), 20);
    site.feed(beat(5 * MINUTE, 1), beat(5 * MINUTE, 2));
    assert.equal(site.all().filter(({ directory }) => directory === "/iocs/vac").length, 1);
    assert.equal(site.forgotten.length, 1);
  });

  it("are told of a hundred times at most at once, and real ones after them at their second", () => {
    const site = new WatchedApps();
    for (let host = 0; host < 5_000; host++) {
      site.feed(beat(0, 2, { source: ip("10.9.0.0") + host }));
    }
    assert.equal(site.events.length, 100);
    site.feed(beat(0, 2), beat(0, 3));
    assert.equal(site.events.at(-1)?.app, site.apps.ofHost(ip(HOST))[0]?.id);
  });

  it("of one host are no more than a host can have", () => {
    const site = new WatchedApps();
    for (let index = 0; index < 1_500; index++) site.feed(beat(0, 2, { directory: `/${index}` }));
    assert.equal(site.apps.counts().running, 1_000);
  });
});

describe("lists of applications", () => {
  function populated(): WatchedApps {
    const site = new WatchedApps();
    site.names.set(HOST, "ZETA").set(OTHER, "ALPHA");
    for (const source of [HOST, OTHER]) {
      for (const image of ["c", "a", "b"]) {
        site.feed(beat(0, 2, { source: ip(source), image }));
      }
    }
    return site;
  }

  it("go by host name and command, a page at a time, also while applications come and go", () => {
    const site = populated();
    const first = site.apps.list({ limit: 2 });
    assert.equal(first.total, 6);
    assert.deepEqual(
      first.items.map(({ hostName, command }) => `${hostName} ${command}`),
      ["ALPHA a st.cmd", "ALPHA b st.cmd"],
    );
    site.apps.forget(first.items[1]!.id);
    site.feed(beat(0, 2, { source: ip(OTHER), image: "0" }));
    const second = site.apps.list({ limit: 3, cursor: first.next! });
    assert.deepEqual(
      second.items.map(({ hostName, command }) => `${hostName} ${command}`),
      ["ALPHA c st.cmd", "ZETA a st.cmd", "ZETA b st.cmd"],
    );
    const third = site.apps.list({ limit: 3, cursor: second.next! });
    assert.deepEqual([third.items.length, third.next], [1, null]);
  });

  it("have those of a host, and those that run or do not", () => {
    const site = populated();
    assert.equal(site.apps.list({ limit: 10, host: OTHER }).total, 3);
    assert.equal(site.apps.list({ limit: 10, host: "nonsense" }).total, 0);
    assert.equal(site.apps.list({ limit: 10, running: false }).total, 0);
    assert.equal(site.apps.list({ limit: 10, running: true }).total, 6);
  });

  it("of heartbeats have those that are lost, and leave out applications without", () => {
    const site = new WatchedApps().serve(SERVER).feed(processMap(0, [processSeen()]));
    site.feed(
      beat(0, 2, { directory: "/b", servesCa: false, pid: 3 }),
      beat(0, 3, { directory: "/b", servesCa: false, pid: 3 }),
    );
    assert.equal(site.apps.listHeartbeats({ limit: 10 }).total, 1);
    assert.equal(site.apps.listHeartbeats({ limit: 10, lost: true }).total, 0);
    site.advance(BEGIN + 10 * MINUTE);
    assert.equal(site.apps.listHeartbeats({ limit: 10, lost: true }).items[0]?.directory, "/b");
    assert.equal(site.apps.listHeartbeats({ limit: 10, lost: false }).total, 0);
  });

  it("refuse a cursor that is none", () => {
    for (const cursor of ["", "x", "[]", '["a","b",3]', "[[],[],[]]"]) {
      assert.throws(() => populated().apps.list({ limit: 1, cursor }), CursorError, cursor);
    }
  });
});

describe("rows of applications", () => {
  it("that make no sense are left out", () => {
    const [row] = new WatchedApps().feed(beat(0, 1), beat(0, 2)).rows();
    const bad = [
      { ...row!, app: "x" },
      { ...row!, host: "nonsense" },
      { ...row!, firstSeenAt: Number.NaN },
    ];
    assert.deepEqual(new WatchedApps({}, bad).all(), []);
    const withoutHeartbeat = new WatchedApps({}, [{ ...row!, heartbeat: { at: "yesterday" } }]);
    assert.equal(withoutHeartbeat.only().heartbeat, false);
  });

  it("of a restored application are those that it was restored from", () => {
    const site = new WatchedApps().serve(SERVER).feed(beat(0, 1), beat(0, 2));
    site.feed(processMap(70 * SECOND, [processSeen()]));
    const rows = site.rows();
    assert.deepEqual(new WatchedApps({}, rows).rows(), rows);
  });
});
