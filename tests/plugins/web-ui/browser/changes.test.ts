import assert from "node:assert/strict";
import {
  isoText,
  localText,
  questionOf,
} from "../../../../plugins/web-ui/browser/pages/changes/span.js";

describe("the two instants of the page of changes", () => {
  const from = "2026-07-01T10:00:00.000Z";
  const to = "2026-07-01T12:30:00.000Z";

  it("are a range up to now, a day unless the address says another one", () => {
    assert.deepEqual(questionOf("8h", "", ""), { range: "8h" });
    assert.deepEqual(questionOf("century", from, to), { range: "1d" });
  });

  it("are two times that mean the same in every zone, the earlier one first", () => {
    assert.deepEqual(questionOf("chosen", from, to), { from, to });
    assert.equal(questionOf("chosen", to, from), undefined);
    assert.equal(questionOf("chosen", from, from), undefined);
    assert.equal(questionOf("chosen", from, ""), undefined);
    assert.equal(questionOf("chosen", "then", to), undefined);
  });

  it("are chosen in the viewer's zone", () => {
    for (const iso of [from, "2026-01-15T00:00:00.000Z"]) {
      const at = new Date(iso);
      assert.equal(Number(localText(iso).slice(11, 13)), at.getHours());
      assert.equal(isoText(localText(iso)), iso);
    }
    assert.equal(localText(""), "");
    assert.equal(isoText(""), "");
    assert.equal(isoText("2026-13-01T00:00"), "");
  });
});
