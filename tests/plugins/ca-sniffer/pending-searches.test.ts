import assert from "node:assert/strict";
import { PendingSearches } from "../../../plugins/ca-sniffer/ca/pending-searches.js";

const CLIENT = 0x0a070005;
const AT = Date.UTC(2026, 0, 2);

function add(pending: PendingSearches, cid: number, name: string, at = AT, port = 4000): void {
  const bytes = Buffer.from(`..${name}..`, "latin1");
  pending.add(CLIENT, port, cid, at, bytes, 2, bytes.length - 2);
}

describe("pending searches", () => {
  it("give a reply the name that its client asked for under its id", () => {
    const pending = new PendingSearches();
    add(pending, 1, "SR:C01:BPM1");
    add(pending, 2, "SR:\xb5m");
    assert.deepEqual(pending.find(CLIENT, 4000, 1, AT + 3), { name: "SR:C01:BPM1", afterMs: 3 });
    assert.deepEqual(pending.find(CLIENT, 4000, 2, AT + 3), { name: "SR:\xb5m", afterMs: 3 });
  });

  it("tell clients, ports and ids apart", () => {
    const pending = new PendingSearches();
    add(pending, 1, "one");
    assert.equal(pending.find(CLIENT, 4001, 1, AT), undefined);
    assert.equal(pending.find(CLIENT + 1, 4000, 1, AT), undefined);
    assert.equal(pending.find(CLIENT, 4000, 2, AT), undefined);
  });

  it("measure from the latest request, and never backwards", () => {
    const pending = new PendingSearches();
    add(pending, 1, "one", AT);
    add(pending, 1, "one", AT + 100);
    assert.equal(pending.find(CLIENT, 4000, 1, AT + 130)?.afterMs, 30);
    assert.equal(pending.find(CLIENT, 4000, 1, AT + 90)?.afterMs, 0);
  });

  it("keep the latest some ten thousand names of a client that asks for many", () => {
    const pending = new PendingSearches();
    for (let cid = 0; cid < 500_000; cid++) add(pending, cid, `NAME:${cid}:OF:SOME:LENGTH`);
    let found = 0;
    for (let cid = 490_000; cid < 500_000; cid++) {
      const search = pending.find(CLIENT, 4000, cid, AT);
      if (search === undefined) continue;
      assert.equal(search.name, `NAME:${cid}:OF:SOME:LENGTH`);
      found++;
    }
    assert.ok(found > 9000, `${found} of the latest 10,000 names found`);
    assert.equal(pending.find(CLIENT, 4000, 1, AT), undefined);
  });

  it("never give a name whose bytes have been written over", () => {
    const pending = new PendingSearches();
    const long = "x".repeat(400);
    add(pending, 1, "early", AT, 1);
    for (let cid = 0; cid < 20_000; cid++) add(pending, cid, long, AT, 2);
    const search = pending.find(CLIENT, 1, 1, AT);
    assert.ok(search === undefined || search.name === "early", search?.name);
  });
});
