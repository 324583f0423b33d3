import assert from "node:assert/strict";
import {
  Command,
  type Damage,
  decodeDatagram,
  encodeDatagram,
  headerBytes,
  type Message,
  readHeader,
  SearchScan,
} from "epics-ca";
import fc from "fast-check";
import { searchMessage } from "./arbitraries.js";
import { concat, fromHex } from "./bytes.js";

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

/** Damage behind which nothing can be followed. */
const LAST: readonly Damage[] = ["truncated header", "truncated payload", "unknown command"];

/**
 * The same from the decoder that a scan has to agree with. Message by message, because a scan counts those that are
 * neither a search nor VERSION without reading them: what is wrong inside of them is not its to find.
 */
function decoded(bytes: Uint8Array) {
  const messages: Message[] = [];
  let unread = 0;
  let damage: Damage | undefined;
  for (const part of parts(bytes)) {
    const one = decodeDatagram(part);
    messages.push(...one.messages);
    if (one.damage === undefined) continue;
    const isLast = LAST.includes(one.damage);
    if (isLast || part[1] === Command.SEARCH) damage ??= one.damage;
    else unread++;
    if (isLast) break;
  }
  assert.deepEqual(messages, decodeDatagram(bytes).messages);
  const searches = messages.filter((one) => one.type === "search");
  const version = messages.find((one) => one.type === "version");
  const others = messages.filter(({ type }) => type !== "search" && type !== "version");
  return {
    searches: searches.map(({ name, cid, replyFlag }) => ({ name, cid, replyFlag })),
    minorVersion: version?.minorVersion ?? searches[0]?.minorVersion ?? 0,
    sequence: version?.sequence ?? -1,
    others: others.length + unread,
    damage,
  };
}

/** The messages of a datagram, each with its header; the last one with whatever is there of it. */
function* parts(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; ) {
    const size = headerBytes(bytes, at, bytes.length);
    const isWhole = at + size <= bytes.length;
    const end = isWhole ? at + size + readHeader(bytes, at, size).payloadSize : bytes.length;
    yield bytes.subarray(at, end);
    at = end;
  }
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
          assert.deepEqual(scanned(scan, datagram), decoded(datagram));
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
        assert.deepEqual(scanned(scan, noise), decoded(noise));
      }),
      { numRuns: 2000 },
    );
  });

  it("leaves damage inside of other messages to decodeDatagram", () => {
    const version = "00000000000000000000000000000000";
    const search = "000600080005000000000000000000000100000000000000";
    const cut = `000601f8000500000000000000000000${"01".repeat(216)}`;
    // CREATE_CHAN of 256 bytes by its extended header, which begin with the NUL of the search behind it.
    const createChan = "0012ffff0000000000000000000000000000010000010000";
    const bytes = fromHex(version + createChan + search + cut);
    assert.equal(scan.scan(bytes, 0, bytes.length), 0);
    assert.deepEqual([scan.others, scan.damage], [1, undefined]);
    const { messages, damage } = decodeDatagram(bytes);
    assert.deepEqual([messages.length, damage], [1, "empty name"]);
  });

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
