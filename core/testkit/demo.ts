/** `npm run demo`: pvmon at work on a simulated laboratory, for those who have no machine at hand. */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { HTTP, INVENTORY, OPERATIONS } from "../index.js";
import { createPvmon, type Pvmon } from "../pvmon.js";
import { SimulatedLaboratory } from "./site/simulated-laboratory.js";

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

const CONFIG = fileURLToPath(new URL("../../../configs/demo.yml", import.meta.url));
/** As in it. */
const STARTUP_INDEX = fileURLToPath(
  new URL("../../../data/demo-startup-files.json", import.meta.url),
);

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
  const laboratory = new SimulatedLaboratory({
    seed: wholeNumber(values.seed),
    pvsPerIoc: wholeNumber(values.pvs),
    speed: wholeNumber(values.speed),
    startupIndex: STARTUP_INDEX,
  });
  const pvmon = await createPvmon(CONFIG);
  try {
    await laboratory.prepare();
    await pvmon.start();
    await laboratory.site.start();
    greet(laboratory, pvmon);
    const inventory = pvmon.service(INVENTORY);
    const operations = pvmon.service(OPERATIONS);
    if (inventory !== undefined && operations !== undefined)
      laboratory.describe(inventory, operations);
    if (!values.quiet) laboratory.tellStory((text) => say(`${new Date().toISOString()} ${text}`));
    await stopped;
  } finally {
    await pvmon.stop().finally(() => laboratory.stop());
  }
}

function greet({ plan }: SimulatedLaboratory, pvmon: Pvmon): void {
  const { hosts, iocs, clients } = plan;
  const pvs = iocs.reduce((sum, ioc) => sum + ioc.names.length, 0);
  say(
    `${hosts.length} hosts with ${iocs.length} CA servers and ${pvs} PVs, and ${clients.length} clients, all simulated on loopback.`,
  );
  say(`Look at ${pvmon.service(HTTP)?.address()}/ (Ctrl-C stops)`);
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new Error(`not a whole number from 1 on: ${text}`);
  return Number(text);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
