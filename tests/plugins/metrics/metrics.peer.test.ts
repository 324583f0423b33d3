/** Against the real Prometheus: it reads pvmon, finds nothing to complain of, and knows all that the dashboard and the rules ask for. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../core/repository.js";
import { freePort, HttpPlace, Program, runProgram, waitFor } from "../../peers/index.js";
import { PvmonProcess, URL_BASE } from "../../site/pvmon-process.js";
import { DASHBOARD, metricNamesIn, questionsOf, RULES, SHIPPED } from "./shipped.js";

const HERE = new HttpPlace([], {});
const PATIENCE_MS = 60_000;
const SITE = `
name: Test site
access:
  anonymous: none
  loopback: none
  tokens: [{ name: prometheus, role: viewer, token: aTokenOfAtLeastSixteenCharacters }]
detectors:
  - { use: ca-sniffer, config: { source: sockets, interfaces: [lo] } }
probes:
  - { use: ca-search, config: { destinations: [127.0.0.1] } }
stores:
  - { use: sqlite-store, config: { path: PATH/pvmon.sqlite } }
outputs:
  - { use: http-api, config: {} }
  - { use: metrics, config: { topClients: 5 } }
`;
const TOKEN = { headers: { authorization: "Bearer aTokenOfAtLeastSixteenCharacters" } };
/** Only once there is something to tell. */
const NOT_ALWAYS = new Set([
  "pvmon_client_search_share",
  "pvmon_sensor_decode_errors_total",
  "pvmon_sensor_loss_ratio",
]);

interface Answer<T> {
  readonly status: string;
  readonly data: T;
}

describe("metrics and the real Prometheus", () => {
  const folder = mkdtempSync(join(tmpdir(), "pvmon-prometheus-"));
  let pvmon: PvmonProcess;
  let prometheus: Program;
  let url: string;

  const scrape = async (): Promise<string> =>
    (await HERE.fetchText(`${URL_BASE}/metrics`, TOKEN)).body;
  const ask = async <T>(path: string): Promise<T> => {
    const { status, body } = await HERE.fetchJson(`${url}/api/v1/${path}`);
    assert.equal(status, 200, `${path}: ${JSON.stringify(body)}`);
    return (body as Answer<T>).data;
  };

  before(async () => {
    pvmon = new PvmonProcess(HERE, SITE);
    await pvmon.start();
    url = `http://127.0.0.1:${await freePort()}`;
    const configuration = {
      global: { scrape_interval: "1s", evaluation_interval: "1s" },
      rule_files: [join(ROOT, RULES)],
      scrape_configs: [
        {
          job_name: "pvmon",
          authorization: { credentials: "aTokenOfAtLeastSixteenCharacters" },
          static_configs: [{ targets: ["127.0.0.1:5073"] }],
        },
      ],
    };
    // JSON is YAML.
    writeFileSync(join(folder, "prometheus.yml"), JSON.stringify(configuration));
    prometheus = new Program(HERE, [
      "prometheus",
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=${new URL(url).host}`,
    ]);
    const isReading = async (): Promise<boolean> => {
      const { activeTargets } = await ask<{ activeTargets: { health: string }[] }>("targets");
      return activeTargets[0]?.health === "up";
    };
    const reads = () => isReading().catch(() => false);
    await waitFor("Prometheus reads pvmon", reads, PATIENCE_MS).catch((error: Error) => {
      throw new Error(`${error.message}\n${prometheus.errors.slice(-20).join("\n")}`);
    });
  });
  after(async () => {
    await prometheus?.stop("SIGTERM");
    await pvmon?.stop();
    pvmon?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it("promtool finds nothing wrong with what pvmon says", async () => {
    writeFileSync(join(folder, "scrape"), await scrape());
    const command = ["sh", "-c", `promtool check metrics < ${join(folder, "scrape")}`];
    const { lines, errors } = await runProgram(HERE, command, PATIENCE_MS);
    assert.deepEqual([...lines, ...errors], []);
  });

  it("a real reading has every metric that the dashboard and the rules name", async () => {
    const text = await scrape();
    for (const file of SHIPPED) {
      const named = metricNamesIn(readFileSync(join(ROOT, file), "utf8"));
      const missing = named.filter(
        (name) => !NOT_ALWAYS.has(name) && !new RegExp(`^${name}[{ ]`, "m").test(text),
      );
      assert.deepEqual(missing, [], file);
    }
  });

  it("promtool and Prometheus take the rules, and Prometheus evaluates every one", async () => {
    await runProgram(HERE, ["promtool", "check", "rules", join(ROOT, RULES)], PATIENCE_MS);
    interface Rules {
      readonly groups: readonly {
        readonly rules: readonly { readonly name: string; readonly health: string }[];
      }[];
    }
    const evaluated = async () => {
      const rules = (await ask<Rules>("rules")).groups.flatMap((group) => group.rules);
      return rules.every(({ health }) => health !== "unknown") && rules;
    };
    const rules = await waitFor("the rules are evaluated", evaluated, PATIENCE_MS);
    assert.ok(rules.length > 5);
    assert.deepEqual(
      rules.filter(({ health }) => health !== "ok"),
      [],
    );
  });

  it("the rules fire for what they are about, and for nothing else", async () => {
    const command = ["promtool", "test", "rules", join(ROOT, "tests/plugins/metrics/rules.yml")];
    await runProgram(HERE, command, PATIENCE_MS);
  });

  it("Prometheus answers every question of the dashboard", async () => {
    const questions = questionsOf(readFileSync(join(ROOT, DASHBOARD), "utf8"));
    assert.ok(questions.length > 20);
    // These show something only when something is wrong, or somebody searches.
    const expected = [
      "Busiest clients",
      "Events",
      "Loss before the sensor",
      "Open findings, and log entries to acknowledge",
      "Packets that could not be read",
      "Plugins that do not work as they should",
    ];
    const unanswered = async (): Promise<string[]> => {
      const without = new Set<string>();
      for (const { title, expr } of questions) {
        const question = `query?query=${encodeURIComponent(expr)}`;
        const { result } = await ask<{ result: readonly unknown[] }>(question);
        if (result.length === 0) without.add(title);
      }
      return [...without].sort();
    };
    let latest: string[] = [];
    // A rate takes two readings.
    const asExpected = async (): Promise<boolean> => {
      latest = await unanswered();
      return latest.join() === expected.join();
    };
    await waitFor("the dashboard is full", asExpected, PATIENCE_MS).catch(() => undefined);
    assert.deepEqual(latest, expected);
  });
});
