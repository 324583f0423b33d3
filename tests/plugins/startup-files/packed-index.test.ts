import assert from "node:assert/strict";
import fc from "fast-check";
import { StartupIndex } from "../../../plugins/startup-files/packed-index.js";
import { parseIndex } from "../../../plugins/startup-files/parse.js";

function indexOf(index: object): StartupIndex {
  return new StartupIndex(parseIndex(JSON.stringify(index)));
}

describe("an index of start-up files", () => {
  it("has the files of each PV, in its own order, whether ids are texts or numbers", () => {
    const index = indexOf({
      PVS: { "SR:A": ["2", 1], "SR:B": [1], "SR:C": [] },
      DATA: { 1: "/iocs/vac/st.cmd", 2: "/iocs/vac/pumps.substitutions" },
    });
    assert.deepEqual(index.filesOf("SR:A"), ["/iocs/vac/pumps.substitutions", "/iocs/vac/st.cmd"]);
    assert.deepEqual(index.filesOf("SR:B"), ["/iocs/vac/st.cmd"]);
    for (const name of ["SR:C", "SR:D", "SR", "SR:AA", ""])
      assert.deepEqual(index.filesOf(name), []);
    assert.deepEqual([index.pvs, index.paths], [2, 2]);
  });

  it("takes names up to their first dot, its own too", () => {
    const index = indexOf({
      PVS: { "SR:A.VAL": [1], "SR:A": [2, 1], "SR:B": [2] },
      DATA: { 1: "/one", 2: "/two" },
    });
    assert.deepEqual(index.filesOf("SR:A"), ["/one", "/two"]);
    assert.deepEqual(index.filesOf("SR:A.DESC"), ["/one", "/two"]);
    assert.deepEqual(index.filesOf("SR:B.{dbnd}.x"), ["/two"]);
  });

  it("leaves out ids without a path, and names that cannot be on the network", () => {
    const index = indexOf({
      PVS: {
        "SR:A": [9, "1"],
        "SR:B": [9],
        "SR:\u0142": [1],
        "": [1],
        ".VAL": [1],
        ["x".repeat(500)]: [1],
      },
      DATA: { 1: "/one" },
    });
    assert.deepEqual(index.filesOf("SR:A"), ["/one"]);
    assert.equal(index.pvs, 1);
  });

  it("keeps latin-1 names and UTF-8 paths", () => {
    const index = indexOf({ PVS: { "SR:\xe9": [1], "SR:z": [2] }, DATA: { 1: "/été/ł", 2: "/z" } });
    assert.deepEqual(index.filesOf("SR:\xe9"), ["/été/ł"]);
    assert.deepEqual(index.filesOf("SR:z"), ["/z"]);
  });

  it("is not confused by names that JavaScript uses itself", () => {
    const text = `{ "PVS": { "__proto__": [1], "constructor": [1] }, "DATA": { "1": "/one" } }`;
    const index = new StartupIndex(parseIndex(text));
    assert.deepEqual(index.filesOf("__proto__"), ["/one"]);
    assert.deepEqual(index.filesOf("constructor"), ["/one"]);
    assert.deepEqual(index.filesOf("toString"), []);
  });

  for (const [what, text, message] of [
    ["no JSON", `{ "PVS": {`, /it is no JSON/],
    ["a list", "[]", /the whole is no object/],
    ["a word", "null", /the whole is no object/],
    ["without PVs", `{ "DATA": {} }`, /"PVS" is no object/],
    ["without paths", `{ "PVS": {} }`, /"DATA" is no object/],
    [
      "with one id in the place of a list",
      `{ "PVS": { "SR:A": 1 }, "DATA": {} }`,
      /no list of ids for "SR:A"/,
    ],
    [
      "with ids that are none",
      `{ "PVS": { "SR:A": [{}] }, "DATA": {} }`,
      /else than an id for "SR:A"/,
    ],
    ["with paths that are none", `{ "PVS": {}, "DATA": { "1": 7 } }`, /no path for the id "1"/],
    ["with empty paths", `{ "PVS": {}, "DATA": { "1": "" } }`, /no path for the id "1"/],
  ] as const) {
    it(`is none that is ${what}`, () => assert.throws(() => parseIndex(text), { message }));
  }

  it("finds exactly what is in it, whatever the names", () => {
    const name = fc.string({
      unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)),
      maxLength: 6,
    });
    fc.assert(
      fc.property(
        fc.dictionary(name, fc.array(fc.nat(5), { maxLength: 4 })),
        fc.array(name),
        (pvs, others) => {
          const data = Object.fromEntries([0, 1, 2, 3, 4].map((id) => [id, `/path/${id}`]));
          const expected = new Map<string, Set<string>>();
          for (const [pv, ids] of Object.entries(pvs)) {
            const record = pv.split(".")[0]!;
            const files = expected.get(record) ?? new Set();
            for (const id of ids) if (id < 5) files.add(`/path/${id}`);
            if (record !== "") expected.set(record, files);
          }
          const index = indexOf({ PVS: pvs, DATA: data });
          for (const pv of [...Object.keys(pvs), ...others]) {
            const files = [...(expected.get(pv.split(".")[0]!) ?? [])];
            assert.deepEqual([...index.filesOf(pv)].sort(), files.sort());
          }
        },
      ),
    );
  });
});
