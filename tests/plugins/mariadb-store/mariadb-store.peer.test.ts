import assert from "node:assert/strict";
import { createConnection } from "mariadb";
import type { HistoryService, Store } from "pvmon";
import {
  createInstance,
  describeStore,
  eventRow,
  FakeClock,
  pvRow,
  trafficRow,
} from "pvmon/testkit";
import mariadbStore from "../../../plugins/mariadb-store/index.js";
import { MIGRATIONS, migrate } from "../../../plugins/mariadb-store/migrations.js";
import { Reading } from "../../../plugins/mariadb-store/reading.js";
import { Mariadb, waitFor } from "../../peers/index.js";

const quiet = new AbortController().signal;
const HOUR_MS = 3_600_000;
const NOON = Date.UTC(2026, 5, 1, 12);

describe("mariadb-store", () => {
  let server: Mariadb;
  let databases = 0;

  before(async () => {
    server = await Mariadb.create();
  });
  after(() => server?.remove());

  function make(config: object = {}, clock = new FakeClock(NOON)) {
    const database = `pvmon_${databases}`;
    const options = { socket: server.socket, user: "root", database, ...config };
    const { instance, host } = createInstance(mariadbStore, options, { clock });
    return { store: instance as Store<HistoryService>, host, clock };
  }
  const create = (config: object = {}) => {
    databases++;
    return make(config);
  };

  describeStore(mariadbStore, {
    config: () => {
      databases++;
      return { socket: server.socket, user: "root", database: `pvmon_${databases}` };
    },
    cannotStart: { host: "127.0.0.1", port: 1 },
    withinMs: 10_000,
  });

  it("works over TCP, and makes what is missing with no more than the rights on its own database", async () => {
    databases++;
    await server.query("CREATE USER pvmon@'127.0.0.1' IDENTIFIED BY 'secret word'");
    await server.query(`GRANT ALL ON pvmon_${databases}.* TO pvmon@'127.0.0.1'`);
    const login = { socket: undefined, port: server.port, user: "pvmon", password: "secret word" };
    const { store } = make(login);
    await store.start();
    await store.write([pvRow("a")], quiet);
    await store.stop();
    const [row] = await server.query(`SELECT name, state, requests FROM pvmon_${databases}.pv`);
    assert.deepEqual(row?.map(String), ["a", "online", "3"]);
    const { store: wrong } = make({ ...login, password: "other" });
    await assert.rejects(wrong.start(), /refuses the user or the password.*Access denied/);
  });

  it("ends what hangs in front of a write with that write, and at its stop", async () => {
    const { store, clock } = create();
    const told = new AbortController();
    await store.start();
    try {
      server.pause();
      await clock.advance(15_000); // The ping begins.
      const write = store.write([pvRow("a")], told.signal);
      told.abort(new Error("too long"));
      await assert.rejects(write, /too long/);
    } finally {
      server.resume();
    }
    await store.write([pvRow("a")], quiet);
    try {
      server.pause();
      await clock.advance(15_000);
      const stopped = store.stop();
      await clock.advance(5000);
      await stopped;
    } finally {
      server.resume();
    }
  });

  it("refuses a database that another pvmon has, and takes it when that one has gone", async () => {
    const { store: first } = create();
    const { store: second } = make();
    await first.start();
    await assert.rejects(second.start(), /in use by another pvmon/);
    await first.stop();
    await second.start();
    await second.stop();
  });

  it("leaves the database of another program and that of a newer pvmon alone", async () => {
    databases++;
    await server.query(`CREATE DATABASE pvmon_${databases}`);
    await server.query(`CREATE TABLE pvmon_${databases}.theirs (x INT)`);
    await assert.rejects(make().store.start(), /is another program's/);
    assert.equal((await server.query(`SHOW TABLES FROM pvmon_${databases}`)).length, 1);
    const { store } = create();
    await store.start();
    await store.stop();
    await server.query(`INSERT INTO pvmon_${databases}.pvmon_schema (version) VALUES (99)`);
    await assert.rejects(make().store.start(), /newer pvmon/);
  });

  it("takes any statement as a later step of the schema, and makes new tables as the first", async () => {
    const { store } = create();
    await store.start();
    await store.stop();
    const database = `pvmon_${databases}`;
    const step = [
      "ALTER TABLE event ADD COLUMN IF NOT EXISTS later BIGINT",
      "CREATE INDEX IF NOT EXISTS later ON event (later)",
      "CREATE TABLE IF NOT EXISTS later (name VARCHAR(10) PRIMARY KEY)",
    ];
    const options = { socketPath: server.socket, user: "root", database, rowsAsArray: true };
    const connection = await createConnection(options);
    try {
      await migrate(connection, database, [...MIGRATIONS, step]);
      const [made] = await server.query(`SHOW CREATE TABLE ${database}.later`);
      assert.match(String(made?.[1]), /ENGINE=InnoDB.*utf8mb4_nopad_bin/);
      const done = await server.query(`SELECT version FROM ${database}.pvmon_schema ORDER BY 1`);
      assert.deepEqual(done.flat(), [1, 2]);
    } finally {
      await connection.end();
    }
  });

  it("says what is wrong with the way to the server", async () => {
    const { store: noPort } = make({ socket: undefined, port: 1 });
    await assert.rejects(noPort.start(), /cannot be reached: nothing listens there/);
    const { store: noSocket } = make({ socket: "/nonexistent/socket" });
    await assert.rejects(noSocket.start(), /cannot be reached: it has no such socket/);
    const { store: noName } = make({ socket: undefined, host: "no-such-host.invalid" });
    await assert.rejects(noName.start(), /name (is unknown|cannot be looked up)/);
  });

  it("tells a row that no column takes from trouble of its own", async () => {
    const { store } = create();
    await store.start();
    const name = { kind: "group", name: "n", hosts: [] } as const;
    const long = { ...name, group: "g".repeat(501) };
    const write = store.write([pvRow("a"), long], quiet);
    await assert.rejects(write, { code: "ROW_REFUSED", message: /Data too long for column 'id'/ });
    await store.write([pvRow("a"), { ...name, group: "g" }], quiet);
    await server.query(`DROP TABLE pvmon_${databases}.host_group`);
    await assert.rejects(store.write([{ ...name, group: "g" }], quiet), (error: object) => {
      return !("code" in error);
    });
    await store.stop();
  });

  it("gives up a read that takes too long or finds no connection, and says what to do", async () => {
    const { store } = create();
    await store.start();
    const options = { socketPath: server.socket, user: "root", database: `pvmon_${databases}` };
    const pool = {
      ...options,
      rowsAsArray: true,
      connectionLimit: 1,
      acquireTimeout: 500,
      sessionVariables: { max_statement_time: 2 },
    };
    const reading = new Reading(pool, new FakeClock(NOON), 60_000);
    const locker = await createConnection(options);
    try {
      await locker.query("LOCK TABLES fact WRITE");
      const span = { from: NOON, to: NOON + 1, limit: 1 };
      const long = assert.rejects(reading.changes(span), {
        code: "HISTORY_TIMEOUT",
        message: /shorter span of time/,
      });
      await assert.rejects(reading.events({ limit: 1 }), {
        code: "HISTORY_BUSY",
        message: /try again/,
      });
      await long;
      await locker.query("UNLOCK TABLES");
      assert.equal((await reading.changes(span)).pvs.gone.total, 0);
    } finally {
      await locker.end();
      await reading.close();
      await store.stop();
    }
  });

  it("compares two instants in one state of the database, whatever level of isolation the server has by default", async () => {
    await server.query("SET GLOBAL TRANSACTION ISOLATION LEVEL READ COMMITTED");
    const { store } = create();
    await store.start();
    const options = { socketPath: server.socket, user: "root", database: `pvmon_${databases}` };
    const writer = await createConnection(options);
    try {
      // Facts are asked for first, and then it waits for the events.
      await writer.query("LOCK TABLES event WRITE");
      const changes = store.service!.changes({ from: NOON, to: NOON + 2, limit: 1 });
      const isWaiting = async (): Promise<boolean> => {
        const states = await server.query("SELECT state FROM information_schema.processlist");
        return states.some(([state]) => state === "Waiting for table metadata lock");
      };
      await waitFor("the events are waited for", isWaiting, 10_000);
      await writer.query(
        "INSERT INTO event (id, at, type, severity, subject, text, evidence) VALUES (1, ?, 'client.appeared', 'info', 'new', '', '{}')",
        [NOON + 1],
      );
      await writer.query("UNLOCK TABLES");
      assert.equal((await changes).newClients.total, 0);
      const later = await store.service!.changes({ from: NOON, to: NOON + 2, limit: 1 });
      assert.equal(later.newClients.total, 1);
    } finally {
      await server.query("SET GLOBAL TRANSACTION ISOLATION LEVEL REPEATABLE READ");
      await writer.end();
      await store.stop();
    }
  });

  it("deletes history that is older than it should keep, and nothing else", async () => {
    const day = 24 * HOUR_MS;
    const keepDays = { events: 10, facts: 10, minutes: 1, tenMinutes: 2, hours: 3, days: 1000 };
    const { store, clock } = create({ keepDays });
    await store.start();
    const fact = { kind: "fact", fact: "serverUp", subject: "s", value: "up" } as const;
    await store.write(
      [
        eventRow(1, { at: NOON - 11 * day }),
        eventRow(2, { at: NOON - 9 * day }),
        trafficRow(NOON - 5 * day, 1),
        trafficRow(NOON - HOUR_MS, 2),
        pvRow("stays"),
        { ...fact, at: NOON - 12 * day, holds: true },
        { ...fact, at: NOON - 11 * day, holds: false },
        { ...fact, at: NOON - 11 * day, holds: true },
      ],
      quiet,
    );
    await clock.advance(3000);
    // The session takes one thing after the other: when this is written, what was due is deleted.
    await store.write([], quiet);
    await store.stop();
    const count = async (what: string): Promise<unknown> =>
      (await server.query(`SELECT count(*) FROM pvmon_${databases}.${what}`))[0]?.[0];
    assert.equal(await count("event"), 1);
    assert.equal(await count("traffic WHERE step_ms = 60000"), 1);
    assert.equal(await count("traffic WHERE step_ms = 86400000"), 2);
    assert.equal(await count("fact"), 1);
    assert.equal(await count("pv"), 1);
  });
});
