/** When rules tell what: grouping, flapping, repetition, limits, and what silences what. */
import assert from "node:assert/strict";
import { HOUR, MINUTE, RuleScene, SECOND, shortly, WEBHOOK } from "./scene.js";

const SERVERS = { name: "servers", events: ["server.lost"] };
const on = (host: string) => ({ host });

describe("a rule about what lasts", () => {
  it("tells that it began and that it ended, once each", () => {
    const scene = new RuleScene({ rules: [SERVERS] });
    scene.happens("server.lost", "s1", on("h1"));
    assert.deepEqual(scene.pass(29 * SECOND), []);
    const [first, ...none] = scene.pass(MINUTE);
    assert.deepEqual([shortly([first!]), none], [["+ s1"], []]);
    assert.equal(first!.began[0]!.text, "s1: server.lost");
    assert.equal(first!.destination, "chat");
    scene.happens("server.returned", "s1", on("h1"));
    assert.deepEqual(shortly(scene.pass(10 * MINUTE)), ["- s1"]);
    assert.deepEqual([...scene.engine.alerts], []);
  });

  it("tells together what comes within the waiting time", () => {
    const scene = new RuleScene({ rules: [SERVERS] });
    for (const name of ["s1", "s2", "s3"]) {
      scene.happens("server.lost", name);
      scene.pass(10 * SECOND);
    }
    const told = scene.pass(MINUTE);
    assert.equal(told.length, 1);
    assert.deepEqual(shortly(told), ["+ s1", "+ s2", "+ s3"]);
  });

  it("tells after three waiting times even if more keeps coming", () => {
    const scene = new RuleScene({ rules: [SERVERS], waitSeconds: 30, intervalSeconds: 60 });
    let first: number | undefined;
    const begun = scene.now;
    for (let i = 0; i < 30; i++) {
      scene.happens("server.lost", `s${i}`);
      if (scene.pass(10 * SECOND).length > 0) first ??= scene.now - begun;
    }
    assert.equal(first, 90 * SECOND);
    scene.pass(5 * MINUTE);
    const began = shortly(scene.told).sort();
    assert.deepEqual(began, Array.from({ length: 30 }, (_, i) => `+ s${i}`).sort());
  });

  it("keeps the interval between two notifications", () => {
    const scene = new RuleScene({ rules: [SERVERS], intervalSeconds: 300 });
    scene.happens("server.lost", "s1");
    scene.pass(MINUTE);
    scene.happens("server.lost", "s2");
    assert.deepEqual(shortly(scene.pass(4 * MINUTE)), []);
    assert.deepEqual(shortly(scene.pass(2 * MINUTE)), ["+ s2"]);
  });

  it("says nothing of what was over before it was told", () => {
    const scene = new RuleScene({ rules: [SERVERS] });
    scene.happens("server.lost", "s1");
    scene.pass(10 * SECOND);
    scene.happens("server.returned", "s1");
    assert.deepEqual(scene.pass(HOUR), []);
    assert.deepEqual([...scene.engine.alerts], []);
  });

  it("waits as long as the rule says before it tells, and before it says that it is over", () => {
    const scene = new RuleScene({ rules: [{ ...SERVERS, forSeconds: 600, calmSeconds: 900 }] });
    scene.happens("server.lost", "s1");
    assert.deepEqual(scene.pass(9 * MINUTE), []);
    assert.deepEqual(shortly(scene.pass(2 * MINUTE)), ["+ s1"]);
    scene.pass(HOUR);
    scene.happens("server.returned", "s1");
    assert.deepEqual(scene.pass(14 * MINUTE), []);
    scene.happens("server.lost", "s1");
    scene.pass(HOUR);
    scene.happens("server.returned", "s1");
    assert.deepEqual(shortly(scene.pass(20 * MINUTE)), ["- s1"]);
  });

  it("reminds of what lasts, and stops when it is over", () => {
    const scene = new RuleScene({ rules: [{ ...SERVERS, repeatHours: 2 }] });
    scene.happens("server.lost", "s1");
    scene.pass(5 * HOUR);
    assert.deepEqual(shortly(scene.told), ["+ s1", "= s1", "= s1"]);
    scene.happens("server.started", "s1");
    scene.pass(10 * HOUR);
    assert.deepEqual(shortly(scene.told.slice(3)), ["- s1"]);
    assert.equal(scene.engine.dueAt, Number.POSITIVE_INFINITY);
  });

  it("never reminds where the rule says so", () => {
    const scene = new RuleScene({ rules: [{ ...SERVERS, repeatHours: 0 }] });
    scene.happens("server.lost", "s1");
    scene.pass(50 * HOUR);
    assert.deepEqual(shortly(scene.told), ["+ s1"]);
  });

  it("goes on being the same when one trouble turns into another", () => {
    const events = ["server.lost", "server.stopped", "server.unresponsive"];
    const scene = new RuleScene({ rules: [{ name: "servers", events }] });
    scene.happens("server.unresponsive", "s1");
    scene.pass(MINUTE);
    scene.happens("server.lost", "s1");
    scene.happens("server.stopped", "s1");
    scene.pass(HOUR);
    assert.deepEqual(
      [...scene.engine.alerts].map(({ condition }) => condition),
      ["server.stopped"],
    );
    scene.happens("server.restarted", "s1");
    scene.pass(HOUR);
    assert.deepEqual(shortly(scene.told), ["+ s1", "- s1"]);
  });

  it("keeps several findings about one server apart", () => {
    const scene = new RuleScene({ rules: [{ name: "findings", events: ["anomaly.opened"] }] });
    const finding = (anomaly: string) => ({ evidence: { anomaly } });
    scene.happens("anomaly.opened", "s1", finding("wrongNetwork"));
    scene.happens("anomaly.opened", "s1", finding("beaconFlood"));
    scene.pass(MINUTE);
    scene.happens("anomaly.closed", "s1", finding("beaconFlood"));
    scene.pass(HOUR);
    assert.deepEqual(shortly(scene.told), ["+ s1", "+ s1", "- s1"]);
    assert.equal([...scene.engine.alerts].length, 1);
  });
});

describe("a rule about storms of searches", () => {
  it("tells who floods the network, and that it is over", () => {
    const scene = new RuleScene({ rules: [{ name: "storms", events: ["storm.started"] }] });
    scene.happens("storm.started", "10.7.0.9");
    scene.pass(MINUTE);
    scene.happens("storm.ended", "10.7.0.9");
    scene.pass(HOUR);
    assert.deepEqual(shortly(scene.told), ["+ 10.7.0.9", "- 10.7.0.9"]);
  });
});

describe("a rule about what just happens", () => {
  it("tells it once, with all that happened in the waiting time", () => {
    const scene = new RuleScene({ rules: [{ name: "restarts", events: ["server.restarted"] }] });
    scene.happens("server.restarted", "s1");
    scene.happens("server.restarted", "s2");
    scene.pass(HOUR);
    scene.happens("server.restarted", "s1");
    scene.pass(50 * HOUR);
    assert.deepEqual(
      scene.told.map((each) => shortly([each])),
      [["! s1", "! s2"], ["! s1"]],
    );
  });

  it("remembers so many, and counts the rest", () => {
    const scene = new RuleScene({ rules: [{ name: "restarts", events: ["server.restarted"] }] });
    for (let i = 0; i < 700; i++) scene.happens("server.restarted", `s${i}`);
    const [told] = scene.pass(HOUR);
    assert.deepEqual([told?.happened.length, told?.notKept], [500, 200]);
  });
});

describe("which events a rule is about", () => {
  it("is said by severity, subject and host", () => {
    const rules = [
      { name: "r", events: ["pv.lost"], minSeverity: "alarm", match: ["SR?:*"], hosts: ["vac*"] },
    ];
    const scene = new RuleScene({ rules }, { hostName: (host) => (host === "h1" ? "VAC1" : null) });
    const alarm = { severity: "alarm", host: "h1" } as const;
    scene.happens("pv.lost", "SR1:a", alarm);
    scene.happens("pv.lost", "sr2:b", alarm);
    scene.happens("pv.lost", "BR1:a", alarm);
    scene.happens("pv.lost", "SR3:a", { ...alarm, host: "h2" });
    scene.happens("pv.lost", "SR4:a", { ...alarm, severity: "warning" });
    assert.deepEqual(shortly(scene.pass(HOUR)), ["+ SR1:a", "+ sr2:b"]);
  });

  it("is for the destinations that it names, or for all", () => {
    const destinations = [WEBHOOK, { ...WEBHOOK, name: "night" }];
    const rules = [SERVERS, { name: "few", events: ["server.lost"], destinations: ["night"] }];
    const scene = new RuleScene({ destinations, rules });
    scene.happens("server.lost", "s1");
    const told = scene.pass(HOUR).map(({ rule, destination }) => `${rule.name} ${destination}`);
    assert.deepEqual(told.sort(), ["few night", "servers chat", "servers night"]);
  });

  for (const [rule, why] of [
    [{ name: "r" }, /rule r needs exactly one/],
    [{ name: "r", events: ["pv.lost"], figure: "lostPvs" }, /rule r needs exactly one/],
    [{ name: "r", events: ["pv.lost"], destinations: ["x"] }, /destination x, which is not/],
  ] as const) {
    it(`has to make sense: ${why.source}`, () => {
      assert.throws(() => new RuleScene({ rules: [rule] }), why);
    });
  }

  it("has a name of its own", () => {
    assert.throws(() => new RuleScene({ rules: [SERVERS, SERVERS] }), /two of the rules/);
  });
});

describe("what a look finds", () => {
  it("begins with the first look that finds it and ends with the first that does not", () => {
    const scene = new RuleScene({ rules: [{ name: "wall", hostStates: ["error"] }] });
    const [rule] = scene.engine.rules;
    const state = (name: string) => ({ subject: { kind: "host", name, host: name }, text: "red" });
    for (const names of [["h1"], ["h1", "h2"], ["h1", "h2"]]) {
      scene.engine.look(rule!, names.map(state), scene.now);
      scene.pass(10 * MINUTE);
    }
    scene.engine.look(rule!, [state("h2")], scene.now);
    scene.pass(10 * MINUTE);
    assert.deepEqual(shortly(scene.told), ["+ h1", "+ h2", "- h1"]);
    assert.equal(scene.told[0]!.began[0]!.severity, "alarm");
  });
});

describe("a destination", () => {
  it("that can take nothing is told everything when it can, once and together", () => {
    const scene = new RuleScene({ rules: [SERVERS], intervalSeconds: 1 });
    scene.hasRoom = false;
    scene.happens("server.lost", "s1");
    scene.pass(HOUR);
    scene.happens("server.lost", "s2");
    scene.pass(HOUR);
    scene.happens("server.returned", "s1");
    scene.hasRoom = true;
    scene.pass(HOUR);
    assert.deepEqual(shortly(scene.told), ["+ s2"]);
    assert.equal(scene.told.length, 1);
  });

  it("gets no more notifications than its budget allows, and loses nothing by it", () => {
    const destinations = [{ ...WEBHOOK, perHour: 10 }];
    const scene = new RuleScene({
      destinations,
      rules: [SERVERS],
      waitSeconds: 0,
      intervalSeconds: 1,
    });
    for (let i = 0; i < 3600; i++) {
      scene.happens("server.lost", `s${i}`);
      scene.pass(SECOND);
    }
    assert.ok(scene.told.length <= 11, String(scene.told.length));
    scene.pass(HOUR);
    assert.equal(new Set(shortly(scene.told)).size, 3600);
    assert.equal(shortly(scene.told).length, 3600);
  });
});

describe("maintenance", () => {
  it("keeps back what begins in it, tells it afterwards if it lasts, and tells what ends", () => {
    let isMaintained = false;
    const rules = [SERVERS, { name: "restarts", events: ["server.restarted"] }];
    const scene = new RuleScene({ rules }, { isMaintained: () => isMaintained });
    scene.happens("server.lost", "s0");
    scene.pass(HOUR);
    isMaintained = true;
    scene.happens("server.lost", "s1");
    scene.happens("server.lost", "s2");
    scene.happens("server.restarted", "s3");
    scene.happens("server.returned", "s0");
    scene.pass(HOUR);
    scene.happens("server.returned", "s1");
    scene.pass(HOUR);
    assert.deepEqual(shortly(scene.told), ["+ s0", "- s0"]);
    isMaintained = false;
    assert.deepEqual(shortly(scene.pass(5 * MINUTE)), ["+ s2"]);
  });
});
