import assert from "node:assert/strict";
import {
  parseRecent,
  withRecent,
} from "../../../../../../plugins/web-ui/browser/app/finder/recent.js";

const choice = (text: string) => ({ group: "PVs", text, address: `./pv?name=${text}` });

describe("what was chosen lately", () => {
  it("has the latest first, each once, and no more than eight", () => {
    let recent = parseRecent("[]");
    for (let i = 0; i < 12; i += 1) recent = withRecent(recent, choice(`pv${i % 10}`));
    assert.deepEqual(
      recent.map(({ text }) => text),
      ["pv1", "pv0", "pv9", "pv8", "pv7", "pv6", "pv5", "pv4"],
    );
  });

  it("comes back as it was kept", () => {
    const recent = withRecent([], choice("a\nb"));
    assert.deepEqual(parseRecent(JSON.stringify(recent)), recent);
  });

  it("never leads off our own pages, whatever somebody has put there", () => {
    const kept = [
      { text: "x", address: "javascript:alert(1)" },
      { text: "x", address: "//evil.example/" },
      { text: "x", address: "./../other" },
      { text: 1, address: "./pvs" },
      null,
      { text: "ok", address: "./pvs?match=a" },
    ];
    assert.deepEqual(
      parseRecent(JSON.stringify(kept)).map(({ text }) => text),
      ["ok"],
    );
    assert.deepEqual(parseRecent('{"a":1}'), []);
  });
});
