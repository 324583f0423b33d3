/** Which application a server is, when two turn out to be one, and what is kept, shown and forgotten. */
import assert from "node:assert/strict";
import { appId } from "../../../core/model/app-id.js";
import { CursorError } from "../../../core/model/pv-cursor.js";
import {
  BEGIN,
  beat,
  HOST,
  heartbeatSeen,
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

describe("the identity of an application", () => {
  it("is that of its command without quotes, its directory and its host, whatever the port", () => {
    const site = new WatchedApps().feed(
      heartbeatSeen(0, { image: ' "./bin/vac"', command: "'st.cmd'", serverPort: 5064 }),
      heartbeatSeen(SECOND, { image: "./bin/vac", command: "st.cmd ", serverPort: 40_000 }),
    );
    assert.equal(site.only().id, appId(ip(HOST), "./bin/vac st.cmd", "/iocs/vac"));
    assert.equal(site.only().command, "./bin/vac st.cmd");
  });

  it("is one for all addresses of a host", () => {
    const site = new WatchedApps();
    site.aliases.push("10.8.0.1");
    site.feed(beat(0, 3), beat(0, 4, { source: ip("10.8.0.1") }), beat(0, 5));
    assert.equal(site.only().host, HOST);
    assert.deepEqual(site.types(), ["app.discovered"]);
  });

  it("has what heartbeats do not know as they say it", () => {
    const site = new WatchedApps().feed(
      heartbeatSeen(0, { image: "Unknown", command: "Unknown" }),
      heartbeatSeen(0, { image: "Unknown", command: "" }),
    );
    assert.deepEqual(
      site.all().map(({ command }) => command),
      ["Unknown", "Unknown Unknown"],
    );
  });

  it("takes texts of any length, and keeps their beginning", () => {
    const site = new WatchedApps().feed(
      heartbeatSeen(0, { image: "i".repeat(5_000), directory: "/d".repeat(5_000) }),
    );
    assert.equal(site.only().command.length, 1_000);
    assert.equal(site.only().directory.length, 1_000);
  });
});

describe("a heartbeat that names the port of a CA server", () => {
  it("says which application that server is, and since when events about it are this one's", () => {
    const site = new WatchedApps().serve(SERVER, -50 * MINUTE).feed(beat(0, 1), beat(0, 2));
    const { id } = site.only();
    assert.deepEqual(site.apps.ofServer(keyOf(SERVER)), {
      id,
      command: "./bin/linux-x86_64/vac st.cmd",
      directory: "/iocs/vac",
      confirmed: true,
    });
    assert.deepEqual(site.facts, [`${SERVER} is ${id} 30000`]);
    assert.deepEqual(site.identified, [{ server: SERVER, app: id, since: BEGIN - 50 * MINUTE }]);
  });

  it("says so again of each new life of the server, and not before", () => {
    const site = new WatchedApps().serve(SERVER, 0).feed(beat(0, 1), beat(0, 2));
    site.serve(SERVER, 70 * SECOND);
    assert.equal(site.apps.ofServer(keyOf(SERVER))?.confirmed, false);
    site.feed(beat(70 * SECOND, 1, { pid: 5000 }), beat(70 * SECOND, 2, { pid: 5000 }));
    assert.equal(site.apps.ofServer(keyOf(SERVER))?.confirmed, true);
    assert.deepEqual(
      site.identified.map(({ since }) => since - BEGIN),
      [0, 70 * SECOND],
    );
    assert.equal(site.facts.length, 1);
  });

  it("says it of the server on each address of the host", () => {
    const site = new WatchedApps();
    site.aliases.push("10.8.0.1");
    site.serve(SERVER).serve("10.8.0.1:5064").feed(beat(0, 1));
    assert.equal(site.facts.length, 2);
    assert.equal(site.apps.ofServer(keyOf("10.8.0.1:5064"))?.id, site.only().id);
  });

  it("says it as soon as the server is known", () => {
    const site = new WatchedApps().feed(beat(0, 1), beat(0, 2));
    assert.deepEqual(site.facts, []);
    site.serve(SERVER, 0).feed(beat(0, 3));
    assert.equal(site.facts.length, 1);
  });

  it("says nothing of a server when its port is none of a CA server", () => {
    const site = new WatchedApps().serve(SERVER).feed(beat(0, 1, { servesCa: false }));
    assert.equal(site.apps.ofServer(keyOf(SERVER)), null);
    assert.equal(site.only().port, null);
  });

  it("takes the port of an application only when its process began after that was heard last", () => {
    const site = new WatchedApps().serve(SERVER).feed(beat(0, 5), beat(0, 6));
    const first = site.only().id;
    const twin = { image: "./other", pid: 99 };
    site.feed(beat(10 * SECOND, 6, twin), beat(10 * SECOND, 7, twin), beat(0, 8));
    assert.equal(site.apps.ofServer(keyOf(SERVER))?.id, first);
    const next = { image: "./next", pid: 100 };
    site.feed(beat(5 * MINUTE, 1, next));
    assert.equal(site.apps.ofServer(keyOf(SERVER))?.id, first, "a single datagram");
    site.feed(beat(5 * MINUTE, 2, next));
    assert.notEqual(site.apps.ofServer(keyOf(SERVER))?.id, first);
    assert.equal(site.facts.length, 3);
  });

  it("leaves its old port when it comes back with another, unless a server there is up", () => {
    const site = new WatchedApps().serve(SERVER).feed(beat(0, 5), beat(0, 6));
    site.serve(`${HOST}:40001`);
    site.feed(beat(0, 7, { serverPort: 40_001 }));
    assert.ok(site.apps.ofServer(keyOf(SERVER)));
    site.servers.set(`${HOST}:40001`, { up: false });
    site.serve(`${HOST}:40002`).feed(beat(0, 8, { serverPort: 40_002 }));
    assert.equal(site.apps.ofServer(keyOf(`${HOST}:40001`)), null);
    assert.equal(site.only().port, 40_002);
  });
});

describe("a process map", () => {
  it("makes applications of processes that listen where servers are known, and of no others", () => {
    const site = new WatchedApps()
      .serve(SERVER, -MINUTE)
      .feed(
        processMap(0, [
          processSeen(),
          processSeen({ pid: 1, commandLine: "/sbin/sshd -D", listens: [22] }),
          processSeen({ pid: 2, commandLine: "", listens: [5064] }),
        ]),
      );
    const app = site.only();
    assert.equal(app.command, "./bin/linux-x86_64/vac st.cmd --site ring");
    assert.equal(app.commandLine, app.command);
    assert.deepEqual(
      [app.port, app.pid, app.running, app.critical, app.heartbeat, app.startedAt],
      [5064, 4711, true, "critical", false, BEGIN - MINUTE],
    );
    assert.deepEqual(site.identified, [{ server: SERVER, app: app.id, since: BEGIN - MINUTE }]);
    assert.deepEqual(site.facts, [`${SERVER} is ${app.id} 0`]);
    assert.deepEqual(site.events, []);
  });

  it("makes them not critical on a host where new ones are not", () => {
    const site = new WatchedApps().serve(SERVER);
    site.newAppsCritical = false;
    assert.equal(site.feed(processMap(0, [processSeen()])).only().critical, "notCritical");
  });

  it("reads random start-up files and deleted directories as the lasting ones", () => {
    const site = new WatchedApps().serve(SERVER);
    for (const [ms, random] of [
      [0, "Xa12"],
      [MINUTE, "Zz99"],
    ] as const) {
      const commandLine = `softIoc -D x.dbd /tmp/.iocsh.startup.${random}`;
      site.feed(processMap(ms, [processSeen({ commandLine, directory: "/iocs/a (deleted)" })]));
    }
    const { command, directory } = site.only();
    assert.deepEqual([command, directory], ["softIoc -D x.dbd startup.iocsh", "/iocs/a"]);
  });

  it("moves a server to the application that has its port now", () => {
    const site = new WatchedApps().serve(SERVER).feed(processMap(0, [processSeen()]));
    const before = site.only().id;
    site.feed(processMap(MINUTE, [processSeen({ pid: 5, commandLine: "./other" })]));
    const after = site.apps.ofServer(keyOf(SERVER))?.id;
    assert.notEqual(after, before);
    assert.deepEqual(site.facts.slice(1), [
      `${SERVER} was ${before} 60000`,
      `${SERVER} is ${after} 60000`,
    ]);
    assert.equal(site.apps.view(before)?.running, false);
  });

  it("takes the parent for the server when a child has inherited its socket", () => {
    const site = new WatchedApps().serve(SERVER);
    const child = processSeen({ pid: 9_000, commandLine: "sleep 1000" });
    site.feed(processMap(0, [child, processSeen()]));
    assert.equal(site.only().pid, 4711);
  });

  it("ends what an application has left once nobody listens there, if it is complete", () => {
    const site = new WatchedApps().serve(SERVER).feed(processMap(0, [processSeen()]));
    site.servers.set(SERVER, { up: false });
    site.feed(processMap(MINUTE, [], { complete: false }));
    assert.ok(site.apps.ofServer(keyOf(SERVER)));
    site.feed(processMap(2 * MINUTE, []));
    assert.equal(site.apps.ofServer(keyOf(SERVER)), null);
  });
});

describe("an application whose process has left its server to another", () => {
  it("makes room for others, unless somebody has named it", () => {
    const site = new WatchedApps({ maxApps: 3 }).serve(SERVER);
    for (const commandLine of ["a", "b", "c"]) {
      site.advance(BEGIN + MINUTE);
      site.feed(processMap(MINUTE, [processSeen({ commandLine })]));
    }
    const [named] = site.all();
    site.apps.set(named!.id, { name: "vacuum" });
    site.feed(processMap(2 * MINUTE, [processSeen({ commandLine: "d" })]));
    assert.deepEqual(
      site.all().map(({ command }) => command),
      ["a", "c", "d"],
    );
  });
});

describe("an application with heartbeats and a process", () => {
  const mapped = processMap(70 * SECOND, [processSeen()]);

  it("is one when the heartbeats came first, with the command line of the process", () => {
    for (const also of [{ servesCa: false }, { pid: null }]) {
      const site = new WatchedApps().serve(SERVER).feed(beat(0, 1, also), beat(0, 2, also), mapped);
      const { command, commandLine, heartbeat } = site.only();
      assert.equal(command, "./bin/linux-x86_64/vac st.cmd");
      assert.equal(commandLine, "./bin/linux-x86_64/vac st.cmd --site ring");
      assert.equal(heartbeat, true);
      assert.equal(site.apps.ofServer(keyOf(SERVER))?.id, site.only().id);
    }
  });

  it("is one when the process came first: it keeps what people said of it, and its old record goes", () => {
    for (const also of [{ servesCa: false }, { pid: null }]) {
      const site = new WatchedApps().serve(SERVER, 0).feed(mapped);
      const before = site.only();
      site.apps.set(before.id, { critical: "notCritical", name: "vacuum" });
      site.feed(beat(0, 3, also));
      const after = site.only();
      assert.equal(after.command, "./bin/linux-x86_64/vac st.cmd");
      assert.deepEqual(
        [after.critical, after.name, after.commandLine, after.firstSeenAt],
        ["notCritical", "vacuum", before.commandLine, before.firstSeenAt],
      );
      assert.deepEqual(site.forgotten, [before.id]);
      assert.ok(site.dirty.has(after.id));
      assert.deepEqual(site.facts.slice(1), [
        `${SERVER} was ${before.id} 90000`,
        `${SERVER} is ${after.id} 90000`,
      ]);
      assert.deepEqual(site.identified.at(-1), { server: SERVER, app: after.id, since: BEGIN });
    }
  });

  it("is not made one with the process that had its number or port before it began", () => {
    const site = new WatchedApps().serve(SERVER).feed(mapped);
    site.feed(beat(5 * MINUTE, 1), beat(5 * MINUTE, 2));
    assert.equal(site.all().length, 2);
    site.feed(processMap(7 * MINUTE, [processSeen()]));
    assert.equal(site.only().command, "./bin/linux-x86_64/vac st.cmd");
  });

  it("is recognised by either form of its command after a restart", () => {
    const site = new WatchedApps().serve(SERVER, 0).feed(beat(0, 1), beat(0, 2), mapped);
    const { id } = site.only();
    site.serve(`${HOST}:40001`, 30 * MINUTE);
    site.advance(BEGIN + 30 * MINUTE);
    site.feed(processMap(30 * MINUTE, [processSeen({ pid: 8_000, listens: [40_001] })]));
    assert.equal(site.only().id, id);
    assert.equal(site.apps.ofServer(keyOf(`${HOST}:40001`))?.id, id);
    site.feed(beat(30 * MINUTE, 1, { pid: 8_000, serverPort: 40_001 }));
    assert.equal(site.only().id, id);
  });

  it("is recognised by either form after a restart of pvmon", () => {
    const before = new WatchedApps().serve(SERVER, 0).feed(beat(0, 1), beat(0, 2), mapped);
    const { id } = before.only();
    const rows = before.rows();
    const after = new WatchedApps({}, rows).serve(SERVER, 0);
    assert.equal(after.apps.ofServer(keyOf(SERVER))?.id, id);
    after.feed(processMap(5 * MINUTE, [processSeen({ pid: 8_000 })]));
    assert.equal(after.only().id, id);
    assert.deepEqual(after.rows()[0]?.commandLine, rows[0]?.commandLine);
  });

  it("does not take the init process of the host for that of a container", () => {
    const site = new WatchedApps().feed(
      beat(0, 1, { pid: 1, serverPort: 7 }),
      beat(0, 2, { pid: 1, serverPort: 7 }),
    );
    site.feed(
      processMap(70 * SECOND, [processSeen({ pid: 1, commandLine: "/sbin/init", listens: [22] })]),
    );
    assert.equal(site.only().commandLine, null);
  });
});

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
