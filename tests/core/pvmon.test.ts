import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { type Static, Type } from "@sinclair/typebox";
import { ConfigError } from "../../core/config/problem.js";
import {
  CLOCK,
  defineDetector,
  defineOutput,
  defineStore,
  type Emitter,
  HISTORY,
  type HistoryService,
  type Host,
  HTTP,
  type HttpService,
  INVENTORY,
  type InventoryService,
  OPERATIONS,
  optional,
  type Plugin,
  type PvmonEvent,
  type Row,
  type SearchSeen,
  STATUS,
  type Store,
  type Token,
} from "../../core/index.js";
import { createPvmon, FakeClock, type Pvmon, startPvmon } from "../../core/testkit/index.js";
import { FIXTURES } from "./repository.js";

const nothing = Type.Object({}, { additionalProperties: false });
const idle = { start: async () => undefined, stop: async () => undefined };

/** One datagram of a client that asks for these names. */
function search(at: number, ...names: string[]): SearchSeen {
  const bytes = new TextEncoder().encode(names.join(""));
  const ends = Uint32Array.from(
    names.map((_name, index) => names.slice(0, index + 1).join("").length),
  );
  const starts = Uint32Array.from([0, ...ends.slice(0, -1)]);
  return {
    type: "searchSeen",
    at,
    client: 0x0a070063,
    port: 40000,
    source: "client",
    transport: "udp",
    minorVersion: 13,
    sequence: -1,
    bytes,
    count: names.length,
    starts,
    ends,
  };
}

/** A pvmon with a detector that the test speaks through and a store that it looks into. */
class Site {
  readonly clock = new FakeClock();
  readonly rows: Row[] = [];
  readonly lines: string[] = [];
  readonly stored: Row[] = [];
  readonly hosts = new Map<string, Host>();
  readonly folder = mkdtempSync(join(tmpdir(), "pvmon-"));
  write: Store["write"] = async (rows) => void this.rows.push(...rows);
  emitter: Emitter | undefined;
  pvmon: Pvmon | undefined;
  /** More plugins by name. */
  readonly plugins: Record<string, Plugin> = {
    mouth: defineDetector({
      name: "mouth",
      description: "Says what the test says.",
      configSchema: nothing,
      create: ({ emitter, host }) => {
        this.emitter = emitter;
        this.hosts.set(host.id, host);
        return idle;
      },
    }),
    memory: defineStore({
      name: "memory",
      description: "Remembers for the test.",
      configSchema: nothing,
      create: ({ host }) => {
        this.hosts.set(host.id, host);
        const { stored } = this;
        return {
          ...idle,
          async *load() {
            yield stored;
          },
          write: (rows, signal) => this.write(rows, signal),
        };
      },
    }),
  };

  async start(text = "detectors: [{ use: mouth }]\nstores: [{ use: memory }]\n"): Promise<Pvmon> {
    const spool = `spool: { folder: ${join(this.folder, "spool")} }`;
    this.pvmon = await startPvmon(`name: Test\n${spool}\n${text}`, this.options());
    return this.pvmon;
  }

  options() {
    return {
      override: [[CLOCK, this.clock]] as const,
      plugins: this.plugins,
      logTo: { write: (line: string) => void this.lines.push(line) },
      folder: FIXTURES,
      env: { PASSWORD: "hunter2" },
    };
  }

  service<T>(token: Token<T>): T {
    const service = this.pvmon?.service(token);
    assert.ok(service !== undefined);
    return service;
  }

  get inventory(): InventoryService {
    return this.service(INVENTORY);
  }

  kinds(): readonly string[] {
    return [...new Set(this.rows.map(({ kind }) => kind))].toSorted();
  }
}

describe("pvmon", () => {
  let site: Site;
  beforeEach(() => {
    site = new Site();
  });
  afterEach(async () => {
    const stopping = site.pvmon?.stop().catch(() => undefined);
    await site.clock.advance(60_000);
    await stopping;
    rmSync(site.folder, { recursive: true });
  });

  it("folds what a detector emits, answers from it, and stores it soon", async () => {
    await site.start();
    site.emitter?.emit(search(site.clock.now(), "A:B", "C:D"));
    assert.equal(site.inventory.counts().pvs.total, 2);
    const page = await site.inventory.listPvs({ limit: 10, sort: "name", order: "asc" });
    assert.deepEqual(
      page.items.map(({ name }) => name),
      ["A:B", "C:D"],
    );
    assert.deepEqual(site.rows, []);
    await site.clock.advance(2500);
    assert.equal(site.rows.filter(({ kind }) => kind === "pv").length, 2);
    assert.ok(site.kinds().includes("client"));
  });

  it("has what its store remembers before anything else starts", async () => {
    const first = new Site();
    await first.start();
    first.emitter?.emit(search(first.clock.now(), "A:B"));
    await first.pvmon?.stop();
    assert.ok(first.rows.some(({ kind }) => kind === "pv"));

    site.stored.push(...first.rows);
    let seenAtStart: number | undefined;
    site.plugins.late = defineOutput({
      name: "late",
      description: "Looks when it starts.",
      configSchema: nothing,
      needs: { inventory: INVENTORY, status: STATUS },
      create: ({ services }) => ({
        ...idle,
        start: async () => {
          seenAtStart = services.inventory.counts().pvs.total;
          assert.equal(services.status.ready(), true);
        },
      }),
    });
    await site.start("outputs: [{ use: late }]\nstores: [{ use: memory }]\n");
    assert.equal(seenAtStart, 1);
  });

  it("loses nothing when it is stopped", async () => {
    await site.start();
    for (let name = 0; name < 5000; name++)
      site.emitter?.emit(search(site.clock.now(), `PV:${name}`));
    await site.pvmon?.stop();
    assert.equal(
      new Set(site.rows.flatMap((row) => (row.kind === "pv" ? [String(row.name)] : []))).size,
      5000,
    );
  });

  it("tells what it could not write when it is stopped", async () => {
    await site.start();
    site.write = () => Promise.reject(new Error("disk full"));
    site.emitter?.emit(search(site.clock.now(), "A:B"));
    const stopping = assert.rejects(
      site.pvmon?.stop() ?? Promise.resolve(),
      /"memory" has not written .*disk full/,
    );
    await site.clock.advance(31_000);
    await stopping;
  });

  it("shows an event only once it is stored, and without delay while the store fails", async () => {
    await site.start();
    const shown: PvmonEvent[] = [];
    site.service(STATUS).subscribe((event) => shown.push(event));
    let write: () => void = () => undefined;
    site.write = () =>
      new Promise((resolve) => {
        write = resolve;
      });
    site.hosts.get("mouth")?.status.degraded("half deaf");
    await site.clock.advance(300);
    assert.deepEqual(shown, []);
    write();
    await turn();
    assert.deepEqual(
      shown.map(({ type, subject }) => `${type} ${subject}`),
      ["plugin.degraded mouth"],
    );
    site.write = () => Promise.reject(new Error("disk full"));
    site.hosts.get("mouth")?.status.ok();
    await site.clock.advance(300);
    // They go to the disk meanwhile, whatever the clock of the test says.
    while (shown.length < 3) await turn();
    assert.deepEqual(
      shown.slice(1).map(({ type, subject }) => `${type} ${subject}`),
      ["plugin.recovered mouth", "plugin.degraded memory"],
    );
    assert.equal(site.service(STATUS).status(), "degraded");
  });

  it("tells an event that was acknowledged once more, as a change, once that is stored", async () => {
    await site.start();
    const told: string[] = [];
    const status = site.service(STATUS);
    status.subscribe(({ type, log }) => told.push(`new ${type} ${log}`));
    status.subscribeChanges(({ type, log }) => told.push(`changed ${type} ${log}`));
    const operations = site.service(OPERATIONS);
    const { id } = operations.note({ text: "look at it", pending: true }, { who: "eve" });
    await status.settled();
    assert.deepEqual(told, ["new operator.noted pending"]);
    assert.equal(operations.acknowledge({ ids: [id] }, { who: "eve" }), 1);
    assert.equal(told.length, 1);
    await status.settled();
    assert.deepEqual(told.slice(1), [
      "changed operator.noted acknowledged",
      "new operator.changed noted",
    ]);
    const stored = site.rows.flatMap((row) => (row.kind === "event" ? [row.event] : []));
    assert.deepEqual(
      stored.map(({ type, log }) => `${type} ${log}`),
      ["operator.noted pending", "operator.noted acknowledged", "operator.changed noted"],
    );
  });

  it("does not wait for a store that cannot be written to", async () => {
    await site.start();
    site.write = () => Promise.reject(new Error("disk full"));
    const operations = site.service(OPERATIONS);
    operations.note({ text: "look at it" }, { who: "eve" });
    await site.service(STATUS).settled();
    assert.equal(site.service(STATUS).outboxes()[0]?.error, "disk full");
  });

  it("keeps an operator's change as an event", async () => {
    await site.start();
    site.emitter?.emit(search(site.clock.now(), "A:B"));
    assert.deepEqual(site.service(OPERATIONS).forgetPvs(["A:B", "X:Y"], { who: "kim" }), ["A:B"]);
    assert.equal(site.inventory.counts().pvs.total, 0);
    await site.clock.advance(2500);
    const events = site.rows.flatMap((row) => (row.kind === "event" ? [row.event] : []));
    assert.deepEqual(
      events.map(({ type, subject }) => `${type} ${subject}`),
      ["operator.changed A:B"],
    );
    assert.ok(site.kinds().includes("pvForgotten"));
  });

  it("replaces a plugin that failed, and those that cannot be without its service", async () => {
    let pages = 0;
    let servers = 0;
    site.plugins.server = defineOutput({
      name: "server",
      description: "Provides HTTP.",
      configSchema: nothing,
      provides: HTTP,
      create: ({ host }) => {
        site.hosts.set("server", host);
        const number = ++servers;
        const service: HttpService = {
          mount: () => () => undefined,
          address: () => `http://${number}`,
        };
        return { ...idle, service };
      },
    });
    site.plugins.page = defineOutput({
      name: "page",
      description: "Needs HTTP.",
      configSchema: nothing,
      needs: { http: HTTP },
      create: ({ services }) => ({
        ...idle,
        start: async () => {
          pages++;
          services.http.mount("/", () => undefined);
        },
      }),
    });
    await site.start("outputs: [{ use: page }, { use: server }]\n");
    const http = site.service(HTTP);
    assert.equal(http.address(), "http://1");
    site.hosts.get("server")?.status.failed("port gone");
    await site.clock.advance(5000);
    assert.equal(http.address(), "http://2");
    assert.equal(pages, 2);
    assert.equal(site.service(STATUS).status(), "ok");
  });

  it("gives a plugin undefined for an optional service that nobody provides, and an overridden one in place of any", async () => {
    const seen: (HistoryService | undefined)[] = [];
    site.plugins.reader = defineOutput({
      name: "reader",
      description: "Reads history if there is any.",
      configSchema: nothing,
      needs: { history: optional(HISTORY) },
      create: ({ services }) => {
        seen.push(services.history);
        return idle;
      },
    });
    await createPvmon("outputs:\n  - use: reader\n", site.options());
    const given = {
      events: async () => ({ items: [], total: 0, next: null }),
    } as unknown as HistoryService;
    await createPvmon("outputs:\n  - use: reader\n", {
      ...site.options(),
      override: [[HISTORY, given]],
    });
    assert.deepEqual(seen, [undefined, given]);
  });

  it("hands a plugin its checked options with defaults, paths seen from the site file", async () => {
    const schema = Type.Object({
      folder: Type.String({ format: "path", default: "data" }),
      seconds: Type.Number({ default: 5 }),
    });
    let config: Static<typeof schema> | undefined;
    site.plugins.writer = defineOutput({
      name: "writer",
      description: "Has options.",
      configSchema: schema,
      create: (context) => {
        config = context.config;
        return idle;
      },
    });
    await site.start("outputs: [{ use: writer, config: { seconds: 7 } }]\n");
    assert.deepEqual(config, { folder: join(FIXTURES, "data"), seconds: 7 });
  });

  it("tells all that is wrong with a site and its plugins at once, and nothing that only follows", async () => {
    const text = `outputs:
  - use: ./good-output.js
    id: mouth
  - use: ./needs-what-is-missing.js
  - use: ./good-detector.js
detectors:
  - use: mouth
    config: { volume: 11 }
`;
    await assert.rejects(createPvmon(text, site.options()), (error: ConfigError) => {
      assert.ok(error instanceof ConfigError);
      assert.deepEqual(
        error.problems.map(({ line, path, code }) => `${line} ${path} ${code}`),
        [
          "4 outputs[1].use PLUGIN_NOT_FOUND",
          "5 outputs[2].use PLUGIN_WRONG_KIND",
          "7 detectors[0].id PLUGIN_DUPLICATE_ID",
          "8 detectors[0].config.volume CONFIG",
        ],
      );
      return true;
    });
  });

  it("places what is wrong between plugins: two providers, or a need that nobody fulfils", async () => {
    const provider = (name: string): Plugin =>
      defineOutput({
        name,
        description: "Provides HTTP.",
        configSchema: nothing,
        provides: HTTP,
        create: () => ({ ...idle, service: {} }),
      });
    site.plugins.one = provider("one");
    site.plugins.two = provider("two");
    site.plugins.reader = defineOutput({
      name: "reader",
      description: "Needs history.",
      configSchema: nothing,
      needs: { history: HISTORY },
      create: () => idle,
    });
    const text = "outputs:\n  - use: one\n  - use: two\n  - use: reader\n";
    await assert.rejects(createPvmon(text, site.options()), {
      message: [
        'site.yml:3:10: outputs[1].use: "two" provides HTTP, and so does "one": keep one of them',
        'site.yml:4:10: outputs[2].use: "reader" needs HISTORY, which no plugin in this file provides',
      ].join("\n"),
    });
  });

  it("tells of a plugin that cannot be made, and not of those that only need it", async () => {
    site.plugins.broken = defineOutput({
      name: "broken",
      description: "Provides HTTP, or would.",
      configSchema: nothing,
      provides: HTTP,
      create: () => {
        throw new Error("no luck");
      },
    });
    site.plugins.page = defineOutput({
      name: "page",
      description: "Needs HTTP.",
      configSchema: nothing,
      needs: { http: HTTP },
      create: () => idle,
    });
    await assert.rejects(
      createPvmon("outputs:\n  - use: page\n  - use: broken\n", site.options()),
      {
        code: "PLUGIN_THREW",
        message: 'site.yml:3:10: outputs[1].use: "broken" could not be created: no luck',
      },
    );
  });

  it("never shows a secret, whoever prints it", async () => {
    site.plugins.leaky = defineOutput({
      name: "leaky",
      description: "Logs its password.",
      configSchema: Type.Object({ password: Type.String() }),
      create: ({ config, host }) => ({
        ...idle,
        start: async () => {
          host.log.info(`using ${config.password}`, { url: `mysql://me:${config.password}@db` });
          throw new Error(`wrong password "${config.password}"`);
        },
      }),
    });
    const password = `"\${env:PASSWORD}"`;
    const text = `outputs: [{ use: leaky, onStartFailure: skip, config: { password: ${password} } }]\n`;
    await site.start(text);
    assert.ok(site.lines.length >= 2);
    assert.ok(!site.lines.join("").includes("hunter2"), site.lines.join(""));
    const [leaky] = site.service(STATUS).plugins();
    assert.equal(leaky?.reason, 'wrong password "[secret]"');
    await assert.rejects(site.start(text.replace("skip", "stop")), (error: Error) => {
      assert.ok(!error.message.includes("hunter2"), error.message);
      return true;
    });
  });

  it("survives listeners that throw", async () => {
    await site.start("detectors: [{ use: mouth }]\n");
    const throws = (): never => {
      throw new Error("not quick, not quiet");
    };
    site.inventory.subscribe(throws);
    site.service(STATUS).subscribe(throws);
    site.hosts.get("mouth")?.status.degraded("half deaf");
    site.emitter?.emit(search(site.clock.now(), "A:B"));
    assert.equal(site.inventory.counts().pvs.total, 1);
  });

  it("loads and runs a plugin from outside the tree and one from an npm package", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pvmon-site-"));
    try {
      const beacon = (name: string, ip: number): string => `
        import { port } from "shared-port";
        export default {
          apiVersion: 1, kind: "detector", name: "${name}", description: "One beacon.", configSchema: { type: "object" },
          create: ({ emitter }) => ({
            start: async () => { emitter.emit({ type: "beacon", at: Date.now(), source: ${ip}, address: 0, port, sequence: 9, minorVersion: 13 }); },
            stop: async () => {},
          }),
        };`;
      const files: Record<string, string> = {
        "site/site.yml": "detectors:\n  - use: ../mine/detector.mjs\n  - use: pvmon-beacon\n",
        "mine/detector.mjs": beacon("mine", 0x0a070001),
        "mine/node_modules/shared-port/package.json":
          '{ "name": "shared-port", "type": "module", "exports": "./index.js" }',
        "mine/node_modules/shared-port/index.js": "export const port = 5064;",
        "site/node_modules/pvmon-beacon/package.json":
          '{ "name": "pvmon-beacon", "type": "module", "pvmon": { "apiVersion": 1, "entry": "./lib/index.js" } }',
        "site/node_modules/pvmon-beacon/lib/index.js": beacon("pvmon-beacon", 0x0a070002),
        "site/node_modules/pvmon-beacon/node_modules/shared-port/package.json":
          '{ "name": "shared-port", "type": "module", "exports": "./index.js" }',
        "site/node_modules/pvmon-beacon/node_modules/shared-port/index.js":
          "export const port = 5070;",
      };
      for (const [file, text] of Object.entries(files)) {
        mkdirSync(join(folder, file, ".."), { recursive: true });
        writeFileSync(join(folder, file), text);
      }
      site.pvmon = await startPvmon(join(folder, "site/site.yml"), {
        logTo: { write: () => undefined },
      });
      const { items } = site.inventory.listServers({ limit: 10 });
      assert.deepEqual(items.map(({ server }) => server).toSorted(), [
        "10.7.0.1:5064",
        "10.7.0.2:5070",
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
