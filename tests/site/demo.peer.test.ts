/** `npm run demo` as its users run it: what happens at the simulated laboratory is found in the API. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { planLaboratory } from "../../core/testkit/index.js";
import { RENAMED } from "../../core/testkit/site/laboratory-clients.js";
import { type Host, Network, Program, waitFor } from "../peers/index.js";
import { Installation } from "./installation.js";
import { type Item, URL_BASE } from "./pvmon-process.js";

/** Times that it all goes faster than life: the story of five minutes takes two and a half. */
const SPEED = 2;
const SOON_MS = 90_000;
const STORY_MS = 400_000;

/** What the story of the laboratory leads to. */
const EVENTS = [
  "anomaly.opened",
  "app.discovered",
  "app.lost",
  "app.restarted",
  "app.returned",
  "host.lost",
  "host.returned",
  "operator.changed",
  "operator.noted",
  "pv.deduplicated",
  "pv.duplicated",
  "server.discovered",
  "server.duplicateIdentity",
  "server.duplicateRoute",
  "server.lost",
  "server.paused",
  "server.restarted",
  "server.resumed",
  "server.returned",
  "server.stopped",
  "server.unresponsive",
  "storm.ended",
  "storm.started",
];

describe("npm run demo", function () {
  this.timeout(STORY_MS + 120_000);
  let network: Network;
  let host: Host;
  let installation: Installation;
  let demo: Program;
  const plan = planLaboratory();

  before(async () => {
    network = Network.create({ hosts: 1 });
    host = network.host(1);
    installation = new Installation();
    const script = installation.path("dist/core/testkit/demo.js");
    demo = new Program(host, [process.execPath, script, "--speed", `${SPEED}`]);
    await demo.line(/^Look at http:\/\/127\.0\.0\.1:5073\//, 60_000);
  });
  after(async () => {
    demo?.kill();
    network?.removeNow();
    installation?.remove();
  });

  const get = async (path: string): Promise<Item> =>
    (await host.fetchJson(`${URL_BASE}/api/v1/${path}`)).body as Item;
  const list = async (path: string): Promise<readonly Item[]> =>
    (await get(`${path}${path.includes("?") ? "&" : "?"}limit=1000`)).items as readonly Item[];
  const soon = (what: string, holds: () => Promise<boolean>) => waitFor(what, holds, SOON_MS);
  /** The values that a member has in a list. */
  const seen = async (path: string, member: string): Promise<ReadonlySet<unknown>> =>
    new Set((await list(path)).map((item) => item[member]));

  it("says in two lines what is simulated and where to look", () => {
    const [first = "", second = ""] = demo.lines;
    assert.match(first, /hosts with \d+ CA servers and \d+ PVs, and \d+ clients, all simulated/);
    assert.match(second, /^Look at http/);
  });

  it("has every server alive or told of, every client and every host within a minute or so", async () => {
    await soon("all servers are known", async () => {
      const servers = await seen("servers", "server");
      return plan.iocs.every(({ address, port = 25_064 }) => servers.has(`${address}:${port}`));
    });
    await soon("all clients are known", async () => {
      const clients = await seen("clients", "client");
      return plan.clients.every(({ address }) => clients.has(address));
    });
    await soon("all hosts have names", async () => {
      const names = await seen("hosts", "name");
      return plan.hosts.every(({ name }) => names.has(name));
    });
  });

  it("has what operators say: descriptions, groups, a host in maintenance and one in development", async () => {
    await soon("all hosts are described", async () => {
      const descriptions = await seen("hosts", "description");
      return plan.hosts.every(({ description }) => descriptions.has(description));
    });
    await soon("there are groups", async () => {
      const groups = await seen("groups", "name");
      return ["Storage ring", "Beamline 7", "Vacuum"].every((name) => groups.has(name));
    });
    // Not before pvmon has watched for a while: until then nobody knows how a host is.
    await soon("two hosts are worked at", async () => {
      const states = await seen("hosts", "state");
      return states.has("maintenance") && states.has("development");
    });
  });

  it("has heartbeats of three versions, processes and what they list", async () => {
    await soon("heartbeats of all versions", async () => {
      const versions = await seen("heartbeats", "version");
      return ["1.1", "2.0", "3.0"].every((version) => versions.has(version));
    });
    await soon("procServs are known", async () =>
      (await list("hosts")).some(({ procServs }) => (procServs as readonly unknown[]).length > 0),
    );
    await soon("PVs that nobody asks for are known", async () => {
      const { counts } = (await get("status")) as { counts: { pvs: { online: number } } };
      return counts.pvs.online > 15_000;
    });
  });

  it("has monitors of hosts, one with a clock that is off and one with its memory nearly full", async () => {
    type Health = { clockOffsetSeconds: number | null; values: Record<string, number> } | null;
    const healths = async () => (await list("hosts")).map(({ health }) => health as Health);
    await soon("a clock is off", async () =>
      (await healths()).some((health) => (health?.clockOffsetSeconds ?? 0) > 120),
    );
    await soon("a memory is nearly full", async () =>
      (await healths()).some((health) => (health?.values.MEMFREEPCT ?? 100) < 5),
    );
  });

  it("has names that are wrong, doubled, or asked for by many and served by nobody", async () => {
    await soon("invalid names", async () => (await list("pvs?state=invalid")).length > 0);
    await soon("a name that nobody serves", async () => {
      const { state, clients = [] } = await get(`pvs/${RENAMED}`);
      return state === "neverAnswered" && (clients as readonly unknown[]).length >= 10;
    });
    await soon("duplicates", async () => {
      const doubled = await seen("pvs?state=duplicate", "name");
      return plan.duplicates.every((name) => doubled.has(name));
    });
    const { startupFiles } = await get(`pvs/${plan.duplicates[0]}`);
    assert.equal((startupFiles as readonly unknown[]).length, 4);
  });

  it("has a flood of one client's searches, and beacons from a network that is none of the site's", async () => {
    const flooding = plan.clients.find(({ name }) => name === "ws-matlab1")?.address;
    await soon("a flood", async () => {
      const clients = await list("clients");
      const asked = clients.find(({ client }) => client === flooding)?.searches;
      return Number(asked) > 2000;
    });
    const anomalies = await seen("anomalies", "type");
    assert.ok(anomalies.has("wrongNetwork"));
  });

  it("has all that happens in its events", async () => {
    const types = new Set<unknown>();
    const missing = () => EVENTS.filter((type) => !types.has(type));
    await waitFor(
      "the whole story",
      async () => {
        for (const type of missing()) {
          if ((await list(`events?type=${type}`)).length > 0) types.add(type);
        }
        return missing().length === 0;
      },
      STORY_MS,
    ).catch((error: Error) => {
      throw new Error(`${error.message}: ${missing().join(", ")}\n${demo.lines.join("\n")}`);
    });
    assert.deepEqual(
      demo.lines.filter((line) => line.includes("that failed")),
      [],
    );
  });

  it("ends cleanly, and leaves what it learnt in its own files", async () => {
    const { code, errors } = await demo.stop("SIGINT");
    assert.equal(code, 0, errors.join("\n"));
    assert.ok(existsSync(installation.path("data/demo.sqlite")));
  });
});
