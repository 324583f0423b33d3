import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { encodeDatagram, encodeMessage, type Message } from "epics-ca";
import fc from "fast-check";
import { type CapturedFrame, pcap, pcapng } from "./support/captures.js";
import { ethernet, ipv4, tcpPacket, udp, udpPacket } from "./support/frames.js";
import { createSniffer, type SnifferUnderTest } from "./support/sniffer.js";

const AT = Date.UTC(2026, 0, 2, 3, 4, 5);
const BROADCAST = "10.7.255.255:5064";

function search(name: string, cid: number): Message {
  return { type: "search", name, cid, replyFlag: 5, minorVersion: 13 };
}

function version(sequence: number): Message {
  return { type: "version", priority: 1, minorVersion: 13, sequence };
}

function beacon(sequence: number, address = 0): Message {
  return { type: "beacon", minorVersion: 13, port: 5064, sequence, address };
}

function reply(cid: number, address = 0xffff_ffff, port = 40_100): Message {
  return { type: "searchReply", cid, port, address, minorVersion: 13 };
}

function datagram(
  at: number,
  from: string,
  to: string,
  ...messages: readonly Message[]
): CapturedFrame {
  return { at, frame: ethernet(udpPacket({ from, to }, encodeDatagram(messages))) };
}

describe("a replayed capture", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-sniffer-replay-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  async function replayFile(bytes: Uint8Array, config: object = {}): Promise<SnifferUnderTest> {
    const path = join(folder, "capture");
    writeFileSync(path, bytes);
    const sniffer = createSniffer(config);
    await sniffer.instance.replay!(path, new AbortController().signal);
    return sniffer;
  }

  function replay(frames: readonly CapturedFrame[], config?: object): Promise<SnifferUnderTest> {
    return replayFile(pcap(frames), config);
  }

  const SEARCH = datagram(
    AT,
    "10.7.0.5:40001",
    BROADCAST,
    version(7),
    search("A:one", 1),
    search("B:two.VAL", 2),
  );
  const SEEN = {
    type: "search",
    at: AT,
    from: "10.7.0.5:40001",
    source: "client",
    transport: "udp",
    minorVersion: 13,
    sequence: 7,
    names: ["A:one", "B:two.VAL"],
  };

  it("shows searches with their names, client, time and sequence number", async () => {
    const { ofType } = await replay([SEARCH]);
    assert.deepEqual(ofType("search"), [SEEN]);
  });

  it("may be pcapng, and compressed", async () => {
    for (const file of [pcapng([SEARCH]), gzipSync(pcap([SEARCH])), gzipSync(pcapng([SEARCH]))]) {
      assert.deepEqual((await replayFile(file)).ofType("search"), [SEEN]);
    }
  });

  it("may be cut off, compressed or not: what there is counts, and so does the damage", async () => {
    const file = pcap([SEARCH, SEARCH]);
    const cut = file.subarray(0, file.length - 3);
    for (const truncated of [
      cut,
      gzipSync(cut),
      gzipSync(pcap(Array(500).fill(SEARCH))).subarray(0, -20),
    ]) {
      const { ofType } = await replayFile(truncated);
      assert.ok(ofType("search").length >= 1);
      assert.deepEqual(lastReport(ofType).decodeErrors, { "capture truncated": 1 });
    }
  });

  it("is read up to where it is damaged", async () => {
    const file = Buffer.concat([pcap([SEARCH]), Buffer.alloc(16, 0xff)]);
    const { host, ofType } = await replayFile(file);
    assert.deepEqual(ofType("search"), [SEEN]);
    assert.equal(host.lines.filter(({ level }) => level === "warn").length, 1);
  });

  it("that cannot be read is an error which names it", async () => {
    const { instance } = createSniffer();
    await assert.rejects(
      instance.replay!("/no/such.pcap", new AbortController().signal),
      /\/no\/such\.pcap/,
    );
    await assert.rejects(
      replayFile(Buffer.from("no capture at all")),
      /capture: neither pcap nor pcapng/,
    );
  });

  it("ends early when it is told to", async () => {
    const { instance, observed } = createSniffer();
    const path = join(folder, "long");
    writeFileSync(path, pcap(Array(10_000).fill(SEARCH)));
    const abort = new AbortController();
    abort.abort();
    await instance.replay!(path, abort.signal);
    assert.ok(observed.length < 10_000);
  });

  it("gives a reply the name of its request, the server's address and the time it took", async () => {
    const { ofType } = await replay([
      SEARCH,
      datagram(
        AT + 3,
        "10.7.0.9:5064",
        "10.7.0.5:40001",
        version(7),
        reply(2),
        reply(1, 0x0a07_0008),
      ),
    ]);
    const answer = {
      type: "answer",
      at: AT + 3,
      replier: "10.7.0.9",
      minorVersion: 13,
      asker: "seen",
      client: "10.7.0.5:40001",
      afterMs: 3,
    };
    assert.deepEqual(ofType("answer"), [
      { ...answer, name: "B:two.VAL", server: "10.7.0.9:40100" },
      { ...answer, name: "A:one", server: "10.7.0.8:40100" },
    ]);
  });

  it("takes no reply without a port, and counts it", async () => {
    const { host, ofType } = await replay([
      SEARCH,
      datagram(AT, "10.7.0.9:5064", "10.7.0.5:40001", reply(1, 0xffff_ffff, 0)),
    ]);
    assert.deepEqual(ofType("answer"), []);
    assert.equal(host.counters.get("unmatched_replies_total"), 1);
  });

  it("counts replies to requests that nobody saw", async () => {
    const { host, ofType } = await replay([
      datagram(AT, "10.7.0.9:5064", "10.7.0.5:40001", reply(2)),
    ]);
    assert.deepEqual(ofType("answer"), []);
    assert.equal(host.counters.get("unmatched_replies_total"), 1);
  });

  it("shows beacons", async () => {
    const { ofType } = await replay([
      datagram(AT, "10.7.0.9:33333", "10.7.255.255:5065", beacon(41, 0x0a07_0008)),
    ]);
    assert.deepEqual(ofType("beacon"), [
      {
        type: "beacon",
        at: AT,
        source: "10.7.0.9",
        address: "10.7.0.8",
        port: 5064,
        sequence: 41,
        minorVersion: 13,
      },
    ]);
  });

  it("is watched on the ports of the configuration only", async () => {
    const frames = [
      datagram(AT, "10.7.0.5:40001", "10.7.255.255:6064", search("A:one", 1)),
      SEARCH,
    ];
    const { ofType } = await replay(frames, { searchPorts: [6064] });
    assert.deepEqual(ofType("search"), [{ ...SEEN, sequence: -1, names: ["A:one"] }]);
    assert.equal(lastReport(ofType).packets, 1);
  });

  it("counts source classes and ignored addresses exactly", async () => {
    const clients = ["10.7.1.1", "10.7.2.2", "10.7.2.3", "10.7.3.1", "10.7.4.1"];
    const frames = Array.from({ length: 1000 }, (_, i) =>
      datagram(AT + i, `${clients[i % 5]}:4000`, BROADCAST, search(`N${i}`, i)),
    );
    const { ofType } = await replay(frames, {
      ignore: ["10.7.4.0/24"],
      sourceClasses: { archiver: ["10.7.2.0/24"], gateway: ["10.7.3.1"] },
    });
    const sources = ofType("search").map((one) => ("source" in one ? String(one.source) : ""));
    const count = (name: string) => sources.filter((source) => source === name).length;
    assert.deepEqual([count("client"), count("archiver"), count("gateway")], [200, 400, 200]);
    const { ignored, packets } = lastReport(ofType);
    assert.deepEqual({ ignored, packets }, { ignored: 200, packets: 1000 });
  });

  it("leaves out what goes to an ignored address as well", async () => {
    const { ofType, host } = await replay(
      [datagram(AT, "10.7.0.9:5064", "10.7.4.1:40001", reply(2))],
      { ignore: ["10.7.4.1"] },
    );
    assert.equal(lastReport(ofType).ignored, 1);
    assert.equal(host.counters.get("unmatched_replies_total"), undefined);
  });

  it("may have a datagram in fragments", async () => {
    const names = Array.from({ length: 200 }, (_, i) => `FRAGMENT:${i}`);
    const ends = { from: "10.7.0.5:40001", to: BROADCAST };
    const whole = udp(ends, encodeDatagram(names.map(search)));
    const frame = (start: number, end: number) => ({
      at: AT,
      frame: ethernet(
        ipv4(ends, whole.subarray(start, end), {
          fragment: { offset: start, more: end < whole.length },
        }),
      ),
    });
    const { ofType } = await replay([frame(2960, whole.length), frame(0, 1480), frame(1480, 2960)]);
    assert.deepEqual(ofType("search"), [{ ...SEEN, sequence: -1, names }]);
  });

  it("keeps what came before the damage in a datagram, and counts the damage", async () => {
    const payload = encodeDatagram([search("A:one", 1), search("B:two", 2)]).subarray(0, 40);
    const frame = ethernet(udpPacket({ from: "10.7.0.5:40001", to: BROADCAST }, payload));
    const { ofType } = await replay([{ at: AT, frame }]);
    assert.deepEqual(ofType("search"), [{ ...SEEN, sequence: -1, names: ["A:one"] }]);
    assert.equal(Object.values(lastReport(ofType).decodeErrors).length, 1);
  });

  it("reports each second of its own time, and its silences as they passed", async () => {
    const { ofType } = await replay([SEARCH, { ...SEARCH, at: AT + 75_000 }]);
    const reports = ofType("sensor") as { at: number; sees: boolean; packets: number }[];
    assert.deepEqual(
      reports.map(({ at }) => at),
      Array.from({ length: 76 }, (_, i) => AT + 1000 * (i + 1)),
    );
    assert.equal(reports.filter(({ sees }) => !sees).length, 15);
    assert.deepEqual([reports[0]!.packets, reports.at(-1)!.packets], [1, 2]);
  });

  it("with a gap of years does not take long", async () => {
    const { ofType } = await replay([SEARCH, { ...SEARCH, at: AT + 1e11 }]);
    assert.ok(ofType("sensor").length < 4000);
  });

  describe("with TCP", () => {
    const CLIENT = "10.7.0.5:50001";
    const SERVER = "10.7.0.9:40100";
    const OPENING = encodeDatagram([
      version(0),
      { type: "createChan", name: "A:one", cid: 3, minorVersion: 13 },
    ]);
    const CREATED = encodeDatagram([
      version(0),
      { type: "accessRights", cid: 3, rights: 3 },
      { type: "createChanReply", dataType: 6, dataCount: 1, cid: 3, sid: 77 },
    ]);
    const CHANNEL = {
      type: "channel",
      at: AT,
      name: "A:one",
      server: SERVER,
      client: CLIENT,
      asker: "seen",
      outcome: "created",
    };

    /** Frames of both directions in turn: from the client, then from the server. */
    function circuit(
      pieceBytes: number,
      fromClient: Uint8Array,
      fromServer: Uint8Array,
    ): CapturedFrame[] {
      const frames: CapturedFrame[] = [];
      const add = (packet: Buffer) => frames.push({ at: AT, frame: ethernet(packet) });
      add(tcpPacket({ from: CLIENT, to: SERVER }, { sequence: 999, flags: "S" }));
      add(tcpPacket({ from: SERVER, to: CLIENT }, { sequence: 4_294_967_290, flags: "SA" }));
      for (const [ends, bytes, first] of [
        [{ from: CLIENT, to: SERVER }, fromClient, 1000],
        [{ from: SERVER, to: CLIENT }, fromServer, 4_294_967_291],
      ] as const) {
        for (let at = 0; at < bytes.length; at += pieceBytes) {
          add(
            tcpPacket(
              ends,
              { sequence: (first + at) % 2 ** 32 },
              bytes.subarray(at, at + pieceBytes),
            ),
          );
        }
      }
      return frames;
    }

    it("shows which channels were made, in segments of any size", async () => {
      for (const pieceBytes of [1, 7, 16, 1460]) {
        const { ofType } = await replay(circuit(pieceBytes, OPENING, CREATED));
        assert.deepEqual(ofType("channel"), [CHANNEL]);
        assert.deepEqual(lastReport(ofType).decodeErrors, {});
      }
    });

    it("shows which channels a server refused", async () => {
      const refusal = encodeDatagram([version(0), { type: "createChFail", cid: 3 }]);
      const { ofType } = await replay(circuit(1460, OPENING, refusal));
      assert.deepEqual(ofType("channel"), [{ ...CHANNEL, outcome: "refused" }]);
    });

    it("steps over values of any size between them", async () => {
      const value = encodeMessage({
        type: "eventAddReply",
        dataType: 20,
        dataCount: 100_000,
        status: 1,
        subscriptionId: 1,
        payload: new Uint8Array(800_016),
      });
      const { ofType } = await replay(circuit(1460, OPENING, Buffer.concat([value, CREATED])));
      assert.deepEqual(ofType("channel"), [CHANNEL]);
    });

    it("finds its way again behind lost bytes, at a segment that begins a message", async () => {
      const frames = circuit(8, OPENING, CREATED).filter((_, i) => i !== 3);
      const again = tcpPacket(
        { from: CLIENT, to: SERVER },
        { sequence: 1000 + OPENING.length },
        encodeMessage({ type: "createChan", name: "C:three", cid: 9, minorVersion: 13 }),
      );
      const made = tcpPacket(
        { from: SERVER, to: CLIENT },
        { sequence: CREATED.length - 5 },
        encodeMessage({ type: "createChanReply", dataType: 6, dataCount: 1, cid: 9, sid: 78 }),
      );
      const { ofType } = await replay([
        ...frames,
        { at: AT + 100, frame: ethernet(again) },
        SEARCH,
        { ...SEARCH, at: AT + 1500 },
        { at: AT + 1600, frame: ethernet(made) },
      ]);
      assert.deepEqual(ofType("channel"), [{ ...CHANNEL, at: AT + 1600, name: "C:three" }]);
      assert.equal(lastReport(ofType).decodeErrors["TCP gap"], 1);
    });

    it("takes no answer of a name server without a port", async () => {
      const asked = encodeDatagram([version(0), search("A:one", 3)]);
      const answered = { ...reply(3, 0x0a07_0008, 0), minorVersion: undefined } as Message;
      const { host, ofType } = await replay(circuit(1460, asked, encodeDatagram([answered])));
      assert.equal(ofType("search").length, 1);
      assert.deepEqual(ofType("answer"), []);
      assert.equal(host.counters.get("unmatched_replies_total"), 1);
    });

    it("shows searches of name servers and their answers", async () => {
      const { ofType } = await replay(
        circuit(
          1460,
          encodeDatagram([version(0), search("A:one", 3), search("B:two", 4)]),
          encodeDatagram([
            { ...reply(3), minorVersion: undefined } as Message,
            { ...reply(4, 0x0a07_0008), minorVersion: undefined } as Message,
          ]),
        ),
      );
      const seen = { ...SEEN, from: CLIENT, transport: "tcp", sequence: -1 };
      assert.deepEqual(ofType("search"), [
        { ...seen, names: ["A:one"] },
        { ...seen, names: ["B:two"] },
      ]);
      assert.deepEqual(
        ofType("answer").map((one) => ("server" in one ? one.server : undefined)),
        ["10.7.0.9:40100", "10.7.0.8:40100"],
      );
    });

    it("is silent about circuits of other protocols", async () => {
      const { ofType } = await replay([
        SEARCH,
        ...circuit(
          100,
          Buffer.from("GET / HTTP/1.1\r\n\r\n"),
          Buffer.from("HTTP/1.1 200 OK\r\n\r\n"),
        ),
      ]);
      const { packets, decodeErrors } = lastReport(ofType);
      assert.deepEqual({ packets, decodeErrors }, { packets: 1, decodeErrors: {} });
    });

    it("whatever the bytes, never fails", async () => {
      const { instance } = createSniffer();
      const path = join(folder, "hostile");
      const good = circuit(20, OPENING, CREATED);
      const edits = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(120), fc.nat(255)), {
        maxLength: 10,
      });
      await fc.assert(
        fc.asyncProperty(edits, fc.shuffledSubarray(good), async (changes, frames) => {
          const changed = frames.map(({ at, frame }) => ({ at, frame: Buffer.from(frame) }));
          for (const [which, at, value] of changes) {
            const frame = changed[which]?.frame;
            if (frame !== undefined && at < frame.length) frame[at] = value;
          }
          writeFileSync(path, pcap(changed));
          await instance.replay!(path, new AbortController().signal);
        }),
        { numRuns: 150 },
      );
    });
  });
});

interface Report {
  readonly packets: number;
  readonly ignored: number;
  readonly decodeErrors: Readonly<Record<string, number>>;
}

function lastReport(ofType: (type: string) => object[]): Report {
  return ofType("sensor").at(-1) as Report;
}
