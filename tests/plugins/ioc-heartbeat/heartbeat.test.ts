/** The decoder of heartbeats: what the three versions say, and everything else that may come to the port. */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  decodeHeartbeat,
  type Heartbeat,
  type HeartbeatError,
} from "../../../plugins/ioc-heartbeat/heartbeat.js";

const EXAMPLE =
  '{"seq":"42","sp":"5064","up":"1260","cur":"1608674446","pid":"21182","cwd":"/iocApps/x","ver":"2.0","img":"./bin/linux-x86_64/x","stcmd":"st.cmd"}';
const FIELDS = JSON.parse(EXAMPLE) as Record<string, string>;
const READ: Heartbeat = {
  version: "2.0",
  sequence: 42,
  serverPort: 5064,
  servesCa: true,
  upSeconds: 1260,
  hostTimeAt: 1_608_674_446_000,
  pid: 21_182,
  image: "./bin/linux-x86_64/x",
  command: "st.cmd",
  directory: "/iocApps/x",
};

function decode(text: string): Heartbeat | HeartbeatError {
  return decodeHeartbeat(Buffer.from(text));
}

/** The example with other fields, `undefined` for one that is not there. */
function changed(fields: Record<string, unknown>): Heartbeat | HeartbeatError {
  return decode(JSON.stringify({ ...FIELDS, ...fields }));
}

function accepted(fields: Record<string, unknown>): Heartbeat {
  const heartbeat = changed(fields);
  assert.ok(typeof heartbeat === "object", String(heartbeat));
  return heartbeat;
}

/** What holds of everything that is accepted. */
function assertInRange(heartbeat: Heartbeat): void {
  const { sequence, serverPort, upSeconds, hostTimeAt, pid, version } = heartbeat;
  assert.ok(Number.isInteger(sequence) && sequence >= 0 && sequence <= 0xffff_ffff);
  assert.ok(Number.isInteger(serverPort) && serverPort >= 1 && serverPort <= 65_535);
  assert.ok(upSeconds >= 0 && Number.isFinite(upSeconds));
  assert.ok(hostTimeAt === null || !Number.isNaN(new Date(hostTimeAt).getTime()));
  assert.ok(pid === null || (Number.isInteger(pid) && pid > 0));
  assert.match(version, /^\d{1,3}\.\d{1,3}$/);
  for (const text of [heartbeat.image, heartbeat.command, heartbeat.directory]) {
    assert.ok(text.length <= 1024);
    assert.doesNotMatch(text, /[\p{Cc}\p{Cs}\p{Cf}]/u);
  }
}

describe("a heartbeat", () => {
  it("is read as the versions write it, in texts, numbers, and with the NUL of a C program at its end", () => {
    assert.deepEqual(decode(EXAMPLE), READ);
    assert.deepEqual(decode(`${EXAMPLE}\0\n`), READ);
    const numbers = { seq: 42, sp: 5064, up: 1260, cur: 1_608_674_446, pid: 21_182, ver: 2 };
    assert.deepEqual(changed(numbers), READ);
  });

  it("of version 3 has a port that is not a CA server's", () => {
    for (const [ver, servesCa] of [
      ["1.1", true],
      ["2.0", true],
      ["3.0", false],
    ] as const) {
      const { version, servesCa: serves } = accepted({ ver });
      assert.deepEqual([version, serves], [ver, servesCa]);
    }
  });

  it("need not say its clock, pid, image, command and directory", () => {
    const silent = {
      cur: undefined,
      pid: undefined,
      img: undefined,
      stcmd: undefined,
      cwd: undefined,
    };
    const nothing = { hostTimeAt: null, pid: null, image: "", command: "", directory: "" };
    assert.deepEqual(changed(silent), { ...READ, ...nothing });
    assert.deepEqual(accepted({ cur: "0", pid: 0 }), { ...READ, hostTimeAt: null, pid: null });
    assert.equal(accepted({ stcmd: "Unknown" }).command, "");
  });

  it("is refused with the reason for whatever is out of range or of another kind", () => {
    const wrong: [Record<string, unknown>, HeartbeatError][] = [
      [{ seq: undefined }, "bad sequence"],
      [{ seq: "-1" }, "bad sequence"],
      [{ seq: "4294967296" }, "bad sequence"],
      [{ seq: 1.5 }, "bad sequence"],
      [{ seq: "1e3" }, "bad sequence"],
      [{ seq: ["1"] }, "bad sequence"],
      [{ sp: undefined }, "bad server port"],
      [{ sp: "0" }, "bad server port"],
      [{ sp: 65_536 }, "bad server port"],
      [{ sp: "" }, "bad server port"],
      [{ up: "-3" }, "bad up time"],
      [{ up: null }, "bad up time"],
      [{ cur: "yesterday" }, "bad host time"],
      [{ cur: 1e15 }, "bad host time"],
      [{ pid: "0x10" }, "bad pid"],
      [{ pid: 2 ** 31 }, "bad pid"],
      [{ ver: undefined }, "bad version"],
      [{ ver: "two" }, "bad version"],
      [{ ver: {} }, "bad version"],
      [{ cwd: ["/"] }, "bad text"],
      [{ img: {} }, "bad text"],
    ];
    for (const [fields, reason] of wrong) {
      assert.equal(changed(fields), reason, JSON.stringify(fields));
    }
  });

  it("is made out although its directory or its command broke the JSON, where nothing has to be guessed", () => {
    const broken = (cwd: string) => decode(EXAMPLE.replace("/iocApps/x", cwd));
    for (const directory of [
      '/a/"b"',
      String.raw`C:\iocs\x`,
      '/ends with "',
      'a"b,c:d{e}',
      "{",
      '","',
    ]) {
      assert.deepEqual(broken(directory), { ...READ, directory }, directory);
    }
    assert.deepEqual(broken("/a\tb"), { ...READ, directory: "/a\ufffdb" });
    const command = String.raw`it's "quoted" \ `;
    assert.deepEqual(decode(EXAMPLE.replace("st.cmd", command)), {
      ...READ,
      command: command.trim(),
    });
    for (const cwd of ['"x","sp":"1', '","seq":"7","x":"\\']) {
      assert.equal(broken(cwd), "not JSON", cwd);
    }
  });

  it("in latin-1 keeps its letters", () => {
    const bytes = Buffer.from(EXAMPLE.replace("/iocApps/x", "/\u00fcber"), "latin1");
    assert.deepEqual(decodeHeartbeat(bytes), { ...READ, directory: "/\u00fcber" });
  });

  it("is refused when it is too long or no object, and harms nobody with what it is made of", () => {
    assert.equal(decode(`{"seq":"${"9".repeat(2048)}"}`), "too long");
    const bombs = [
      "",
      "null",
      "[]",
      "7",
      '"x"',
      "[".repeat(2048),
      '{"a":'.repeat(400),
      "{".repeat(2048),
    ];
    for (const text of bombs) assert.equal(decode(text), "not JSON", text);
    const polluting = EXAMPLE.replace(
      "{",
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{}},',
    );
    assert.deepEqual(decode(polluting), READ);
    assert.equal(Object.hasOwn(Object.prototype, "polluted"), false);
    assert.equal(decode('{"__proto__":{"seq":"1","sp":"1","up":"1","ver":"2.0"}}'), "bad version");
  });

  it("keeps markup and SQL as the plain text that they are, without what steers a terminal", () => {
    const directory = "<script>alert(1)</script>'; DROP TABLE events; --";
    assert.equal(accepted({ cwd: directory }).directory, directory);
    const steering = "\u001b[2J\u202eabc\u0000\ud800\u2028";
    assert.equal(accepted({ img: steering }).image, "\ufffd[2J\ufffdabc\ufffd\ufffd\ufffd");
  });

  it("made of any values is in range, or refused", () => {
    const value = fc.oneof(
      fc.integer({ min: -10, max: 2 ** 33 }),
      fc.integer({ min: 0, max: 70_000 }).map(String),
      fc.double(),
      fc.string({ unit: "binary" }),
      fc.constantFrom("1.1", "2.0", "3.0", "Unknown", null, true),
      fc.jsonValue({ maxDepth: 3 }),
    );
    const some = fc.dictionary(fc.constantFrom(...Object.keys(FIELDS)), value, { maxKeys: 4 });
    let taken = 0;
    fc.assert(
      fc.property(some, (fields) => {
        const heartbeat = changed(fields);
        if (typeof heartbeat === "string") return;
        taken += 1;
        assertInRange(heartbeat);
      }),
      { numRuns: 2000 },
    );
    assert.ok(taken > 20, `only ${taken} were taken`);
  });

  it("damaged anywhere never throws, and what is taken of it is in range", () => {
    const damage = fc.array(
      fc.tuple(fc.nat(EXAMPLE.length - 1), fc.nat(3), fc.uint8Array({ maxLength: 6 })),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(damage, (cuts) => {
        let bytes = Buffer.from(EXAMPLE);
        for (const [at, length, inserted] of cuts) {
          bytes = Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at + length)]);
        }
        const heartbeat = decodeHeartbeat(bytes);
        if (typeof heartbeat === "object") assertInRange(heartbeat);
      }),
      { numRuns: 10_000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
        assert.equal(typeof decodeHeartbeat(bytes), "string");
      }),
    );
  });
});
