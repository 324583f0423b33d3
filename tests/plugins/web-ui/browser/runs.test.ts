import assert from "node:assert/strict";
import fc from "fast-check";
import { runsOf } from "../../../../plugins/web-ui/browser/formats/runs.js";

const event = (type: "pv.lost" | "server.lost", seconds: number) => ({
  type,
  severity: "alarm" as const,
  at: new Date(Date.UTC(2026, 10, 28) - seconds * 1000).toISOString(),
});

describe("runs of events", () => {
  it("join what is alike and close together", () => {
    const items = [0, 1, 2, 3, 50].map((seconds) => event("pv.lost", seconds));
    assert.deepEqual(runsOf(items), [items]);
  });

  it("leave few ones, others in between and those of another time apart", () => {
    const few = [0, 1, 2].map((seconds) => event("pv.lost", seconds));
    assert.equal(runsOf(few).length, 3);
    const mixed = [event("pv.lost", 0), event("server.lost", 1), ...few];
    assert.equal(runsOf(mixed).length, 5);
    const apart = [0, 100, 200, 300].map((seconds) => event("pv.lost", seconds));
    assert.equal(runsOf(apart).length, 4);
  });

  it("lose nothing and keep the order", () => {
    const items = fc.array(
      fc.tuple(fc.constantFrom("pv.lost" as const, "server.lost" as const), fc.nat(500)),
    );
    fc.assert(
      fc.property(items, (drawn) => {
        const events = drawn.map(([type, seconds]) => event(type, seconds));
        assert.deepEqual(runsOf(events).flat(), events);
      }),
    );
  });
});
