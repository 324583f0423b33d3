/** More searches than anybody can read: what is lost of them is counted, to the datagram. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { framed, searchDatagrams } from "../../bench/datagrams.js";
import { DatagramSender, HttpPlace } from "../peers/index.js";
import { fate } from "./datagram-fate.js";
import { PvmonProcess } from "./pvmon-process.js";

const HERE = new HttpPlace([], {});
const TO = { to: "127.255.255.255", port: 5064 };
const DATAGRAMS = 100_000;
const SEND_TIMEOUT_MS = 60_000;
/** Both have as little room as they can be given. */
const SOURCES = {
  sockets: "source: sockets, sockets: { receiveBufferBytes: 65536 }",
  capture: "source: capture, capture: { bufferKib: 256 }",
};

const siteFile = (source: string): string => `name: Full wire
detectors:
  - use: ca-sniffer
    config: { ${source}, interfaces: [lo] }
stores:
  - use: sqlite-store
    config: { path: PATH/pvmon.sqlite }
outputs:
  - use: http-api
`;

describe("a pvmon that gets more than it can read", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "pvmon-full-wire-"));
  let sender: DatagramSender;
  let pvmon: PvmonProcess | undefined;

  before(async () => {
    const file = join(folder, "datagrams");
    writeFileSync(file, framed(searchDatagrams(30_000)));
    sender = await DatagramSender.start(HERE, { file, from: ["127.0.1.1", "127.0.1.2"], ...TO });
  });
  afterEach(() => pvmon?.remove());
  after(async () => {
    await sender.stop();
    rmSync(folder, { recursive: true });
  });

  for (const [name, source] of Object.entries(SOURCES)) {
    it(`counts each datagram that it lost, by ${name}`, async () => {
      pvmon = new PvmonProcess(HERE, siteFile(source));
      await pvmon.start();
      await pvmon.listens();
      const all = { datagrams: DATAGRAMS, perSecond: Number.POSITIVE_INFINITY };
      await sender.send(all, SEND_TIMEOUT_MS);
      const { folded, dropped } = await fate(pvmon);
      assert.ok(folded > 0, "it read none");
      assert.ok(dropped > 0, "it read all of them");
      assert.equal(folded + dropped, DATAGRAMS);
      await pvmon.stop();
    });
  }
});
