/** Who holds a port of a host, and which procServ processes it has. */
import assert from "node:assert/strict";
import { ProcessMaps } from "../../../../core/model/apps/process-maps.js";
import type { ProcessMapRead, ProcessSeen } from "../../../../core/model/observation.js";
import { BEGIN, HOST, ip, processMap, processSeen } from "./app-site.js";

const host = ip(HOST);

function mapped(
  maps: ProcessMaps,
  ms: number,
  processes: readonly ProcessSeen[],
  also: Partial<ProcessMapRead> = {},
): ProcessMaps {
  const map = processMap(ms, processes, also);
  maps.take(map.host, map);
  return maps;
}

describe("the holder of a port", () => {
  it("is the process that listens there, or else one with a socket there", () => {
    const client = processSeen({
      pid: 10,
      commandLine: "caget x",
      listens: [],
      sockets: [5064, 40_000],
    });
    const maps = mapped(new ProcessMaps(), 0, [client, processSeen()]);
    assert.equal(maps.portHolder(host, 5064)?.pid, 4711);
    assert.deepEqual(maps.portHolder(host, 40_000), {
      host: HOST,
      port: 40_000,
      pid: 10,
      commandLine: "caget x",
      directory: "/iocs/vac",
      at: BEGIN,
    });
    assert.equal(maps.portHolder(host, 1), undefined);
    assert.equal(maps.portHolder(host + 1, 5064), undefined);
  });

  it("is that of the latest map; an incomplete one says nothing of processes that it lacks", () => {
    const maps = mapped(new ProcessMaps(), 0, [
      processSeen(),
      processSeen({ pid: 2, listens: [7] }),
    ]);
    mapped(maps, 1, [processSeen({ pid: 5000 })], { complete: false });
    assert.equal(maps.portHolder(host, 5064)?.pid, 5000);
    assert.equal(maps.portHolder(host, 7)?.pid, 2);
    mapped(maps, 2, [processSeen({ pid: 5000 })]);
    assert.equal(maps.portHolder(host, 7), undefined);
  });
});

describe("the procServ processes of a host", () => {
  it("are known by the last number in their command lines, sorted by it", () => {
    const maps = mapped(new ProcessMaps(), 0, [
      processSeen({
        pid: 1,
        commandLine: "/usr/bin/procServ -n b -i ^D 20002 ./st.cmd",
        listens: [20_002],
      }),
      processSeen({ pid: 2, commandLine: "procserv 20001 ./st.cmd", listens: [9] }),
      processSeen({ pid: 3, commandLine: "softIoc 20003", listens: [20_003] }),
      processSeen({ pid: 4, commandLine: "procServ --help", listens: [9] }),
    ]);
    assert.deepEqual(maps.procServs(host), [
      { port: 20_001, commandLine: "procserv 20001 ./st.cmd" },
      { port: 20_002, commandLine: "/usr/bin/procServ -n b -i ^D 20002 ./st.cmd" },
    ]);
  });

  it("are rather known by a number where they listen, and each once", () => {
    const maps = mapped(new ProcessMaps(), 0, [
      processSeen({
        pid: 1,
        commandLine: "sh -c procServ 20001 ./st.cmd",
        listens: [],
        sockets: [1],
      }),
      processSeen({ pid: 2, commandLine: "procServ 20001 ./st.cmd 99", listens: [20_001] }),
    ]);
    assert.deepEqual(maps.procServs(host), [
      { port: 20_001, commandLine: "procServ 20001 ./st.cmd 99" },
    ]);
  });
});

describe("what is told of a host's process map", () => {
  it("is when it was read, how many processes hold a port, and whether it was read to its end", () => {
    const maps = new ProcessMaps();
    assert.equal(maps.brief(host), null);
    const [one, two] = [5064, 5066].map((port) => processSeen({ pid: port, listens: [port] }));
    mapped(maps, 1000, [one!, two!, processSeen({ pid: 3, listens: [] })]);
    assert.deepEqual(maps.brief(host), { at: BEGIN + 1000, processes: 2, complete: true });
    mapped(maps, 2000, [one!], { complete: false });
    assert.deepEqual(maps.brief(host), { at: BEGIN + 2000, processes: 2, complete: false });
    maps.forget(host);
    assert.equal(maps.brief(host), null);
  });
});

describe("process maps of any size", () => {
  it("are cut, and processes without a port left out", () => {
    const many = Array.from({ length: 20_000 }, (_, pid) =>
      processSeen({ pid, listens: pid === 0 ? [] : [pid], commandLine: "x".repeat(5_000) }),
    );
    const maps = mapped(new ProcessMaps(), 0, many);
    assert.equal(maps.portHolder(host, 2_000)?.commandLine.length, 1_000);
    assert.equal(maps.portHolder(host, 2_001), undefined);
    assert.equal(maps.portHolder(host, 0), undefined);
  });

  it("are kept of so many hosts as there is room for, the latest", () => {
    const maps = new ProcessMaps(10_000);
    for (let index = 0; index < 200; index++) {
      mapped(maps, index, [processSeen()], { host: host + index });
    }
    const kept = Array.from({ length: 200 }, (_, index) => maps.portHolder(host + index, 5064));
    const known = kept.filter((holder) => holder !== undefined).length;
    assert.ok(known >= 20 && known <= 50, `${known}`);
    assert.ok(kept.at(-1));
    assert.equal(kept[0], undefined);
    for (let index = 0; index < 200; index++) maps.forget(host + index);
    mapped(maps, 300, [processSeen()]);
    assert.ok(maps.portHolder(host, 5064));
  });
});
