import assert from "node:assert/strict";
import {
  Command,
  commandName,
  decodeDatagram,
  encodeDatagram,
  encodeMessage,
  type Message,
  type MessageType,
} from "epics-ca";
import fc from "fast-check";
import { MESSAGE_TABLE } from "../src/commands.js";
import { MESSAGES, message } from "./arbitraries.js";
import { toHex } from "./bytes.js";

describe("messages", () => {
  for (const [type, arbitrary] of MESSAGES) {
    it(`${type} comes back as it was sent, whether or not it is known who sent it`, () => {
      const { from } = MESSAGE_TABLE[type as MessageType];
      fc.assert(
        fc.property(arbitrary, (sent) => {
          const bytes = encodeMessage(sent);
          assert.equal(bytes.length % 8, 0);
          assert.deepEqual(decodeDatagram(bytes), { messages: [sent] });
          for (const sender of from === "either" ? (["client", "server"] as const) : [from]) {
            assert.deepEqual(decodeDatagram(bytes, sender), { messages: [sent] });
          }
        }),
      );
    });
  }

  it("are tested without an exception", () => {
    assert.deepEqual([...MESSAGES.keys()].sort(), Object.keys(MESSAGE_TABLE).sort());
    const commands = new Set(Object.values(MESSAGE_TABLE).map(({ command }) => command));
    assert.deepEqual([...commands].sort(), Object.keys(Command).sort());
  });

  it("come many in one datagram", () => {
    fc.assert(
      fc.property(fc.array(message), (sent) => {
        assert.deepEqual(decodeDatagram(encodeDatagram(sent)), { messages: sent });
      }),
    );
  });

  it("have an extended header where 16 bits are too few", () => {
    const base = { type: "write", dataType: 4, sid: 1, ioid: 2 } as const;
    const sent: Message[] = [
      [0xfff8, 0xffff],
      [0x1_0000, 0xffff],
      [8, 0x1_0000],
    ].map(([length = 0, dataCount = 0]) => ({
      ...base,
      dataCount,
      payload: new Uint8Array(length).fill(7),
    }));
    assert.deepEqual(
      sent.map((one) => encodeMessage(one).length),
      [16 + 0xfff8, 24 + 0x1_0000, 24 + 8],
    );
    assert.deepEqual(decodeDatagram(encodeDatagram(sent)), { messages: sent });
  });

  it("say what an empty reply is when they know who sent it", () => {
    const nothing = new Uint8Array(0);
    const typed = { dataType: 6, dataCount: 0 };
    const replies: Message[] = [
      { type: "readNotifyReply", ...typed, status: 1, ioid: 3, payload: nothing },
      { type: "readReply", ...typed, sid: 1, ioid: 3, payload: nothing },
      { type: "eventAddReply", ...typed, status: 1, subscriptionId: 3, payload: nothing },
    ];
    assert.deepEqual(decodeDatagram(encodeDatagram(replies), "server").messages, replies);
    const write: Message = { type: "writeNotify", ...typed, sid: 1, ioid: 3, payload: nothing };
    assert.deepEqual(decodeDatagram(encodeMessage(write), "client").messages, [write]);
  });

  it("with a value that happens to look like a subscription are a reply when a server sent them", () => {
    const payload = new Uint8Array(16);
    payload[13] = 5;
    const reply: Message = {
      type: "eventAddReply",
      dataType: 19,
      dataCount: 1,
      status: 1,
      subscriptionId: 9,
      payload,
    };
    assert.deepEqual(decodeDatagram(encodeMessage(reply), "server").messages, [reply]);
    assert.equal(decodeDatagram(encodeMessage(reply)).messages[0]?.type, "eventAdd");
  });

  it("are refused when the wire cannot carry them", () => {
    const search = { type: "search", name: "A:B", cid: 1, replyFlag: 5, minorVersion: 13 } as const;
    const refused: Message[] = [
      { ...search, name: "" },
      { ...search, name: "x".repeat(500) },
      { ...search, name: "A\0B" },
      { ...search, name: "Ω" },
      { ...search, cid: -1 },
      { ...search, cid: 2 ** 32 },
      { ...search, cid: 1.5 },
      { ...search, cid: Number.NaN },
      { ...search, replyFlag: 0x1_0000 },
      { type: "hostName", name: "x".repeat(5000) },
      { type: "version", priority: 0, minorVersion: 13, sequence: -1 },
      { type: "eventAdd", dataType: 0, dataCount: 1, sid: 0, subscriptionId: 0, mask: 0x1_0000 },
      { type: "searchReply", cid: 1, port: 5064, address: 0, minorVersion: 70_000 },
    ];
    for (const one of refused) assert.throws(() => encodeMessage(one), RangeError, one.type);
  });

  it("state a sequence number by the data type, whatever the priority is said to be", () => {
    const bytes = encodeMessage({ type: "version", priority: 0, minorVersion: 13, sequence: 7 });
    assert.equal(toHex(bytes), "000000000001000d0000000700000000");
    assert.equal(
      toHex(encodeMessage({ type: "version", priority: 1, minorVersion: 13 })),
      "000000000001000d0000000000000000",
    );
  });

  it("have names", () => {
    assert.equal(commandName(Command.SEARCH), "SEARCH");
    assert.equal(commandName(5), undefined);
  });
});
