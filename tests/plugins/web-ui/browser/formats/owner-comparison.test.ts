import assert from "node:assert/strict";
import type { ChannelInfo } from "pvmon";
import { compareOwners } from "../../../../../plugins/web-ui/browser/formats/owner-comparison.js";

const INFO: ChannelInfo = {
  name: "A:Gain",
  server: "10.0.0.1:5064",
  host: "10.0.0.1",
  state: "connected",
  access: { read: true, write: false },
  nativeType: "DBF_DOUBLE",
  elementCount: 1,
  value: 1.5,
  timeMs: 2.25,
};

function rowsOf(...infos: readonly ChannelInfo[]) {
  return new Map(compareOwners(infos).map((row) => [row.name, row]));
}

describe("what several servers say of one channel", () => {
  it("stands side by side", () => {
    const rows = rowsOf(INFO, { ...INFO, access: { read: true, write: true }, value: 2 });
    assert.deepEqual(rows.get("Access")?.values, ["read", "read and write"]);
    assert.deepEqual(rows.get("Value")?.values, ["1.5", "2"]);
  });

  it("is marked where they differ, and only there", () => {
    const rows = rowsOf(INFO, { ...INFO, nativeType: "DBF_LONG", timeMs: 9 });
    assert.deepEqual(
      [...rows.values()].filter(({ differs }) => differs).map(({ name }) => name),
      ["Type"],
    );
  });

  it("does not differ for a server that says nothing", () => {
    const silent: ChannelInfo = {
      name: INFO.name,
      server: "10.0.0.2:5064",
      host: "10.0.0.2",
      state: "timeout",
      timeMs: 1000,
    };
    const rows = rowsOf(INFO, silent);
    assert.deepEqual(rows.get("Type")?.values, ["DBF_DOUBLE", null]);
    assert.ok([...rows.values()].every(({ differs }) => !differs));
  });

  it("shows the beginning of a long waveform and how much is left out", () => {
    const value = Array.from({ length: 2000 }, (_, i) => i);
    const text = rowsOf({ ...INFO, value }).get("Value")?.values[0];
    assert.equal(text, "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, and 1,988 more");
  });
});
