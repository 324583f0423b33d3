import assert from "node:assert/strict";
import { EVENT_TYPES } from "pvmon";
import { evidenceName, evidenceText } from "../../../../plugins/web-ui/browser/formats/evidence.js";
import { eventText } from "../../../../plugins/web-ui/browser/formats/words.js";
import {
  dayOf,
  dayText,
  hoursOf,
  KINDS,
  typesOf,
} from "../../../../plugins/web-ui/browser/pages/events/filter.js";

describe("the filter of the events page", () => {
  it("knows a kind for every type of event, and no types that there are not", () => {
    const inKinds = new Set(Object.values(KINDS).flatMap(({ types }) => types));
    assert.deepEqual([...inKinds].sort(), [...EVENT_TYPES].sort());
  });

  it("asks for the types of all chosen kinds, each once", () => {
    const types = typesOf("losses,pvs")?.split(",") ?? [];
    assert.ok(types.includes("server.lost") && types.includes("pv.moved"));
    assert.equal(new Set(types).size, types.length);
  });

  it("asks for everything when nothing, or nothing that is known, is chosen", () => {
    assert.equal(typesOf(""), undefined);
    assert.equal(typesOf("nonsense"), undefined);
  });

  it("leaves today out of the address, so that a page that stays open goes on with the next day", () => {
    const now = new Date(2026, 10, 28, 12);
    assert.equal(dayText(dayOf("", now).from, now), undefined);
    assert.equal(dayText(dayOf("2026-11-27", now).from, now), "2026-11-27");
    assert.equal(dayText(dayOf("not a day", now).from, now), undefined);
  });

  it("covers the whole day with hours, without gaps", () => {
    const day = dayOf("2026-03-29", new Date());
    const hours = hoursOf(day);
    assert.equal(hours[0]?.from.getTime(), day.from.getTime());
    assert.equal(hours.at(-1)?.to.getTime(), day.to.getTime());
    for (const [i, hour] of hours.entries()) {
      if (i > 0) assert.equal(hour.from.getTime(), hours[i - 1]?.to.getTime());
    }
  });
});

describe("words for events and their evidence", () => {
  it("names types as people would", () => {
    assert.equal(eventText("server.restarted"), "Server restarted");
    assert.equal(eventText("server.duplicateIdentity"), "Server duplicate identity");
    assert.equal(eventText("pv.deduplicated"), "PV deduplicated");
    assert.equal(eventText("app.lost"), "Application lost");
  });

  it("reads units off the keys", () => {
    assert.equal(evidenceName("periodMs"), "period");
    assert.equal(evidenceName("lostAt"), "lost at");
    assert.equal(evidenceName("sequence"), "sequence");
    assert.equal(evidenceText("periodMs", 15_012), "15 s");
    assert.equal(evidenceText("ageSeconds", 7200), "2 h");
    assert.equal(evidenceText("requests", 12_345), "12,345");
    assert.equal(evidenceText("servers", ["a:1", "b:2"]), "a:1, b:2");
    assert.equal(evidenceText("lostAt", null), "none");
    assert.equal(evidenceText("confirmed", false), "no");
  });
});
