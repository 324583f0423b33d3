/** What process maps say about applications, and how they and heartbeats come together. */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  BEGIN,
  beat,
  HOST,
  keyOf,
  MINUTE,
  processMap,
  processSeen,
  SECOND,
  SERVER,
  WatchedApps,
} from "./app-site.js";

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

  it("that is incomplete makes nothing of a process whose directory did not come", () => {
    const site = new WatchedApps().serve(SERVER).feed(processMap(0, [processSeen()]));
    const before = site.only().id;
    site.feed(processMap(MINUTE, [processSeen({ directory: "" })], { complete: false }));
    assert.equal(site.only().id, before);
    assert.equal(site.apps.ofServer(keyOf(SERVER))?.id, before);
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

  it("is one when the process of its next life was seen before that was heard", () => {
    const site = new WatchedApps().serve(SERVER, 0).feed(beat(0, 1), beat(0, 2));
    site.serve(`${HOST}:40001`, 30 * MINUTE);
    const process = processSeen({ pid: 8_000, listens: [40_001] });
    site.feed(processMap(30 * MINUTE + SECOND, [process]));
    assert.equal(site.all().length, 2);
    site.feed(beat(30 * MINUTE, 1, { pid: 8_000, serverPort: 40_001 }));
    assert.equal(site.only().commandLine, process.commandLine);
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

  it("does not take one for its process that took over its port since its last heartbeat", () => {
    const site = new WatchedApps()
      .serve(SERVER, 0)
      .feed(beat(0, 1, { pid: 5 }), beat(0, 2, { pid: 5 }));
    const { id } = site.only();
    site.serve(SERVER, 70 * SECOND);
    site.feed(processMap(75 * SECOND, [processSeen({ pid: 6, commandLine: "./other" })]));
    assert.equal(site.apps.view(id)?.commandLine, null);
    assert.equal(site.apps.ofServer(keyOf(SERVER))?.command, "./other");
  });

  it("is one in the end, in whatever order heartbeats, process maps and restarts come", () => {
    const life = fc.record({
      beats: fc.integer({ min: 1, max: 6 }),
      mapsAtSeconds: fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 3 }),
      port: fc.constantFrom(5064, 40_001, 40_002),
      hasHeartbeat: fc.boolean(),
    });
    const sends = fc.constantFrom({}, { pid: null }, { servesCa: false });
    fc.assert(
      fc.property(fc.array(life, { minLength: 1, maxLength: 4 }), sends, (lives, also) => {
        const site = new WatchedApps();
        let startMs = 0;
        lives.forEach(({ beats, mapsAtSeconds, port, hasHeartbeat }, index) => {
          const isLast = index === lives.length - 1;
          const pid = 1000 + index;
          for (const old of site.servers.values()) old.up = false;
          const process = processSeen({ pid, listens: [port] });
          // In the last life both are seen once everything has settled.
          const maps = isLast ? [...mapsAtSeconds, 290] : mapsAtSeconds;
          const heard = isLast ? 9 : hasHeartbeat ? beats : 0;
          const seen = [
            ...maps.map((seconds) => processMap(startMs + seconds * SECOND, [process])),
            ...Array.from({ length: heard }, (_, each) =>
              beat(startMs, each + 1, { serverPort: port, pid, ...also }),
            ),
          ].sort((a, b) => a.at - b.at);
          site
            .advance(BEGIN + startMs)
            .serve(`${HOST}:${port}`, startMs)
            .feed(...seen);
          startMs += 300 * SECOND;
        });
        const app = site.only();
        assert.equal(app.command, "./bin/linux-x86_64/vac st.cmd");
        assert.equal(app.commandLine, "./bin/linux-x86_64/vac st.cmd --site ring");
        const server = `${HOST}:${lives.at(-1)!.port}`;
        assert.equal(site.apps.ofServer(keyOf(server))?.id, app.id);
        assert.ok(site.forgotten.length <= 1);
        // What is told of servers ends before something else begins.
        const holding = new Map<string, string>();
        for (const fact of site.facts) {
          const [subject = "", verb, value = ""] = fact.split(" ");
          assert.equal(holding.get(subject), verb === "is" ? undefined : value, fact);
          if (verb === "is") holding.set(subject, value);
          else holding.delete(subject);
        }
        assert.equal(holding.get(server), app.id);
      }),
      { numRuns: 300 },
    );
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
