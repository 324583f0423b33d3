import assert from "node:assert/strict";
import { decodeDatagram, encodeDatagram, type Message, SearchScan } from "epics-ca";
import fc from "fast-check";
import { searchMessage } from "./arbitraries.js";
import { concat } from "./bytes.js";

/** What a scan found, in the terms of a decoded datagram. */
function scanned(scan: SearchScan, bytes: Uint8Array) {
  const { minorVersion, sequence, others, damage } = scan;
  const searches = Array.from({ length: scan.count }, (_, i) => ({
    name: Buffer.from(bytes.subarray(scan.starts[i], scan.ends[i])).toString("latin1"),
    cid: scan.cids[i],
    replyFlag: scan.flags[i],
  }));
  return { searches, minorVersion, sequence, others, damage };
}

/** The same from the decoder that a scan has to agree with. */
function decoded(bytes: Uint8Array) {
  const { messages, damage } = decodeDatagram(bytes);
  const searches = messages.filter((one) => one.type === "search");
  const version = messages.find((one) => one.type === "version");
  return {
    searches: searches.map(({ name, cid, replyFlag }) => ({ name, cid, replyFlag })),
    minorVersion: version?.minorVersion ?? searches[0]?.minorVersion ?? 0,
    sequence: version?.sequence ?? -1,
    others: messages.filter(({ type }) => type !== "search" && type !== "version").length,
    damage,
  };
}

describe("a search scan", () => {
  const scan = new SearchScan();

  it("finds what decodeDatagram finds, in whichever bytes of a buffer", () => {
    fc.assert(
      fc.property(
        fc.array(searchMessage, { maxLength: 12 }),
        fc.nat({ max: 30 }),
        (sent, before) => {
          const datagram = encodeDatagram(sent);
          const bytes = concat([
            new Uint8Array(before).fill(6),
            datagram,
            new Uint8Array(9).fill(6),
          ]);
          assert.equal(scan.scan(bytes, before, datagram.length), scan.count);
          assert.deepEqual(scanned(scan, bytes), decoded(datagram));
        },
      ),
      { numRuns: 500 },
    );
  });

  it("finds the same in damaged datagrams", () => {
    fc.assert(
      fc.property(
        fc.array(searchMessage, { minLength: 1, maxLength: 6 }),
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 }),
        fc.nat(),
        (sent, changes, cut) => {
          const bytes = encodeDatagram(sent);
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          const datagram = bytes.subarray(0, cut % (bytes.length + 1));
          scan.scan(datagram, 0, datagram.length);
          agrees(datagram);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("finds the same in noise that begins like a search", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.boolean(), (noise, likely) => {
        if (likely && noise.length > 4) noise.set([0, 6, 0], 0);
        scan.scan(noise, 0, noise.length);
        agrees(noise);
      }),
      { numRuns: 2000 },
    );
  });

  /** Damage inside of other messages is not the scan's to find. */
  function agrees(datagram: Uint8Array): void {
    const seen = scanned(scan, datagram);
    const all = decoded(datagram);
    if (all.damage === "malformed payload") {
      assert.deepEqual(seen.searches, all.searches);
      return;
    }
    assert.deepEqual(seen, all);
  }

  it("takes more names than a UDP datagram can have, and fewer afterwards", () => {
    const sent: Message[] = Array.from({ length: 6000 }, (_, cid) => ({
      type: "search",
      name: `N${cid}`,
      cid,
      replyFlag: 5,
      minorVersion: 13,
    }));
    const bytes = encodeDatagram(sent);
    assert.equal(new SearchScan().scan(bytes, 0, bytes.length), 6000);
    scan.scan(bytes, 0, bytes.length);
    assert.deepEqual(scanned(scan, bytes), decoded(bytes));
    const one = encodeDatagram(sent.slice(0, 1));
    assert.equal(scan.scan(one, 0, one.length), 1);
  });

  it("never reads behind the bytes it was given, whatever length it is told", () => {
    const bytes = encodeDatagram([{ type: "echo" }]);
    assert.equal(scan.scan(bytes, 0, 64), 0);
    assert.equal(scan.others, 1);
  });
});
