/** `npm run demo`: pvmon at work on a simulated laboratory, for those who have no machine at hand. */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { HTTP, INVENTORY, OPERATIONS } from "../index.js";
import { type Pvmon, startPvmon } from "../pvmon.js";
import { DnsResponder } from "./site/dns-responder.js";
import { tellStory } from "./site/happenings.js";
import { planLaboratory } from "./site/laboratory.js";
import { describeSite } from "./site/operators.js";
import type { SitePlan } from "./site/plan.js";
import { SimulatedSite } from "./site/simulated-site.js";
import { startupIndexOf, writeStartupIndex } from "./site/startup-index.js";

const { values } = parseArgs({
  options: {
    pvs: { type: "string", default: "220" },
    seed: { type: "string", default: "1" },
    speed: { type: "string", default: "1" },
    quiet: { type: "boolean", short: "q", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

const HELP = `npm run demo -- [--pvs 220] [--seed 1] [--speed 1] [--quiet]

A simulated laboratory on loopback, and pvmon watching it. --pvs: of an IOC, about. --speed: times that
beacons, heartbeats and what happens go faster. --quiet: nothing happens.`;

/** Less than in life, 15 s and 30 s, so that a loss is told half a minute after a death, not after one and a half. */
const PERIODS = { beaconPeriodMs: 6_000, heartbeatPeriodMs: 10_000 };
/** As in configs/demo.yml. */
const NAME_SERVER_PORT = 25_053;
const STARTUP_INDEX = fileURLToPath(
  new URL("../../../data/demo-startup-files.json", import.meta.url),
);
const CONFIG = fileURLToPath(new URL("../../../configs/demo.yml", import.meta.url));

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

async function main(): Promise<void> {
  if (values.help) {
    say(HELP);
    return;
  }
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => resolve());
  });
  const plan = planLaboratory({
    seed: wholeNumber(values.seed),
    pvsPerIoc: wholeNumber(values.pvs),
  });
  await writeStartupIndex(STARTUP_INDEX, startupIndexOf(plan));
  const ends: (() => Promise<void> | void)[] = [];
  try {
    const names = await nameServer(plan);
    ends.unshift(() => names.stop());
    const speed = wholeNumber(values.speed);
    const site = new SimulatedSite({ plan, ...PERIODS, speed });
    ends.unshift(() => site.stop());
    // First, so that it hears the first searches, which answered names never repeat.
    const pvmon = await startPvmon(CONFIG);
    ends.unshift(() => pvmon.stop());
    await site.start();
    greet(plan, pvmon);
    ends.unshift(describe(plan, pvmon));
    if (!values.quiet) ends.unshift(tellStory(site, sayWhen, speed));
    await stopped;
  } finally {
    for (const end of ends) await end();
  }
}

function sayWhen(text: string): void {
  say(`${new Date().toISOString()} ${text}`);
}

function greet({ hosts, iocs, clients }: SitePlan, pvmon: Pvmon): void {
  const pvs = iocs.reduce((sum, ioc) => sum + ioc.names.length, 0);
  say(
    `${hosts.length} hosts with ${iocs.length} CA servers and ${pvs} PVs, and ${clients.length} clients, all simulated on loopback.`,
  );
  say(`Look at ${pvmon.service(HTTP)?.address()}/ (Ctrl-C stops)`);
}

async function nameServer({ hosts, clients }: SitePlan): Promise<DnsResponder> {
  const responder = await DnsResponder.start(NAME_SERVER_PORT);
  for (const { address, name } of [...hosts, ...clients]) {
    if (name !== undefined) responder.replies.set(address, [`${name}.example.org`]);
  }
  return responder;
}

function describe(plan: SitePlan, pvmon: Pvmon): () => void {
  const inventory = pvmon.service(INVENTORY);
  const operations = pvmon.service(OPERATIONS);
  if (inventory === undefined || operations === undefined) return () => undefined;
  return describeSite({ plan, inventory, operations });
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new Error(`not a whole number from 1 on: ${text}`);
  return Number(text);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
