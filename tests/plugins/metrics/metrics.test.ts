/** The figures: that all are there, right, bounded, cheap, and only for those who may look. */
import assert from "node:assert/strict";
import type { MetricSample } from "pvmon";
import { createInstance } from "pvmon/testkit";
import { FAMILIES } from "../../../plugins/metrics/exposition.js";
import metrics from "../../../plugins/metrics/index.js";
import { event, FakeSite, startApi } from "../http-api/fake-site.js";
import { type Scene, seriesOf, startScene } from "./scene.js";

describe("metrics", () => {
  let scene: Scene | undefined;
  const start = async (config?: object, site?: FakeSite): Promise<Scene> => {
    scene = await startScene(config, site);
    return scene;
  };
  afterEach(async () => {
    await scene?.stop();
    scene = undefined;
  });
  const read = async (): Promise<ReadonlyMap<string, number>> =>
    seriesOf((await scene!.get("/metrics")).body);

  it("have every family, with its words, in both formats", async () => {
    const { get } = await start();
    const older = await get("/metrics");
    const newer = await get("/metrics", { accept: "application/openmetrics-text;version=1.0.0" });
    assert.match(older.headers["content-type"] ?? "", /^text\/plain; version=0\.0\.4/);
    assert.match(newer.headers["content-type"] ?? "", /^application\/openmetrics-text/);
    assert.ok(newer.body.endsWith("# EOF\n"));
    for (const { name, type, help } of FAMILIES) {
      assert.ok(older.body.includes(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`), name);
      const stem = name.replace(/_total$/, "");
      assert.ok(newer.body.includes(`# TYPE ${stem} ${type}\n`), name);
    }
  });

  it("say what the inventory and the status say", async () => {
    await start();
    const series = await read();
    const { counts, sensors } = scene!.site.inventory;
    const expected: Record<string, number> = {
      'pvmon_pvs{state="online"}': counts().pvs.online,
      'pvmon_pvs{state="neverAnswered"}': counts().pvs.neverAnswered,
      pvmon_duplicate_pvs: counts().pvs.duplicate,
      'pvmon_servers{state="alive"}': 1,
      'pvmon_servers{state="lost"}': 1,
      'pvmon_servers{state="paused"}': 0,
      'pvmon_apps{state="running"}': counts().apps.running,
      pvmon_clients: counts().clients,
      pvmon_search_names_per_second: 1.5,
      'pvmon_open_anomalies{type="duplicateIdentity"}': 1,
      'pvmon_open_anomalies{type="beaconFlood"}': 0,
      'pvmon_sensor_packets_total{sensor="sniffer"}': sensors()[0]!.packets,
      'pvmon_sensor_dropped_packets_total{sensor="sniffer",by="kernel"}': 0,
      'pvmon_sensor_decode_errors_total{sensor="sniffer",kind="truncated"}': 1,
      'pvmon_sensor_loss_ratio{sensor="sniffer"}': 0.25,
      'pvmon_sensor_blind{sensor="sniffer"}': 0,
      'pvmon_outbox_history_rows{store="db"}': 2,
      'pvmon_status{state="ok"}': 1,
      'pvmon_info{version="0.0.0",site="Test site"}': 1,
      'pvmon_plugin_requests_total{plugin="http-api"}': 3,
    };
    for (const [name, value] of Object.entries(expected)) {
      assert.equal(series.get(name), value, name);
    }
  });

  it("leave out what is not known rather than call it 0", async () => {
    await start();
    const series = await read();
    assert.equal(series.has('pvmon_outbox_last_written_timestamp_seconds{store="db"}'), false);
  });

  it("tally hosts by state and colour over all pages", async () => {
    const site = new FakeSite();
    const [one] = site.hosts;
    site.hosts = Array.from({ length: 1001 }, (_, i) => ({
      ...one!,
      host: `10.8.${i >> 8}.${i & 255}`,
      state: i < 3 ? "error" : "ok",
      colour: i < 3 ? "red" : "green",
      pendingLogs: i < 3 ? 2 : 0,
    }));
    await start({}, site);
    const series = await read();
    assert.equal(series.get('pvmon_hosts{state="ok"}'), 998);
    assert.equal(series.get('pvmon_hosts{state="error"}'), 3);
    assert.equal(series.get('pvmon_hosts{state="maintenance"}'), 0);
    assert.equal(series.get('pvmon_host_colours{colour="red"}'), 3);
    assert.equal(series.get("pvmon_pending_logs"), 6);
  });

  it("count events by type and severity, from 0 on", async () => {
    const { site } = await start();
    const name = 'pvmon_events_total{type="server.lost",severity="alarm"}';
    assert.equal((await read()).get(name), 0);
    site.publish({ ...event(3), type: "server.lost", severity: "alarm" });
    site.publish({ ...event(4), type: "server.lost", severity: "alarm" });
    await site.clock.advance(1000);
    assert.equal((await read()).get(name), 2);
  });

  it("are read once a second, however many ask, and never by a walk over names", async () => {
    const site = new FakeSite();
    let readings = 0;
    const { counts } = site.inventory;
    const never = (): never => assert.fail("a walk over names");
    Object.assign(site.inventory, {
      counts: () => {
        readings += 1;
        return counts();
      },
      listPvs: never,
      nameAt: never,
      nameSlots: never,
      namesOf: never,
      heartbeatPvs: never,
    });
    const { get } = await start({}, site);
    await Promise.all(Array.from({ length: 20 }, () => get("/metrics")));
    assert.equal(readings, 1);
    await site.clock.advance(999);
    await get("/metrics");
    assert.equal(readings, 1);
    await site.clock.advance(1);
    await get("/metrics");
    assert.equal(readings, 2);
  });

  it("try again after a reading that failed", async () => {
    const site = new FakeSite();
    const { counts } = site.inventory;
    let fails = true;
    site.inventory.counts = () => (fails ? assert.fail("not now") : counts());
    const { get } = await start({}, site);
    assert.equal((await get("/metrics")).status, 500);
    fails = false;
    assert.equal((await get("/metrics")).status, 200);
  });

  it("have a bounded number of series, whatever there is on the network and in the site file", async () => {
    const site = new FakeSite();
    const many = (count: number) => Array.from({ length: count }, (_, i) => i);
    const [sensor] = site.inventory.sensors();
    const [anomaly] = site.inventory.anomalies();
    const [host] = site.hosts;
    const decodeErrors = Object.fromEntries(many(200).map((i) => [`kind${i}`, i]));
    site.inventory.sensors = () =>
      many(300).map((i) => ({ ...sensor!, id: `s${i}`, decodeErrors }));
    site.inventory.anomalies = () => many(5000).map((i) => ({ ...anomaly!, subject: `a${i}` }));
    site.hosts = many(2000).map((i) => ({ ...host!, host: `10.7.${i >> 8}.${i & 255}` }));
    site.metrics.samples = () =>
      many(20_000).map((i) => ({
        plugin: `p${i % 100}`,
        name: `figure_${i}_total`,
        type: "counter",
        help: "Test.",
        value: i,
      }));
    site.inventory.topRequests = (_by, limit) =>
      many(limit).map((i) => ({ name: `10.7.1.${i}`, requests: 1, share: 0.01 }));
    await start({ topClients: 50 }, site);
    const sizes = new Map<string, number>();
    for (const series of (await read()).keys()) {
      const [, family = ""] = /^(\w+?)(?:_figure\w*)?(?:\{|$)/.exec(series) ?? [];
      sizes.set(family, (sizes.get(family) ?? 0) + 1);
    }
    assert.equal(sizes.get("pvmon_sensor_packets_total"), 50);
    assert.equal(sizes.get("pvmon_sensor_decode_errors_total"), 50 * 50);
    assert.equal(sizes.get("pvmon_client_search_share"), 50);
    assert.equal(sizes.get("pvmon_plugin"), 5000);
    const others = [...sizes].filter(([, size]) => size > 200).map(([family]) => family);
    assert.deepEqual(others.sort(), ["pvmon_plugin", "pvmon_sensor_decode_errors_total"]);
  });

  it("name clients only where the site wants it, and only the busiest", async () => {
    await start();
    assert.doesNotMatch([...(await read()).keys()].join(), /pvmon_client_search_share/);
    await scene?.stop();
    const asked: number[] = [];
    const site = new FakeSite();
    site.inventory.topRequests = (by, limit) => {
      asked.push(limit);
      assert.equal(by, "client");
      return [{ name: "10.7.0.9", requests: 100, share: 0.75 }];
    };
    await start({ topClients: 5 }, site);
    assert.equal((await read()).get('pvmon_client_search_share{client="10.7.0.9"}'), 0.75);
    assert.deepEqual(asked, [5]);
    assert.throws(() => createInstance(metrics, { topClients: 51 }, {}), /<= 50/);
  });

  it("leave out figures of plugins whose names are none or mean something else, and count them", async () => {
    const site = new FakeSite();
    const sample = (plugin: string, name: string, type: MetricSample["type"]): MetricSample => ({
      plugin,
      name,
      type,
      help: "Test.",
      value: 1,
    });
    const { samples } = site.metrics;
    site.metrics.samples = () => [
      ...samples(),
      sample("a", "things", "gauge"),
      sample("b", "things", "gauge"),
      sample("c", "things", "counter"),
      sample("a", "state", "gauge"),
      sample("a", 'x{y="z"} 1\nforged', "gauge"),
      sample("a", "done", "counter"),
      { ...sample("a", "sunk_total", "counter"), value: -1 },
    ];
    const { host } = await start({}, site);
    const series = await read();
    assert.equal(series.get('pvmon_plugin_things{plugin="a"}'), 1);
    assert.equal(series.get('pvmon_plugin_things{plugin="b"}'), 1);
    assert.equal(series.get('pvmon_plugin_done_total{plugin="a"}'), 1);
    assert.equal(series.has('pvmon_plugin_state{plugin="a"}'), false);
    assert.doesNotMatch([...series.keys()].join(), /forged/);
    assert.equal(host.gauges.get("samples_left_out")?.(), 4);
  });

  it("are for those who may look, and for nobody else where the site says so", async () => {
    const site = new FakeSite();
    site.access.anonymous = null;
    site.access.tokens.set("scraper", { name: "prometheus", role: "viewer" });
    const { get } = await start({}, site);
    assert.equal((await get("/metrics")).status, 401);
    assert.equal((await get("/metrics", { authorization: "Bearer scraper" })).status, 200);
    await scene?.stop();
    await start({ role: "none" }, site);
    assert.equal((await scene!.get("/metrics")).status, 200);
  });

  it("answer at their own path only, and are gone when the plugin stops", async () => {
    const api = await startApi(new FakeSite());
    const { instance } = createInstance(
      metrics,
      { path: "/figures" },
      { ...new FakeSite(), http: api.http },
    );
    try {
      await instance.stop();
      await instance.start();
      assert.equal((await fetch(`${api.url}/figures`)).status, 200);
      assert.equal((await fetch(`${api.url}/figures?x=y`)).status, 200);
      assert.equal((await fetch(`${api.url}/figures/more`)).status, 404);
      assert.equal((await fetch(`${api.url}/figures`, { method: "POST" })).status, 405);
      assert.equal((await fetch(`${api.url}/metrics`)).status, 404);
      assert.equal((await fetch(`${api.url}/probe?pv=SYS:a`)).status, 404);
      await instance.stop();
      await instance.stop();
      assert.equal((await fetch(`${api.url}/figures`)).status, 404);
    } finally {
      await api.stop();
    }
  });
});
