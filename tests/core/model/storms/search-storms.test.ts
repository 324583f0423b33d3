import assert from "node:assert/strict";
import type { Row } from "../../../../core/model/row.js";
import { answer, CLIENT, START, WatchedInventory } from "../inventory/inventory-site.js";
import { MINUTE, namesOf, SECOND, SearchScene, type Source, USUAL } from "./search-scene.js";

const FLOOD: Source = { perSecond: 5000, names: namesOf("flood", 4000), port: 41_000 };

/** One that has seen two minutes of what is usual. */
function knowing(usual: readonly Source[] = [USUAL]): SearchScene {
  const scene = new SearchScene();
  scene.flow(usual, 2 * MINUTE);
  return scene;
}

describe("a search storm", () => {
  it("is told within ten seconds: by how much, by whom, for what, and what would stop it", () => {
    const scene = knowing();
    scene.flow([USUAL, FLOOD], 9 * SECOND);
    const [storm] = scene.storms;
    assert.equal(storm?.type, "storm.started");
    assert.deepEqual(
      [storm.at, storm.subject, storm.client, storm.severity],
      [START + 2 * MINUTE, "10.7.0.100", "10.7.0.100", "warning"],
    );
    const { clients, shares, ...evidence } = storm.evidence;
    assert.deepEqual(
      [clients, shares],
      [
        ["10.7.0.100", "10.7.2.1"],
        [0.96, 0.04],
      ],
    );
    assert.ok(Math.abs(Number(evidence.namesPerSecond) - 5200) < 60);
    assert.ok(Math.abs(Number(evidence.datagramsPerSecond) - 173) < 3);
    assert.ok(Math.abs(Number(evidence.usualNamesPerSecond) - 200) < 10);
    assert.deepEqual(
      [evidence.clientsAsking, evidence.port, evidence.names, evidence.namesUnanswered],
      [2, 41_000, 4000, 4000],
    );
    assert.match(
      storm.text,
      /^10\.7\.0\.100 floods the network with searches: 5[12]\d\d names\/s in 17\d datagrams\/s, usually 20\d in [67]\.\d; 96 % of all searches are its own, from port 41000; it asks for 4000 names again and again, which nobody serves, as "flood:\d+", "flood:\d+" and "flood:\d+"; stop or mend the client on 10\.7\.0\.100$/,
    );
  });

  it("says what its host is called and which process it is, where that is known", () => {
    const scene = knowing();
    scene.inventory.fold({ type: "hostName", at: scene.now, host: CLIENT, name: "ws-matlab1" });
    scene.inventory.fold({
      type: "processMap",
      at: scene.now,
      host: CLIENT,
      complete: true,
      processes: [
        { pid: 77, commandLine: "python scan.py", directory: "/", listens: [], sockets: [41_000] },
      ],
    });
    scene.flow([USUAL, FLOOD], 9 * SECOND);
    const [storm] = scene.storms;
    assert.match(storm?.text ?? "", /^10\.7\.0\.100 \(ws-matlab1\) floods/);
    assert.match(storm?.text ?? "", /from port 41000 \(python scan\.py, pid 77\)/);
  });

  it("names no port when the client changes it all the time", () => {
    const scene = knowing();
    for (let port = 30_000; port < 30_180; port++) {
      scene.flow([USUAL, { ...FLOOD, port }], 50);
    }
    assert.equal(scene.storms.length, 1);
    assert.equal(scene.storms[0]?.evidence.port, undefined);
  });

  it("ends with its length, once it has been calm for ten seconds", () => {
    const scene = knowing();
    scene.flow([USUAL, FLOOD], 30 * SECOND);
    assert.deepEqual(scene.inventory.storm()?.client, "10.7.0.100");
    scene.flow([USUAL], 9 * SECOND);
    assert.deepEqual(scene.types, ["storm.started"]);
    scene.flow([USUAL], 4 * SECOND);
    const [, ended] = scene.storms;
    assert.equal(ended?.type, "storm.ended");
    assert.deepEqual([ended.subject, ended.severity], ["10.7.0.100", "info"]);
    assert.deepEqual(
      [ended.at, ended.evidence.lengthSeconds],
      [START + 2 * MINUTE + 30 * SECOND, 30],
    );
    assert.match(
      ended.text,
      /^the storm of searches of 10\.7\.0\.100 is over, after 30 s, with 5\d\d\d/,
    );
    assert.equal(scene.inventory.storm(), null);
  });

  it("is a finding, open while it lasts and closed afterwards", () => {
    const scene = knowing();
    scene.flow([USUAL, FLOOD], 10 * SECOND);
    const [open] = scene.inventory.anomalies();
    assert.deepEqual([open?.type, open?.closedAt], ["searchStorm", null]);
    scene.flow([USUAL], 20 * SECOND);
    const [closed] = scene.inventory.anomalies();
    assert.equal(closed?.closedAt, START + 2 * MINUTE + 10 * SECOND);
  });

  it("of many clients at once names the first three and that they are many", () => {
    const scene = knowing();
    const many = Array.from({ length: 50 }, (_, n): Source => {
      return { client: CLIENT + n, perSecond: 100 + n, names: namesOf(`c${n}`, 60) };
    });
    scene.flow([USUAL, ...many], 60 * SECOND);
    assert.deepEqual(scene.types, []);
    scene.flow([USUAL, ...many], 12 * SECOND);
    const [storm] = scene.storms;
    assert.deepEqual([storm?.subject, storm?.client], ["network", undefined]);
    assert.match(
      storm?.text ?? "",
      /^many clients at once flood .*, 51 in all, most of all 10\.7\.2\.1 with 3 % of them, /,
    );
    assert.equal([storm?.evidence.clients].flat().length, 3);
    assert.equal(storm?.evidence.names, 600 + 50 * 60);
  });

  it("of a few clients names them", () => {
    const scene = knowing();
    const two = [3500, 2500].map(
      (perSecond, n): Source => ({ ...FLOOD, client: CLIENT + n, perSecond }),
    );
    scene.flow([USUAL, ...two], 9 * SECOND);
    assert.match(
      scene.storms[0]?.text ?? "",
      /^2 clients flood the network with searches, 10\.7\.0\.100 with 56 % of them and 10\.7\.0\.101 with 40 % of them: /,
    );
  });

  it("of a client that stops, while another goes on, is over and followed by another one", () => {
    const scene = knowing();
    scene.flow([USUAL, FLOOD], 20 * SECOND);
    scene.flow([USUAL, { ...FLOOD, client: CLIENT + 1 }], 20 * SECOND);
    assert.deepEqual(
      scene.storms.map(({ type, subject }) => [type, subject]),
      [
        ["storm.started", "10.7.0.100"],
        ["storm.ended", "10.7.0.100"],
        ["storm.started", "10.7.0.101"],
      ],
    );
  });

  it("goes on through pauses of some seconds", () => {
    const scene = knowing();
    const bursts = {
      ...FLOOD,
      perSecond: (second: number) => (Math.floor(second) % 3 === 0 ? 9000 : 0),
    };
    scene.flow([USUAL, bursts], 60 * SECOND);
    assert.deepEqual(scene.types, ["storm.started"]);
  });

  it("goes on after a restart of pvmon, and ends there", () => {
    const before = knowing();
    before.flow([USUAL, FLOOD], 30 * SECOND);
    const rows: Row[] = before.storms.map((event) => ({ kind: "event", event }));
    const after = new SearchScene(new WatchedInventory());
    after.now = before.now + MINUTE;
    after.inventory.restore(rows);
    after.flow([USUAL, FLOOD], 30 * SECOND);
    assert.deepEqual(after.types, []);
    assert.equal(after.inventory.storm()?.startedAt, START + 2 * MINUTE);
    after.flow([USUAL], 15 * SECOND);
    assert.deepEqual(after.types, ["storm.ended"]);
    assert.equal(after.storms[0]?.evidence.lengthSeconds, 30 + 60 + 30);
  });

  it("that was over before a restart is over after it", () => {
    const before = knowing();
    before.flow([USUAL, FLOOD], 20 * SECOND);
    before.flow([USUAL], 20 * SECOND);
    const after = new WatchedInventory();
    after.restore(before.storms.map((event) => ({ kind: "event", event })));
    assert.equal(after.storm(), null);
  });

  it("goes on when the clock is set back, and its end is not before its beginning", () => {
    const scene = knowing();
    scene.flow([USUAL, FLOOD], 20 * SECOND);
    scene.now -= 5 * MINUTE;
    scene.inventory.clockSet(scene.now, -5 * MINUTE);
    scene.flow([USUAL, FLOOD], 20 * SECOND);
    scene.flow([USUAL], 20 * SECOND);
    assert.deepEqual(scene.types, ["storm.started", "storm.ended"]);
    assert.equal(scene.storms[1]?.evidence.lengthSeconds, 20);
  });
});

describe("no search storm", () => {
  it("is made by pvmon's own searches", () => {
    const scene = knowing();
    const socket = { ip: CLIENT, port: 41_000 };
    scene.inventory.fold({ type: "ownSocket", at: scene.now, socket, open: true });
    scene.flow([USUAL, FLOOD], MINUTE);
    assert.deepEqual(scene.types, []);
  });

  it("is an archiver that asks for a hundred thousand PVs once and is answered, though it takes half a minute", () => {
    const scene = knowing();
    const names = namesOf("archived", 100_000);
    for (const name of names) scene.inventory.fold(answer(scene.now, name));
    scene.flow([USUAL, { ...FLOOD, names, perSecond: 3300 }], 30 * SECOND);
    scene.flow([USUAL], 20 * SECOND);
    assert.deepEqual(scene.types, []);
    scene.flow([USUAL, { ...FLOOD, names: names.slice(0, 4000) }], 9 * SECOND);
    assert.deepEqual(scene.types, ["storm.started"], "the same names again and again");
  }).timeout(60_000);

  it("is what comes after an hour in which nobody looked", () => {
    const scene = knowing();
    scene.flow([USUAL, FLOOD], 20 * SECOND);
    scene.now += 3 * 3_600_000;
    scene.flow([USUAL], MINUTE);
    assert.deepEqual(scene.types, ["storm.started", "storm.ended"]);
  });
});
