import assert from "node:assert/strict";
import { DbrType, type DbrValue } from "epics-ca";
import { shownValue } from "../../../plugins/cainfo/value.js";

const scalar = { name: "SYS:value", elementCount: 1 };
const array = { name: "SYS:value", elementCount: 10 };

const bytes = (text: string): number[] => [...text].map((character) => character.charCodeAt(0));

const doubles = (...elements: number[]): DbrValue => ({
  type: DbrType.DOUBLE,
  elements: Float64Array.from(elements),
});
const chars = (elements: readonly number[]): DbrValue => ({
  type: DbrType.CHAR,
  elements: Uint8Array.from(elements),
});

describe("a value as it is shown", () => {
  it("is a number or a text", () => {
    assert.equal(shownValue(scalar, doubles(1.5)), 1.5);
    assert.equal(shownValue(scalar, { type: DbrType.STRING, elements: ["on"] }), "on");
    assert.equal(shownValue(scalar, { type: DbrType.STRING, elements: [""] }), "");
  });

  it("is a text where JSON has no such number", () => {
    const shown = shownValue(array, doubles(Number.NaN, Number.POSITIVE_INFINITY, -1 / 0, 1e308));
    assert.deepEqual(JSON.parse(JSON.stringify(shown)), ["NaN", "Infinity", "-Infinity", 1e308]);
  });

  it("is a list for an array, even if one element or none is in it", () => {
    for (const elements of [[], [7], [1, 2, 3]]) {
      assert.deepEqual(shownValue(array, doubles(...elements)), elements);
    }
  });

  it("is the name of a state, or its number if it has none", () => {
    const states = ["off", "", "on"];
    const shown = (state: number) =>
      shownValue(scalar, { type: DbrType.CTRL_ENUM, elements: Uint16Array.of(state), states });
    assert.deepEqual([0, 1, 2, 3].map(shown), ["off", 1, "on", 3]);
  });

  it("is the text of a long string, as far as its NUL", () => {
    const elements = [...bytes("gr\xfcn\nand long"), 0, ...bytes("rest\n"), 0];
    const value = chars(elements);
    assert.equal(shownValue({ ...array, name: "SYS:lsi.VAL$" }, value), "gr\xfcn\nand long");
    assert.deepEqual(shownValue(array, value), elements);
    const long = chars(Array<number>(100_000).fill(0x61));
    assert.equal(String(shownValue({ ...array, name: "SYS:lsi.VAL$" }, long)).length, 100_000);
  });

  it("of another type is no long string, whatever the name says", () => {
    assert.deepEqual(shownValue({ ...array, name: "A$" }, doubles(65, 66)), [65, 66]);
  });
});
