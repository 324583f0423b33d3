import assert from "node:assert/strict";
import fc from "fast-check";
import { emptySegment, type Segment } from "../../../plugins/ca-sniffer/network/packet.js";
import { TcpStreams } from "../../../plugins/ca-sniffer/network/streams.js";

const CLIENT = { ip: 0x0a070005, port: 40_001 };
const SERVER = { ip: 0x0a070009, port: 5064 };

interface Step {
  readonly from?: "client" | "server";
  readonly sequence: number;
  readonly payload?: string;
  readonly flags?: string;
  readonly at?: number;
  /** Of the client, to tell circuits apart. */
  readonly port?: number;
}

function segment({
  from = "client",
  sequence,
  payload = "",
  flags = "A",
  at = 0,
  port = CLIENT.port,
}: Step): Segment {
  const client = { ip: CLIENT.ip, port };
  const [source, destination] = from === "client" ? [client, SERVER] : [SERVER, client];
  const bytes = Buffer.from(payload, "latin1");
  return {
    ...emptySegment(),
    ...{ at, source: source.ip, sourcePort: source.port },
    ...{ destination: destination.ip, destinationPort: destination.port },
    ...{ sequence: sequence >>> 0, bytes, end: bytes.length },
    ...{ syn: flags.includes("S"), ack: flags.includes("A") },
    ...{ fin: flags.includes("F"), rst: flags.includes("R") },
  };
}

/** What the readers are told: bytes of either end, `|` where they have to find their way back. */
function watch({ partial = false } = {}) {
  const told = { client: "", server: "" };
  const errors: string[] = [];
  let opened = 0;
  const streams = new TcpStreams({
    open: (a) => {
      opened++;
      const reader = (key: number) => {
        const end = key % 65_536 === SERVER.port ? "server" : "client";
        return {
          read: (bytes: Uint8Array, start: number, stop: number) => {
            told[end] += Buffer.from(bytes.subarray(start, stop)).toString("latin1");
          },
          resync: () => {
            told[end] += "|";
          },
        };
      };
      const other = a % 65_536 === SERVER.port ? CLIENT.port : SERVER.port;
      return [reader(a), reader(other)];
    },
    countError: (reason) => errors.push(reason),
    isPartial: () => partial,
  });
  return {
    told,
    errors,
    streams,
    opened: () => opened,
    feed: (...steps: readonly Step[]) => {
      for (const step of steps) streams.segment(segment(step));
    },
  };
}

describe("TCP streams", () => {
  it("both directions of a circuit are read apart", () => {
    const { told, feed, opened } = watch();
    feed(
      { flags: "S", sequence: 99 },
      { from: "server", flags: "SA", sequence: 499 },
      { sequence: 100, payload: "ab" },
      { from: "server", sequence: 500, payload: "xyz" },
      { sequence: 102, payload: "cd" },
    );
    assert.deepEqual(told, { client: "abcd", server: "xyz" });
    assert.equal(opened(), 1);
  });

  it("any order, any overlap and any repetition give the same bytes, over the wrap of the sequence number", () => {
    const text = Array.from({ length: 300 }, (_, i) => String.fromCharCode(33 + (i % 90))).join("");
    const pieces = fc.array(fc.tuple(fc.nat(299), fc.integer({ min: 1, max: 60 })), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(pieces, fc.constantFrom(1000, -150, -1), (random, first) => {
        const { told, errors, feed } = watch();
        feed({ flags: "S", sequence: first - 1 });
        const step = (start: number, length: number) =>
          feed({ sequence: first + start, payload: text.slice(start, start + length) });
        for (const [start, length] of random) step(start, length);
        for (let start = 0; start < text.length; start += 50) step(start, 50);
        assert.equal(told.client, text);
        assert.deepEqual(errors, []);
      }),
    );
  });

  it("joined in the middle, a stream has to be found", () => {
    const { told, feed } = watch();
    feed({ sequence: 7777, payload: "ab" });
    assert.equal(told.client, "|ab");
  });

  it("bytes that never come are given up after half a second, and counted", () => {
    const { told, errors, feed, streams } = watch();
    feed(
      { flags: "S", sequence: 99 },
      { sequence: 100, payload: "ab", at: 0 },
      { sequence: 110, payload: "yz", at: 10 },
    );
    streams.tick(500);
    assert.equal(told.client, "ab");
    streams.tick(600);
    assert.equal(told.client, "ab|yz");
    assert.deepEqual(errors, ["TCP gap"]);
    assert.equal(streams.heldBytes, 0);
  });

  it("where only some segments are captured, a gap is expected and nothing waits", () => {
    const { told, errors, feed } = watch({ partial: true });
    feed(
      { flags: "S", sequence: 99 },
      { sequence: 100, payload: "ab" },
      { sequence: 1000, payload: "yz" },
    );
    assert.equal(told.client, "ab|yz");
    assert.deepEqual(errors, []);
  });

  it("a port that is used again is a new circuit", () => {
    const { told, feed, opened } = watch();
    feed(
      { flags: "S", sequence: 99 },
      { sequence: 100, payload: "ab" },
      { flags: "S", sequence: 5000 },
      { sequence: 5001, payload: "cd" },
    );
    assert.equal(told.client, "abcd");
    assert.equal(opened(), 2);
  });

  it("a circuit whose beginning was missed and whose numbers jump is found again", () => {
    const { told, feed } = watch();
    feed({ sequence: 100, payload: "ab" }, { sequence: 100 + 2 ** 31 - 5, payload: "cd" });
    assert.equal(told.client, "|ab|cd");
  });

  it("what follows a reset belongs to another circuit", () => {
    const { feed, opened } = watch();
    feed({ sequence: 1, payload: "a" }, { sequence: 2, flags: "R" }, { sequence: 2, payload: "b" });
    assert.equal(opened(), 2);
  });

  it("both ends have to end it", () => {
    const { told, feed, opened } = watch();
    feed(
      { sequence: 1, payload: "a", flags: "AF" },
      { from: "server", sequence: 1, payload: "z" },
      { from: "server", sequence: 2, flags: "AF" },
      { sequence: 1, payload: "b" },
    );
    assert.deepEqual([told.server, opened()], ["|z", 2]);
  });

  it("a flood of gaps on many circuits takes a bounded place", () => {
    const { feed, streams } = watch();
    const payload = "x".repeat(1400);
    for (let port = 1; port < 6000; port++) {
      feed({ port, flags: "S", sequence: 0 });
      for (let i = 1; i < 5; i++) feed({ port, sequence: i * 10_000, payload });
    }
    assert.ok(streams.heldBytes <= 16_777_216 + payload.length, `${streams.heldBytes} held`);
    for (let i = 1; i < 500; i++) feed({ port: 7000, sequence: i * 10_000, payload });
    assert.ok(streams.heldBytes <= 16_777_216 + payload.length, `${streams.heldBytes} held`);
  });
});
