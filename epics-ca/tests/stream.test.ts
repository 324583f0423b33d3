import assert from "node:assert/strict";
import { decodeDatagram, encodeDatagram, type Message, StreamDecoder } from "epics-ca";
import fc from "fast-check";
import { message } from "./arbitraries.js";
import { concat, fromHex } from "./bytes.js";

/** The bytes cut at the given places, as a network does. */
function chunks(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const borders = [
    0,
    ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b),
    bytes.length,
  ];
  return borders.slice(1).map((end, i) => bytes.subarray(borders[i], end));
}

function write(length: number): Message {
  return {
    type: "write",
    dataType: 4,
    dataCount: length,
    sid: 1,
    ioid: 2,
    payload: new Uint8Array(length).fill(9),
  };
}

describe("a stream", () => {
  it("gives the same messages wherever its chunks end", () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 8 }),
        fc.array(fc.nat(), { maxLength: 30 }),
        (sent, cuts) => {
          const decoder = new StreamDecoder();
          const messages = chunks(encodeDatagram(sent), cuts).flatMap((chunk) => {
            // What the network does with its buffer afterwards must not matter for what is still to come.
            const own = chunk.slice();
            const decoded = decoder.push(own);
            const kept = structuredClone(decoded.messages);
            own.fill(0xee);
            assert.equal(decoded.damage, undefined);
            return kept;
          });
          assert.deepEqual(messages, sent);
          assert.equal(decoder.pendingBytes, 0);
        },
      ),
    );
  });

  it("gives the same in single bytes, an extended header among them", () => {
    const sent = [write(0x1_0000), { type: "echo" } as const];
    const decoder = new StreamDecoder();
    const messages: Message[] = [];
    for (const byte of encodeDatagram(sent))
      messages.push(...decoder.push(Uint8Array.of(byte)).messages);
    assert.deepEqual(messages, sent);
  });

  it("gives payloads that later chunks do not change", () => {
    const decoder = new StreamDecoder();
    const bytes = encodeDatagram([write(64), write(64)]);
    decoder.push(bytes.slice(0, 50));
    const [first] = decoder.push(bytes.slice(50, 100)).messages;
    decoder.push(bytes.slice(100).fill(0xee));
    assert.deepEqual(first, write(64));
  });

  it("gives of random bytes what decodeDatagram gives, and never throws", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.array(fc.nat(), { maxLength: 5 }),
        (bytes, cuts) => {
          const decoder = new StreamDecoder();
          const results = chunks(bytes, cuts).map((chunk) => decoder.push(chunk));
          const whole = decodeDatagram(bytes);
          assert.deepEqual(
            results.flatMap(({ messages }) => messages),
            whole.messages,
          );
          const atOnce = new StreamDecoder();
          atOnce.push(bytes);
          assert.equal(decoder.broken, atOnce.broken);
          if (whole.damage === "unknown command") assert.ok(decoder.broken);
        },
      ),
    );
  });

  it("is over at another protocol, and stays so", () => {
    const decoder = new StreamDecoder();
    const echo = encodeDatagram([{ type: "echo" }]);
    const rubbish = concat([echo, Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")]);
    assert.deepEqual(decoder.push(rubbish), {
      messages: [{ type: "echo" }],
      damage: "unknown command",
    });
    assert.ok(decoder.broken);
    assert.deepEqual(decoder.push(echo), { messages: [], damage: "unknown command" });
  });

  it("goes on behind a message that says nothing sensible", () => {
    const decoder = new StreamDecoder();
    const nameless = fromHex(
      "001200080000000000000001 0000000d 0000000000000000".replaceAll(" ", ""),
    );
    const decoded = decoder.push(concat([nameless, encodeDatagram([{ type: "echo" }])]));
    assert.deepEqual(decoded, { messages: [{ type: "echo" }], damage: "empty name" });
    assert.ok(!decoder.broken);
  });

  it("is over at a message larger than it was told to accept, before its bytes come", () => {
    const decoder = new StreamDecoder({ maxMessageBytes: 1000 });
    assert.deepEqual(decoder.push(encodeDatagram([write(984)])).messages, [write(984)]);
    const [header] = chunks(encodeDatagram([write(992)]), [16]);
    assert.deepEqual(decoder.push(header!), { messages: [], damage: "message too large" });
    assert.ok(decoder.broken);
  });

  it("accepts 16 MiB by default, and no more", () => {
    const header = (size: string): Uint8Array =>
      fromHex(`0004ffff000400000000000100000002${size}00000001`);
    assert.equal(new StreamDecoder().push(header("00ffffe8")).damage, undefined);
    assert.equal(new StreamDecoder().push(header("00ffffe9")).damage, "message too large");
  });

  it("keeps no more than what came of a message that never ends", () => {
    const decoder = new StreamDecoder();
    decoder.push(fromHex("0004ffff00040000000000010000000200fff00000000001"));
    for (let i = 0; i < 100; i++) decoder.push(new Uint8Array(1000));
    assert.equal(decoder.pendingBytes, 100_024);
  });

  it("tells request from reply by its direction when it knows it", () => {
    const request = encodeDatagram([
      { type: "readNotify", dataType: 6, dataCount: 0, sid: 1, ioid: 2 },
    ]);
    assert.equal(
      new StreamDecoder({ from: "server" }).push(request).messages[0]?.type,
      "readNotifyReply",
    );
    assert.equal(
      new StreamDecoder({ from: "client" }).push(request).messages[0]?.type,
      "readNotify",
    );
  });
});
