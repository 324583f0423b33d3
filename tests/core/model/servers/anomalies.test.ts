/** Anomalies: opened once, counted, closed after silence, never more than there is room for. */
import assert from "node:assert/strict";
import type { EventDraft } from "../../../../core/model/event.js";
import { Anomalies, OTHER_SUBJECTS } from "../../../../core/model/servers/anomalies.js";
import { BEGIN } from "../beacons/beacon-simulation.js";

function watch(max = 100) {
  const events: EventDraft[] = [];
  const anomalies = new Anomalies(max, (draft) => events.push(draft));
  const saw = (subject: string, second: number) =>
    anomalies.saw({
      type: "wrongNetwork",
      subject,
      at: BEGIN + second * 1000,
      text: "beacons from elsewhere",
      evidence: {},
    });
  return { anomalies, events, saw };
}

describe("anomalies", () => {
  it("are opened once and counted while they last", () => {
    const { anomalies, events, saw } = watch();
    for (let second = 0; second < 300; second += 50) saw("10.8.0.0/24", second);
    anomalies.tick(BEGIN + 300_000);
    assert.deepEqual(
      events.map(({ type }) => type),
      ["anomaly.opened"],
    );
    assert.equal(anomalies.views()[0]?.count, 6);
    assert.equal(anomalies.openFor("10.8.0.0/24").length, 1);
  });

  it("are closed 60 s after the last sighting, and opened again by the next", () => {
    const { anomalies, events, saw } = watch();
    saw("10.8.0.0/24", 0);
    assert.equal(anomalies.nextDueAt(), BEGIN + 60_000);
    anomalies.tick(BEGIN + 90_000);
    assert.equal(anomalies.views()[0]?.closedAt, BEGIN + 60_000);
    saw("10.8.0.0/24", 100);
    assert.deepEqual(
      events.map(({ type }) => type),
      ["anomaly.opened", "anomaly.closed", "anomaly.opened"],
    );
    assert.equal(anomalies.views()[0]?.closedAt, null);
  });

  it("beyond their share of the table are counted together", () => {
    const { anomalies, events, saw } = watch(50);
    for (let subject = 0; subject < 1_000; subject++) saw(`10.8.${subject}.0/24`, 0);
    assert.equal(events.length, 10);
    assert.equal(anomalies.openFor(OTHER_SUBJECTS)[0]?.count, 991);
    assert.ok(anomalies.views().length <= 50);
  });

  it("that are over make room for new ones", () => {
    const { anomalies, saw } = watch(50);
    for (let round = 0; round < 100; round++) {
      saw(`10.8.${round}.0/24`, round * 100);
      anomalies.tick(BEGIN + round * 100_000 + 90_000);
    }
    assert.equal(anomalies.views().length, 50);
    assert.equal(anomalies.openFor("10.8.99.0/24").length, 0);
  });
});
