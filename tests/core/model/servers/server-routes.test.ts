/** One server under two addresses: told once, and its PVs are no duplicates. */
import assert from "node:assert/strict";
import { parseIpv4 } from "../../../../core/model/address.js";
import type { InventoryOptions } from "../../../../core/model/inventory/inventory-options.js";
import {
  answer,
  beacon,
  START,
  sensorReport,
  WatchedInventory,
} from "../inventory/inventory-site.js";

const SECOND = 1000;
const PERIOD = 15 * SECOND;
const ONE = { ip: parseIpv4("10.7.0.1") ?? 0, port: 5064 };
const OTHER = { ip: parseIpv4("10.8.0.1") ?? 0, port: 5064 };
/** Searches come well after a period's beacons. */
const ASKED_AFTER = 13 * SECOND;
const PV = "SR:BPM1:X";

interface Beacons {
  readonly aheadBy?: number;
  readonly laterMs?: number;
  readonly other?: typeof OTHER;
  readonly counts?: boolean;
}

/** The sensor's reports of a period. */
function sees(inventory: WatchedInventory, from: number): void {
  for (const second of [4, 8, 12]) inventory.fold(sensorReport(from + second * SECOND));
}

/** Two addresses with a beacon each per period, and answers of both to each search, once their beacons can be compared. */
function watched(
  { aheadBy = 0, laterMs = 1, other = OTHER, counts = true }: Beacons = {},
  options: InventoryOptions = {},
): WatchedInventory {
  const inventory = new WatchedInventory(options);
  for (let round = 0; round < 8; round++) {
    const at = START + round * PERIOD;
    const sequence = counts ? 500 + round : 0;
    inventory.fold(beacon(at + 1, sequence, ONE));
    inventory.fold(beacon(at + 1 + laterMs, counts ? sequence + aheadBy : 0, other));
    sees(inventory, at);
    if (round < 6) continue;
    inventory.fold(answer(at + ASKED_AFTER, PV, ONE));
    inventory.fold(answer(at + ASKED_AFTER + 2, PV, other));
  }
  return inventory;
}

const typesOf = (inventory: WatchedInventory) =>
  inventory.events
    .map(({ type }) => type)
    .filter((type) => !["server.discovered", "sensor.sees"].includes(type));

describe("two addresses whose beacons carry one counter at one time", () => {
  it("are one server, which is told once with what to do about it, and its PVs are no duplicates", () => {
    const inventory = watched();
    assert.deepEqual(typesOf(inventory), ["server.duplicateRoute"]);
    assert.equal(inventory.pv(PV)?.duplicate, false);
    const event = inventory.events.find(({ type }) => type === "server.duplicateRoute");
    assert.deepEqual(
      [event?.server, event?.evidence.otherServer],
      ["10.8.0.1:5064", "10.7.0.1:5064"],
    );
    assert.equal(event?.evidence.sequence, event?.evidence.otherSequence);
    assert.match(String(event?.evidence.remedy), /10\.8\.0\.1 and 10\.7\.0\.1 .* inventory\.hosts/);
    assert.equal(event?.log, "noted");
  });

  it("stay one while only one of them is heard: a lost route moves no PV", () => {
    const inventory = watched();
    for (let round = 8; round < 40; round++) {
      const at = START + round * PERIOD;
      inventory.fold(beacon(at + 1, 500 + round, OTHER));
      sees(inventory, at);
      if (round % 8 === 0) inventory.fold(answer(at + ASKED_AFTER, PV, OTHER));
    }
    assert.deepEqual(typesOf(inventory), ["server.duplicateRoute", "server.lost"]);
    assert.equal(inventory.pv(PV)?.state, "online");
    assert.equal(inventory.pv(PV)?.server, "10.8.0.1:5064");
  });

  it("may be told of after a PV was called a duplicate, which then ends", () => {
    const inventory = new WatchedInventory();
    inventory.fold(answer(START, PV, ONE));
    inventory.fold(answer(START + 2, PV, OTHER));
    assert.equal(inventory.pv(PV)?.duplicate, true);
    for (let round = 0; round < 8; round++) {
      const at = START + SECOND + round * PERIOD;
      for (const server of [ONE, OTHER]) inventory.fold(beacon(at, 500 + round, server));
    }
    const at = START + 115 * SECOND;
    inventory.fold(answer(at, PV, ONE));
    inventory.fold(answer(at + 2, PV, OTHER));
    assert.equal(inventory.pv(PV)?.duplicate, false);
    assert.deepEqual(typesOf(inventory), [
      "pv.duplicated",
      "server.duplicateRoute",
      "pv.deduplicated",
    ]);
    assert.match(
      String(inventory.events.at(-1)?.text),
      /10\.7\.0\.1:5064 is 10\.8\.0\.1:5064, too/,
    );
  });
});

describe("two servers that have a PV", () => {
  const isDuplicate = (beacons: Beacons) => {
    const inventory = watched(beacons);
    assert.deepEqual(typesOf(inventory), ["pv.duplicated"]);
    assert.equal(inventory.pv(PV)?.duplicate, true);
  };

  it("are two when they were started together, and their beacons come a quarter of a second apart", () =>
    isDuplicate({ laterMs: 250 }));
  it("are two when their counters differ by more than one", () => isDuplicate({ aheadBy: 2 }));
  it("are two when their beacons come at different times", () =>
    isDuplicate({ laterMs: 4 * SECOND }));
  it("are two when they do not count", () => isDuplicate({ counts: false }));
  it("are two when their ports differ", () => isDuplicate({ other: { ...OTHER, port: 5074 } }));

  it("are one when the configuration says that their addresses are one host", () => {
    const hosts = [{ name: "SRV-1", addresses: [ONE.ip, OTHER.ip] }];
    const inventory = watched({ aheadBy: 9 }, { hosts });
    assert.deepEqual(typesOf(inventory), []);
    assert.equal(inventory.pv(PV)?.duplicate, false);
    const twoPorts = watched({ aheadBy: 9, other: { ...OTHER, port: 5074 } }, { hosts });
    assert.deepEqual(typesOf(twoPorts), ["pv.duplicated"]);
  });

  it("are two again when a pair that was one server begins to count apart", () => {
    const inventory = watched();
    for (let round = 8; round < 16; round++) {
      const at = START + round * PERIOD;
      inventory.fold(beacon(at + 1, 500 + round, ONE));
      inventory.fold(beacon(at + 2, 3_000_000 + round, OTHER));
      sees(inventory, at);
      if (round % 3 !== 2) continue;
      inventory.fold(answer(at + ASKED_AFTER, PV, ONE));
      inventory.fold(answer(at + ASKED_AFTER + 2, PV, OTHER));
    }
    assert.equal(inventory.pv(PV)?.duplicate, true);
    assert.ok(typesOf(inventory).includes("pv.duplicated"));
  });
});
