import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import {
  type DbrInput,
  decodeDatagram,
  decodeDbr,
  encodeDbr,
  encodeMessage,
  type Message,
  type Sender,
} from "epics-ca";
import { fromHex, toHex } from "./bytes.js";

interface Golden {
  readonly what?: string;
  readonly hex: string;
  readonly message: Readonly<Record<string, unknown>>;
  readonly value?: DbrInput;
}

interface Specification {
  readonly client: readonly Golden[];
  readonly server: readonly Golden[];
}

interface Caproto {
  readonly messages: readonly Golden[];
  readonly values: readonly { readonly hex: string; readonly value: DbrInput }[];
}

/** From dist/tests back to the sources. */
function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../tests/fixtures/${name}`, import.meta.url), "utf8"));
}

const SPECIFICATION = fixture("specification.json") as Specification;
const CAPROTO = fixture("caproto.json") as Caproto;

function expected({ message }: Golden): Message {
  const { payload } = message;
  const fields = typeof payload === "string" ? { ...message, payload: fromHex(payload) } : message;
  return fields as unknown as Message;
}

function plain(value: object): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, part: unknown) =>
      ArrayBuffer.isView(part) ? Array.from(part as Float64Array) : part,
    ),
  );
}

describe("the example conversation of the CA specification", () => {
  for (const from of ["client", "server"] satisfies Sender[]) {
    it(`is understood and spoken as the ${from}`, () => {
      for (const golden of SPECIFICATION[from]) {
        const message = expected(golden);
        assert.deepEqual(decodeDatagram(fromHex(golden.hex)), { messages: [message] });
        assert.deepEqual(decodeDatagram(fromHex(golden.hex), from), { messages: [message] });
        assert.equal(toHex(encodeMessage(message)), golden.hex);
      }
    });
  }

  it("carries values that are understood, a text shorter than its 40 bytes among them", () => {
    for (const golden of SPECIFICATION.server) {
      const message = expected(golden);
      if (message.type !== "readNotifyReply") continue;
      const { value } = decodeDbr(message.dataType, message.dataCount, message.payload);
      assert.ok(value !== undefined);
      assert.deepEqual(plain(value), golden.value);
    }
  });
});

describe("what caproto sends", () => {
  for (const golden of CAPROTO.messages) {
    it(`is understood: ${golden.what}`, () => {
      assert.deepEqual(decodeDatagram(fromHex(golden.hex)).messages.map(withoutSequence), [
        expected(golden),
      ]);
    });

    // Its servers mark a sequence number of 1 where there is none.
    if (golden.what !== "version of a server") {
      it(`is what we send, byte for byte: ${golden.what}`, () => {
        assert.equal(toHex(encodeMessage(expected(golden))), golden.hex);
      });
    }
  }

  for (const { hex, value } of CAPROTO.values) {
    it(`is what we understand and send as DBR ${value.type}, byte for byte`, () => {
      const { value: decoded } = decodeDbr(value.type, value.elements.length, fromHex(hex));
      assert.ok(decoded !== undefined);
      assert.deepEqual(plain(decoded), value);
      assert.equal(toHex(encodeDbr(value)), hex);
    });
  }
});

function withoutSequence(message: Message): Message {
  if (message.type !== "version" || message.sequence === undefined) return message;
  return { type: "version", priority: 0, minorVersion: message.minorVersion };
}
