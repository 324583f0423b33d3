import assert from "node:assert/strict";
import {
  DAMAGE_REASONS,
  type Damage,
  decodeDatagram,
  encodeDatagram,
  encodeMessage,
} from "epics-ca";
import fc from "fast-check";
import { message } from "./arbitraries.js";
import { concat, fromHex } from "./bytes.js";

const SEARCH = encodeMessage({
  type: "search",
  name: "A:one",
  cid: 1,
  replyFlag: 5,
  minorVersion: 13,
});
const VERSION = encodeMessage({ type: "version", priority: 0, minorVersion: 13 });

/** A search of `name`, or of whatever bytes. */
function search(payload: Uint8Array | string): Uint8Array {
  const bytes =
    typeof payload === "string" ? Uint8Array.from(Buffer.from(payload, "latin1")) : payload;
  const header = fromHex("0006000000050000000000010000000100");
  header[2] = bytes.length >> 8;
  header[3] = bytes.length & 0xff;
  header[7] = 13;
  return concat([header.subarray(0, 16), bytes]);
}

function names(bytes: Uint8Array): string[] {
  return decodeDatagram(bytes).messages.flatMap((one) => (one.type === "search" ? [one.name] : []));
}

describe("damaged datagrams", () => {
  const cases: [what: string, bytes: Uint8Array, damage: Damage | undefined, kept: number][] = [
    ["nothing at all is no damage", new Uint8Array(0), undefined, 0],
    ["half a header", SEARCH.subarray(0, 9), "truncated header", 0],
    ["a header and a half", concat([SEARCH, SEARCH.subarray(0, 9)]), "truncated header", 1],
    ["half a payload", concat([SEARCH, SEARCH.subarray(0, 20)]), "truncated payload", 1],
    [
      "half an extended header",
      concat([SEARCH, fromHex("0006ffff00050000000000010000000100000008")]),
      "truncated header",
      1,
    ],
    [
      "a payload of four gigabytes",
      concat([SEARCH, fromHex("0006ffff00050000000000010000000fffffffff00000000")]),
      "truncated payload",
      1,
    ],
    [
      "another protocol",
      concat([VERSION, Buffer.from("GET / HTTP/1.1\r\n\r\n")]),
      "unknown command",
      1,
    ],
    [
      "a name too long, then a good one",
      concat([search("x".repeat(500)), SEARCH]),
      "unreasonable name",
      1,
    ],
    ["no name, then a good one", concat([search(new Uint8Array(8)), SEARCH]), "empty name", 1],
    [
      "a subscription without a mask",
      concat([fromHex("00010008000600010000000100000001"), new Uint8Array(8)]),
      undefined,
      1,
    ],
    [
      "an error without the header of its request",
      concat([fromHex("000b0008000000000000000100000072"), new Uint8Array(8), VERSION]),
      "malformed payload",
      1,
    ],
  ];
  for (const [what, bytes, damage, kept] of cases) {
    it(`${what}: ${damage ?? "fine"}, ${kept} kept`, () => {
      const decoded = decodeDatagram(bytes);
      assert.equal(decoded.damage, damage);
      assert.equal(decoded.messages.length, kept);
    });
  }

  it("have a reason of the closed list", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const { damage } = decodeDatagram(bytes);
        if (damage !== undefined) assert.ok(DAMAGE_REASONS.includes(damage));
      }),
    );
  });

  it("a subscription request that is too short is malformed when a client sent it", () => {
    const bytes = concat([fromHex("00010008000600010000000100000001"), new Uint8Array(8)]);
    assert.deepEqual(decodeDatagram(bytes, "client"), {
      messages: [],
      damage: "malformed payload",
    });
  });

  it("keep what came before the cut, wherever that is", () => {
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 8 }), fc.nat(), (sent, at) => {
        const whole = encodeDatagram(sent);
        const cut = at % (whole.length + 1);
        const sizes = sent.map((one) => encodeMessage(one).length);
        let fit = 0;
        for (let end = sizes[0]!; end <= cut; end += sizes[fit]!) {
          fit++;
          if (fit === sizes.length) break;
        }
        const { messages, damage } = decodeDatagram(whole.subarray(0, cut));
        assert.deepEqual(messages, sent.slice(0, fit));
        const atBorder = cut === sizes.slice(0, fit).reduce((sum, size) => sum + size, 0);
        assert.equal(damage === undefined, atBorder);
      }),
    );
  });

  it("keep what came before a flipped bit, and never throw", () => {
    fc.assert(
      fc.property(
        fc.array(message, { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
        (sent, flips) => {
          const bytes = encodeDatagram(sent);
          const positions = flips.map((flip) => flip % (bytes.length * 8));
          for (const position of positions) bytes[position >> 3]! ^= 1 << (position & 7);
          const first = Math.min(...positions) >> 3;
          let end = 0;
          const intact = sent.filter((one) => {
            end += encodeMessage(one).length;
            return end <= first;
          });
          const { messages } = decodeDatagram(bytes);
          assert.deepEqual(messages.slice(0, intact.length), intact);
          decodeDatagram(bytes, "client");
          decodeDatagram(bytes, "server");
        },
      ),
    );
  });
});

describe("names", () => {
  it("are understood terminated and padded, unpadded, with more NULs, without any, and cut at an embedded one", () => {
    assert.deepEqual(names(search("A:one\0\0\0")), ["A:one"]);
    assert.deepEqual(names(search("A:one")), ["A:one"]);
    assert.deepEqual(names(search(`A:one${"\0".repeat(11)}`)), ["A:one"]);
    assert.deepEqual(names(search("A:eleven")), ["A:eleven"]);
    assert.deepEqual(names(search("A:one\0rubbish\0\0\0")), ["A:one"]);
    assert.deepEqual(names(concat([search("A:one"), search("B:two")])), ["A:one", "B:two"]);
  });

  it("may have 499 bytes", () => {
    assert.deepEqual(names(search("x".repeat(499))), ["x".repeat(499)]);
  });

  it("are kept byte for byte", () => {
    assert.deepEqual(names(search(fromHex("c2b0f0ff2e00"))), ["\u00c2\u00b0\u00f0\u00ff."]);
  });
});

describe("a search", () => {
  const kinds = (hex: string): string[] =>
    decodeDatagram(fromHex(hex)).messages.map(({ type }) => type);

  it("is a request with a version or a long name, and a reply with neither", () => {
    assert.deepEqual(kinds("000600080005000d0000000100000001413a420000000000"), ["search"]);
    assert.deepEqual(kinds("0006000813c80000ffffffff00000001000d000000000000"), ["searchReply"]);
    assert.deepEqual(kinds("0006000013c80000ffffffff00000001"), ["searchReply"]);
  });

  it("is a request of a client that states no version, whatever the length of its name", () => {
    assert.deepEqual(kinds("00060008000500000000000100000001413a420000000000"), ["search"]);
    assert.deepEqual(
      kinds("000600100005000000000001000000013132333435363738394100000000000 0".replace(" ", "")),
      ["search"],
    );
  });

  it("reply to an id of 0xFFFFFFFF is still a reply", () => {
    assert.deepEqual(kinds("0006000813c80000ffffffffffffffff000d000000000000"), ["searchReply"]);
  });

  it("reply without a version says so", () => {
    const [reply] = decodeDatagram(fromHex("0006000013c800000a00000100000007")).messages;
    assert.deepEqual(reply, {
      type: "searchReply",
      port: 5064,
      address: 0x0a000001,
      cid: 7,
      minorVersion: undefined,
    });
  });
});
