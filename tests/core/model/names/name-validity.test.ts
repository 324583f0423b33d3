import assert from "node:assert/strict";
import { type NameRules, nameValidity } from "../../../../core/model/names/name-validity.js";
import { bytesOf } from "../pvs/pv-site.js";

function isValid(name: string, rules?: NameRules): boolean {
  const bytes = bytesOf(`before${name}after`);
  return nameValidity(rules)(bytes, "before".length, name.length);
}

describe("the naming rules of PVs", () => {
  it("allow what records and tools allow", () => {
    for (const name of ["SR:BPM1:X", "abcd", "a-b_c<d>+1;%#?|*", "ABCD.VAL", "ABCD.{dbnd}"]) {
      assert.ok(isValid(name), name);
    }
  });

  it("want four characters before a field", () => {
    for (const name of ["abc", "abc.VAL", "", ".VALUE", "ab\0cd"]) assert.ok(!isValid(name), name);
  });

  it("forbid blanks, control characters, bytes beyond ASCII and what shells and macros use", () => {
    const forbidden = ["\x01", "\x1f", " ", "\x7f", "\x80", "\xff", ..."{}()$&!'~@^/\\=\"[]"];
    for (const character of forbidden) assert.ok(!isValid(`ABCD${character}E`), character);
  });

  it("are a site's own where it has some, each by itself", () => {
    const cases: readonly [NameRules, string, string][] = [
      [{ minLength: 2 }, "ab", "a"],
      [{ minCode: 0x41 }, "ABCD", "A:BCD"],
      [{ maxCode: 0xff }, "ABCD\xe9", "ABCD$"],
      [{ forbidden: ":" }, "A$(B)", "A:BC"],
      [{ forbidden: "" }, "{[$&]}", "abc"],
    ];
    for (const [rules, valid, invalid] of cases) {
      assert.ok(isValid(valid, rules), valid);
      assert.ok(!isValid(invalid, rules), invalid);
    }
  });
});
