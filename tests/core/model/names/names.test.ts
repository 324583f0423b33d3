import assert from "node:assert/strict";
import fc from "fast-check";
import { Names } from "../../../../core/model/names/names.js";
import { NONE } from "../../../../core/model/pvs/pv-pool.js";
import { PvRecords } from "../../../../core/model/pvs/pv-record.js";
import { bytesOf, searchFor } from "../pvs/pv-site.js";

const anyName = fc
  .array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 40 })
  .map((bytes) => String.fromCharCode(...bytes));

function namesOf(maxNames = 10_000, collide = false): Names {
  const hash = collide ? { hash: () => 42 } : {};
  return new Names({ maxNames, seed: 1, ...hash }, new PvRecords());
}

function intern(names: Names, texts: readonly string[]): number[] {
  return [...names.intern(searchFor(texts, 1))].slice(0, texts.length);
}

describe("names", () => {
  for (const collide of [false, true]) {
    it(`of any bytes have one id each${collide ? ", also when all their hashes collide" : ""}`, () => {
      fc.assert(
        fc.property(fc.array(fc.array(anyName, { maxLength: 20 })), (datagrams) => {
          const names = namesOf(10_000, collide);
          const ids = new Map<string, number>();
          for (const datagram of datagrams) {
            for (const [index, id] of intern(names, datagram).entries()) {
              const name = datagram[index]!;
              assert.equal(id, ids.get(name) ?? id);
              ids.set(name, id);
              assert.equal(names.textOf(id), name);
            }
          }
          assert.equal(new Set(ids.values()).size, ids.size);
          for (const [name, id] of ids) {
            assert.equal(names.idOf(name), id);
            assert.equal(names.idOf(bytesOf(name)), id);
          }
        }),
      );
    });
  }

  it("of every length up to 499 bytes are told apart by their last byte", () => {
    const names = namesOf();
    for (let length = 1; length < 500; length++) {
      const stem = "x".repeat(length - 1);
      const [a, b, again] = intern(names, [`${stem}a`, `${stem}b`, `${stem}a`]);
      assert.equal(a, again);
      assert.notEqual(a, b);
      assert.equal(names.textOf(a!).length, length);
    }
  });

  it("that end in NUL bytes are others than those that do not", () => {
    assert.equal(new Set(intern(namesOf(), ["ab", "ab\0", "ab\0\0", "\0ab"])).size, 4);
  });

  it("lie anywhere in the memory of a datagram", () => {
    const names = namesOf();
    const [id] = intern(names, ["SR:BPM1:X"]);
    for (let offset = 0; offset < 9; offset++) {
      const bytes = new Uint8Array(64).fill(0xff);
      bytes.set(bytesOf("SR:BPM1:X"), offset + 2);
      const found = names.intern({
        at: 1,
        bytes: bytes.subarray(offset),
        starts: Uint32Array.of(2),
        ends: Uint32Array.of(11),
        count: 1,
      });
      assert.equal(found[0], id);
    }
  });

  it("that are empty, of 500 bytes and more, or too many are refused and counted", () => {
    const names = namesOf(2);
    const ids = intern(names, ["", "x".repeat(500), "first", "second", "third", "first"]);
    assert.deepEqual(
      ids.map((id) => id === NONE),
      [true, true, false, false, true, false],
    );
    assert.equal(names.refused, 3);
    names.forget(ids[2]!);
    assert.notEqual(intern(names, ["third"])[0], NONE);
    assert.equal(names.refused, 3);
  });

  it("that are taken together are taken as one after the other, each new once", () => {
    const names = namesOf();
    const [known] = intern(names, ["known"]);
    const together = ["", "new", "known", "x".repeat(500), "other", "new"];
    const interned = names.internSome(
      together.map((name, n) => ({ name: bytesOf(name), firstSeenAt: 10 + n })),
    );
    assert.deepEqual(
      interned.map(({ isNew }) => isNew),
      [false, true, false, false, true, false],
    );
    const ids = interned.map(({ id }) => id);
    assert.deepEqual(ids, [NONE, names.idOf("new"), known, NONE, names.idOf("other"), ids[1]]);
    assert.equal(names.refused, 2);
  });

  it("that are none are not taken for one that was forgotten", () => {
    const names = namesOf();
    const [, forgotten] = intern(names, ["first", "second"]);
    names.forget(forgotten!);
    assert.equal(intern(names, ["first", "x".repeat(500)])[1], NONE);
    assert.equal(names.refused, 1);
  });

  it("that no byte can spell are not there", () => {
    const names = namesOf();
    intern(names, ["\u00e9"]);
    assert.notEqual(names.idOf("\u00e9"), NONE);
    assert.equal(names.idOf("\u01e9"), NONE);
    assert.equal(names.internOne("\u01e9", 1), NONE);
  });

  it("come in datagrams of any size", () => {
    const names = namesOf();
    const many = Array.from({ length: 5000 }, (_, index) => `NAME:${index}`);
    const ids = intern(names, many);
    assert.equal(new Set(ids).size, many.length);
    assert.deepEqual(intern(names, many), ids);
  });
});
