import assert from "node:assert/strict";
import { PvRecords } from "../../../../core/model/pvs/pv-record.js";
import { MAX_REQUESTERS, PvRequesters } from "../../../../core/model/pvs/pv-requesters.js";
import { CLIENT, START } from "./pv-site.js";

/** Latest first. */
const asked = Array.from({ length: 15 }, (_, n) => ({
  client: CLIENT + n,
  port: 40_000,
  count: n + 1,
  lastAt: START - n,
}));

describe("the requesters of a PV that are restored", () => {
  for (const [room, kept] of [
    [100, MAX_REQUESTERS],
    [3, 4],
    [0, 1],
  ] as const) {
    it(`are the ${kept} latest where there is room for ${room} beside the latest of each PV`, () => {
      const records = new PvRecords();
      const requesters = new PvRequesters(records, room);
      const id = records.add(0, 1, START);
      requesters.restore(id, asked);
      assert.deepEqual(requesters.list(id), asked.slice(0, kept));
      requesters.restore(id, asked.slice(1, 3));
      assert.deepEqual(requesters.list(id), asked.slice(1, Math.min(3, kept + 1)));
    });
  }
});
