/** When a stream that says nothing more counts as broken. */
import assert from "node:assert/strict";
import { Liveness } from "../../../../../plugins/web-ui/browser/api/liveness.js";

function streamThatSpeaks(everyMs: number): Liveness {
  const stream = new Liveness(0);
  stream.opened(0);
  for (let n = 0; n < 5; n++) stream.heard(n * everyMs);
  return stream;
}

describe("a stream", () => {
  it("that speaks every two seconds is broken after ten of silence", () => {
    const stream = streamThatSpeaks(2000);
    assert.equal(stream.isSilent(8000 + 10_000), false);
    assert.equal(stream.isSilent(8000 + 10_001), true);
  });

  it("that speaks every minute is given three", () => {
    const stream = streamThatSpeaks(60_000);
    assert.equal(stream.isSilent(240_000 + 180_000), false);
    assert.equal(stream.isSilent(240_000 + 180_001), true);
  });

  it("of which nothing is known yet is given a quarter of an hour", () => {
    const stream = new Liveness(0);
    stream.opened(0);
    stream.heard(10);
    assert.equal(stream.isSilent(890_000), false);
    assert.equal(stream.isSilent(910_000), true);
  });

  it("is not broken just after it was opened anew, however long the machine slept", () => {
    const stream = streamThatSpeaks(2000);
    const hourMs = 3_600_000;
    assert.equal(stream.isSilent(hourMs), true);
    stream.opened(hourMs);
    assert.equal(stream.isSilent(hourMs + 5000), false);
  });

  it("that said something late, after a sleep, is soon watched as closely as before", () => {
    const stream = streamThatSpeaks(2000);
    for (let n = 0; n < 4; n++) stream.heard(3_600_000 + n * 2000);
    assert.equal(stream.isSilent(3_606_000 + 10_001), true);
  });
});
