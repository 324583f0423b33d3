/** Against the real Alertmanager: it takes what pvmon sends, keeps it while it lasts, and knows when it is over. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInstance } from "pvmon/testkit";
import alerts from "../../../plugins/alerts/index.js";
import { freePort, HttpPlace, Program, waitFor } from "../../peers/index.js";
import { FakeSite } from "../http-api/fake-site.js";
import { eventOf, MINUTE } from "./scene.js";

const HERE = new HttpPlace([], {});
const PATIENCE_MS = 60_000;

interface AmAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly endsAt: string;
  readonly status: { readonly state: string };
}

describe("alerts and the real Alertmanager", () => {
  const folder = mkdtempSync(join(tmpdir(), "pvmon-alertmanager-"));
  let alertmanager: Program;
  let url: string;

  const known = async (): Promise<readonly AmAlert[]> => {
    const { status, body } = await HERE.fetchJson(`${url}/api/v2/alerts`);
    assert.equal(status, 200);
    return body as AmAlert[];
  };

  before(async () => {
    url = `http://127.0.0.1:${await freePort()}`;
    const file = join(folder, "alertmanager.yml");
    // JSON is YAML.
    writeFileSync(
      file,
      JSON.stringify({ route: { receiver: "nobody" }, receivers: [{ name: "nobody" }] }),
    );
    alertmanager = new Program(HERE, [
      "prometheus-alertmanager",
      `--config.file=${file}`,
      `--storage.path=${join(folder, "data")}`,
      `--web.listen-address=${new URL(url).host}`,
      "--cluster.listen-address=",
    ]);
    const isReady = () =>
      HERE.fetchText(`${url}/-/ready`).then(
        ({ status }) => status === 200,
        () => false,
      );
    await waitFor("Alertmanager is ready", isReady, PATIENCE_MS).catch((error: Error) => {
      throw new Error(`${error.message}\n${alertmanager.errors.slice(-20).join("\n")}`);
    });
  });
  after(async () => {
    await alertmanager?.stop("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  });

  it("has what is lost while it is, and not any more when it is back", async () => {
    const site = new FakeSite();
    site.events = [];
    // Alertmanager has a clock of its own.
    site.clock.set(Date.now() - site.clock.now());
    const { instance, host } = createInstance(
      alerts,
      {
        destinations: [{ name: "am", kind: "alertmanager", url }],
        rules: [{ name: "servers", events: ["server.lost"], owner: "Controls" }],
        intervalSeconds: 1,
        folder,
      },
      { ...site, http: undefined },
    );
    await instance.start();
    await site.clock.advance(0);
    const server = "10.7.0.2:5064";
    const about = { host: "10.7.0.2", server };
    site.publish(eventOf("server.lost", server, site.clock.now() - 5000, about));
    await site.clock.advance(31_000);
    const [alert] = await waitFor(
      "it is known",
      async () => {
        const all = await known();
        return all.length > 0 && all;
      },
      PATIENCE_MS,
    );
    assert.deepEqual(alert?.labels, {
      alertname: "servers",
      site: "Test site",
      kind: "server",
      subject: server,
      severity: "critical",
      host: "10.7.0.2",
      owner: "Controls",
    });
    assert.equal(alert?.annotations.summary, `${server}: server.lost`);
    assert.equal(alert?.status.state, "active");

    await site.clock.advance(MINUTE);
    const isPutOff = async () => {
      const [again] = await known();
      return again !== undefined && again.endsAt > alert.endsAt;
    };
    await waitFor("its end is put off while it lasts", isPutOff, PATIENCE_MS);
    assert.equal((await known()).length, 1);

    site.publish(eventOf("server.returned", server, Date.now() - 1000, about));
    await site.clock.advance(MINUTE);
    await waitFor("it is over", async () => (await known()).length === 0, PATIENCE_MS);
    assert.equal(host.counters.get("notification_failures_total"), undefined);
    await instance.stop();
  });
});
