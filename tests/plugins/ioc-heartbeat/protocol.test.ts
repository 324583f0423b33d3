/** Requests to the senders of heartbeats, and their replies. */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  decodeListPage,
  decodeMapLine,
  encodeRequest,
  LIST_PVS,
  NETSTAT,
} from "../../../plugins/ioc-heartbeat/asking/protocol.js";

const PAGE = '{"handle":"7","offset":"20","pvs":["A:b","C:d"],"total":"22"}';
const LINE = '{"h":"7","o":"3","b":"12","l":"pid: 9 cwd: /x"}';

describe("a request to the sender of heartbeats", () => {
  it("is sixteen bytes, big-endian", () => {
    const list = encodeRequest({
      command: LIST_PVS,
      counter: 42,
      offset: 0x01_02_03,
      handle: 0xffff,
    });
    assert.equal(Buffer.from(list).toString("hex"), "4da3b9210000002a000102030000ffff");
    const map = encodeRequest({ command: NETSTAT, counter: 0xffff_ffff, offset: 0, handle: 1 });
    assert.equal(Buffer.from(map).toString("hex"), "7f201c3bffffffff0000000000000001");
  });
});

describe("a page of a PV list", () => {
  const decode = (text: string) => decodeListPage(Buffer.from(text, "latin1"));

  it("is read with its numbers as texts or as numbers, every byte of a name as it is", () => {
    const page = { handle: 7, offset: 20, names: ["A:b", "C:d"], total: 22 };
    assert.deepEqual(decode(PAGE), page);
    assert.deepEqual(decode(`${PAGE}\0`), page);
    assert.deepEqual(decode('{"handle":7,"offset":20,"pvs":["A:b","C:d"],"total":22}'), page);
    assert.deepEqual(decode(PAGE.replace("A:b", "\xfc:b"))?.names, ["\xfc:b", "C:d"]);
  });

  it("is nothing when a part is missing or wrong; an entry that is no text still counts as one", () => {
    for (const text of [
      "",
      "null",
      "[1]",
      '{"handle":"7","offset":"20","total":"22"}',
      PAGE.replace('["A:b","C:d"]', '"A:b"'),
      PAGE.replace('"22"', '"-1"'),
      PAGE.replace('"7"', '"4294967296"'),
      PAGE.replace('"A:b"', `"${"x".repeat(9000)}"`),
      "[".repeat(8000),
    ]) {
      assert.equal(decode(text), undefined, text.slice(0, 80));
    }
    assert.deepEqual(decode(PAGE.replace('"A:b"', "[[]]"))?.names, [null, "C:d"]);
  });
});

describe("a line of a process map", () => {
  const decode = (text: string) => decodeMapLine(Buffer.from(text, "latin1"));

  it("is read although nothing in it is escaped", () => {
    const head = { handle: 7, offset: 3, build: "12" };
    assert.deepEqual(decode(LINE), { ...head, line: "pid: 9 cwd: /x" });
    for (const line of [
      'pid: 9 cmdline: sh -c "a \\ b"',
      'pid: 9 cmdline: {"a":"b","l":"c"}',
      "a\0b\tc",
    ]) {
      assert.deepEqual(decode(LINE.replace("pid: 9 cwd: /x", line)), { ...head, line }, line);
    }
  });

  it("that is too long for its sender says ERROR, in one way or another", () => {
    for (const said of ['"ERROR"', '"ERROR":"too long"', '"l":"ERROR"']) {
      const line = decode(`{"h":"7","o":"3","b":"12",${said}}`);
      assert.deepEqual(line, { handle: 7, offset: 3, build: "12", line: null }, said);
    }
  });

  it("is nothing without a handle and an offset", () => {
    for (const text of [
      "",
      "{}",
      '{"h":"7","l":"x"}',
      '{"h":"x","o":"3","b":"","l":"x"}',
      '{"h":',
    ]) {
      assert.equal(decode(text), undefined, text);
    }
  });
});

it("replies of any bytes never throw", () => {
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 2000 }),
    fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value))),
    fc
      .tuple(fc.constantFrom(PAGE, LINE), fc.nat(60), fc.uint8Array({ maxLength: 5 }))
      .map(([text, at, bytes]) =>
        Buffer.concat([Buffer.from(text.slice(0, at)), bytes, Buffer.from(text.slice(at + 2))]),
      ),
  );
  fc.assert(
    fc.property(anything, (bytes) => {
      const page = decodeListPage(bytes);
      assert.ok(page === undefined || (page.total >= 0 && Array.isArray(page.names)));
      const line = decodeMapLine(bytes);
      assert.ok(line === undefined || (line.offset >= 0 && typeof line.build === "string"));
    }),
    { numRuns: 2000 },
  );
});
