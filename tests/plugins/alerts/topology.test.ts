/** What properties the rules have, whatever happens: a loss is told once, nothing is lost or doubled, memory is bounded. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { HOUR, MINUTE, RuleScene, SECOND, shortly } from "./scene.js";

const RULES = [
  { name: "hosts", events: ["host.lost"] },
  { name: "servers", events: ["server.lost", "server.unresponsive"] },
  { name: "apps", events: ["app.lost"] },
  { name: "pvs", events: ["pv.lost"] },
];

describe("a host that is lost", () => {
  it("with 50 servers and 10,000 PVs is one notification, and one when it is back", () => {
    fc.assert(
      fc.property(
        // In which second of twenty each server is found lost, and back.
        fc.array(fc.nat(19), { minLength: 50, maxLength: 50 }),
        fc.array(fc.nat(19), { minLength: 50, maxLength: 50 }),
        fc.nat(19),
        (lost, returned, hostAt) => {
          const scene = new RuleScene({ rules: RULES });
          const servers = lost.map((_, i) => `h1:${5064 + i}`);
          const each = (times: readonly number[], second: number) =>
            servers.filter((_, i) => times[i] === second);
          for (let second = 0; second < 20; second++) {
            if (second === hostAt) scene.happens("host.lost", "h1", { host: "h1" });
            for (const server of each(lost, second)) {
              scene.happens("server.lost", server, { host: "h1", server });
              scene.happens("app.lost", `app of ${server}`, { host: "h1", server });
              for (let pv = 0; pv < 200; pv++) {
                scene.happens("pv.lost", `${server}:${pv}`, { host: "h1", server });
              }
            }
            scene.pass(SECOND);
          }
          scene.pass(3 * HOUR);
          for (let second = 0; second < 20; second++) {
            if (second === Math.min(...returned))
              scene.happens("host.returned", "h1", { host: "h1" });
            for (const server of each(returned, second)) {
              scene.happens("server.returned", server, { host: "h1", server });
              scene.happens("app.returned", `app of ${server}`, { host: "h1", server });
              for (let pv = 0; pv < 200; pv++) {
                scene.happens("pv.returned", `${server}:${pv}`, { host: "h1", server });
              }
            }
            scene.pass(SECOND);
          }
          scene.pass(3 * HOUR);
          assert.deepEqual(
            scene.told.map((told) => shortly([told])),
            [["+ h1"], ["- h1"]],
          );
          assert.deepEqual([...scene.engine.alerts], []);
        },
      ),
      { numRuns: 5 },
    );
  });

  it("and comes back without one of its servers leaves that to be told", () => {
    const scene = new RuleScene({ rules: RULES });
    for (const server of ["h1:1", "h1:2"])
      scene.happens("server.lost", server, { host: "h1", server });
    scene.happens("host.lost", "h1", { host: "h1" });
    scene.pass(HOUR);
    scene.happens("host.returned", "h1", { host: "h1" });
    scene.happens("server.returned", "h1:1", { host: "h1" });
    assert.deepEqual(shortly(scene.pass(MINUTE)), ["- h1"]);
    assert.deepEqual(shortly(scene.pass(2 * MINUTE)), ["+ h1:2"]);
  });

  it("silences nothing where its loss is not told", () => {
    const scene = new RuleScene({ rules: RULES.slice(1) });
    scene.happens("host.lost", "h1", { host: "h1" });
    scene.happens("server.lost", "h1:1", { host: "h1" });
    assert.deepEqual(shortly(scene.pass(HOUR)), ["+ h1:1"]);
  });

  it("silences nothing where the site does not want it", () => {
    const scene = new RuleScene({ rules: RULES, topology: false });
    scene.happens("host.lost", "h1", { host: "h1" });
    scene.happens("server.lost", "h1:1", { host: "h1" });
    assert.deepEqual(shortly(scene.pass(HOUR)).sort(), ["+ h1", "+ h1:1"]);
  });

  it("silences nothing on other hosts, and no sensor", () => {
    const rules = [...RULES, { name: "sensors", events: ["sensor.blind"] }];
    const scene = new RuleScene({ rules });
    scene.happens("host.lost", "h1", { host: "h1" });
    scene.happens("server.lost", "h2:1", { host: "h2" });
    scene.happens("sensor.blind", "sniffer");
    assert.deepEqual(shortly(scene.pass(HOUR)).sort(), ["+ h1", "+ h2:1", "+ sniffer"]);
  });
});

describe("a server that is lost", () => {
  it("silences its PVs and no others on its host", () => {
    const scene = new RuleScene({ rules: RULES });
    scene.happens("server.unresponsive", "h1:1", { host: "h1", server: "h1:1" });
    scene.happens("pv.lost", "A", { host: "h1", server: "h1:1" });
    scene.happens("pv.lost", "B", { host: "h1", server: "h1:2" });
    assert.deepEqual(shortly(scene.pass(HOUR)).sort(), ["+ B", "+ h1:1"]);
  });
});

describe("whatever flaps", () => {
  const step = fc.record({
    subject: fc.constantFrom("h1:1", "h1:2", "h2:1"),
    type: fc.constantFrom("server.lost", "server.returned", "host.lost", "host.returned"),
    passMs: fc.integer({ min: 0, max: 900 }).map((seconds) => seconds * SECOND),
  });

  it("is told in turns, begun and ended, and in the end as it is", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.boolean(), (steps, isBusy) => {
        const scene = new RuleScene({ rules: RULES });
        const lost = new Set<string>();
        for (const [i, { subject, type, passMs }] of steps.entries()) {
          const [host = ""] = subject.split(":");
          const name = type.startsWith("host") ? host : subject;
          scene.happens(type as "host.lost", name, { host, server: subject });
          if (type.endsWith("lost")) lost.add(name);
          else lost.delete(name);
          scene.hasRoom = !isBusy || i % 3 === 0;
          scene.pass(passMs);
        }
        scene.hasRoom = true;
        scene.pass(2 * HOUR);
        const known = new Set<string>();
        for (const line of shortly(scene.told)) {
          const name = line.slice(2);
          if (line.startsWith("+")) assert.equal(known.has(name), false, `${name} told twice`);
          if (line.startsWith("-")) assert.equal(known.delete(name), true, `${name} ended untold`);
          if (line.startsWith("+")) known.add(name);
        }
        for (const name of known) assert.ok(lost.has(name), `${name} was never said to be back`);
        for (const name of lost) {
          const [host = ""] = name.split(":");
          assert.ok(known.has(name) || lost.has(host), `${name} was never told`);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe("memory", () => {
  it("holds so many alerts of each kind, counts the rest, and keeps room for hosts", () => {
    const scene = new RuleScene({ rules: RULES }, { maxAlerts: 100 });
    for (let i = 0; i < 5000; i++)
      scene.happens("pv.lost", `pv${i}`, { host: "h1", server: "h1:1" });
    scene.happens("host.lost", "h9", { host: "h9" });
    const told = scene.pass(HOUR);
    assert.equal([...scene.engine.alerts].length, 101);
    assert.equal(scene.engine.notKept, 4900);
    const pvs = told.find(({ rule }) => rule.name === "pvs");
    assert.deepEqual([pvs?.began.length, pvs?.notKept], [100, 4900]);
    assert.ok(told.some(({ rule }) => rule.name === "hosts"));
    for (let i = 0; i < 5000; i++) scene.happens("pv.returned", `pv${i}`);
    scene.pass(HOUR);
    assert.equal([...scene.engine.alerts].length, 1);
  });

  it("is empty again after any amount of coming and going", () => {
    const scene = new RuleScene({ rules: RULES });
    for (let round = 0; round < 200; round++) {
      for (const type of ["pv.lost", "pv.returned"] as const) {
        for (let i = 0; i < 20; i++) scene.happens(type, `pv${round}:${i}`);
        scene.pass(round % 2 === 0 ? SECOND : MINUTE);
      }
    }
    scene.pass(HOUR);
    assert.deepEqual([...scene.engine.alerts], []);
    assert.equal(scene.engine.dueAt, Number.POSITIVE_INFINITY);
  });
});
