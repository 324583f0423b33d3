import assert from "node:assert/strict";
import type { HostNamed, InventoryService } from "pvmon";
import { createInstance, DnsResponder, FakeClock, RecordingHost } from "pvmon/testkit";
import { HostNamesDetector } from "../../../plugins/host-names/detector.js";
import plugin from "../../../plugins/host-names/index.js";
import type { Finding } from "../../../plugins/host-names/name-servers.js";

const MINUTE_MS = 60_000;
const CONFIG = {
  servers: [],
  domain: false,
  lookupsPerSecond: 5,
  maxAtOnce: 2,
  timeoutSeconds: 2,
  tries: 2,
  keepMinutes: 60,
  keepNoneMinutes: 10,
  scanSeconds: 10,
};
const SILENT: Finding = { kind: "failed", reason: "ETIMEOUT", silent: true };

/** A site whose addresses and names the test sets, and what was told of it. */
class Site {
  hosts: string[] = [];
  servers: string[] = [];
  clients: string[] = [];
  /** As configured. */
  readonly names = new Map<string, string>();
  readonly clock = new FakeClock();
  readonly host = new RecordingHost("host-names");
  /** Address and time of each look-up. */
  readonly asked: { readonly address: string; readonly at: number }[] = [];
  /** Look-ups are answered at once, unless this holds them. */
  held: (() => void)[] | undefined;
  answer: (address: string) => Finding = (address) => ({ kind: "named", name: `n${address}` });
  readonly detector: HostNamesDetector;

  constructor(config: Partial<typeof CONFIG> = {}) {
    this.detector = new HostNamesDetector({
      config: { ...CONFIG, ...config },
      inventory: this.inventory(),
      clock: this.clock,
      host: this.host,
      emitter: this.host,
      connect: () => ({
        find: async (address) => {
          this.asked.push({ address, at: this.clock.elapsed() });
          if (this.held) await new Promise<void>((resolve) => this.held!.push(resolve));
          return this.answer(address);
        },
        close: () => this.release(),
      }),
    });
  }

  release(): void {
    const held = this.held ?? [];
    this.held = undefined;
    for (const resolve of held) resolve();
  }

  get told(): readonly string[] {
    return this.host.observations.map((each) => {
      const { host, name } = each as HostNamed;
      return `${host & 255} ${name}`;
    });
  }

  inventory(): Pick<InventoryService, "listHosts" | "listServers" | "listClients" | "hostName"> {
    const page = (
      items: readonly object[],
      { limit, cursor = "0" }: { limit: number; cursor?: string },
    ) => {
      const end = Number(cursor) + limit;
      const next = end < items.length ? String(end) : null;
      return { items: items.slice(Number(cursor), end), total: items.length, next } as never;
    };
    const told = (): ReadonlyMap<number, string | null> =>
      new Map(
        this.host.observations.map((each) => [(each as HostNamed).host, (each as HostNamed).name]),
      );
    return {
      listHosts: (query) =>
        page(
          this.hosts.map((host) => ({ addresses: [host] })),
          query,
        ),
      listServers: (query) =>
        page(
          this.servers.map((server) => ({ server })),
          query,
        ),
      listClients: (query) =>
        page(
          this.clients.map((client) => ({ client })),
          query,
        ),
      hostName: (address) => {
        const [a, b, c, d] = address.split(".").map(Number) as [number, number, number, number];
        return this.names.get(address) ?? told().get(((a * 256 + b) * 256 + c) * 256 + d) ?? null;
      },
    };
  }
}

describe("host-names", () => {
  let site: Site;
  const start = async (config: Partial<typeof CONFIG> = {}): Promise<Site> => {
    site = new Site(config);
    await site.detector.start();
    return site;
  };
  afterEach(async () => {
    await site.detector.stop();
    assert.equal(site.clock.pending, 0);
  });

  it("looks up every address once: hosts, then servers, then clients", async () => {
    site = new Site();
    site.hosts = ["10.7.0.1"];
    site.servers = ["10.7.0.1:5064", "10.7.0.2:5064", "10.7.0.2:5066"];
    site.clients = ["10.7.0.3", "10.7.0.2"];
    await site.detector.start();
    await site.clock.advance(5 * MINUTE_MS);
    assert.deepEqual(site.told, ["1 n10.7.0.1", "2 n10.7.0.2", "3 n10.7.0.3"]);
    assert.deepEqual(site.asked.length, 3);
    assert.equal(site.host.gauges.get("names_known")?.(), 3);
  });

  it("looks up what comes later, within a scan", async () => {
    await start();
    await site.clock.advance(MINUTE_MS);
    site.clients = ["10.7.0.3"];
    await site.clock.advance(11_000);
    assert.deepEqual(site.told, ["3 n10.7.0.3"]);
  });

  it("leaves alone the names that the site gives", async () => {
    site = new Site();
    site.hosts = ["10.7.0.1"];
    site.names.set("10.7.0.1", "vacuum");
    await site.detector.start();
    await site.clock.advance(3 * 60 * MINUTE_MS);
    assert.deepEqual(site.asked, []);
  });

  it("looks a name up again after an hour, and what had none after ten minutes", async () => {
    site = new Site();
    site.hosts = ["10.7.0.1", "10.7.0.2"];
    site.answer = (address) =>
      address === "10.7.0.1" ? { kind: "named", name: "ioc1" } : { kind: "none" };
    await site.detector.start();
    await site.clock.advance(9 * MINUTE_MS);
    assert.equal(site.asked.length, 2);
    await site.clock.advance(2 * MINUTE_MS);
    assert.deepEqual(site.asked.map(({ address }) => address).slice(2), ["10.7.0.2"]);
    site.answer = () => ({ kind: "named", name: "new" });
    await site.clock.advance(60 * MINUTE_MS);
    assert.deepEqual(site.told.slice(0, 3), ["1 ioc1", "2 null", "2 null"]);
    assert.ok(site.told.includes("1 new") && site.told.includes("2 new"));
  });

  it("spaces look-ups evenly, however many wait", async () => {
    site = new Site({ lookupsPerSecond: 5 });
    site.clients = Array.from({ length: 1000 }, (_, i) => `10.8.${i >> 8}.${i & 255}`);
    await site.detector.start();
    await site.clock.advance(20_000);
    const gaps = site.asked.slice(1).map(({ at }, i) => at - site.asked[i]!.at);
    assert.ok(Math.min(...gaps) >= 200, String(Math.min(...gaps)));
    assert.ok(site.asked.length >= 95 && site.asked.length <= 101, String(site.asked.length));
  });

  it("has no more look-ups under way than it may", async () => {
    site = new Site({ maxAtOnce: 2 });
    site.held = [];
    site.clients = ["10.7.0.1", "10.7.0.2", "10.7.0.3"];
    await site.detector.start();
    await site.clock.advance(MINUTE_MS);
    assert.equal(site.asked.length, 2);
    site.release();
    await site.clock.advance(1000);
    assert.equal(site.asked.length, 3);
  });

  it("is degraded by silent name servers, asks ever less, and recovers with the first answer", async () => {
    site = new Site();
    site.clients = Array.from({ length: 200 }, (_, i) => `10.7.0.${i}`);
    site.answer = () => SILENT;
    await site.detector.start();
    await site.clock.advance(2_000);
    assert.match(site.host.statuses.at(-1) ?? "", /^degraded: .*ETIMEOUT.*resolv\.conf/);
    const early = site.asked.length;
    await site.clock.advance(60 * MINUTE_MS);
    const inAnHour = site.asked.length - early;
    assert.ok(inAnHour >= 12 && inAnHour <= 20, String(inAnHour));
    site.answer = () => ({ kind: "none" });
    await site.clock.advance(6 * MINUTE_MS);
    assert.equal(site.host.statuses.at(-1), "ok");
    assert.ok(site.asked.length - early - inAnHour >= 200, String(site.asked.length));
  });

  it("is degraded by errors too, and goes on as fast, since they may be those of one subnet", async () => {
    site = new Site();
    site.clients = Array.from({ length: 100 }, (_, i) => `10.7.0.${i}`);
    site.answer = () => ({ kind: "failed", reason: "ESERVFAIL", silent: false });
    await site.detector.start();
    await site.clock.advance(22_000);
    assert.equal(site.asked.length, 100);
    assert.match(site.host.statuses.at(-1) ?? "", /^degraded: .*ESERVFAIL/);
    assert.equal(site.host.counters.get("lookups_failed_total"), 100);
  });

  it("keeps a name while the name servers do not help", async () => {
    site = new Site();
    site.hosts = ["10.7.0.1"];
    await site.detector.start();
    await site.clock.advance(MINUTE_MS);
    site.answer = () => SILENT;
    await site.clock.advance(120 * MINUTE_MS);
    assert.ok(site.asked.length > 2);
    assert.deepEqual(site.told, ["1 n10.7.0.1"]);
  });

  it("takes back the name of an address that is gone, and looks it up again when it is there again", async () => {
    site = new Site();
    site.hosts = ["10.7.0.1"];
    await site.detector.start();
    await site.clock.advance(MINUTE_MS);
    site.hosts = [];
    await site.clock.advance(MINUTE_MS);
    assert.deepEqual(site.told, ["1 n10.7.0.1", "1 null"]);
    assert.equal(site.host.gauges.get("names_known")?.(), 0);
    site.hosts = ["10.7.0.1"];
    await site.clock.advance(MINUTE_MS);
    assert.deepEqual(site.told.slice(2), ["1 n10.7.0.1"]);
  });

  it("stops in the midst of look-ups, twice, and before it was started", async () => {
    site = new Site();
    await site.detector.stop();
    site.held = [];
    site.clients = ["10.7.0.1", "10.7.0.2", "10.7.0.3"];
    await site.detector.start();
    await site.clock.advance(1000);
    await site.detector.stop();
    await site.detector.stop();
    assert.deepEqual(site.told, []);
  });

  it("fails, for the host to start it again, when it cannot go on", async () => {
    site = new Site();
    Object.defineProperty(site, "hosts", {
      get: () => {
        throw new Error("no inventory");
      },
    });
    await site.detector.start();
    await site.clock.advance(1000);
    assert.match(site.host.statuses.at(-1) ?? "", /^failed: .*no inventory/);
  });

  it("as a plugin asks the name servers of its options", async () => {
    const server = await DnsResponder.start();
    try {
      server.replies.set("10.7.0.1", ["ioc1.example.org"]);
      site = new Site();
      site.hosts = ["10.7.0.1"];
      const services = { inventory: site.inventory(), clock: site.clock };
      const { instance, host } = createInstance(plugin, { servers: [server.address] }, services);
      const told = new Promise((resolve) => {
        host.onObservation = resolve;
      });
      await instance.start();
      const at = site.clock.now();
      assert.deepEqual(await told, { type: "hostName", at, host: 0x0a070001, name: "ioc1" });
      await instance.stop();
    } finally {
      server.stop();
    }
  });
});
