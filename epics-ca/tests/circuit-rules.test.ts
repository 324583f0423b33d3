import assert from "node:assert/strict";
import { CircuitRules } from "epics-ca";
import fc from "fast-check";

function connected(): CircuitRules {
  const rules = new CircuitRules(0);
  rules.connected(100);
  return rules;
}

describe("the rules of a circuit", () => {
  it("give a connection five seconds", () => {
    const rules = new CircuitRules(0);
    assert.equal(rules.advance(4999), undefined);
    assert.equal(rules.advance(rules.dueAt), "connectTimedOut");
    assert.equal(rules.state, "closed");
    rules.connected(6000);
    assert.equal(rules.state, "closed");
  });

  it("ask after half the time-out of silence, and five seconds later call the server unresponsive", () => {
    const rules = connected();
    assert.equal(rules.advance(15_099), undefined);
    assert.equal(rules.advance(15_100), "sendEcho");
    assert.equal(rules.advance(20_099), undefined);
    assert.equal(rules.advance(20_100), "unresponsive");
    assert.equal(rules.advance(1e9), undefined);
    assert.equal(rules.dueAt, Number.POSITIVE_INFINITY);
  });

  it("begin anew with every message", () => {
    const rules = connected();
    assert.equal(rules.received(10_000), undefined);
    assert.equal(rules.advance(24_999), undefined);
    assert.equal(rules.advance(25_000), "sendEcho");
    assert.equal(rules.received(29_999), undefined);
    assert.equal(rules.state, "responsive");
    assert.equal(rules.dueAt, 44_999);
  });

  it("take an unresponsive server back at its first message", () => {
    const rules = connected();
    rules.advance(15_100);
    rules.advance(20_100);
    assert.equal(rules.received(50_000), "responsive");
    assert.equal(rules.received(50_001), undefined);
    assert.equal(rules.advance(65_001), "sendEcho");
  });

  it("ask at once when there is doubt, but not twice", () => {
    const rules = connected();
    assert.equal(rules.doubt(200), "sendEcho");
    assert.equal(rules.doubt(201), undefined);
    assert.equal(rules.advance(5200), "unresponsive");
    assert.equal(rules.doubt(6000), undefined);
    assert.equal(new CircuitRules(0).doubt(1), undefined);
  });

  it("say nothing once it is closed, and nothing of messages before it is connected", () => {
    const rules = new CircuitRules(0);
    assert.equal(rules.received(1), undefined);
    assert.equal(rules.state, "connecting");
    rules.close();
    assert.equal(rules.received(2), undefined);
    assert.equal(rules.advance(1e9), undefined);
    assert.equal(rules.state, "closed");
  });

  it("never call a server unresponsive that was not asked, nor one that answers in time", () => {
    const input = fc.record({
      afterMs: fc.nat({ max: 20_000 }),
      what: fc.constantFrom("received", "doubt", "advance"),
    });
    fc.assert(
      fc.property(fc.array(input), (inputs) => {
        const rules = connected();
        let now = 100;
        let heardAt = 100;
        let askedAt: number | undefined;
        for (const { afterMs, what } of inputs) {
          now += afterMs;
          const action =
            what === "advance"
              ? rules.advance(now)
              : what === "doubt"
                ? rules.doubt(now)
                : rules.received(now);
          if (what === "received") {
            heardAt = now;
            askedAt = undefined;
          }
          if (action === "sendEcho") {
            assert.equal(askedAt, undefined);
            assert.ok(what === "doubt" || now - heardAt >= 15_000);
            askedAt = now;
          }
          if (action === "unresponsive") assert.ok(askedAt !== undefined && now - askedAt >= 5000);
        }
      }),
    );
  });
});
