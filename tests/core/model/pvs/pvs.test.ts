import assert from "node:assert/strict";
import { A, B, C, CLIENT, keyOf, START, searchFor, WatchedPvs } from "./pv-site.js";

const X = "SR:BPM1:X";
const Y = "SR:BPM1:Y";
const MINUTE = 60_000;

describe("a PV's requests", () => {
  it("are counted by name, with who asked last and when", () => {
    const pvs = new WatchedPvs();
    pvs.ask(0, [X, Y]);
    pvs.ask(1000, [X]);
    const { requests, firstSeenAt, lastRequestedAt, lastClient, state } = pvs.show(X);
    assert.deepEqual(
      { requests, firstSeenAt, lastRequestedAt, lastClient, state },
      {
        requests: 2,
        firstSeenAt: START,
        lastRequestedAt: START + 1000,
        lastClient: "10.7.0.100",
        state: "unverified",
      },
    );
    assert.equal(pvs.show(Y).requests, 1);
  });

  it("of a name that stands twice in a datagram count twice", () => {
    const pvs = new WatchedPvs();
    const [first, second] = pvs.ask(0, [X, X]);
    assert.equal(first, second);
    assert.equal(pvs.show(X).requests, 2);
  });

  it("are kept per socket, the ten latest, the latest first", () => {
    const pvs = new WatchedPvs();
    for (let port = 1; port <= 12; port++) pvs.ask(port, [X], { port });
    pvs.ask(13, [X], { port: 5 });
    pvs.ask(14, [X], { port: 5 });
    pvs.ask(15, [X], { port: 3 });
    assert.deepEqual(
      pvs
        .show(X)
        .clients.map(({ port, requests, lastRequestedAt }) => [
          port,
          requests,
          lastRequestedAt - START,
        ]),
      [[3, 2, 15], [5, 3, 14], ...[12, 11, 10, 9, 8, 7, 6, 4].map((port) => [port, 1, port])],
    );
    assert.equal(pvs.show(X).requests, 15);
  });

  it("by archivers and gateways make the name known and are no demand", () => {
    const pvs = new WatchedPvs();
    pvs.ask(0, [X], { source: "archiver" });
    pvs.ask(10, [Y], { source: "gateway" });
    const { requests, lastRequestedAt, lastClient, clients } = pvs.show(X);
    assert.deepEqual(
      { requests, lastRequestedAt, lastClient, clients },
      { requests: 0, lastRequestedAt: null, lastClient: null, clients: [] },
    );
    assert.equal(pvs.counts().total, 2);
    assert.equal(pvs.dirtyIds.size, 2);
  });

  it("mark its row as changed each time", () => {
    const pvs = new WatchedPvs();
    const [x] = pvs.ask(0, [X, Y]);
    pvs.dirtyIds.clear();
    pvs.ask(10, [X]);
    assert.deepEqual([...pvs.dirtyIds], [x]);
  });
});

describe("a PV that was never answered", () => {
  it("is one that a client asks for at least five times over at least two seconds", () => {
    const pvs = new WatchedPvs();
    for (const ms of [0, 500, 1000, 2000]) pvs.ask(ms, [X]);
    assert.equal(pvs.state(X), "unverified");
    pvs.ask(2500, [X]);
    assert.equal(pvs.state(X), "neverAnswered");
    assert.equal(pvs.show(X).diagnosis.cause, "nobodyAnswers");
  });

  it("is not one that is asked for five times in a moment", () => {
    const pvs = new WatchedPvs();
    for (const ms of [0, 32, 96, 224, 480, 992, 1999]) pvs.ask(ms, [X]);
    assert.equal(pvs.state(X), "unverified");
  });

  it("is not one that many clients ask for once", () => {
    const pvs = new WatchedPvs();
    for (let port = 1; port < 30; port++) pvs.ask(port * 1000, [X], { port });
    assert.equal(pvs.state(X), "unverified");
  });

  it("is told although other clients ask in between", () => {
    const pvs = new WatchedPvs();
    for (let second = 0; second < 5; second++) {
      for (let port = 1; port <= 5; port++) pvs.ask(second * 1000 + port, [X], { port });
    }
    assert.equal(pvs.state(X), "neverAnswered");
  });

  it("is one that pvmon searched in vain", () => {
    const pvs = new WatchedPvs();
    pvs.ask(0, [X]);
    pvs.silence(5000, X);
    assert.equal(pvs.state(X), "neverAnswered");
    assert.equal(pvs.show(X).diagnosis.evidence.unansweredSinceAt, START + 5000);
  });

  it("is online as soon as somebody answers", () => {
    const pvs = new WatchedPvs();
    pvs.ask(0, [X]);
    pvs.silence(5000, X);
    pvs.answered(6000, X, A);
    assert.equal(pvs.state(X), "online");
    assert.deepEqual(pvs.eventTypes(), []);
  });

  it("is never one that had an answer once", () => {
    const pvs = new WatchedPvs();
    pvs.answered(0, X, A);
    for (let second = 0; second < 20; second++) pvs.ask(second * 1000, [X]);
    assert.equal(pvs.state(X), "online");
  });

  it("that is not known, or was forgotten, is not made known by our own search", () => {
    const pvs = new WatchedPvs();
    pvs.silence(0, X);
    assert.equal(pvs.idOf(X), -1);
    assert.equal(pvs.counts().total, 0);
  });
});

describe("an online PV", () => {
  it("is one that a server answered for, or created a channel for", () => {
    const pvs = new WatchedPvs();
    pvs.answered(0, X, A);
    pvs.tcp(0, Y, B, "created");
    assert.deepEqual([pvs.state(X), pvs.state(Y)], ["online", "online"]);
    assert.equal(pvs.show(X).server, "10.7.0.1:5064");
    assert.equal(pvs.show(Y).server, "10.7.0.2:5064");
    assert.equal(pvs.show(X).requests, 0);
    assert.equal(pvs.show(X).diagnosis.cause, "answered");
  });

  it("stays online when one own search is not answered: nothing else speaks against it", () => {
    const pvs = new WatchedPvs();
    pvs.answered(0, X, A);
    pvs.silence(MINUTE, X);
    pvs.silence(10 * MINUTE, X);
    assert.equal(pvs.state(X), "online");
    assert.equal(pvs.show(X).diagnosis.cause, "noSecondWitness");
    pvs.answered(11 * MINUTE, X, A);
    assert.equal(pvs.show(X).diagnosis.cause, "answered");
  });

  it("is lost when an own search is not answered and its server is lost", () => {
    const pvs = new WatchedPvs();
    pvs.answered(0, X, A);
    pvs.gone.add(keyOf(A));
    pvs.silence(MINUTE, X);
    assert.equal(pvs.state(X), "lost");
    assert.deepEqual(pvs.eventTypes(), [], "the event of the server says it");
  });

  it("is lost when an own search is not answered and its server was restarted since", () => {
    const pvs = new WatchedPvs();
    pvs.answered(1000, X, A);
    pvs.restartedAt.set(keyOf(A), START + 500);
    pvs.silence(2000, X);
    assert.equal(pvs.state(X), "online", "restarted before it answered");
    pvs.restartedAt.set(keyOf(A), START + 3000);
    pvs.silence(4000, X);
    assert.equal(pvs.state(X), "lost");
    assert.deepEqual(pvs.eventTypes(), ["pv.lost"]);
    assert.deepEqual(pvs.events[0]?.evidence.witnesses, ["serverRestarted"]);
    assert.equal(pvs.show(X).diagnosis.cause, "notServedAnyMore");
  });

  it("is lost when an own search is not answered and its server refused the channel", () => {
    const pvs = new WatchedPvs();
    pvs.answered(0, X, A);
    pvs.tcp(1000, X, A, "refused");
    assert.equal(pvs.state(X), "online", "a refusal alone may be one of many owners'");
    pvs.silence(2000, X);
    assert.equal(pvs.state(X), "lost");
  });

  it("is not lost by the refusal of a server that never had it, nor by one before the last answer", () => {
    const pvs = new WatchedPvs();
    pvs.answered(0, X, A);
    pvs.tcp(1000, X, B, "refused");
    pvs.tcp(1000, X, A, "refused");
    pvs.answered(2000, X, A);
    pvs.silence(3000, X);
    assert.equal(pvs.state(X), "online");
  });

  it("is lost by a second silence a minute later while its server answers for other names", () => {
    const pvs = new WatchedPvs();
    pvs.answered(0, X, A);
    pvs.silence(1000, X);
    pvs.answered(2000, Y, A);
    pvs.silence(MINUTE, X);
    assert.equal(pvs.state(X), "online", "too early for a second round");
    pvs.silence(MINUTE + 1000, X);
    assert.equal(pvs.state(X), "lost");
    assert.equal(pvs.state(Y), "online");
    assert.deepEqual(pvs.events[0]?.evidence.witnesses, ["secondRound"]);
  });

  it("is not lost by many silences while its server says nothing at all, or another one talks", () => {
    const pvs = new WatchedPvs();
    pvs.answered(0, X, A);
    for (let minute = 1; minute < 10; minute++) {
      pvs.silence(minute * MINUTE, X);
      pvs.answered(minute * MINUTE + 1, Y, B);
    }
    assert.equal(pvs.state(X), "online");
  });

  it("with two servers is lost only when something speaks against both", () => {
    const pvs = new WatchedPvs();
    pvs.answered(0, X, A);
    pvs.answered(10, X, B);
    pvs.tcp(1000, X, A, "refused");
    pvs.silence(2000, X);
    assert.equal(pvs.state(X), "online");
    pvs.restartedAt.set(keyOf(B), START + 2500);
    pvs.silence(3000, X);
    assert.equal(pvs.state(X), "lost");
  });

  it("lost alone comes back with an answer, as an event", () => {
    const pvs = new WatchedPvs();
    pvs.answered(0, X, A);
    pvs.tcp(1000, X, A, "refused");
    pvs.silence(2000, X);
    pvs.answered(3000, X, A);
    assert.equal(pvs.state(X), "online");
    assert.deepEqual(pvs.eventTypes(), ["pv.lost", "pv.returned"]);
    assert.equal(pvs.events[1]?.server, "10.7.0.1:5064");
  });
});

describe("the PVs of a server", () => {
  it("are lost with it and return with it, without events of their own", () => {
    const pvs = new WatchedPvs();
    pvs.answered(0, X, A);
    pvs.answered(0, Y, A);
    pvs.answered(0, "SR:OTHER", B);
    pvs.lose(MINUTE, A);
    assert.deepEqual(
      [pvs.state(X), pvs.state(Y), pvs.state("SR:OTHER")],
      ["lost", "lost", "online"],
    );
    assert.equal(pvs.show(X).diagnosis.cause, "serverLost");
    pvs.bring(2 * MINUTE, A);
    assert.equal(pvs.counts().online, 3);
    assert.deepEqual(pvs.events, []);
  });

  it("stay as they are while it is paused", () => {
    const pvs = new WatchedPvs();
    pvs.answered(0, X, A);
    pvs.serverChanged(keyOf(A), "paused", START + 1000);
    assert.equal(pvs.state(X), "online");
  });

  it("do not return with it when they were lost before", () => {
    const pvs = new WatchedPvs();
    pvs.answered(0, X, A);
    pvs.answered(0, Y, A);
    pvs.tcp(1000, X, A, "refused");
    pvs.silence(2000, X);
    pvs.lose(MINUTE, A);
    pvs.bring(2 * MINUTE, A);
    assert.deepEqual([pvs.state(X), pvs.state(Y)], ["lost", "online"]);
  });

  it("that another server serves too are lost only with the last of them", () => {
    const pvs = new WatchedPvs();
    pvs.answered(0, X, A);
    pvs.answered(10, X, B);
    pvs.lose(1000, A);
    assert.equal(pvs.state(X), "online");
    pvs.lose(2000, B);
    assert.equal(pvs.state(X), "lost");
    pvs.bring(3000, A);
    assert.equal(pvs.state(X), "online");
  });

  it("are listed and counted at the servers that serve them now", () => {
    const pvs = new WatchedPvs();
    pvs.answered(0, X, A);
    pvs.answered(0, Y, A);
    pvs.answered(10, Y, B);
    const names = (server: typeof A) =>
      [...pvs.namesOf(keyOf(server))].map((id) => pvs.nameOf(id)).sort();
    assert.deepEqual(names(A), [X, Y]);
    assert.deepEqual(names(B), [Y]);
    assert.deepEqual([pvs.ownedBy(keyOf(A)), pvs.ownedBy(keyOf(B)), pvs.ownedBy(1)], [2, 1, 0]);
    pvs.forget(pvs.idOf(Y), START);
    assert.deepEqual([names(A), names(B)], [[X], []]);
  });
});

describe("a walk over the PVs of a server", () => {
  it("leaves out what was forgotten on the way, also when its id has a new name", () => {
    const pvs = new WatchedPvs();
    for (let number = 0; number < 10; number++) pvs.answered(0, `SR:PV${number}`, A);
    const names: string[] = [];
    for (const id of pvs.namesOf(keyOf(A))) {
      names.push(pvs.nameOf(id));
      const gone = pvs.idOf(`SR:PV${9 - names.length}`);
      if (gone < 0 || names.includes(pvs.nameOf(gone))) continue;
      pvs.forget(gone, START);
      if (names.length === 1) pvs.answered(0, "SR:NEW", B);
    }
    assert.ok(names.length < 10 && !names.includes("") && !names.includes("SR:NEW"));
    assert.equal(new Set(names).size, names.length);
  });
});

describe("a PV with several servers", () => {
  it("is a duplicate when they answer in one round", () => {
    const pvs = new WatchedPvs();
    pvs.answered(0, X, A);
    pvs.answered(10, X, B);
    pvs.answered(20, X, A);
    const { duplicate, duplicates, diagnosis, servers } = pvs.show(X);
    assert.ok(duplicate);
    assert.deepEqual(duplicates, ["10.7.0.1:5064", "10.7.0.2:5064"]);
    assert.equal(diagnosis.cause, "severalOwners");
    assert.deepEqual(
      servers.map(({ server, firstSeenAt, lastSeenAt }) => [
        server,
        firstSeenAt - START,
        lastSeenAt - START,
      ]),
      [
        ["10.7.0.1:5064", 0, 20],
        ["10.7.0.2:5064", 10, 10],
      ],
    );
    assert.deepEqual(pvs.eventTypes(), ["pv.duplicated"]);
    assert.equal(pvs.counts().duplicate, 1);
  });

  it("is a duplicate and has not moved when the newcomer is the first to answer", () => {
    const pvs = new WatchedPvs();
    pvs.answered(0, X, A);
    pvs.answered(MINUTE, X, B);
    pvs.answered(MINUTE + 10, X, A);
    assert.deepEqual(pvs.eventTypes(), ["pv.duplicated"]);
  });

  it("is none any more when one of them misses a whole round", () => {
    const pvs = new WatchedPvs();
    pvs.answered(0, X, A);
    pvs.answered(10, X, B);
    pvs.answered(MINUTE, X, A);
    pvs.answered(MINUTE + 100, X, A);
    assert.ok(pvs.show(X).duplicate, "B may still answer");
    pvs.answered(2 * MINUTE, X, A);
    assert.ok(!pvs.show(X).duplicate);
    assert.deepEqual(pvs.eventTypes(), ["pv.duplicated", "pv.deduplicated"]);
    assert.deepEqual(pvs.events[1]?.evidence.noLonger, ["10.7.0.2:5064"]);
    assert.equal(pvs.counts().duplicate, 0);
  });

  it("has moved when the other server misses a whole round", () => {
    const pvs = new WatchedPvs();
    pvs.answered(0, X, A);
    pvs.answered(MINUTE, X, B);
    assert.equal(pvs.show(X).server, "10.7.0.2:5064");
    assert.deepEqual(pvs.eventTypes(), []);
    pvs.answered(2 * MINUTE, X, B);
    assert.deepEqual(pvs.eventTypes(), ["pv.moved"]);
    const { from, to } = pvs.events[0]!.evidence;
    assert.deepEqual([from, to], ["10.7.0.1:5064", "10.7.0.2:5064"]);
    assert.equal(pvs.ownedBy(keyOf(A)), 0);
  });

  it("has moved at once when the other server is gone, or goes", () => {
    const pvs = new WatchedPvs();
    pvs.answered(0, X, A);
    pvs.lose(1000, A);
    pvs.answered(MINUTE, X, B);
    assert.deepEqual(pvs.eventTypes(), ["pv.moved"]);
    assert.equal(pvs.state(X), "online");
    pvs.answered(2 * MINUTE, X, C);
    assert.equal(pvs.events.length, 1);
    pvs.lose(2 * MINUTE + 1, B);
    assert.deepEqual(pvs.eventTypes(), ["pv.moved", "pv.moved"]);
    assert.equal(pvs.state(X), "online");
    pvs.bring(3 * MINUTE, A);
    assert.equal(pvs.show(X).server, "10.7.0.2:40000");
  });

  it("has not moved when the old one answers again and the other was a passing one", () => {
    const pvs = new WatchedPvs();
    pvs.answered(0, X, A);
    pvs.answered(MINUTE, X, B);
    for (let minute = 2; minute < 6; minute++) pvs.answered(minute * MINUTE, X, A);
    assert.deepEqual(pvs.eventTypes(), []);
    assert.equal(pvs.ownedBy(keyOf(B)), 0);
  });

  it("keeps the ten latest, the latest first", () => {
    const pvs = new WatchedPvs();
    for (let port = 1; port <= 12; port++) pvs.answered(port * MINUTE, X, { ip: A.ip, port });
    assert.deepEqual(
      pvs.show(X).servers.map(({ server }) => Number(server.split(":")[1])),
      [12, 11, 10, 9, 8, 7, 6, 5, 4, 3],
    );
  });
});

describe("a forgotten PV", () => {
  it("is gone with all that was known of it, and starts anew when it is seen again", () => {
    const pvs = new WatchedPvs();
    pvs.ask(0, [X, "bad name"]);
    pvs.answered(10, X, A);
    pvs.answered(10, X, B);
    const id = pvs.idOf(X);
    pvs.forget(id, START);
    assert.equal(pvs.idOf(X), -1);
    assert.deepEqual(
      [pvs.row(id), pvs.slot(id), pvs.lastUsedAt(id)],
      [undefined, undefined, undefined],
    );
    assert.deepEqual(pvs.counts(), {
      total: 1,
      online: 0,
      lost: 0,
      neverAnswered: 0,
      unverified: 1,
      duplicate: 0,
      invalid: 1,
    });
    assert.equal(pvs.ownedBy(keyOf(A)), 0);
    assert.deepEqual(pvs.ask(20, [X]), [id], "its id is used again");
    assert.deepEqual([pvs.show(X).requests, pvs.show(X).servers], [1, []]);
  });

  it("makes room for another one", () => {
    const pvs = new WatchedPvs({ maxNames: 2 });
    pvs.ask(0, [X, Y]);
    const refused = [...pvs.foldSearch(searchFor(["SR:BPM2:X"], START))][0];
    assert.equal(refused, 0xffffffff);
    assert.equal(pvs.refused, 1);
    pvs.forget(pvs.idOf(X), START);
    pvs.ask(0, ["SR:BPM2:X"]);
    assert.deepEqual(
      pvs.list().items.map(({ name }) => name),
      [Y, "SR:BPM2:X"].sort(),
    );
  });
});

describe("the row of a PV", () => {
  it("restores it without events and without being changed", () => {
    const pvs = new WatchedPvs();
    pvs.ask(0, [X]);
    pvs.ask(5, [X], { client: CLIENT + 1 });
    pvs.answered(10, X, A);
    pvs.answered(20, X, B);
    const row = pvs.row(pvs.idOf(X))!;
    const after = new WatchedPvs();
    after.restore([row]);
    assert.deepEqual(after.row(after.idOf(X)), row);
    assert.deepEqual(after.show(X), pvs.show(X));
    assert.deepEqual([after.events, [...after.dirtyIds]], [[], []]);
    assert.deepEqual(after.counts(), pvs.counts());
  });

  it("does not take the place of what is known already", () => {
    const pvs = new WatchedPvs();
    pvs.ask(0, [X]);
    const row = pvs.row(pvs.idOf(X))!;
    pvs.ask(1000, [X]);
    pvs.restore([row]);
    assert.equal(pvs.show(X).requests, 2);
  });

  it("comes together with any number of others, and counts once when it comes twice", () => {
    const pvs = new WatchedPvs();
    const names = Array.from({ length: 1000 }, (_, n) => `SR:IOC${n % 7}:signal-${n}`);
    for (const [n, name] of names.entries()) pvs.ask(n, [name]);
    const rows = names.map((name) => pvs.row(pvs.idOf(name))!);
    const after = new WatchedPvs();
    after.restore([...rows.slice(0, 100), ...rows]);
    assert.deepEqual(
      names.map((name) => after.row(after.idOf(name))),
      rows,
    );
    assert.equal(after.counts().total, names.length);
    assert.equal(after.dirtyIds.size, 0);
  });

  it("of a lost PV returns with the server that is said to be back first", () => {
    const pvs = new WatchedPvs();
    pvs.answered(0, X, A);
    pvs.lose(1000, A);
    const after = new WatchedPvs();
    after.restore([pvs.row(pvs.idOf(X))!]);
    assert.equal(after.state(X), "lost");
    after.bring(2000, A);
    assert.equal(after.state(X), "online");
  });

  it("of a PV that was lost before its server does not return with the server", () => {
    const pvs = new WatchedPvs();
    pvs.answered(0, X, A);
    pvs.tcp(1000, X, A, "refused");
    pvs.silence(2000, X);
    const after = new WatchedPvs();
    after.restore([pvs.row(pvs.idOf(X))!]);
    after.lose(3000, A);
    after.bring(4000, A);
    assert.equal(after.state(X), "lost");
    after.answered(5000, X, A);
    assert.deepEqual(after.eventTypes(), ["pv.returned"]);
  });

  it("that contradicts itself restores to what can be", () => {
    const pvs = new WatchedPvs();
    pvs.ask(0, [X]);
    const row = pvs.row(pvs.idOf(X))!;
    const after = new WatchedPvs();
    after.restore([{ ...row, state: "online", duplicate: true }]);
    assert.equal(after.state(X), "unverified");
    assert.equal(after.counts().duplicate, 0);
    after.restore([{ ...row, name: new Uint8Array(500) }]);
    assert.equal(after.counts().total, 1);
  });
});

describe("answers from too many servers", () => {
  it("are refused and counted, those of known servers are not", () => {
    const pvs = new WatchedPvs();
    for (let server = 0; server < 50_100; server++) {
      pvs.answered(server, `SR:PV${server % 60_000}`, { ip: 0x0b000000 + server, port: 5064 });
    }
    assert.equal(pvs.refusedAnswers, 100);
    pvs.answered(60_000, X, { ip: 0x0b000000, port: 5064 });
    assert.equal(pvs.refusedAnswers, 100);
    pvs.forget(pvs.idOf("SR:PV1"), START);
    pvs.answered(60_000, X, A);
    assert.equal(pvs.refusedAnswers, 100);
  });
});
