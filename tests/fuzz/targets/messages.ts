/** Channel Access on its own: messages of datagrams and circuits, and the values in them. */
import assert from "node:assert/strict";
import {
  DAMAGE_REASONS,
  type Damage,
  decodeDatagram,
  decodeDbr,
  type Message,
  SearchScan,
  StreamDecoder,
} from "epics-ca";
import { shownValue } from "../../../plugins/cainfo/value.js";
import type { FuzzTarget } from "../target.js";

const MAX_MESSAGE_BYTES = 4096;

function isKnown(damage: Damage | undefined): void {
  assert.ok(damage === undefined || DAMAGE_REASONS.includes(damage), damage);
}

/** The names that the scan finds are those of the messages. */
export const datagramMessages: FuzzTarget = {
  what: "messages of datagrams, and the scan of their searches",
  create: () => {
    const scan = new SearchScan();
    return (input) => {
      const count = scan.scan(input, 0, input.length);
      const { messages, damage } = decodeDatagram(input);
      isKnown(damage);
      isKnown(scan.damage);
      const searches = messages.filter((message) => message.type === "search");
      assert.equal(count, searches.length);
      for (const [i, { name, cid }] of searches.entries()) {
        const found = Buffer.from(input.subarray(scan.starts[i], scan.ends[i])).toString("latin1");
        assert.equal(found, name);
        assert.equal(scan.cids[i], cid);
      }
      decodeDatagram(input, "client");
      decodeDatagram(input, "server");
    };
  },
};

/** The first byte says how large the pieces are. */
export const circuitMessages: FuzzTarget = {
  what: "messages of circuits, in pieces and whole",
  create: () => (input) => {
    const [pieceBytes = 0] = input;
    const stream = input.slice(1);
    const read = (size: number): [Message[], Damage | undefined] => {
      const decoder = new StreamDecoder({ maxMessageBytes: MAX_MESSAGE_BYTES });
      const all: Message[] = [];
      let first: Damage | undefined;
      for (let at = 0; at < stream.length; at += size) {
        const { messages, damage } = decoder.push(stream.subarray(at, at + size));
        all.push(...messages);
        first ??= damage;
        assert.ok(decoder.pendingBytes <= 2 * MAX_MESSAGE_BYTES, `${decoder.pendingBytes} pending`);
      }
      return [all, first];
    };
    const whole = read(stream.length || 1);
    isKnown(whole[1]);
    assert.deepEqual(read(pieceBytes + 1), whole);
  },
};

/** Two bytes say the type, two the count; the rest is the payload. */
export const values: FuzzTarget = {
  what: "values of every DBR type, and how they are shown",
  create: () => (input) => {
    if (input.length < 4) return;
    const [high = 0, low = 0, countHigh = 0, countLow = 0] = input;
    const count = (countHigh << 8) | countLow;
    const { value, damage } = decodeDbr((high << 8) | low, count, input.subarray(4));
    isKnown(damage);
    if (value === undefined) return;
    assert.equal(value.elements.length, count);
    for (const name of ["A:b", "A:b.VAL$"]) {
      JSON.stringify(shownValue({ name, elementCount: count }, value));
    }
  },
};
