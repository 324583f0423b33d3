import assert from "node:assert/strict";
import { DONT_REPLY, encodeDatagram, type Message, MINOR_VERSION } from "epics-ca";
import type { InventoryService } from "pvmon";
import {
  serverChanged,
  type Targets,
  wholeInventory,
} from "../../../plugins/ca-search/verification.js";

interface FakeServer {
  readonly server: string;
  readonly state?: string;
  readonly names: readonly string[];
}

/** The part of the inventory that verification reads. */
function inventory(
  servers: readonly FakeServer[],
  unowned: readonly string[] = [],
): InventoryService {
  const slots = [
    ...servers.flatMap(({ server, names }) =>
      names.map((name) => ({ name, state: "online", servers: [server] })),
    ),
    undefined,
    ...unowned.map((name) => ({ name, state: "neverAnswered", servers: [] })),
  ];
  const view = ({ server, state = "alive", names }: FakeServer) => ({
    server,
    host: server.split(":")[0],
    state,
    pvs: names.length,
  });
  const part = {
    listServers: ({ host, cursor, limit }: { host?: string; cursor?: string; limit: number }) => {
      const all = servers.map(view).filter((one) => host === undefined || one.host === host);
      const from = Number(cursor ?? 0);
      const next = from + limit < all.length ? String(from + limit) : null;
      return { items: all.slice(from, from + limit), total: all.length, next };
    },
    server: (name: string) => servers.map(view).find(({ server }) => server === name),
    namesOf: (name: string) => servers.find(({ server }) => server === name)?.names ?? [],
    nameSlots: () => slots.length,
    nameAt: (slot: number) => slots[slot],
  };
  return part as unknown as InventoryService;
}

const half = () => 0.5;

function searches(names: readonly string[]): Message[] {
  const version: Message = { type: "version", priority: 0, minorVersion: MINOR_VERSION };
  return [
    version,
    ...names.map(
      (name, cid): Message => ({
        type: "search",
        name,
        cid,
        replyFlag: DONT_REPLY,
        minorVersion: MINOR_VERSION,
      }),
    ),
  ];
}

function names(targets: Targets): string[] {
  return [...targets].flatMap((target) => (target === undefined ? [] : [target.name]));
}

const ioc = (n: number, count: number, state = "alive"): FakeServer => ({
  server: `10.7.0.${n}:5064`,
  state,
  names: Array.from({ length: count }, (_, pv) => `ioc${n}:${pv}`),
});

describe("verification of the whole inventory", () => {
  it("begins with one witness of each server whose beacons are not heard", () => {
    const servers = [ioc(1, 3, "unknown"), ioc(2, 3), ioc(3, 3, "lost")];
    const found = names(wholeInventory(inventory(servers), half));
    assert.deepEqual(found.slice(0, 2).sort(), ["ioc1:0", "ioc3:0"]);
    assert.equal(found.filter((name) => name === "ioc2:0").length, 1);
  });

  it("asks for every name, at the host of its owner where there is one", () => {
    const servers = Array.from({ length: 130 }, (_, n) => ioc(n + 1, 50));
    const all = [...wholeInventory(inventory(servers, ["lost:1", "lost:2"]), Math.random)];
    const asked = new Map(
      all.flatMap((target) => (target === undefined ? [] : [[target.name, target.owner]])),
    );
    assert.equal(asked.size, 130 * 50 + 2);
    assert.deepEqual(asked.get("ioc7:49"), { ip: 0x0a070007, port: 5064 });
    assert.equal(asked.get("lost:2"), undefined);
  });

  it("takes the names of several servers by turns, so that no host waits for another's budget", () => {
    const found = names(wholeInventory(inventory([ioc(1, 100), ioc(2, 100)]), half));
    const switches = found.filter(
      (name, n) => n > 0 && name.split(":")[0] !== found[n - 1]?.split(":")[0],
    );
    assert.ok(switches.length >= 5, `${switches.length} turns`);
  });

  it("fills a datagram in every turn but a server's last", () => {
    const names = Array.from({ length: 100 }, (_, n) => `SR${n}:${"x".repeat(n % 40)}`);
    const servers = [1, 2].map((n) => ({ server: `10.7.0.${n}:5064`, names }));
    const targets = [...wholeInventory(inventory(servers), half)].flatMap((target) => target ?? []);
    const turns: string[][] = [];
    targets.forEach(({ name, owner }, n) => {
      if (owner?.ip !== targets[n - 1]?.owner?.ip) turns.push([]);
      turns.at(-1)!.push(name);
    });
    const bytes = (turn: readonly string[]): number => encodeDatagram(searches(turn)).length;
    // The first of a server's next turn would have been too much.
    for (const [n, turn] of turns.slice(0, -2).entries()) {
      assert.ok(bytes(turn) <= 1024, `${bytes(turn)} bytes`);
      assert.ok(bytes([...turn, turns[n + 2]![0]!]) > 1024, `${turn.length} names`);
    }
    assert.ok(turns.length > 6, `${turns.length} turns`);
  });

  it("leaves the owners out in a round that asks everybody", () => {
    const all = [...wholeInventory(inventory([ioc(1, 3)], ["lost:1"]), half, true)];
    assert.ok(all.every((target) => target?.owner === undefined));
    const asked = all.flatMap((target) => (target === undefined ? [] : [target.name]));
    assert.deepEqual([...new Set(asked)].sort(), ["ioc1:0", "ioc1:1", "ioc1:2", "lost:1"]);
  });

  it("pages through thousands of servers", () => {
    const servers = Array.from({ length: 2500 }, (_, n) => ({
      server: `10.8.${n >> 8}.${n & 255}:5064`,
      names: [`n${n}`],
    }));
    assert.equal(new Set(names(wholeInventory(inventory(servers), half))).size, 2500);
  });
});

describe("a server that changed", () => {
  it("has its own PVs searched", () => {
    assert.deepEqual(
      names(serverChanged(inventory([ioc(1, 2), ioc(2, 2)]), "10.7.0.2:5064", false)),
      ["ioc2:0", "ioc2:1"],
    );
  });

  it("has the PVs of its predecessor on another port searched when it appears", () => {
    const gone = { server: "10.7.0.1:40000", state: "lost", names: ["old:1"] };
    const alive = { server: "10.7.0.1:41000", names: ["other:1"] };
    const targets = serverChanged(
      inventory([gone, alive, { server: "10.7.0.1:42000", names: [] }]),
      "10.7.0.1:42000",
      true,
    );
    assert.deepEqual(names(targets), ["old:1"]);
  });
});
