/** Since when a server has a name, as facts: what two instants are compared by. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { A, B, C, keyOf, type Server, START, WatchedPvs } from "./pv-site.js";

const X = "SR:BPM1:X";
const Y = "SR:BPM2:Y";
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const nameOf = ({ ip, port }: Server) => `10.7.0.${ip & 255}:${port}`;

/** `+server` and `-server` with the time. */
function told(pvs: WatchedPvs, name = X): [string, number][] {
  return pvs.facts
    .filter(({ subject }) => subject === name)
    .map(({ value, at, holds }) => [`${holds ? "+" : "-"}${value}`, at - START]);
}

describe("that a server has a PV", () => {
  it("begins with its first answer and is told once", () => {
    const pvs = new WatchedPvs();
    for (const second of [1, 2, 90]) pvs.answered(second * SECOND, X, A);
    pvs.ask(91 * SECOND, [X, Y]);
    assert.deepEqual(pvs.facts, [
      { fact: "pvServer", subject: X, value: nameOf(A), at: START + SECOND, holds: true },
    ]);
  });

  it("outlasts the loss of its server, whose own fact says that", () => {
    const pvs = new WatchedPvs();
    for (let pv = 0; pv < 1000; pv++) pvs.answered(0, `SR:PV${pv}`, A);
    pvs.lose(MINUTE, A);
    pvs.silence(2 * MINUTE, "SR:PV7");
    pvs.bring(3 * MINUTE, A);
    pvs.answered(4 * MINUTE, "SR:PV7", A);
    assert.equal(pvs.facts.length, 1000);
  });

  it("ends when the PV has moved", () => {
    const pvs = new WatchedPvs();
    pvs.answered(0, X, A);
    pvs.lose(MINUTE, A);
    pvs.answered(2 * MINUTE, X, B);
    assert.deepEqual(told(pvs), [
      [`+${nameOf(A)}`, 0],
      [`-${nameOf(A)}`, 2 * MINUTE],
      [`+${nameOf(B)}`, 2 * MINUTE],
    ]);
  });

  it("holds for both owners of a duplicate, and ends for the one that falls silent", () => {
    const pvs = new WatchedPvs();
    pvs.answered(0, X, A);
    pvs.answered(2, X, B);
    for (const minute of [2, 4, 6]) pvs.answered(minute * MINUTE, X, B);
    assert.deepEqual(pvs.eventTypes(), ["pv.duplicated", "pv.deduplicated"]);
    assert.deepEqual(
      told(pvs).map(([what]) => what),
      [`+${nameOf(A)}`, `+${nameOf(B)}`, `-${nameOf(A)}`],
    );
  });

  it("ends when it is lost for itself, and begins when it is back", () => {
    const pvs = new WatchedPvs();
    pvs.answered(0, X, A);
    pvs.tcp(MINUTE, X, A, "refused");
    pvs.silence(2 * MINUTE, X);
    pvs.answered(3 * MINUTE, X, A);
    assert.deepEqual(pvs.eventTypes(), ["pv.lost", "pv.returned"]);
    assert.deepEqual(told(pvs), [
      [`+${nameOf(A)}`, 0],
      [`-${nameOf(A)}`, 2 * MINUTE],
      [`+${nameOf(A)}`, 3 * MINUTE],
    ]);
  });

  it("ends when the PV is forgotten", () => {
    const pvs = new WatchedPvs();
    pvs.answered(0, X, A);
    pvs.forget(pvs.idOf(X), START + MINUTE);
    assert.deepEqual(told(pvs).at(-1), [`-${nameOf(A)}`, MINUTE]);
  });

  it("begins anew after a restart of pvmon where the PV was lost", () => {
    const pvs = new WatchedPvs();
    pvs.answered(0, X, A);
    pvs.tcp(MINUTE, X, A, "refused");
    pvs.silence(2 * MINUTE, X);
    const row = pvs.row(pvs.idOf(X));
    assert.ok(row);
    const later = new WatchedPvs();
    later.restore([row]);
    later.answered(3 * MINUTE, X, A);
    assert.deepEqual(told(later), [[`+${nameOf(A)}`, 3 * MINUTE]]);
  });

  it("is at any time what the facts until then add up to", () => {
    const name = fc.constantFrom(X, Y);
    const server = fc.constantFrom(A, B, C);
    type Step = (pvs: WatchedPvs, ms: number) => void;
    const step: fc.Arbitrary<Step> = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.tuple(name, server).map(
          ([n, s]): Step =>
            (pvs, ms) =>
              pvs.answered(ms, n, s),
        ),
      },
      name.map(
        (n): Step =>
          (pvs, ms) =>
            pvs.silence(ms, n),
      ),
      fc.tuple(name, server).map(
        ([n, s]): Step =>
          (pvs, ms) =>
            pvs.tcp(ms, n, s, "refused"),
      ),
      server.map(
        (s): Step =>
          (pvs, ms) =>
            pvs.lose(ms, s),
      ),
      server.map(
        (s): Step =>
          (pvs, ms) =>
            pvs.bring(ms, s),
      ),
      server.map(
        (s): Step =>
          (pvs, ms) => {
            pvs.restartedAt.set(keyOf(s), START + ms);
          },
      ),
      name.map(
        (n): Step =>
          (pvs, ms) => {
            if (pvs.idOf(n) >= 0) pvs.forget(pvs.idOf(n), START + ms);
          },
      ),
    );
    const inService = (pvs: WatchedPvs) =>
      [A, B, C].flatMap((one) =>
        [...pvs.namesOf(keyOf(one))]
          .filter((id) => pvs.detail(id).diagnosis.cause !== "notServedAnyMore")
          .map((id) => `${pvs.nameOf(id)} ${nameOf(one)}`),
      );
    const gaps = fc.constantFrom(1, 2000, 10 * SECOND, 2 * MINUTE);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(gaps, step), { maxLength: 40 }),
        fc.boolean(),
        (steps, isAlias) => {
          const pvs = new WatchedPvs();
          if (isAlias) for (const one of [A, B]) pvs.same.add(keyOf(one));
          const holding = new Set<string>();
          let read = 0;
          let ms = 0;
          for (const [gap, act] of steps) {
            ms += gap;
            act(pvs, ms);
            for (const { subject, value, holds } of pvs.facts.slice(read)) {
              if (holds) holding.add(`${subject} ${value}`);
              else assert.ok(holding.delete(`${subject} ${value}`));
            }
            read = pvs.facts.length;
            assert.deepEqual([...holding].sort(), inService(pvs).sort());
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});
