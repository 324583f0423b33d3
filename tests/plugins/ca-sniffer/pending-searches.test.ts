import assert from "node:assert/strict";
import { encodeDatagram, SearchScan } from "epics-ca";
import { PendingSearches } from "../../../plugins/ca-sniffer/ca/pending-searches.js";
import { emptySegment } from "../../../plugins/ca-sniffer/network/packet.js";

const CLIENT = { ip: 0x0a07_0005, port: 4000 };
const AT = Date.UTC(2026, 0, 2);

/** One datagram of the client with these names under these ids. */
function add(
  pending: PendingSearches,
  names: Readonly<Record<number, string>>,
  at = AT,
  client = CLIENT,
): void {
  const searches = Object.entries(names).map(
    ([cid, name]) =>
      ({ type: "search", name, cid: Number(cid), replyFlag: 5, minorVersion: 13 }) as const,
  );
  // Not at the beginning of its buffer, as in a capture.
  const bytes = Buffer.concat([Buffer.alloc(42), encodeDatagram(searches)]);
  const scan = new SearchScan();
  scan.scan(bytes, 42, bytes.length - 42);
  const { ip: source, port: sourcePort } = client;
  pending.add(
    { ...emptySegment(), bytes, start: 42, end: bytes.length, source, sourcePort, at },
    scan,
  );
}

describe("pending searches", () => {
  it("give a reply the name that its client asked for under its id", () => {
    const pending = new PendingSearches();
    add(pending, { 1: "SR:C01:BPM1", 2: "SR:\xb5m" });
    assert.deepEqual(pending.find(CLIENT, 1, AT + 3), { name: "SR:C01:BPM1", afterMs: 3 });
    assert.deepEqual(pending.find(CLIENT, 2, AT + 3), { name: "SR:\xb5m", afterMs: 3 });
  });

  it("tell clients, ports and ids apart", () => {
    const pending = new PendingSearches();
    assert.equal(pending.find(CLIENT, 0, AT), undefined);
    add(pending, { 1: "one" });
    assert.equal(pending.find({ ...CLIENT, port: 4001 }, 1, AT), undefined);
    assert.equal(pending.find({ ...CLIENT, ip: CLIENT.ip + 1 }, 1, AT), undefined);
    assert.equal(pending.find(CLIENT, 2, AT), undefined);
    assert.equal(pending.find(CLIENT, 1 + 131_072, AT), undefined);
  });

  it("measure from the latest request, and never backwards", () => {
    const pending = new PendingSearches();
    add(pending, { 1: "one" }, AT);
    add(pending, { 1: "one" }, AT + 100);
    assert.equal(pending.find(CLIENT, 1, AT + 130)?.afterMs, 30);
    assert.equal(pending.find(CLIENT, 1, AT + 90)?.afterMs, 0);
  });

  it("keep the latest ten thousands of names of a client that asks for many", () => {
    const pending = new PendingSearches();
    const last = 300_000;
    for (let cid = 0; cid < last; cid += 30) {
      add(
        pending,
        Object.fromEntries(
          Array.from({ length: 30 }, (_, i) => [cid + i, `NAME:${cid + i}:OF:SOME`]),
        ),
      );
    }
    for (let cid = last - 50_000; cid < last; cid++) {
      assert.equal(pending.find(CLIENT, cid, AT)?.name, `NAME:${cid}:OF:SOME`);
    }
    assert.equal(pending.find(CLIENT, 1, AT), undefined);
  });

  it("never give a name whose bytes have been written over", () => {
    const pending = new PendingSearches();
    add(pending, { 1: "early" });
    for (let i = 0; i < 20_000; i++)
      add(pending, { 70000: "x".repeat(400) }, AT, { ...CLIENT, port: 2 });
    assert.equal(pending.find(CLIENT, 1, AT), undefined);
  });
});
