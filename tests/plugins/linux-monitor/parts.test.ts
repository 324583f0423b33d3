import assert from "node:assert/strict";
import { DbrType } from "epics-ca";
import fc from "fast-check";
import type { InventoryService, PvDetail, PvState } from "pvmon";
import { Discovery } from "../../../plugins/linux-monitor/discovery.js";
import { plainValue } from "../../../plugins/linux-monitor/reading.js";
import { ALL, DETAILS, POLLED, sourceOf } from "../../../plugins/linux-monitor/suffixes.js";
import { WatchedHost } from "../../../plugins/linux-monitor/watched-host.js";

describe("the names of a LinuxMonitor", () => {
  it("are 11 that are polled and 24 more, each once", () => {
    assert.deepEqual([POLLED.length, DETAILS.length, new Set(ALL).size], [11, 24, 35]);
  });

  it("are known by the signature, with exactly one colon", () => {
    assert.equal(sourceOf("ioc2400-101:BOOTTIME"), "ioc2400-101");
    const others = [
      ":BOOTTIME",
      "BOOTTIME",
      "a:b:BOOTTIME",
      "a:BOOTTIME.VAL",
      "a:boottime",
      "a:UPTIME",
      `${"a".repeat(101)}:BOOTTIME`,
    ];
    assert.deepEqual(
      others.filter((name) => sourceOf(name) !== undefined),
      [],
    );
  });
});

describe("a value of a host", () => {
  const scalar = { elementCount: 1 };
  const doubles = (...elements: number[]) => ({
    type: DbrType.DOUBLE,
    elements: Float64Array.from(elements),
  });

  it("is a number, a text without blanks around it, or the name of a state", () => {
    assert.equal(plainValue(scalar, doubles(0.25)), 0.25);
    assert.equal(plainValue(scalar, { type: DbrType.STRING, elements: [" x86_64 "] }), "x86_64");
    const states = ["off", "on"];
    const state = { type: DbrType.CTRL_ENUM, elements: Uint16Array.of(1), states };
    assert.equal(plainValue(scalar, state), "on");
    assert.equal(plainValue({ elementCount: 9 }, doubles(3, 4)), 3);
  });

  it("is a text when it is an array of bytes, as far as its NUL, and never longer than 200 characters", () => {
    const bytes = Uint8Array.from([...Buffer.from("5.14.0-427.el9"), 0, 65, 66]);
    const text = plainValue({ elementCount: 80 }, { type: DbrType.CHAR, elements: bytes });
    assert.equal(text, "5.14.0-427.el9");
    const long = { type: DbrType.CHAR, elements: new Uint8Array(5000).fill(0x61) };
    assert.equal(String(plainValue({ elementCount: 5000 }, long)).length, 200);
  });

  it("is none where there is no number", () => {
    for (const elements of [[], [Number.NaN], [Number.POSITIVE_INFINITY]]) {
      assert.equal(plainValue(scalar, doubles(...elements)), undefined);
    }
  });
});

interface Name {
  readonly name: string;
  state: PvState;
}

/** An inventory of names that counts how many slots were looked at, and how many names. */
function inventoryOf(names: readonly Name[]) {
  const looked = { slots: 0, names: 0 };
  const inventory = {
    nameSlots: () => names.length,
    nameAt: (slot: number) => {
      looked.slots += 1;
      const { name, state } = names[slot]!;
      return name === "" ? undefined : { name, state, servers: [] };
    },
    pv: (wanted: string) => {
      looked.names += 1;
      const found = names.find(({ name }) => name === wanted);
      return found && ({ state: found.state } as PvDetail);
    },
  } satisfies Pick<InventoryService, "nameSlots" | "nameAt" | "pv">;
  return { inventory, looked };
}

function signatures(count: number, state: PvState): Name[] {
  return Array.from({ length: count }, (_, i) => ({ name: `h${i}:BOOTTIME`, state }));
}

describe("discovery", () => {
  it("finds what is online, new names at once, and one that comes online later", () => {
    const late: Name = { name: "host2:BOOTTIME", state: "unverified" };
    const names: Name[] = [
      { name: "SR:BPM1:X", state: "online" },
      { name: "host1:BOOTTIME", state: "online" },
      { name: "", state: "online" },
      late,
      { name: "SR:1:BOOTTIME", state: "online" },
    ];
    const discovery = new Discovery(inventoryOf(names).inventory, 300_000, 0);
    assert.deepEqual([...discovery.step(0)], ["host1"]);
    assert.deepEqual([...discovery.step(250)], []);
    names.push({ name: "host3:BOOTTIME", state: "online" });
    assert.deepEqual([...discovery.step(500)], ["host3"]);
    late.state = "online";
    assert.deepEqual([...discovery.step(750)], ["host2"]);
    assert.deepEqual([...discovery.step(1000)], []);
    assert.deepEqual([...discovery.step(300_000)], ["host1", "host2", "host3"]);
  });

  it("looks at a few thousand names a step, and at all of them in turn", () => {
    const { inventory, looked } = inventoryOf(signatures(9000, "online"));
    const discovery = new Discovery(inventory, 300_000, 0);
    let found = 0;
    for (let step = 1; step <= 3; step++) {
      found += [...discovery.step(step)].length;
      assert.equal(looked.slots, Math.min(9000, step * 4000));
    }
    assert.equal(found, 9000);
  });

  it("looks at few of the names that nobody serves, however many there are", () => {
    const { inventory, looked } = inventoryOf(signatures(5000, "neverAnswered"));
    const discovery = new Discovery(inventory, 300_000, 0);
    for (let step = 0; step < 10; step++) assert.deepEqual([...discovery.step(step)], []);
    assert.equal(looked.slots, 5000);
    assert.equal(looked.names, 9 * 20);
  });
});

describe("a watched host", () => {
  const EVERY = 60_000;
  const rhythm = {
    everyMs: EVERY,
    tries: 3,
    longestPauseRounds: 20,
    giveUpMs: 365 * 86_400_000,
    random: () => 0.5,
  };
  const host = (random = 0.5) => new WatchedHost("h", 0, 0, { ...rhythm, random: () => random });

  it("is tried again soon, then left out for ever more rounds, up to the longest pause", () => {
    fc.assert(
      fc.property(fc.nat(999), (thousandths) => {
        const failing = host(thousandths / 1000);
        const pauses: number[] = [];
        for (let round = 0; round < 40; round++) {
          const now = failing.dueAt;
          failing.failed(now);
          assert.equal(failing.dueAt, now + 2000);
          failing.failed(now);
          failing.failed(now);
          pauses.push((failing.dueAt - now) / EVERY - 1);
        }
        assert.equal(pauses[0], 0);
        pauses.forEach((pause, round) => {
          const added = pause - (pauses[round - 1] ?? 0);
          assert.ok(round === 0 || pause > 19.99 || (added > 0.99 && added < 2), `${pauses}`);
        });
        assert.equal(Math.max(...pauses).toFixed(3), "20.000");
        assert.ok(failing.isFailing);
      }),
    );
  });

  it("is due every round again once something is read, or its server is back", () => {
    const failing = host();
    for (let i = 0; i < 12; i++) failing.failed(0);
    assert.ok(failing.dueAt > 5 * EVERY);
    failing.returned(1000, 1000);
    assert.equal(failing.dueAt, 3000);
    failing.succeeded({ BOOTTIME: 1 }, 3000, 3000);
    assert.equal(failing.dueAt, 3000 + EVERY);
    assert.ok(!failing.isFailing);
  });

  it("is given up when nothing was read for so long, until its server is back", () => {
    const old = host();
    const later = 366 * 86_400_000;
    assert.ok(!old.isGivenUp(365 * 86_400_000));
    assert.ok(old.isGivenUp(later));
    old.returned(later, 1000);
    assert.ok(!old.isGivenUp(later));
  });

  it("keeps its details for an hour beside the values of each round, unless it boots", () => {
    const watched = host();
    const all = watched.succeeded({ BOOTTIME: 1, CPUUSER: 3, LOAD: 7 }, 0, 0);
    assert.deepEqual(all, { BOOTTIME: 1, CPUUSER: 3, LOAD: 7 });
    const round = { BOOTTIME: 1, CPUUSER: 4 };
    assert.deepEqual(watched.succeeded(round, EVERY, 0), { BOOTTIME: 1, CPUUSER: 4, LOAD: 7 });
    assert.deepEqual(watched.succeeded({ BOOTTIME: 2 }, EVERY, 0), { BOOTTIME: 2 });
    assert.deepEqual(watched.succeeded(round, 3_600_001, 0), round);
  });
});
