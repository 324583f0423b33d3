/** What a crash costs: seconds of counters, never the database. What a stop costs: nothing. */
import assert from "node:assert/strict";
import { cpSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import {
  Mariadb,
  Network,
  numberedName,
  type Program,
  startSearches,
  waitFor,
} from "../peers/index.js";
import { type Item, PvmonProcess } from "./pvmon-process.js";

const siteWith = (store: string): string => `
name: crash
log: { format: json }
spool: { folder: PATH/spool }
detectors:
  - use: ca-sniffer
stores:
  - ${store}
outputs:
  - use: http-api
`;

/** A store under test: its entry in a site file, and whether what a crash has left is sound. */
interface Medium {
  readonly entry: string;
  isSound(folder: string): Promise<boolean>;
  remove(): Promise<void>;
}

const MEDIA: Readonly<Record<string, () => Promise<Medium>>> = {
  SQLite: async () => ({
    entry: "{ use: sqlite-store, config: { path: PATH/pvmon.sqlite } }",
    isSound: async (folder) => integrity(folder) === "ok",
    remove: async () => undefined,
  }),
  MariaDB: async () => {
    const server = await Mariadb.create();
    let databases = 0;
    return {
      // A database of its own for each test.
      get entry() {
        const database = `pvmon${++databases}`;
        return `{ use: mariadb-store, config: { socket: ${server.socket}, user: root, database: ${database} } }`;
      },
      isSound: async () => {
        const tables = `pvmon${databases}.pv, pvmon${databases}.event, pvmon${databases}.traffic`;
        const rows = await server.query(`CHECK TABLE ${tables}`);
        return rows.length === 3 && rows.every((row) => row.at(-1) === "OK");
      },
      remove: () => server.remove(),
    };
  },
};

const KNOWN_NAMES = 100;
const MAX_LOSS_MS = 5000;

for (const [name, create] of Object.entries(MEDIA)) {
  describe(`pvmon under load, with ${name}`, function () {
    this.timeout(240_000);
    let network: Network;
    let medium: Medium;
    let pvmon: PvmonProcess;

    before(async () => {
      network = Network.create({ hosts: 2 });
      medium = await create();
    });
    after(async () => {
      network?.removeNow();
      await medium?.remove();
    });
    beforeEach(() => {
      pvmon = new PvmonProcess(network.host(1), siteWith(medium.entry));
    });
    afterEach(() => pvmon.remove());

    /** Up to 200 datagrams of 20 searches a second, half of them for new names, half for the same hundred. */
    const send = (from: number, to: number): Program =>
      startSearches(network.host(2), {
        broadcast: network.broadcast,
        names: [{ prefix: "crash:" }, { prefix: "known:", count: KNOWN_NAMES }],
        from,
        to,
        perDatagram: 10,
        datagramsAtOnce: 4,
        everyMs: 20,
      });
    const total = async (match: string) =>
      Number((await pvmon.get(`/api/v1/pvs?limit=1&match=${match}`)).total);
    /** All that was counted: new names, requests for the known ones, and what the client's row says. */
    const counted = async () => {
      const known = await pvmon.list("/api/v1/pvs?match=known:");
      const [client] = await pvmon.list("/api/v1/clients");
      return {
        names: await total("crash:"),
        requests: known.reduce((sum, { requests }) => sum + Number(requests), 0),
        searches: Number(client?.searches ?? 0),
      };
    };

    it("loses at most five seconds when it is killed, and starts again clean", async () => {
      for (let round = 0; round < 3; round++) {
        await pvmon.start();
        const before = await counted();
        const first = round * 100_000;
        const sender = send(first, first + 100_000);
        await sleep(MAX_LOSS_MS + 3000 + 700 * round);
        const killedAt = Date.now();
        await pvmon.kill();
        sender.kill();
        const { lines } = await sender.end(5000);
        const longAgo = sentUntil(lines, killedAt - MAX_LOSS_MS) - first;
        assert.ok(await medium.isSound(pvmon.folder));
        await pvmon.start();
        const after = await counted();
        assert.ok(longAgo > 2000, `only ${longAgo} names were sent early enough`);
        const kept = {
          names: after.names - before.names,
          requests: after.requests - before.requests,
          searches: (after.searches - before.searches) / 2,
        };
        for (const [what, number] of Object.entries(kept))
          assert.ok(number >= longAgo, `${number} ${what} kept of ${longAgo}`);
        await pvmon.stop();
      }
    });

    it("loses nothing when it is stopped", async () => {
      await pvmon.start();
      await send(0, 10_000).end(30_000);
      await waitFor("all is counted", async () => (await counted()).searches === 20_000, 20_000);
      const before = await counted();
      assert.deepEqual(before, { names: 10_000, requests: 10_000, searches: 20_000 });
      await pvmon.stop();
      await pvmon.start();
      assert.deepEqual(await counted(), before);
      const { requests } = await pvmon.get("/api/v1/pvs/crash:009999");
      assert.equal(requests, 1);
    });

    it("loses nothing when it is stopped in the middle of the load", async () => {
      await pvmon.start();
      const sender = send(0, 100_000);
      const names = await waitFor(
        "the load has begun",
        async () => {
          const seen = await total("crash:");
          return seen > 5000 && seen;
        },
        40_000,
      );
      await pvmon.stop();
      sender.kill();
      await pvmon.start();
      const after = await counted();
      assert.ok(after.names >= names, `${after.names} names of ${names}`);
      // A datagram is counted as a whole, or not at all.
      assert.deepEqual(after, {
        names: after.names,
        requests: after.names,
        searches: 2 * after.names,
      });
      const items = await pvmon.list("/api/v1/pvs?match=crash:");
      assert.deepEqual(items.map(({ name }) => name).sort(), numbered(after.names));
      assert.ok(items.every(({ requests }: Item) => requests === 1));
    });
  });
}

describe("pvmon whose MariaDB is away", function () {
  this.timeout(240_000);

  it("keeps what it was to write when it is killed, and writes it in its next life", async () => {
    const network = Network.create({ hosts: 1 });
    const server = await Mariadb.create();
    const login = `{ socket: ${server.socket}, user: root, database: pvmon }`;
    const entry = `{ use: mariadb-store, onStartFailure: retry, config: ${login} }`;
    const pvmon = new PvmonProcess(network.host(1), siteWith(entry));
    try {
      await pvmon.start();
      await server.kill();
      const outbox = async () => ((await pvmon.get("/api/v1/status")).outboxes as Item[])[0];
      const spooled = async () => Number((await outbox())?.spooledBytes) > 0;
      await waitFor("the history is on disk", spooled, 30_000);
      await pvmon.kill();
      await server.start();
      await pvmon.start();
      // Told while the database was away, by the pvmon that was killed.
      const told = await pvmon.list("/api/v1/events?type=plugin.degraded");
      assert.deepEqual(
        told.map(({ subject }) => subject),
        ["mariadb-store"],
      );
      assert.equal((await outbox())?.spooledBytes, 0);
      await pvmon.stop();
    } finally {
      pvmon.remove();
      await server.remove();
      network.removeNow();
    }
  });
});

/** Of a copy: opening the database itself would mend what pvmon has to mend. */
function integrity(folder: string): unknown {
  const copy = `${folder}-copy`;
  cpSync(folder, copy, { recursive: true });
  try {
    const database = new Sqlite(`${copy}/pvmon.sqlite`);
    const answer = database.pragma("integrity_check", { simple: true });
    database.close();
    return answer;
  } finally {
    rmSync(copy, { recursive: true });
  }
}

/** The sender's last number before a time, UTC ms. */
function sentUntil(lines: readonly string[], time: number): number {
  const [, number = 0] = lines
    .map((line) => /^sent (\d+), at (\d+)$/.exec(line) ?? [])
    .map(([, sent, at]) => [Number(at), Number(sent)] as const)
    .findLast(([at]) => at <= time) ?? [0, 0];
  return number;
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, n) => numberedName("crash:", n));
}
