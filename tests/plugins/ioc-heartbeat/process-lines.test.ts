/** Process maps put together from their lines. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { ProcessLines } from "../../../plugins/ioc-heartbeat/asking/process-lines.js";

const LINES = [
  "build: 3",
  "tcp: sl local_address rem_address st tx_queue rx_queue tr tm->when retrnsmt uid timeout inode",
  "tcp: 0: 00000000:13C8 00000000:0000 0A 00000000:00000000 00:00000000 00000000 1000 0 111 1 0000 100 0 0 10 0",
  "tcp: 1: 0100007F:0FD3 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 222 1 0000 100 0 0 10 0",
  "tcp: 2: 0A00070A:13C8 0B00070A:A001 01 00000000:00000000 00:00000000 00000000 1000 0 333 1 0000 20 4 30 10 -1",
  "tcp: 3: 0A00070A:C001 0B00070A:13C8 06 00000000:00000000 00:00000000 00000000 0 0 0 3 0000",
  "tcp6: 0: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 444 1",
  "udp: sl local_address rem_address st tx_queue rx_queue tr tm->when retrnsmt uid timeout inode ref pointer drops",
  "udp: 77: 00000000:13C8 00000000:0000 07 00000000:00000000 00:00000000 00000000 1000 0 555 2 0000 0",
  "pid: 10 socket:[111]",
  "pid: 10 socket:[333]",
  "pid: 10 socket:[555]",
  "pid: 10 socket:[99999]",
  "pid: 10 cmdline: ../../bin/linux-x86_64/x\0st.cmd\0",
  "pid: 10 cwd: /iocApps/x/iocBoot (deleted)",
  "pid: 11 Permission denied",
  "pid: 12 socket:[222]",
  "pid: 12 cmdline: /usr/bin/procServ -n x 4051",
  "pid: 13 cmdline: no sockets",
  "pid: 14 socket:[111]",
];

function read(lines: readonly string[]): ProcessLines {
  const map = new ProcessLines();
  for (const line of lines) map.add(line);
  return map;
}

describe("the lines of a process map", () => {
  it("say which process has which port, listening ones apart, raw as the host says it", () => {
    assert.deepEqual(read(LINES).processes(), [
      {
        pid: 10,
        commandLine: "../../bin/linux-x86_64/x st.cmd",
        directory: "/iocApps/x/iocBoot (deleted)",
        listens: [5064],
        sockets: [5064],
      },
      {
        pid: 12,
        commandLine: "/usr/bin/procServ -n x 4051",
        directory: "",
        listens: [4051],
        sockets: [],
      },
      { pid: 14, commandLine: "", directory: "", listens: [5064], sockets: [] },
    ]);
  });

  it("may come in any order", () => {
    assert.deepEqual(read(LINES.toReversed()).processes(), read(LINES).processes());
  });

  it("show all only if a process of every user who listens could be seen", () => {
    assert.equal(read(LINES).showsAllUsers(), true);
    const asUser = LINES.filter((line) => !/socket:\[(222|444)\]/.test(line));
    assert.equal(read(asUser).showsAllUsers(), false);
  });

  it("are cut and cleaned, and of any kind never throw", () => {
    const long = read([...LINES, `pid: 14 cwd: \u001b[2J${"x".repeat(9000)}`])
      .processes()
      .at(-1);
    assert.match(long!.directory, /^\ufffd\[2Jx+$/);
    assert.equal(long!.directory.length, 4096);
    const line = fc.oneof(
      fc.string({ unit: "binary" }),
      fc
        .tuple(fc.constantFrom(...LINES), fc.nat(40), fc.string())
        .map(([text, at, inserted]) => text.slice(0, at) + inserted + text.slice(at + 1)),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        for (const { pid, listens, sockets } of read(lines).processes()) {
          assert.ok(pid > 0);
          for (const port of [...listens, ...sockets]) assert.ok(port >= 0 && port <= 65_535);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
