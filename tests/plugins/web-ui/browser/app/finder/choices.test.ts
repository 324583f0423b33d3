import assert from "node:assert/strict";
import {
  type Choice,
  grouped,
  keyToChoice,
  otherChoices,
  pageChoices,
} from "../../../../../../plugins/web-ui/browser/app/finder/choices.js";

const PAGES = [
  { segment: "pvs", title: "PVs", group: "Names" },
  { segment: "pv", title: "PV" },
  { segment: "beacons", title: "Beacons and findings", group: "What happened" },
];

describe("choices of the search for anything", () => {
  it("have the pages of the navigation whose title has the text", () => {
    assert.deepEqual(
      pageChoices(PAGES, "FIND").map(({ address }) => address),
      ["./beacons"],
    );
    assert.deepEqual(
      pageChoices(PAGES, "pv").map(({ address }) => address),
      ["./pvs"],
    );
  });

  it("lead to the list and to the network with any text, whatever is in it", () => {
    assert.deepEqual(
      otherChoices("A&B #1").map(({ address }) => address),
      ["./pvs?match=A%26B+%231", "./pv?name=A%26B+%231"],
    );
  });

  it("do not ask the network for a glob", () => {
    assert.deepEqual(
      otherChoices("A*").map(({ address }) => address),
      ["./pvs?match=A*"],
    );
  });

  it("stand in groups in the order in which they came", () => {
    const choice = (group: string, text: string): Choice => ({ group, text, address: "./" });
    const groups = grouped([choice("PVs", "a"), choice("Hosts", "b"), choice("PVs", "c")]);
    assert.deepEqual(
      [...groups].map(([group, members]) => [group, members.map(({ text }) => text)]),
      [
        ["PVs", ["a", "c"]],
        ["Hosts", ["b"]],
      ],
    );
  });

  it("are reached by arrows, round at both ends, and by no other key", () => {
    assert.equal(keyToChoice("ArrowDown", 2, 3), 0);
    assert.equal(keyToChoice("ArrowUp", 0, 3), 2);
    assert.equal(keyToChoice("ArrowDown", 0, 0), undefined);
    assert.equal(keyToChoice("a", 0, 3), undefined);
  });
});
