import assert from "node:assert/strict";
import {
  DBR_TYPE_NAMES,
  DbrType,
  dbrType,
  dbrTypeName,
  decodeDbr,
  encodeDbr,
  epicsTimeToUtcMs,
  familyOf,
  fieldTypeName,
  fieldTypeOf,
  utcMsToEpicsTime,
} from "epics-ca";
import fc from "fast-check";
import { LAYOUTS } from "../src/dbr-layout.js";
import { value } from "./arbitraries.js";
import { fromHex, toHex } from "./bytes.js";

const anyType = fc.nat({ max: DBR_TYPE_NAMES.length - 1 });

describe("DBR values", () => {
  for (const [type, name] of DBR_TYPE_NAMES.entries()) {
    it(`${name} comes back as it was sent, padded or not`, () => {
      fc.assert(
        fc.property(value(type), fc.nat({ max: 7 }), (sent, padding) => {
          const bytes = encodeDbr(sent);
          const payload = new Uint8Array(bytes.length + padding);
          payload.set(bytes);
          const { value: back } = decodeDbr(type, sent.elements.length, payload);
          assert.ok(back !== undefined);
          assert.deepEqual({ ...back, elements: [...back.elements] }, sent);
        }),
      );
    });
  }

  it("begin where db_access.h says (dbr_value_offset)", () => {
    assert.deepEqual(
      LAYOUTS.map(({ valueAt }) => valueAt),
      [
        [0, 0, 0, 0, 0, 0, 0],
        [4, 4, 4, 4, 5, 4, 8],
        [12, 14, 12, 14, 15, 12, 16],
        [4, 24, 40, 422, 19, 36, 64],
        [4, 28, 48, 422, 21, 44, 80],
        [0, 0, 8, 0],
      ].flat(),
    );
  });

  it("cut anywhere, or of random bytes, are a value or damage, never an exception", () => {
    fc.assert(
      fc.property(
        fc.oneof(anyType, fc.integer()),
        fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 0xffff_ffff })),
        fc.uint8Array({ maxLength: 700 }),
        (type, count, bytes) => {
          const { value: decoded, damage } = decodeDbr(type, count, bytes);
          if (fieldTypeOf(type) === undefined) assert.equal(damage, "unknown data type");
          else if (decoded !== undefined) assert.equal(decoded.elements.length, count);
          else assert.equal(damage, "truncated value");
        },
      ),
    );
  });

  it("shorter than their elements need are truncated, by whatever little", () => {
    fc.assert(
      fc.property(
        anyType.chain((type) => value(type)).filter(({ elements }) => elements.length > 0),
        (sent) => {
          if (typeof sent.elements[0] === "string") return;
          const bytes = encodeDbr(sent);
          const cut = decodeDbr(sent.type, sent.elements.length, bytes.subarray(0, -1));
          assert.deepEqual(cut, { damage: "truncated value" });
        },
      ),
    );
  });

  it("that are texts may end with their last text's NUL", () => {
    const texts = encodeDbr({ type: DbrType.STRING, elements: ["one", "two"] });
    assert.deepEqual(decodeDbr(DbrType.STRING, 2, texts.subarray(0, 48)).value?.elements, [
      "one",
      "two",
    ]);
    assert.deepEqual(decodeDbr(DbrType.STRING, 2, texts.subarray(0, 40)), {
      damage: "truncated value",
    });
    assert.deepEqual(decodeDbr(DbrType.STRING, 1, new Uint8Array(0)), {
      damage: "truncated value",
    });
  });

  it("without elements still have their metadata", () => {
    const bytes = encodeDbr({ type: DbrType.TIME_DOUBLE, elements: [], severity: 3 });
    assert.equal(decodeDbr(DbrType.TIME_DOUBLE, 0, bytes).value?.severity, 3);
    assert.deepEqual(
      decodeDbr(DbrType.DOUBLE, 0, new Uint8Array(0)).value?.elements,
      new Float64Array(0),
    );
  });

  it("that claim more states than there can be have as many as there is room for", () => {
    const bytes = encodeDbr({ type: DbrType.GR_ENUM, elements: [0], states: ["off", "on"] });
    bytes.set([0x7f, 0xff], 4);
    assert.equal(decodeDbr(DbrType.GR_ENUM, 1, bytes).value?.states?.length, 16);
    bytes.set([0xff, 0xff], 4);
    assert.deepEqual(decodeDbr(DbrType.GR_ENUM, 1, bytes).value?.states, []);
  });

  it("take typed arrays, and 0 or nothing for metadata that is left out", () => {
    const bytes = encodeDbr({ type: DbrType.STS_SHORT, elements: Int16Array.of(-1, 2) });
    assert.equal(toHex(bytes), "00000000ffff0002");
  });

  it("are refused when their type cannot hold them", () => {
    const refused = [
      { type: 39, elements: [] },
      { type: -1, elements: [] },
      { type: DbrType.SHORT, elements: [0x8000] },
      { type: DbrType.CHAR, elements: [-1] },
      { type: DbrType.LONG, elements: [1.5] },
      { type: DbrType.ENUM, elements: ["on"] },
      { type: DbrType.STRING, elements: [1] },
      { type: DbrType.STRING, elements: ["x".repeat(40)] },
      { type: DbrType.STRING, elements: ["Ω"] },
      { type: DbrType.CTRL_DOUBLE, elements: [1], units: "furlongs" },
      { type: DbrType.CTRL_ENUM, elements: [1], states: Array.from({ length: 17 }, () => "") },
      { type: DbrType.TIME_LONG, elements: [1], time: { seconds: -1, nanoseconds: 0 } },
      { type: DbrType.TIME_LONG, elements: [1], status: 70_000 },
    ];
    for (const one of refused) assert.throws(() => encodeDbr(one), RangeError, JSON.stringify(one));
  });

  it("are read from a view that begins anywhere in its buffer", () => {
    const buffer = fromHex("ffffff00003ff8000000000000");
    assert.deepEqual(
      decodeDbr(DbrType.DOUBLE, 1, buffer.subarray(5)).value?.elements,
      Float64Array.of(1.5),
    );
  });
});

describe("DBR types", () => {
  it("have the numbers and names of db_access.h", () => {
    assert.equal(DbrType.STRING, 0);
    assert.equal(DbrType.STS_STRING, 7);
    assert.equal(DbrType.TIME_DOUBLE, 20);
    assert.equal(DbrType.CTRL_DOUBLE, 34);
    assert.equal(DbrType.PUT_ACKS, 36);
    assert.equal(DbrType.CLASS_NAME, 38);
    assert.equal(dbrTypeName(31), "DBR_CTRL_ENUM");
    assert.equal(dbrTypeName(39), "DBR_UNKNOWN(39)");
    assert.equal(fieldTypeName(6), "DBF_DOUBLE");
    assert.equal(fieldTypeName(7), "DBF_NO_ACCESS");
    assert.equal(fieldTypeName(99), "DBF_UNKNOWN(99)");
  });

  it("are found by field type and family", () => {
    for (let type = 0; type <= DbrType.CTRL_DOUBLE; type++) {
      const field = fieldTypeOf(type);
      const family = familyOf(type);
      assert.ok(field !== undefined && family !== undefined);
      assert.equal(dbrType(field, family), type);
    }
    assert.equal(familyOf(DbrType.PUT_ACKT), undefined);
    assert.equal(familyOf(1.5), undefined);
  });
});

describe("EPICS time", () => {
  it("begins in 1990", () => {
    assert.equal(epicsTimeToUtcMs({ seconds: 0, nanoseconds: 0 }), Date.UTC(1990, 0, 1));
    assert.deepEqual(utcMsToEpicsTime(Date.UTC(1990, 0, 1) + 1.5), {
      seconds: 0,
      nanoseconds: 1_500_000,
    });
  });

  it("is exact to the millisecond both ways until 2126", () => {
    const begin = Date.UTC(1990, 0, 1);
    fc.assert(
      fc.property(fc.integer({ min: begin, max: begin + (2 ** 32 - 1) * 1000 }), (utcMs) => {
        assert.equal(epicsTimeToUtcMs(utcMsToEpicsTime(utcMs)), utcMs);
      }),
    );
    assert.throws(() => utcMsToEpicsTime(begin - 1), RangeError);
    assert.throws(() => utcMsToEpicsTime(begin + 2 ** 32 * 1000), RangeError);
    assert.throws(() => utcMsToEpicsTime(Number.NaN), RangeError);
  });

  it("keeps its nanoseconds inside of their second", () => {
    const nearly = Date.UTC(2026, 0, 1) - 0.0002;
    const { nanoseconds } = utcMsToEpicsTime(nearly);
    assert.ok(nanoseconds > 999_999_000 && nanoseconds < 1e9, `${nanoseconds}`);
  });
});
