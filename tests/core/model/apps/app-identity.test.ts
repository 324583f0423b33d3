/** What makes an application the same one, and what its heartbeats say about servers. */
import assert from "node:assert/strict";
import { appId } from "../../../../core/model/apps/app-id.js";
import {
  BEGIN,
  beat,
  HOST,
  heartbeatSeen,
  ip,
  keyOf,
  MINUTE,
  SECOND,
  SERVER,
  WatchedApps,
} from "./app-site.js";

describe("the identity of an application", () => {
  it("is that of its command without quotes, its directory and its host, whatever the port", () => {
    const site = new WatchedApps().feed(
      heartbeatSeen(0, { image: ' "./bin/vac"', command: "'st.cmd'", serverPort: 5064 }),
      heartbeatSeen(SECOND, { image: "./bin/vac", command: "st.cmd ", serverPort: 40_000 }),
    );
    assert.equal(site.only().id, appId(ip(HOST), "./bin/vac st.cmd", "/iocs/vac"));
    assert.equal(site.only().command, "./bin/vac st.cmd");
  });

  it("is the same although its start-up file gets a new random name each time", () => {
    const site = new WatchedApps();
    for (const random of ["Xa12", "Zz99"]) {
      site.feed(heartbeatSeen(0, { command: `/tmp/startup.iocsh.${random}` }));
    }
    assert.equal(site.only().command, "./bin/linux-x86_64/vac startup.iocsh");
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
