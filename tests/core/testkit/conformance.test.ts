/** The suites of pvmon/testkit are tested with plugins that each break one rule, and with sound ones. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { INVENTORY, type InventoryService, NETWORK, type Plugin } from "pvmon";
import {
  describeDetector,
  describeOutput,
  describeProbe,
  FakeNetwork,
  type PluginOptions,
  type Runner,
} from "pvmon/testkit";
import { freePort } from "../../peers/index.js";
import { ROOT } from "../repository.js";
import { BROKEN_KINDS } from "./broken-kinds.js";
import { BROKEN_PLUGINS, clearAway } from "./broken-plugins.js";
import { detector, output, probe } from "./sound-plugins.js";

const BROKEN = [...BROKEN_PLUGINS, ...BROKEN_KINDS];

let port = 0;

/** That of a whole pvmon takes a while to make, hundreds of times. */
const inventory = { subscribe: () => () => undefined } as Partial<InventoryService>;

async function send(text: string): Promise<void> {
  const socket = createSocket("udp4");
  socket.connect(port, "127.0.0.1");
  await once(socket, "connect");
  // Where nobody listens any more, the next send would tell.
  socket.on("error", () => undefined);
  await new Promise<void>((resolve) => socket.send(text, () => resolve()));
  socket.close();
}

/** The suite of its kind, as its own tests would join it. */
function suiteOf(plugin: Plugin, runner: Runner): void {
  const options: PluginOptions = {
    ...runner,
    config: () => ({ port }),
    services: [
      [INVENTORY, inventory],
      [NETWORK, new FakeNetwork().host("10.7.0.1")],
    ],
    withinMs: 1000,
  };
  if (plugin.kind === "detector") {
    const provoke = () => send("21.5");
    describeDetector(plugin, { ...options, provoke, disturb: () => send("warm") });
  } else if (plugin.kind === "probe") describeProbe(plugin, options);
  else describeOutput(plugin, { ...options, cannotStart: { port: -1 } });
}

function rulesOf(plugin: Plugin): ReadonlyMap<string, () => Promise<void>> {
  const found = new Map<string, () => Promise<void>>();
  suiteOf(plugin, {
    describe: (_title, body) => body(),
    it: (title, body) => {
      assert.ok(!found.has(title), `two rules are called: ${title}`);
      found.set(title, body);
    },
  });
  return found;
}

async function brokenRules(plugin: Plugin): Promise<readonly string[]> {
  const broken: string[] = [];
  const attempt = ([title, test]: [string, () => Promise<void>]) =>
    test().catch(() => broken.push(title));
  const all = [...rulesOf(plugin)];
  // Detectors all want the one port.
  if (plugin.kind === "detector") for (const rule of all) await attempt(rule);
  else await Promise.all(all.map(attempt));
  return broken;
}

describe("the conformance suites", () => {
  before(async () => {
    port = await freePort();
  });

  for (const plugin of [detector(), probe(), output()]) suiteOf(plugin, { describe, it });

  describe("catch, by one rule and no other, a plugin that", () => {
    afterEach(clearAway);
    for (const { how, rule, plugin } of BROKEN) {
      it(`${how} (${plugin.kind})`, async () => {
        assert.deepEqual(await brokenRules(plugin), [rule]);
      });
    }
  });

  it("have no rule that no broken plugin needs", () => {
    const needed = new Set(BROKEN.map(({ rule }) => rule));
    const all = [detector(), probe(), output()].flatMap((plugin) => [...rulesOf(plugin).keys()]);
    assert.deepEqual(
      [...new Set(all)].filter((title) => !needed.has(title)),
      [],
    );
  });

  it("ask for a test runner where there is none", () => {
    const script = `import("pvmon/testkit").then((kit) => kit.describePlugin({ name: "x" }))`;
    const { stderr } = spawnSync(process.execPath, ["-e", script], { cwd: ROOT, encoding: "utf8" });
    assert.match(stderr, /no test runner: give the suite describe and it/);
  });
});
